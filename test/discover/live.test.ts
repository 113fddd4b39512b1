/** Discovering servers that answer, and what is said of those that can't be discovered. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { discover, httpTarget, stdioTarget, type Discovery, type DiscoveryTarget } from '../../src/discover/index.js';
import { ProblemError } from '../../src/problem/index.js';

interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly params?: { readonly name?: string; readonly arguments?: Readonly<Record<string, unknown>> };
}

interface Served {
  readonly origin: string;
  /** Names of the tools that were called, call by call. */
  readonly ledger: string[];
}

type Tool = Readonly<Record<string, unknown>>;

interface Serving {
  readonly tools?: readonly Tool[];
  readonly path?: string;
  /** Answers a request before the server itself does. */
  readonly first?: (request: IncomingMessage, response: ServerResponse) => boolean;
  /** Most sessions at once, and in all. */
  readonly sessions?: { readonly atOnce: number; readonly inAll: number };
  readonly call?: (name: string, values: Readonly<Record<string, unknown>>) => Readonly<Record<string, unknown>>;
}

const READ_ONLY = { readOnlyHint: true };
const MESSAGE = { type: 'object', properties: { message: { type: 'string' } }, required: ['message'] };
const echo: Tool = { name: 'echo', inputSchema: MESSAGE, annotations: READ_ONLY };
const text = (words: string) => ({ content: [{ type: 'text', text: words }] });

/** A small server of MCP that keeps a ledger. */
async function served(serving: Serving = {}): Promise<Served> {
  const { tools = [echo], path = '/mcp', first, call, sessions = { atOnce: 99, inAll: 99 } } = serving;
  const ledger: string[] = [];
  const open = new Set<string>();
  let opened = 0;
  const answer = (message: Message): object => {
    if (message.method === 'initialize')
      return {
        protocolVersion: '2025-11-25',
        capabilities: { tools: {} },
        serverInfo: { name: 'library', version: '1' },
      };
    if (message.method === 'tools/list') return { tools };
    const name = message.params?.name ?? '';
    ledger.push(name);
    const values = message.params?.arguments ?? {};
    return call?.(name, values) ?? text(`${name}: ${String(values['message'])}`);
  };
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (part: Buffer) => (body += part.toString()));
    request.on('end', () => {
      if (first?.(request, response) === true) return;
      if (request.url !== path) return void response.writeHead(404).end('Cannot POST');
      if (request.method === 'DELETE') open.delete(String(request.headers['mcp-session-id']));
      if (request.method !== 'POST') return void response.writeHead(request.method === 'DELETE' ? 200 : 405).end();
      const message = JSON.parse(body) as Message;
      if (message.id === undefined) return void response.writeHead(202).end();
      if (message.method === 'initialize') {
        if (open.size >= sessions.atOnce || opened >= sessions.inAll)
          return void response.writeHead(400).end('Server already initialized');
        open.add(`s${++opened}`);
        response.setHeader('mcp-session-id', `s${opened}`);
      }
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ jsonrpc: '2.0', id: message.id, result: answer(message) }));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, ledger };
}

function discovering(target: DiscoveryTarget, tools: readonly string[] = []): Promise<Discovery> {
  const named = tools.map((name) => ({ name, arguments: null }));
  return discover({ target, isRemote: false, tools: named, seed: 1, environment: {} });
}

async function problemOf(discovery: Promise<unknown>): Promise<string> {
  const thrown = await discovery.then(
    () => null,
    (error: unknown) => error,
  );
  if (!(thrown instanceof ProblemError)) throw new Error(`expected a problem, not ${String(thrown)}`);
  expect(thrown.problems).toHaveLength(1);
  return thrown.problems.map(({ code, what, remedy }) => `${code}: ${what} | ${remedy}`).join('');
}

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
    expect(await problemOf(discovering(httpTarget(`${origin}/mcp`, [])))).toMatch(
      /^no-read-only-tools: [\s\S]*remove_all: not annotated as read-only[\s\S]*plimsoll http:\S+ --tool remove_all$/,
    );
    expect(ledger).toEqual([]);
  });

  it('by an address without a path is found at /mcp, which is said', async () => {
    const { origin } = await served();
    const { target, warnings } = await discovering(httpTarget(origin, []));
    expect(target).toMatchObject({ url: `${origin}/mcp` });
    expect(warnings).toMatchObject([{ code: 'usual-path', remedy: `Give that address: ${origin}/mcp` }]);
    expect(await problemOf(discovering(httpTarget((await served({ path: '/deep' })).origin, [])))).toMatch(
      /^not-an-mcp-server: .*HTTP 404.* \/mcp was tried too, and is none\./,
    );
  });

  it('that serves one session at a time gets one; one that serves one in all is refused with its words', async () => {
    const one = await served({ sessions: { atOnce: 1, inAll: 99 } });
    const { sessions, warnings } = await discovering(httpTarget(`${one.origin}/mcp`, []));
    expect(sessions).toBe(1);
    expect(warnings).toMatchObject([{ code: 'one-session-at-once' }]);
    const only = await served({ sessions: { atOnce: 1, inAll: 1 } });
    expect(await problemOf(discovering(httpTarget(`${only.origin}/mcp`, [])))).toMatch(
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
    expect(await problemOf(discovering(httpTarget(`${all.origin}/mcp`, [])))).toMatch(
      /^no-usable-tools: [\s\S]*echo: answers with isError: needs a login[\s\S]*--tool 'echo=\{\.\.\.\}'/,
    );
  });

  it('without tools, with a login, or that is no server of MCP, is one message', async () => {
    const none = await served({ tools: [] });
    expect(await problemOf(discovering(httpTarget(`${none.origin}/mcp`, [])))).toMatch(/^no-tools: /);
    const login = await served({
      first: (_, response) => {
        response.writeHead(401, { 'content-type': 'application/json' }).end('{"error":"token expired"}');
        return true;
      },
    });
    expect(await problemOf(discovering(httpTarget(`${login.origin}/mcp`, [])))).toMatch(
      /^not-authorised: .*HTTP 401: "token expired"/,
    );
    const page = await served({
      first: (_, response) => {
        response.writeHead(200, { 'content-type': 'text/html' }).end('<html><body>Welcome</body></html>');
        return true;
      },
    });
    expect(await problemOf(discovering(httpTarget(`${page.origin}/mcp`, [])))).toMatch(/^not-an-mcp-server: .*Welcome/);
  });
});

describe('a command that is discovered', () => {
  const node = (code: string): DiscoveryTarget => stdioTarget([process.execPath, '-e', code], process.cwd(), []);

  it('and dies is quoted, with its exit code', async () => {
    expect(await problemOf(discovering(node('console.error("no config"); process.exit(3)')))).toMatch(
      /^server-died-at-start: .*3.*no config/,
    );
  });

  it('and writes its messages over several lines is not waited for', async () => {
    const pretty =
      'process.stdin.once("data", () => console.log(JSON.stringify({ jsonrpc: "2.0", id: 0, result: {} }, null, 2)))';
    expect(await problemOf(discovering(node(pretty)))).toMatch(/^stdout-not-json: /);
  });
});
