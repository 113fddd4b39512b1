import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import { describe, expect, onTestFinished, it } from 'vitest';
import { z } from 'zod';
import { gatewayOptions, withDefaults } from '../../src/protocol/index.js';
import { startGatewayMock, startToolsMock } from '../../mock-servers/index.js';
import { preflight, type PreflightReport } from '../../src/mcp/index.js';
import { ProblemError } from '../../src/problem/index.js';
import type { CallSpec, CallTarget, ToolCallSpec } from '../../src/scenario/index.js';
import { keepSecrets } from '../../src/secrets/index.js';
import { callSpec, http, httpTarget, initializeResult, protocol, rawServer } from './support.js';

/** A server built with the official SDK, with sessions. */
async function sdkServer(description = 'Adds', json = false) {
  const transports = new Map<string, StreamableHTTPServerTransport>();
  const calls: { tool: string; meta: unknown }[] = [];
  const server = createServer((request, response) => {
    void (async () => {
      const id = request.headers['mcp-session-id'];
      let transport = typeof id === 'string' ? transports.get(id) : undefined;
      if (transport === undefined) {
        const made = new StreamableHTTPServerTransport({
          sessionIdGenerator: randomUUID,
          enableJsonResponse: json,
          onsessioninitialized: (session) => void transports.set(session, made),
          onsessionclosed: (session) => void transports.delete(session),
        });
        const mcp = new McpServer({ name: 'sdk-built', version: '2.1.0' }, { instructions: 'Grüße' });
        mcp.registerTool(
          'add',
          { description, inputSchema: { a: z.number(), b: z.number().max(10), unit: z.enum(['m', 'ft']).optional() } },
          ({ a, b }, { _meta }) => {
            calls.push({ tool: 'add', meta: _meta?.['plimsoll/call'] });
            return { content: [{ type: 'text', text: String(a + b) }] };
          },
        );
        mcp.registerTool('always_fails', { annotations: { readOnlyHint: true } }, () => ({
          isError: true,
          content: [{ type: 'text', text: 'no berth is free' }],
        }));
        mcp.registerTool('hangs', {}, () => new Promise(() => undefined));
        await mcp.connect(made);
        transport = made;
      }
      await transport.handleRequest(request, response);
    })();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/mcp`, transports, calls };
}

const add = (partial: Partial<ToolCallSpec> = {}): CallSpec =>
  callSpec({
    tool: 'add',
    arguments: { a: { kind: 'integer', min: 1, max: 1 }, b: { kind: 'constant', value: 2 } },
    expect: { kind: 'text', equals: '3' },
    ...partial,
  });

function examine(
  target: CallTarget,
  calls: readonly CallSpec[],
  seconds = 15,
  interrupt = new AbortController().signal,
): Promise<PreflightReport> {
  return preflight({ target, protocol: protocol(), calls, timeoutNs: seconds * 1e9, seed: 1, interrupt });
}

async function problemsOf(work: Promise<unknown>) {
  const thrown = await work.then(
    () => null,
    (error: unknown) => error,
  );
  expect(thrown).toBeInstanceOf(ProblemError);
  expect((thrown as ProblemError).kind).toBe('preflight');
  return (thrown as ProblemError).problems;
}

describe('a server built with the official SDK', () => {
  it.each([false, true])(
    'is described, its calls are executed and the session is ended (JSON answers: %s)',
    async (json) => {
      const server = await sdkServer('Adds', json);
      const report = await examine(httpTarget(server.url), [add(), add({ label: 'booked', effect: 'exactly-once' })]);
      expect(report).toMatchObject({
        serverInfo: { name: 'sdk-built', version: '2.1.0' },
        protocolVersion: '2025-11-25',
        capabilities: { tools: {} },
        instructionsBytes: 7,
        warnings: [],
      });
      expect(report.tools.map(({ name }) => name)).toEqual(['add', 'always_fails', 'hangs']);
      expect(report.tools[1]?.annotations).toEqual({ readOnlyHint: true });
      expect(report.executed.map(({ label, outcome, errorClass }) => [label, outcome, errorClass])).toEqual([
        ['add', 'ok', 'none'],
        ['booked', 'ok', 'none'],
      ]);
      expect(report.executed.every(({ tookNs }) => tookNs > 0)).toBe(true);
      expect(server.calls).toEqual([
        { tool: 'add', meta: undefined },
        { tool: 'add', meta: 'preflight-1' },
        { tool: 'add', meta: undefined },
        { tool: 'add', meta: 'preflight-own-1' },
      ]);
      expect(server.transports.size).toBe(0);
      expect(JSON.parse(JSON.stringify(report))).toEqual(report);
    },
  );

  it('has the same digests every time, and others when its contract changes', async () => {
    const [one, two, other] = [await sdkServer(), await sdkServer(), await sdkServer('Adds two numbers')];
    const reports = await Promise.all([one, two, other].map(({ url }) => examine(httpTarget(url), [])));
    const [first, second, changed] = reports;
    expect(first?.toolListDigest).toMatch(/^[0-9a-f]{64}$/);
    expect(second?.toolListDigest).toBe(first?.toolListDigest);
    expect(changed?.toolListDigest).not.toBe(first?.toolListDigest);
    expect(changed?.tools.map(({ digest }, i) => digest === first?.tools[i]?.digest)).toEqual([false, true, true]);
  });

  it('with unknown tools and arguments that do not fit: all of them at once, and nothing is executed', async () => {
    const server = await sdkServer();
    const problems = await problemsOf(
      examine(httpTarget(server.url), [
        add(),
        callSpec({ tool: 'ad', label: 'typo' }),
        callSpec({ tool: 'something_else_entirely', label: 'gone' }),
        add({
          label: 'wrong type',
          arguments: { a: { kind: 'constant', value: '1' }, unit: { kind: 'constant', value: 'mile' } },
        }),
        add({
          label: 'sometimes too much',
          arguments: { a: { kind: 'constant', value: 1 }, b: { kind: 'pick', values: [11, 12] } },
        }),
      ]),
    );
    expect(problems.map(({ code, what }) => [code, what])).toEqual([
      ['unknown-tool', 'the server has no tool "ad"; did you mean "add"?'],
      ['unknown-tool', 'the server has no tool "something_else_entirely"'],
      [
        'bad-arguments',
        expect.stringMatching(
          new RegExp(
            `^the arguments of call "wrong type" don't fit the tool "add": (?=.*a must be number)` +
              `(?=.*must have required property 'b')(?=.*unit must be one of "m", "ft")`,
          ),
        ),
      ],
      ['bad-arguments', expect.stringContaining('"sometimes too much" don\'t fit the tool "add": b must be <= 10')],
    ]);
    expect(problems[0]?.remedy).toBe('it offers: add, always_fails, hangs');
    expect(server.calls).toEqual([]);
    expect(server.transports.size).toBe(0);
  });

  it('with a tool that always fails, or an unexpected answer: warnings, since a run may be about that', async () => {
    const server = await sdkServer();
    const report = await examine(httpTarget(server.url), [
      callSpec({ tool: 'always_fails', arguments: {} }),
      add({ expect: { kind: 'text', equals: '4' } }),
    ]);
    expect(report.executed.map(({ outcome, errorClass }) => [outcome, errorClass])).toEqual([
      ['tool', 'tool-error'],
      ['semantic', 'wrong-value'],
    ]);
    expect(report.warnings.map(({ code, what }) => [code, what])).toEqual([
      ['expectation-failed', 'the call "always_fails" ended as tool (tool-error) in the preflight (no berth is free)'],
      ['expectation-failed', 'the call "add" ended as semantic (wrong-value) in the preflight (3)'],
    ]);
  });

  it('that never answers a call: a problem when the time is over, not a hang', async () => {
    const server = await sdkServer();
    const problems = await problemsOf(examine(httpTarget(server.url), [callSpec({ tool: 'hangs', arguments: {} })], 2));
    expect(problems.map(({ code }) => code)).toEqual(['preflight-timed-out']);
    expect(server.transports.size).toBe(0);
  });
});

describe('the tools mock', () => {
  it.each(['json', 'sse'] as const)('passes, and its ledger knows the preflight by name (%s)', async (answers) => {
    const mock = await startToolsMock({ port: 0, answers, serviceTime: { kind: 'constant', ns: 0 } });
    onTestFinished(() => mock.stop());
    const report = await examine(httpTarget(mock.url), [
      callSpec({ expect: { kind: 'derived' } }),
      callSpec({
        tool: 'book',
        label: 'book',
        arguments: { berth: { kind: 'unique', form: 'uuid' } },
        expect: { kind: 'derived' },
        effect: 'exactly-once',
      }),
      callSpec({ tool: 'fail', label: 'fail', arguments: {} }),
    ]);
    expect(report.executed.map(({ outcome }) => outcome)).toEqual(['ok', 'ok', 'tool']);
    expect(mock.ledger().map((row) => row.call)).toEqual(['preflight-1', 'preflight-own-1']);
    expect(mock.state().sessions.open).toBe(0);
  });
});

describe('a target that is no use', () => {
  it.each<[string, string, string, RegExp]>([
    [
      'a web page',
      'HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 6\r\n\r\n<html>',
      'not-an-mcp-server',
      /often ends in \/mcp/,
    ],
    ['a path without a server', http(404, 'nothing here'), 'not-an-mcp-server', /often ends in \/mcp/],
    ['a server that wants a token', http(401, ''), 'not-authorised', /protocol\.headers/],
    ['a server that forbids us', http(403, ''), 'not-authorised', /protocol\.headers/],
    [
      'a redirect',
      'HTTP/1.1 307 X\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n',
      'target-redirects',
      /^make http:.*\/elsewhere the target/,
    ],
    ['a failing gateway', http(502, ''), 'initialize-failed', /log of the server/],
    ['JSON that is no JSON-RPC', http(200, '{"hello":1}'), 'not-an-mcp-server', /often ends in \/mcp/],
    [
      'a server that refuses',
      http(200, '{"jsonrpc":"2.0","id":0,"error":{"code":-32602,"message":"no"}}'),
      'initialize-refused',
      /revision/,
    ],
    [
      'a server of another revision',
      http(200, initializeResult(0, '2099-01-01')),
      'revision-unsupported',
      /2025-11-25/,
    ],
    ['another protocol', '220 mail.example ESMTP\r\n', 'opening-broke-off', /log of the server/],
  ])('%s', async (_name, answer, code, remedy) => {
    const server = await rawServer(() => [answer, 'end'], { raw: true });
    const problems = await problemsOf(examine(httpTarget(server.url), [add()]));
    expect(problems).toHaveLength(1);
    expect(problems[0]?.code).toBe(code);
    expect(problems[0]?.remedy).toMatch(remedy);
    expect(problems[0]?.what).toContain(`127.0.0.1:${server.port}`);
  });

  it('a port without a listener', async () => {
    const server = await rawServer(() => []);
    await new Promise((resolve) => server.server.close(resolve));
    const problems = await problemsOf(
      examine(httpTarget(`http://user:s3cret@127.0.0.1:${server.port}/mcp?key=s3cret`), [add()]),
    );
    expect(problems.map(({ code }) => code)).toEqual(['connection-refused']);
    expect(JSON.stringify(problems)).not.toContain('s3cret');
  });

  it('a port that fetch blocks, where nothing can have answered', async () => {
    const problems = await problemsOf(examine(httpTarget('http://127.0.0.1:9/mcp'), [add()]));
    expect(problems.map(({ code }) => code)).toEqual(['target-unreachable']);
    expect(problems[0]?.what).toContain('refuse this port number');
  });

  it('a host that does not exist', async () => {
    const problems = await problemsOf(examine(httpTarget('http://no-such-host.invalid/mcp'), [add()]));
    expect(problems.map(({ code }) => code)).toEqual(['target-unreachable']);
  });

  it('no URL at all', async () => {
    expect((await problemsOf(examine(httpTarget('localhost:3000'), [add()]))).map(({ code }) => code)).toEqual([
      'bad-target-url',
    ]);
  });

  it('a server that accepts and stays silent', async () => {
    const server = await rawServer(() => [], { raw: true });
    const problems = await problemsOf(examine(httpTarget(server.url), [add()], 0.5));
    expect(problems.map(({ code }) => code)).toEqual(['opening-timed-out']);
  });

  it('a tool list that never ends', async () => {
    const server = await rawServer((_request, { id, method }) => [
      http(
        200,
        JSON.stringify({
          jsonrpc: '2.0',
          id,
          result: method === 'tools/list' ? { tools: [], nextCursor: 'again' } : {},
        }),
      ),
    ]);
    const problems = await problemsOf(examine(httpTarget(server.url), [add()]));
    expect(problems.map(({ code, what }) => [code, /never ends/.test(what)])).toEqual([['tool-list-unusable', true]]);
  });

  it('secrets that a server repeats are taken out, also where its text is cut', async () => {
    const server = await rawServer(
      () => [http(200, `{"jsonrpc":"2.0","id":0,"error":{"code":1,"message":"${'x'.repeat(180)}s3cret-value"}}`)],
      { raw: true },
    );
    keepSecrets(new Map([['KEY', 's3cret-value']]));
    const problems = await problemsOf(examine(httpTarget(server.url), []));
    expect(problems.map(({ what }) => what).join()).toMatch(/x\[secre/);
    expect(JSON.stringify(problems)).not.toMatch(/s3c/);
  });
});

describe('an interruption', () => {
  const INTERRUPTED = new Error('SIGINT');

  it('ends a call that is never answered at once, and the session with it', async () => {
    const server = await sdkServer('', false);
    const interruption = new AbortController();
    const call = callSpec({ tool: 'hangs', arguments: {} });
    const work = examine(httpTarget(server.url), [call], 600, interruption.signal);
    while (server.transports.size === 0) await sleep(5);
    await sleep(100);
    interruption.abort(INTERRUPTED);
    await expect(work).rejects.toBe(INTERRUPTED);
    expect(server.transports.size).toBe(0);
  });

  it('ends an initialize that is never answered', async () => {
    let asked = 0;
    const server = await rawServer(() => {
      asked++;
      return [];
    });
    const interruption = new AbortController();
    const work = examine(httpTarget(server.url), [], 600, interruption.signal);
    while (asked === 0) await sleep(5);
    interruption.abort(INTERRUPTED);
    await expect(work).rejects.toBe(INTERRUPTED);
  });

  it('ends a silent server over stdio, and one that was asked for too late', async () => {
    const silent = [process.execPath, '-e', 'setInterval(() => {}, 1000)'] as const;
    const target: CallTarget = { kind: 'stdio', command: silent, environment: {}, workingFolder: process.cwd() };
    const interruption = new AbortController();
    const work = examine(target, [], 600, interruption.signal);
    setTimeout(() => interruption.abort(INTERRUPTED), 200);
    await expect(work).rejects.toBe(INTERRUPTED);
    await expect(examine(target, [], 600, interruption.signal)).rejects.toBe(INTERRUPTED);
  });
});

describe('a server over stdio', () => {
  const script = fileURLToPath(new URL('./fixtures/stdio-server.mjs', import.meta.url));
  const target = (...mode: readonly string[]): CallTarget => ({
    kind: 'stdio',
    command: [process.execPath, script, ...mode],
    environment: {},
    workingFolder: process.cwd(),
  });

  it('passes like any other', async () => {
    const report = await examine(target('lists'), [
      callSpec({
        tool: 'echo',
        arguments: { q: { kind: 'constant', value: 'x' } },
        expect: { kind: 'contains', part: '"x"' },
      }),
    ]);
    expect(report).toMatchObject({
      serverInfo: { name: 'scripted' },
      protocolVersion: '2025-11-25',
      executed: [{ outcome: 'ok' }],
    });
  });

  it('that ends at once is reported with its stderr', async () => {
    const problems = await problemsOf(examine(target('dies'), [add()]));
    expect(problems.map(({ code, what }) => [code, what.includes('cannot read config.json')])).toEqual([
      ['server-died-at-start', true],
    ]);
  });

  it('that does not exist', async () => {
    const problems = await problemsOf(
      examine({ kind: 'stdio', command: ['/nonexistent/server'], environment: {}, workingFolder: '/' }, [add()]),
    );
    expect(problems.map(({ code }) => code)).toEqual(['server-died-at-start']);
  });
});

it('a session that is forgotten at once is opened anew, with a warning', async () => {
  const replicas = await Promise.all([1, 2, 3].map((seed) => startToolsMock({ ...withDefaults({ seed }), port: 0 })));
  const gateway = await startGatewayMock(
    gatewayOptions({
      balance: 'round-robin',
      sessions: 'upstream',
      upstreams: replicas.map(({ url }, i) => ({ name: `replica-${i}`, url })),
    }),
  );
  onTestFinished(async () => {
    await gateway.stop();
    await Promise.all(replicas.map((replica) => replica.stop()));
  });
  // In turn, `initialize` and what follows never reach the same one of three: no session ever holds.
  await expect(
    examine(httpTarget(gateway.url), [
      callSpec({ tool: 'search', arguments: { query: { kind: 'constant', value: 'hull' } } }),
    ]),
  ).rejects.toMatchObject({
    kind: 'preflight',
    problems: [{ code: 'session-forgotten' }],
  });
});
