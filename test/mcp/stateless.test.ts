/** Calls of the stateless era (MCP 2026-07-28) over HTTP: what is sent, what answers mean, and what ends a call. */
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { startToolsMock } from '../../mock-servers/index.js';
import { CLIENT_INFO, type CallSpec, type ToolCallSpec } from '../../src/catalog/index.js';
import { preflight } from '../../src/mcp/index.js';
import type { CallTarget, Protocol } from '../../src/scenario/index.js';
import { plimsollVersion } from '../../src/package/index.js';
import {
  STATELESS_REVISION,
  callSpec,
  drive,
  http,
  httpTarget,
  protocol,
  rawServer,
  textResult,
  verdict,
  type SeenRequest,
} from './support.js';

const STATELESS = { revision: STATELESS_REVISION, serverStream: true } as const;

const EVENTS = 'HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n';
const PRIMING = 'id: 7\nretry: 10\ndata:\n\n';
const discovered = (id = 0, supportedVersions = [STATELESS_REVISION]) =>
  JSON.stringify({ jsonrpc: '2.0', id, result: { resultType: 'complete', supportedVersions, capabilities: {} } });
const rpcError = (id: number | undefined, code: number) =>
  JSON.stringify({ jsonrpc: '2.0', id, error: { code, message: 'no' } });

type Answering = Parameters<typeof rawServer>[0];

/** Answers `server/discover`, and the calls with `answer`. */
const server = (answer: Answering = (_request, { id }) => [http(200, textResult(id, 'x'))]) =>
  rawServer(
    (request, message) =>
      message.method === 'server/discover' ? [http(200, discovered(message.id))] : answer(request, message),
    { raw: true },
  );

const calls = (seen: readonly SeenRequest[]) => seen.filter(({ body }) => body.includes('"tools/call"'));
const linesOf = ({ head }: SeenRequest, name: RegExp) => head.split('\r\n').filter((line) => name.test(line));

async function open(answer?: Answering, specs: readonly CallSpec[] = [callSpec()]) {
  const raw = await server(answer);
  return { raw, driver: await drive(httpTarget(raw.url), specs, STATELESS) };
}

describe('a stateless request', () => {
  it('says in its head and in its _meta who sends it, in which revision, and what it asks for', async () => {
    const { raw, driver } = await open();
    expect(verdict(await driver.call())).toBe('ok/none');
    const [discover, call] = raw.seen;
    expect(linesOf(discover as SeenRequest, /^mcp-/i)).toEqual([
      `MCP-Protocol-Version: ${STATELESS_REVISION}`,
      'Mcp-Method: server/discover',
    ]);
    expect(linesOf(call as SeenRequest, /^mcp-/i)).toEqual([
      `MCP-Protocol-Version: ${STATELESS_REVISION}`,
      'Mcp-Method: tools/call',
      'Mcp-Name: search',
    ]);
    for (const { body } of raw.seen)
      expect((JSON.parse(body) as { params: { _meta: unknown } }).params._meta).toEqual({
        'io.modelcontextprotocol/protocolVersion': STATELESS_REVISION,
        'io.modelcontextprotocol/clientInfo': CLIENT_INFO,
        'io.modelcontextprotocol/clientCapabilities': {},
      });
    expect(CLIENT_INFO).toEqual({ name: 'plimsoll', version: plimsollVersion() });
  });

  it('names what no header can hold in Base64, and carries the id of its call beside who sends it', async () => {
    const { raw, driver } = await open(undefined, [callSpec({ tool: 'Größe', effect: 'exactly-once' })]);
    await driver.call({ callId: 7 });
    const [call] = calls(raw.seen);
    expect(linesOf(call as SeenRequest, /^Mcp-Name/)).toEqual(['Mcp-Name: =?base64?R3LDtsOfZQ==?=']);
    expect(JSON.parse(call?.body ?? '')).toMatchObject({
      params: { _meta: { 'plimsoll/call': '7', 'io.modelcontextprotocol/clientCapabilities': {} } },
    });
  });

  it('repeats arguments in its head where their tool wants that, whatever they are from call to call', async () => {
    const spec = callSpec({
      arguments: { region: { kind: 'pick', values: ['eu', ' us'] }, n: { kind: 'unique', form: 'counter' } },
    });
    const raw = await server();
    const driver = await drive(
      httpTarget(raw.url),
      [spec],
      STATELESS,
      [],
      [
        [
          { path: ['region'], field: 'Mcp-Param-Region' },
          { path: ['missing'], field: 'Mcp-Param-Missing' },
        ],
      ],
    );
    for (let n = 0; n < 12; n++) await driver.call();
    const sent = calls(raw.seen).map((request) => [
      (JSON.parse(request.body) as { params: { arguments: { region: string } } }).params.arguments.region,
      linesOf(request, /^Mcp-Param-/),
    ]);
    expect(new Set(sent.map(([region]) => region))).toEqual(new Set(['eu', ' us']));
    for (const [region, lines] of sent)
      expect(lines).toEqual([`Mcp-Param-Region: ${region === 'eu' ? 'eu' : '=?base64?IHVz?='}`]);
  });

  it('belongs to no session: no stream is held, nothing is ended', async () => {
    const { raw, driver } = await open();
    await driver.call();
    await driver.set.close(1e9);
    expect(raw.seen.map(({ method }) => method)).toEqual(['POST', 'POST']);
    expect(driver.events).toEqual([]);
  });
});

describe('an answer to a stateless request', () => {
  it.each<[string, Answering, string]>([
    [
      'a complete result',
      (_r, { id }) => [http(200, textResult(id, 'x').replace('{"c', '{"resultType":"complete","c'))],
      'ok/none',
    ],
    [
      'a demand for input',
      (_r, { id }) => [
        http(200, JSON.stringify({ jsonrpc: '2.0', id, result: { resultType: 'input_required', inputRequests: {} } })),
      ],
      'protocol/input-required',
    ],
    [
      'a result of a kind that was not agreed on',
      (_r, { id }) => [http(200, JSON.stringify({ jsonrpc: '2.0', id, result: { resultType: 'task', taskId: 't' } }))],
      'semantic/bad-result',
    ],
    ['404 with an error inside', (_r, { id }) => [http(404, rpcError(id, -32601))], 'protocol/rpc-error'],
    ['404 without one', () => [http(404, 'no')], 'protocol/http-4xx'],
    ['400 for a header', (_r, { id }) => [http(400, rpcError(id, -32020))], 'protocol/rpc-error'],
    [
      'an error that speaks of sessions',
      (_r, { id }) => [
        http(200, JSON.stringify({ jsonrpc: '2.0', id, error: { code: -32001, message: 'Session not found' } })),
      ],
      'protocol/rpc-error',
    ],
  ])('is judged by its own rules: %s', async (_what, answer, ending) => {
    const { driver } = await open(answer);
    expect(verdict(await driver.call())).toBe(ending);
  });

  it('is lost when its stream ends before it: it is not asked for again, in order or not', async () => {
    for (const [last, ending] of [
      ['0\r\n\r\n', 'transport/sse-no-answer'],
      ['end', 'transport/closed-early'],
    ] as const) {
      const { raw, driver } = await open(() => [`${EVENTS}${PRIMING.length.toString(16)}\r\n${PRIMING}\r\n`, last]);
      const slot = await driver.call();
      expect([verdict(slot), slot.httpStatus]).toEqual([ending, 200]);
      expect(raw.seen.filter(({ method }) => method === 'GET')).toEqual([]);
    }
  });
});

describe('a stateless call that is given up', () => {
  const begin = async (cancel: boolean) => {
    let release: (parts: readonly string[]) => void = () => undefined;
    let first = true;
    const opened = await open(
      (_request, { id }) => {
        if (!first) return [http(200, textResult(id, 'x'))];
        first = false;
        return new Promise((resolve) => (release = resolve));
      },
      [callSpec({ cancel })],
    );
    const slot = opened.driver.begin();
    await vi.waitFor(() => expect(calls(opened.raw.seen)).toHaveLength(1));
    return { ...opened, slot, release: (parts: readonly string[]) => release(parts) };
  };

  it('is cancelled by closing its connection, and by nothing else', async () => {
    const { raw, driver, slot } = await begin(true);
    const carrying = raw.sockets[calls(raw.seen)[0]?.connection ?? 0];
    driver.channel().abandon(slot, true);
    await vi.waitFor(() => expect(carrying?.closed).toBe(true));
    expect(verdict(await driver.call())).toBe('ok/none');
    expect(raw.seen.filter(({ body }) => body.includes('cancelled'))).toEqual([]);
  });

  it('keeps its connection where it is not to be cancelled; what comes late is dropped', async () => {
    const { raw, driver, slot, release } = await begin(false);
    const carrying = raw.sockets[calls(raw.seen)[0]?.connection ?? 0];
    driver.channel().abandon(slot, true);
    release([http(200, textResult(slot.rpcId, 'late'))]);
    expect(verdict(await driver.call())).toBe('ok/none');
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(carrying?.closed).toBe(false);
    expect(driver.completions).toHaveLength(1);
  });
});

describe('a server that does not speak the revision', () => {
  it.each<[string, string, string, RegExp]>([
    ['has sessions', http(400, rpcError(1, -32000)), 'revision-unsupported', /does not speak MCP 2026-07-28/],
    ['speaks a later one', http(200, discovered(1, ['2027-01-01'])), 'revision-unsupported', /"2027-01-01"/],
    ['wants another client', http(401, '{}'), 'not-authorised', /HTTP 401/],
  ])('is told apart: it %s', async (_what, answer, code, words) => {
    const raw = await rawServer(() => [answer], { raw: true });
    const opening = drive(httpTarget(raw.url), [callSpec()], STATELESS);
    await expect(opening).rejects.toMatchObject({ problems: [{ code, what: expect.stringMatching(words) as string }] });
  });
});

async function mock(options: Parameters<typeof startToolsMock>[0] = {}) {
  const started = await startToolsMock(options);
  onTestFinished(() => started.stop());
  return started;
}

const examine = (url: string, partial: Partial<Protocol>, call: Partial<ToolCallSpec> = {}) =>
  preflight({
    target: httpTarget(url),
    protocol: protocol(partial),
    calls: [callSpec({ expect: { kind: 'derived' }, ...call })],
    timeoutNs: 20e9,
    seed: 1,
  });

describe('the preflight of a stateless run', () => {
  it('is made by the client of the SDK 2.x and by the one that measures, and both find the answer right', async () => {
    const { url, state } = await mock({ eras: ['stateless'] });
    const report = await examine(url, STATELESS);
    expect(report).toMatchObject({ protocolVersion: STATELESS_REVISION, revision: STATELESS_REVISION, warnings: [] });
    expect(report.serverInfo?.name).toBe('plimsoll-mock-tools');
    expect(report.toolListKept).toEqual({ ttlMs: 0, scope: 'private' });
    expect([report.executed, report.executedByOwnClient].flat().map(({ outcome }) => outcome)).toEqual(['ok', 'ok']);
    expect(state()).toMatchObject({
      sessions: { opened: 0 },
      methods: { 'server/discover': 2, 'tools/call': 2, initialize: 0 },
    });
  });

  it('refuses a tool whose headers are declared wrongly', async () => {
    const tool = { name: 'search', description: '', effect: false, alwaysFails: false };
    const inputSchema = { type: 'object', properties: { query: { type: 'number', 'x-mcp-header': 'Q' } } };
    const { url } = await mock({ tools: [{ ...tool, inputSchema }] });
    await expect(
      examine(url, STATELESS, { arguments: { query: { kind: 'constant', value: 1 } } }),
    ).rejects.toMatchObject({ problems: [{ code: 'tool-headers-invalid' }] });
  });

  it('has both clients repeat arguments in the head, as the server demands', async () => {
    const tool = { name: 'search', description: '', effect: false, alwaysFails: false };
    const inputSchema = { type: 'object', properties: { query: { type: 'string', 'x-mcp-header': 'Query' } } };
    const { url } = await mock({ tools: [{ ...tool, inputSchema }] });
    const report = await examine(url, STATELESS);
    expect([report.executed, report.executedByOwnClient].flat().map(({ outcome }) => outcome)).toEqual(['ok', 'ok']);
    expect(report.headerParameters).toEqual([[{ path: ['query'], field: 'Mcp-Param-Query' }]]);
  });

  it.each([
    [['session', 'stateless'], STATELESS_REVISION],
    [['stateless'], STATELESS_REVISION],
    [['session'], '2025-11-25'],
  ] as const)('finds out by itself what a server of the eras %j speaks', async (eras, revision) => {
    const { url } = await mock({ eras });
    const report = await examine(url, { detectsRevision: true });
    expect(report).toMatchObject({ revision, protocolVersion: revision, warnings: [] });
  });

  it('says of a server without sessions which revision to ask for', async () => {
    const { url } = await mock({ eras: ['stateless'] });
    await expect(examine(url, {})).rejects.toMatchObject({
      problems: [{ code: 'initialize-refused', remedy: 'set protocol.revision to 2026-07-28, or to auto' }],
    });
  });
});

describe('a stateless call over stdio', () => {
  const SERVER = fileURLToPath(new URL('./fixtures/stateless-stdio-server.mjs', import.meta.url));
  const target = (...mode: readonly string[]): CallTarget => ({
    ...{ kind: 'stdio', command: [process.execPath, SERVER, ...mode] },
    ...{ environment: {}, workingFolder: process.cwd() },
  });
  const tool = (name: string, part: string, rest: Partial<ToolCallSpec> = {}) =>
    callSpec({ ...{ tool: name, label: name, arguments: {}, expect: { kind: 'contains', part } }, ...rest });

  it('says by itself who sends it, after no handshake, and is cancelled by a notification', async () => {
    const specs = [
      tool('echo', '"io.modelcontextprotocol/protocolVersion":"2026-07-28"'),
      tool('ask', 'x'),
      tool('hang', 'x'),
      tool('heard', 'server/discover tools/call tools/call tools/call notifications/cancelled tools/call'),
    ];
    const driver = await drive(target(), specs, { revision: STATELESS_REVISION });
    expect(verdict(await driver.call({ spec: 0 }))).toBe('ok/none');
    expect(verdict(await driver.call({ spec: 1 }))).toBe('ok/none');
    driver.channel().abandon(driver.begin({ spec: 2 }), true);
    expect(verdict(await driver.call({ spec: 3 }))).toBe('ok/none');
  });

  it.each([
    ['usual', STATELESS_REVISION],
    ['sessions', '2025-11-25'],
  ])('is made after the preflight found out that the server is of the kind %s', async (mode, revision) => {
    const report = await preflight({
      ...{ target: target(mode), protocol: protocol({ transport: 'stdio', detectsRevision: true }) },
      ...{ calls: [callSpec({ tool: 'echo', arguments: {} })], timeoutNs: 20e9, seed: 1 },
    });
    expect(report).toMatchObject({ revision, protocolVersion: revision, warnings: [] });
    expect([...report.executed, ...report.executedByOwnClient].map(({ outcome }) => outcome)).toEqual(['ok', 'ok']);
  });

  it('is not begun with a server that knows no server/discover', async () => {
    await expect(drive(target('sessions'), [callSpec()], { revision: STATELESS_REVISION })).rejects.toMatchObject({
      problems: [{ code: 'revision-unsupported' }],
    });
  });
});
