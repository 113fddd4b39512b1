/** Discovering servers that answer, and what is said of those that have nothing to put under load. */
import { describe, expect, it, onTestFinished } from 'vitest';
import { startToolsMock } from '../../mock-servers/index.js';
import { firstLookText, httpTarget, stdioTarget, type DiscoveryTarget } from '../../src/discover/index.js';
import { scenarioFromText } from '../../src/scenario/index.js';
import { discovering, echo, problemOf, served, text } from './served.js';

describe('a server that is discovered', () => {
  it('has its read-only tools called twice, and nothing else', async () => {
    const tools = [
      echo,
      { name: 'remove_all', inputSchema: { type: 'object' } },
      { name: 'drop', inputSchema: { type: 'object' }, annotations: { destructiveHint: true, readOnlyHint: false } },
    ];
    const { origin, ledger } = await served({ tools });
    const { usable, leftOut, sessions } = await discovering(httpTarget(`${origin}/mcp`, []));
    expect(ledger).toEqual(['echo', 'echo']);
    expect(usable).toMatchObject([{ tool: { name: 'echo' }, expect: { text: 'echo: ${arguments.message}' } }]);
    expect(leftOut.map(({ tool, called }) => ({ tool, called }))).toEqual([
      { tool: 'remove_all', called: false },
      { tool: 'drop', called: false },
    ]);
    expect(sessions).toBe(4);
  });

  it('without a read-only tool has none called, and the way to name one is said', async () => {
    const tools = [
      { name: 'remove_all', inputSchema: { type: 'object' } },
      { name: 'drop', inputSchema: {} },
    ];
    const { origin, ledger } = await served({ tools });
    expect(await problemOf(httpTarget(`${origin}/mcp`, []))).toMatch(
      /^no-read-only-tools: [\s\S]*remove_all: not annotated as read-only[\s\S]*plimsoll --tool NAME http:\S+$/,
    );
    expect(ledger).toEqual([]);
  });

  it('by an address without a path is found at /mcp, which is said', async () => {
    const { origin } = await served();
    const { target, warnings } = await discovering(httpTarget(origin, []));
    expect(target).toMatchObject({ url: `${origin}/mcp` });
    expect(warnings).toMatchObject([{ code: 'usual-path', remedy: `give that address: ${origin}/mcp` }]);
    expect(await problemOf(httpTarget((await served({ path: '/deep' })).origin, []))).toMatch(
      /^not-an-mcp-server: .*HTTP 404.* \/mcp was tried too, and is none /,
    );
  });

  it.each([
    ['without sessions', { eras: ['stateless'] }, 'revision', '2026-07-28', '/mcp'],
    ['over HTTP+SSE', { transport: 'http-sse', path: '/sse' }, 'transport', 'http-sse', ''],
  ] as const)('that speaks %s is found, and its scenario says so', async (_, options, key, value, path) => {
    const mock = await startToolsMock(options);
    onTestFinished(() => mock.stop());
    const target = httpTarget(`http://127.0.0.1:${mock.port}${path}`, []);
    const found = await discovering(target, ['search={"query":"hull"}']);
    expect(found.usable.map(({ tool }) => tool.name)).toEqual(['search']);
    const look = firstLookText({ discovery: found, mostPerSecond: null, folder: '/', elapsedNs: 0 });
    const { scenario } = scenarioFromText(look, '/look.yaml');
    expect(scenario.protocol[key]).toBe(value);
  });

  it('that serves one session at a time gets one; one that serves one in all is refused with its words', async () => {
    const one = await served({ sessions: { atOnce: 1, inAll: 99 } });
    const { sessions, warnings } = await discovering(httpTarget(`${one.origin}/mcp`, []));
    expect(sessions).toBe(1);
    expect(warnings).toMatchObject([{ code: 'one-session-at-once' }]);
    const only = await served({ sessions: { atOnce: 1, inAll: 1 } });
    expect(await problemOf(httpTarget(`${only.origin}/mcp`, []))).toMatch(
      /^session-refused: .* served one session and refuses another: HTTP 400: "Server already initialized"/,
    );
  });

  it('has the tools that fail, refuse or need what can not be guessed left out with their words', async () => {
    const tools = ['echo', 'read_file', 'slow'].map((name) => ({ ...echo, name }));
    const { origin } = await served({
      tools,
      call: (name) => (name === 'read_file' ? { isError: true, ...text('ENOENT: no such file') } : text('fine')),
    });
    const { usable, leftOut } = await discovering(httpTarget(`${origin}/mcp`, []));
    expect(usable.map(({ tool }) => tool.name)).toEqual(['echo', 'slow']);
    expect(leftOut).toEqual([
      { tool: 'read_file', reason: 'answers with isError: ENOENT: no such file', called: true },
    ]);
    const all = await served({ call: () => ({ isError: true, ...text('needs a login') }) });
    expect(await problemOf(httpTarget(`${all.origin}/mcp`, []))).toMatch(
      /^no-usable-tools: [\s\S]*echo: answers with isError: needs a login[\s\S]*--tool 'echo=\{\.\.\.\}'/,
    );
  });

  it('has no further tool tried once those before it took two seconds, which is said of each', async () => {
    let nowNs = 0;
    const tools = ['one', 'two', 'three', 'four'].map((name) => ({ ...echo, name }));
    const { origin, ledger } = await served({
      tools,
      call: () => {
        nowNs += 0.9e9;
        return text('fine');
      },
    });
    const { usable, leftOut } = await discovering(httpTarget(`${origin}/mcp`, []), [], () => nowNs);
    expect(usable.map(({ tool }) => tool.name)).toEqual(['one', 'two', 'three']);
    expect(ledger).toEqual(['one', 'two', 'three', 'one', 'two', 'three']);
    const reason =
      'not tried, since the tools before it took the 2 s that there are for trying them; name it alone with --tool';
    expect(leftOut).toEqual([{ tool: 'four', reason, called: false }]);
  });

  it('without tools, with a login, or that is no server of MCP, is one message', async () => {
    const none = await served({ tools: [] });
    expect(await problemOf(httpTarget(`${none.origin}/mcp`, []))).toMatch(/^no-tools: /);
    const login = await served({
      first: (_, response) => {
        response.writeHead(401, { 'content-type': 'application/json' }).end('{"error":"token expired"}');
        return true;
      },
    });
    expect(await problemOf(httpTarget(`${login.origin}/mcp`, []))).toMatch(
      /^not-authorised: .*HTTP 401: "token expired"/,
    );
    const page = await served({
      first: (_, response) => {
        response.writeHead(200, { 'content-type': 'text/html' }).end('<html><body>Welcome</body></html>');
        return true;
      },
    });
    expect(await problemOf(httpTarget(`${page.origin}/mcp`, []))).toMatch(/^not-an-mcp-server: .*Welcome/);
  });
});

describe('a command that is discovered', () => {
  const node = (code: string): DiscoveryTarget => stdioTarget([process.execPath, '-e', code], process.cwd(), []);

  it('and dies is quoted, with its exit code', async () => {
    expect(await problemOf(node('console.error("no config"); process.exit(3)'))).toMatch(
      /^server-died-at-start: .*3.*no config/,
    );
  });

  it('and writes its messages over several lines is not waited for', async () => {
    const pretty =
      'process.stdin.once("data", () => console.log(JSON.stringify({ jsonrpc: "2.0", id: 0, result: {} }, null, 2)))';
    expect(await problemOf(node(pretty))).toMatch(/^stdout-not-json: /);
  });
});
