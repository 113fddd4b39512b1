/** What is no server, or a bad one: each gets one message and the next command, and nothing is left behind. */
import { once } from 'node:events';
import { createServer as createTcpServer, type AddressInfo, type Socket } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { httpTarget, stdioTarget, withNextCommand, type DiscoveryTarget } from '../../src/discover/index.js';
import { PACKAGE_ROOT } from '../../src/package/index.js';
import { selfSigned } from '../mcp/self-signed.js';
import { READ_ONLY, discovering, echo, problemOf, served, text, type Served, type Serving } from './served.js';

const at = (origin: string, path = '/mcp'): DiscoveryTarget => httpTarget(`${origin}${path}`, []);

/** A server that answers every request with this status, these headers and this body. */
const answering = (status: number, headers: Readonly<Record<string, string>>, body = ''): Promise<Served> =>
  served({
    first: (_, response) => {
      response.writeHead(status, headers).end(body);
      return true;
    },
  });

/** Answers a path with a redirect to another. */
const redirecting =
  (moved: Readonly<Record<string, string>>): NonNullable<Serving['first']> =>
  ({ url = '' }, response) => {
    const location = moved[url];
    if (location === undefined) return false;
    response.writeHead(307, { location }).end();
    return true;
  };

/** A port on which something other than HTTP is spoken. */
async function tcp(connected: (socket: Socket) => void): Promise<string> {
  const sockets = new Set<Socket>();
  const server = createTcpServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    connected(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

describe('an address', () => {
  it('that wants a login is quoted with what it asks for, and the header is named', async () => {
    const bearer = await answering(401, { 'www-authenticate': 'Bearer realm="library"' });
    const said = await problemOf(at(bearer.origin));
    expect(said).toMatch(/^not-authorised: .*HTTP 401 \(WWW-Authenticate: Bearer realm="library"\) \| /);
    expect(said).toMatch(/TOKEN=\.\.\. plimsoll \S+ --header 'Authorization: Bearer \$\{secret\.TOKEN\}'$/);
    const basic = await answering(401, { 'www-authenticate': 'Basic realm="library"' });
    expect(await problemOf(at(basic.origin))).toMatch(/ \| .*LOGIN=.*'Authorization: Basic \$\{secret\.LOGIN\}'$/);
    const given = httpTarget(`${basic.origin}/mcp`, ['Authorization: Basic ${secret.LOGIN}']);
    const { remedy } = withNextCommand({ code: 'not-authorised', what: '', remedy: '' }, given, {
      verb: 'plimsoll',
      tools: [],
      bounds: [],
    });
    expect(remedy).toMatch(/^correct the value of the variable in the header Authorization; then type: plimsoll /);
  });

  it('that refuses an origin or a host is answered with the header it may want', async () => {
    const origin = await answering(403, {}, 'Origin not allowed');
    expect(await problemOf(at(origin.origin))).toMatch(
      /^origin-refused: .*"Origin not allowed" \| .*--header 'Origin: http:\/\/localhost:\d+'$/,
    );
    const host = await answering(421, {}, 'Invalid Host header');
    expect(await problemOf(at(host.origin))).toMatch(/^host-refused: .* \| .*--header 'Host: localhost:\d+'$/);
  });

  it('of the root or of /mcp finds the endpoint at the other', async () => {
    const { origin } = await served({ path: '/' });
    const { target, warnings } = await discovering(at(origin));
    expect(target).toMatchObject({ url: `${origin}/` });
    expect(warnings).toMatchObject([{ code: 'usual-path', remedy: `give that address: ${origin}/` }]);
    const none = await served({ path: '/deep' });
    expect(await problemOf(at(none.origin, '/api'))).toMatch(
      /HTTP 404.* \/mcp and \/ were tried too, and are none \| .*plimsoll http:\S+\/PATH$/,
    );
  });

  it('that redirects within its server is followed once, and said', async () => {
    const { origin } = await served({ path: '/mcp/', first: redirecting({ '/mcp': '/mcp/' }) });
    const { target, warnings } = await discovering(at(origin));
    expect(target).toMatchObject({ url: `${origin}/mcp/` });
    expect(warnings).toMatchObject([{ code: 'usual-path' }]);
  });

  it('that redirects to another server is not followed, and its headers are not given to that one', async () => {
    const { origin } = await answering(307, { location: 'http://127.0.0.2:9/mcp' });
    const target = httpTarget(`${origin}/mcp`, ['X-Shelf: 7']);
    expect(await problemOf(target)).toMatch(
      /^target-redirects: .* to http:\/\/127\.0\.0\.2:9\/mcp; .* \| .*: plimsoll http:\/\/127\.0\.0\.2:9\/mcp$/,
    );
  });

  it('that redirects in a circle is told from one that moved', async () => {
    const itself = await served({ first: redirecting({ '/mcp': '/mcp', '/': '/' }) });
    expect(await problemOf(at(itself.origin))).toMatch(/^target-redirects-to-itself: .* to itself, for ever/);
    const two = await served({ first: redirecting({ '/mcp': '/a', '/a': '/mcp', '/': '/' }) });
    expect(await problemOf(at(two.origin))).toMatch(/^target-redirects-to-itself: .* from \/mcp to \/a and back/);
  });

  it('of the wrong scheme is proposed with the other', async () => {
    const plain = await served();
    expect(await problemOf(at(plain.origin.replace('http:', 'https:')))).toMatch(
      /^target-unreachable: .*no TLS that is understood[^/]* \| .*: plimsoll http:\/\/\S+\/mcp$/,
    );
    const tls = await served({ tls: selfSigned() });
    expect(await problemOf(at(tls.origin.replace('https:', 'http:')))).toMatch(
      /^opening-broke-off: .* \| .*it may speak TLS: plimsoll https:\/\/\S+\/mcp$/,
    );
    expect(await problemOf(at(tls.origin))).toMatch(/certificate.* \| .*NODE_EXTRA_CA_CERTS=ca\.pem plimsoll https:/);
  });

  it('of another service than HTTP is said to be one', async () => {
    const ssh = await tcp((socket) => void socket.end('SSH-2.0-OpenSSH_9.6\r\n'));
    expect(await problemOf(at(ssh))).toMatch(/^opening-broke-off: .*HTTP.* \| .* type: plimsoll http:/);
  });

  it('of an API that is not of MCP is quoted', async () => {
    const api = await answering(200, { 'content-type': 'application/json' }, '{"message":"it works"}');
    expect(await problemOf(at(api.origin))).toMatch(/^not-an-mcp-server: /);
    const broken = await answering(500, { 'content-type': 'text/plain' }, 'no database');
    expect(await problemOf(at(broken.origin))).toMatch(
      /^initialize-failed: .*HTTP 500: "no database".* \| .*when that is mended, type: plimsoll http:/,
    );
  });
});

describe('a server of MCP', () => {
  it('that has no list of tools has none', async () => {
    const { origin } = await served({
      first: (_, response, body) => {
        const { id, method } = JSON.parse(body === '' ? '{}' : body) as { id?: number; method?: string };
        if (method !== 'tools/list') return false;
        const error = { code: -32601, message: 'Method not found' };
        response.writeHead(200, { 'content-type': 'application/json' });
        response.end(JSON.stringify({ jsonrpc: '2.0', id, error }));
        return true;
      },
    });
    expect(await problemOf(at(origin))).toMatch(/^no-tools: .* offers no tools/);
  });

  it('that breaks off each call is not asked for other arguments', async () => {
    const { origin } = await served({
      first: ({ socket }, _, body) => {
        if (!body.includes('"tools/call"')) return false;
        socket.destroy();
        return true;
      },
    });
    expect(await problemOf(at(origin))).toMatch(
      /^no-usable-tools: [\s\S]*echo: the call ended with its connection: .* \| read the log of the server: /,
    );
  });

  it.each([
    [404, '{"jsonrpc":"2.0","id":null,"error":{"code":-32001,"message":"Session not found"}}', 'Session not found'],
    [400, 'Bad Request: No valid session ID provided', 'Bad Request: No valid session ID provided'],
  ])('that ends its session after each call with HTTP %i is said to', async (status, words, why) => {
    const tools = ['echo', 'search'].map((name) => ({ ...echo, name }));
    const { origin, ledger } = await served({ tools, sessionEnds: { afterCalls: 1, status, words } });
    const problem = await problemOf(at(origin), ['echo', 'search']);
    expect(problem).toContain(
      `session-ended: ${origin}/mcp ends its session after 1 call: the next one gets HTTP ${status}: "${why}" | `,
    );
    expect(problem).toMatch(/protocol: \{ calls-per-session: 1, session-end: abandon \}/);
    expect(problem).toMatch(/When that is mended, type: plimsoll --tool echo --tool search http:\S+\/mcp$/);
    expect(ledger).toEqual(['echo']);
  });

  it('that ends its session before the first call is said to', async () => {
    const { origin } = await served({ sessionEnds: { afterCalls: 0, status: 404, words: 'unknown session' } });
    expect(await problemOf(at(origin))).toMatch(
      /^session-ended: \S+ ends its session before the first call: the next one gets HTTP 404: "unknown session" /,
    );
  });

  it('that ends its session now and then has the tools under load that answered twice', async () => {
    const tools = ['one', 'two'].map((name) => ({ ...echo, name }));
    const { origin } = await served({ tools, sessionEnds: { afterCalls: 3, status: 404, words: 'unknown session' } });
    const { usable, leftOut } = await discovering(at(origin));
    expect(usable.map(({ tool }) => tool.name)).toEqual(['one']);
    const reason = 'the server no longer knew the session: HTTP 404: "unknown session"';
    expect(leftOut).toEqual([{ tool: 'two', reason, called: true }]);
  });

  it('that breaks off the second call is not asked for other arguments either', async () => {
    let calls = 0;
    const { origin } = await served({
      first: ({ socket }, _, body) => {
        if (!body.includes('"tools/call"') || calls++ === 0) return false;
        socket.destroy();
        return true;
      },
    });
    expect(await problemOf(at(origin))).toMatch(/^no-usable-tools: [\s\S]* \| read the log of the server: /);
  });

  it('has no tool called that does not say that it is harmless, whatever its name and its arguments are', async () => {
    const anything = { type: 'object' };
    const names = ['delete', 'drop_table', 'send_mail', 'pay', 'run', 'exec', 'read', 'get', 'list'];
    const tools = [
      ...names.map((name) => ({ name, inputSchema: anything })),
      { name: 'wipe', inputSchema: anything, annotations: { readOnlyHint: false } },
      { name: 'undecided', inputSchema: anything, annotations: { readOnlyHint: true, destructiveHint: true } },
      { name: 'worded', inputSchema: anything, annotations: { readOnlyHint: 'true' } },
      { name: 'open', inputSchema: { ...anything, properties: { path: { type: 'string' } }, required: ['path'] } },
      {
        name: 'fetch',
        inputSchema: { ...anything, properties: { url: { type: 'string', format: 'uri' } }, required: ['url'] },
        annotations: { ...READ_ONLY, openWorldHint: true },
      },
    ];
    const alone = await served({ tools });
    // Of those that could be named only what seems to read is proposed.
    expect(await problemOf(at(alone.origin))).toMatch(
      /^no-read-only-tools: [\s\S]*--tool read --tool get --tool list http:\S+$/,
    );
    expect(alone.ledger).toEqual([]);
    const besideEcho = await served({ tools: [...tools, echo] });
    const { leftOut } = await discovering(at(besideEcho.origin));
    expect(leftOut.map(({ tool }) => tool)).toEqual(tools.map(({ name }) => name));
    expect(besideEcho.ledger).toEqual(['echo', 'echo']);
  });

  it('gets arguments that lead to nothing but this machine', async () => {
    const sent: unknown[] = [];
    const properties = { url: { type: 'string', format: 'uri' }, host: { type: 'string', format: 'hostname' } };
    const inputSchema = { type: 'object', properties, required: ['url', 'host'] };
    const { origin } = await served({
      tools: [{ name: 'look_up', inputSchema, annotations: READ_ONLY }],
      call: (_, values) => {
        sent.push(values);
        return text('found');
      },
    });
    await discovering(at(origin));
    const harmless = { url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:9\//) as string, host: 'localhost' };
    expect(sent).toEqual([harmless, harmless]);
  });
});

/** A server over stdio: `onLine` of each message, which is `m`, with `answer(result)`; `start` before the first. */
function node(onLine: string, start = ''): DiscoveryTarget {
  const code = `${start};
    const tools = [{ name: 'echo', inputSchema: { type: 'object' }, annotations: { readOnlyHint: true } }];
    const serverInfo = { name: "s", version: "1" };
    const info = { protocolVersion: "2025-11-25", capabilities: { tools: {} }, serverInfo };
    require('node:readline').createInterface({ input: process.stdin }).on('line', (line) => {
      const m = JSON.parse(line);
      if (m.id === undefined) return;
      const answer = (result) => console.log(JSON.stringify({ jsonrpc: '2.0', id: m.id, result }));
      ${onLine};
      if (m.method === 'initialize') answer(info);
      else if (m.method === 'tools/list') answer({ tools });
      else answer({ content: [{ type: 'text', text: 'found it' }] });
    });`.replace(/\s+/g, ' ');
  return stdioTarget([process.execPath, '-e', code], process.cwd(), []);
}

describe('a command', () => {
  it('that ends with a stack trace is quoted with the line that names the error', async () => {
    expect(await problemOf(node('', 'throw new Error("cannot open config.json")'))).toMatch(
      /^server-died-at-start: .*exit code 1 \(stderr: Error: cannot open config\.json\) \| /,
    );
  });

  it('that prints how it is used, and ends, is quoted with that', async () => {
    expect(await problemOf(node('', 'console.log("usage: server [--stdio]"); process.exit(2)'))).toMatch(
      /exit code 2 \(stdout: usage: server \[--stdio\]\) \| .*by hand: /,
    );
  });

  it('that ends when it is asked for something is told from one that does not start', async () => {
    const onList = 'if (m.method === "tools/list") process.exit(5)';
    expect(await problemOf(node(onList))).toMatch(/^server-died: .* asked for tools\/list: exit code 5 /);
    const onCall = 'if (m.method === "tools/call") { console.error("fatal: out of disk"); process.exit(7) }';
    expect(await problemOf(node(onCall))).toMatch(
      /^server-died: .* the tool echo: exit code 7 \(stderr: fatal: out of disk\) \| .*--tool NAME -- /,
    );
  });

  it('that ends after each call is told from one that dies of it', async () => {
    const once = 'if (m.method === "tools/call") setImmediate(() => process.exit(0))';
    const clean = await problemOf(node(once));
    expect(clean).toMatch(/^session-ended: the server "[^\0]*" answered 1 call and then ended: exit code 0 \| /);
    expect(clean).toMatch(/until its stdin is closed: .*; when that is mended, type: plimsoll -- \S+ -e /);
    expect(clean).not.toContain('--tool NAME');
    // Whatever its exit code: it was gone before it was asked again.
    const failing = once.replace('exit(0)', 'exit(4)');
    expect(await problemOf(node(failing))).toMatch(/^session-ended: .* answered 1 call and then ended: exit code 4 /);
  });

  it('that writes a banner to stdout is taken, with a warning', async () => {
    const { usable, warnings } = await discovering(node('', 'console.log("My server 1.0")'));
    expect(usable).toHaveLength(1);
    expect(warnings).toMatchObject([{ code: 'stdout-not-json' }]);
    expect(warnings[0]?.what).toMatch(/ the first of them: My server 1\.0$/);
  });

  it('that writes lines without an end is not waited for', async () => {
    const endless = 'for (let n = 0; n < 20_000; n++) console.log("y")';
    expect(await problemOf(node('return', endless))).toMatch(/^stdout-not-json: .* first line .*"y"/);
  });

  it('that is no program is said to be none', async () => {
    const words = (...command: readonly string[]): Promise<string> =>
      problemOf(stdioTarget(command, process.cwd(), []));
    expect(await words('no-such-server', '--stdio')).toMatch(/no program "no-such-server" \| .*in PATH\?/);
    expect(await words('node server.js')).toMatch(/ \| .*leave the quotes out: plimsoll -- node server\.js$/);
    expect(await words(join(PACKAGE_ROOT, 'package.json'))).toMatch(/is no program that may be executed/);
  });

  it('that does not answer is proposed by the address that it prints', () => {
    const target = stdioTarget(['npx', 'my-server'], '/', []);
    const next = (what: string): string =>
      withNextCommand({ code: 'opening-timed-out', what, remedy: 'it may need an option' }, target, {
        verb: 'plimsoll',
        tools: [],
        bounds: [],
      }).remedy;
    expect(next('(stderr: listening on http://0.0.0.0:3000/mcp)')).toMatch(
      /^it may need an option; .* type: plimsoll http:\/\/127\.0\.0\.1:3000\/mcp$/,
    );
    expect(next('(stderr: ready)')).toBe('it may need an option; by hand: npx my-server');
  });
});
