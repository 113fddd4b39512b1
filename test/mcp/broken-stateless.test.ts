/** Servers that break the rules of MCP 2026-07-28: each ends as one thing, and it is clear whose doing it is. */
import { describe, expect, it } from 'vitest';
import type { CallSpec } from '../../src/catalog/index.js';
import { preflight, type PreflightReport } from '../../src/mcp/index.js';
import type { ClientAnswers, Protocol } from '../../src/scenario/index.js';
import {
  STATELESS_REVISION,
  callSpec,
  drive,
  http,
  httpTarget,
  initializeResult,
  problemOf,
  protocol,
  rawServer,
  textResult,
  verdict,
  type SeenRequest,
} from './support.js';
import { rpc } from './mcp-server.js';

const STATELESS = { revision: STATELESS_REVISION } as const;

type Message = { readonly id?: number; readonly method?: string };
type Answer = (message: Message, request: SeenRequest) => string;

const refusal = (id: number | undefined, code: number, message = 'no', data?: object): string =>
  rpc(id, { error: { code, message, ...(data === undefined ? {} : { data }) } });
const COMPLETE = { resultType: 'complete', ttlMs: 0, cacheScope: 'private' };
const discovered: Answer = ({ id }) =>
  http(200, rpc(id, { result: { ...COMPLETE, supportedVersions: [STATELESS_REVISION], capabilities: { tools: {} } } }));
const listed: Answer = ({ id }) =>
  http(200, rpc(id, { result: { ...COMPLETE, tools: [{ name: 'search', inputSchema: { type: 'object' } }] } }));
const found: Answer = ({ id }) =>
  http(200, rpc(id, { result: { resultType: 'complete', content: [{ type: 'text', text: 'x' }] } }));
const PAGE = '<h1>Harbour gate</h1>';
const page = (status: number): string =>
  `HTTP/1.1 ${status} X\r\nContent-Type: text/html\r\nContent-Length: ${PAGE.length}\r\n\r\n${PAGE}`;
/** The first time one answer, and then another. */
const atFirst = (first: Answer, then: Answer): Answer => {
  let asked = 0;
  return (message, request) => (asked++ === 0 ? first : then)(message, request);
};

/** A server without sessions that answers as one should, but for what is given. */
const server = (given: { readonly discover?: Answer; readonly list?: Answer; readonly call?: Answer } = {}) =>
  rawServer(
    (request, message) => {
      const { discover = discovered, list = listed, call = found } = given;
      if (message.method === 'server/discover') return [discover(message, request)];
      return [message.method === 'tools/list' ? list(message, request) : call(message, request)];
    },
    { raw: true },
  );

const examine = (url: string, partial: Partial<Protocol> = STATELESS, spec: CallSpec = callSpec()) =>
  preflight({ target: httpTarget(url), protocol: protocol(partial), calls: [spec], timeoutNs: 15e9, seed: 1 });

const warned = ({ warnings }: PreflightReport): readonly (readonly [string, string])[] =>
  warnings.map(({ code, what }) => [code, what]);

const endsOf = (report: PreflightReport): readonly string[] =>
  [report.executed, report.executedByOwnClient].flat().map(({ outcome, errorClass }) => `${outcome}/${errorClass}`);

describe('a server that answers server/discover with', () => {
  const none: Answer = ({ id }) => http(200, rpc(id, { result: {} }));

  it.each<[string, Answer, string, RegExp, RegExp]>([
    [
      'a page',
      () => page(200),
      'not-an-mcp-server',
      /answer to server\/discover is no .*"Harbour gate"/,
      /URL of the MCP/,
    ],
    ['a page under an error', () => page(500), 'initialize-failed', /answers server\/discover with HTTP 500/, /log/],
    ['text that is no JSON', () => http(200, 'hull?'), 'not-an-mcp-server', /answer to server\/discover is no/, /URL/],
    ['JSON that is no message', () => http(200, '[1,"a"]'), 'not-an-mcp-server', /answer to server\/discover/, /URL/],
    [
      'another revision',
      ({ id }) => http(200, rpc(id, { result: { ...COMPLETE, supportedVersions: ['2031-01-01'], capabilities: {} } })),
      'revision-unsupported',
      /speaks MCP revision "2031-01-01"/,
      /one of 2026/,
    ],
    [
      'a refusal of all revisions',
      ({ id }) => http(400, refusal(id, -32022, 'no', { supported: ['2031-01-01'] })),
      'revision-unsupported',
      /"2031-01-01"/,
      /one of 2026/,
    ],
    [
      'a complaint about a header',
      ({ id }) => http(400, refusal(id, -32020, 'Mcp-Method?')),
      'initialize-refused',
      /refuses server\/discover with JSON-RPC error -32020: Mcp-Method\?/,
      /passes every header on/,
    ],
  ])('%s is named by what it said, to both clients alike', async (_what, discover, code, words, remedy) => {
    const { url } = await server({ discover, list: none });
    const problems = [await problemOf(drive(httpTarget(url), [callSpec()], STATELESS)), await problemOf(examine(url))];
    for (const problem of problems) {
      expect(problem.code).toBe(code);
      expect(problem.what).toMatch(words);
      expect(problem.remedy).toMatch(remedy);
    }
  });

  it('a result without versions speaks no such revision', async () => {
    const { url } = await server({ discover: none, list: none });
    expect((await problemOf(drive(httpTarget(url), [callSpec()], STATELESS))).code).toBe('not-an-mcp-server');
    expect((await problemOf(examine(url))).code).toBe('revision-unsupported');
  });

  it('a page, and knows sessions, is spoken to with sessions where the revision is to be found out', async () => {
    const { url } = await rawServer(
      ({ method: verb }, message) => {
        const { method, id } = message;
        if (verb === 'GET') return [page(405)];
        if (method === 'server/discover') return [page(200)];
        return [method === 'tools/list' ? listed(message, {} as SeenRequest) : http(200, textResult(id, 'x'))];
      },
      { initialize: initializeResult },
    );
    const report = await examine(url, { detectsRevision: true });
    expect(report).toMatchObject({ revision: '2025-11-25', warnings: [] });
    expect(endsOf(report)).toEqual(['ok/none', 'ok/none']);
  });

  it('a refusal, and lists its tools in the revision, is called in it, which is said', async () => {
    const { url, seen } = await server({ discover: () => page(400) });
    const report = await examine(url);
    expect(endsOf(report)).toEqual(['ok/none', 'ok/none']);
    expect(report).toMatchObject({ revision: STATELESS_REVISION, protocolVersion: STATELESS_REVISION });
    expect(report.warnings).toEqual([expect.objectContaining({ code: 'not-discovered' })]);
    expect(report.warnings[0]?.what).toMatch(
      /answers server\/discover with HTTP 400: "Harbour gate"\. It lists its tools/,
    );
    const methods = seen.map(({ body }) => (JSON.parse(body) as Message).method);
    expect(methods.filter((method) => method === 'tools/call')).toHaveLength(2);
    // It is asked by each client, and what is asked to find out the revision is answered by discovery alone.
    expect((await problemOf(examine(url, { detectsRevision: true }))).code).toBe('not-an-mcp-server');
  });
});

describe('a gateway that refuses server/discover, and whose lists lack what the revision demands', () => {
  const bare: Answer = ({ id }) =>
    http(200, rpc(id, { result: { tools: [{ name: 'search', inputSchema: { type: 'object' } }] } }));

  it('is called all the same, and what its results lack is said', async () => {
    const { url } = await server({ discover: () => page(400), list: bare });
    const report = await examine(url);
    expect(endsOf(report)).toEqual(['ok/none', 'ok/none']);
    expect(report.warnings.map(({ code }) => code)).toEqual(['not-discovered', 'incomplete-result']);
    expect(report.warnings[1]?.what).toMatch(/lack resultType, ttlMs, cacheScope, which MCP 2026-07-28 demands/);
  });
});

describe('a server that speaks the revision at first', () => {
  it.each<[string, Answer]>([
    ['knows no such method', ({ id }) => http(404, refusal(id, -32601, 'Method not found'))],
    ['wants a session', ({ id }) => http(400, refusal(id, -32000, 'no valid session ID'))],
    ['has no such address', () => page(404)],
    ['speaks another one', ({ id }) => http(400, refusal(id, -32022, 'no', { supported: ['2025-11-25'] }))],
  ])('and then %s is told from one that never did', async (_what, then) => {
    // The client of the SDK has found it, and its tools; ours comes after it.
    const { url } = await server({ discover: atFirst(discovered, then), list: atFirst(listed, then) });
    const problem = await problemOf(examine(url));
    expect(problem.code).toBe('revision-unsteady');
    expect(problem.what).toMatch(/answered server\/discover when it was asked before, and now refuses it: /);
  });

  it('and answers calls as one with sessions: they fail by the protocol, and no session is lost', async () => {
    const { url } = await server({ call: ({ id }) => http(400, refusal(id, -32000, 'no valid session ID')) });
    const driver = await drive(httpTarget(url), [callSpec()], STATELESS);
    expect(verdict(await driver.call())).toBe('protocol/rpc-error');
    expect(verdict(await driver.call())).toBe('protocol/rpc-error');
    expect(driver.events.filter(({ type }) => type === 'session')).toEqual([]);
  });

  it('and gives out session ids: they are not sent back', async () => {
    const withId =
      (answer: Answer): Answer =>
      (message, request) =>
        answer(message, request).replace('\r\n', '\r\nMcp-Session-Id: harbour-7\r\n');
    const given = { discover: withId(discovered), list: withId(listed), call: withId(found) };
    const { url, seen } = await server(given);
    const driver = await drive(httpTarget(url), [callSpec()], STATELESS);
    for (let n = 0; n < 3; n++) expect(verdict(await driver.call())).toBe('ok/none');
    await driver.set.close(1e9);
    expect(seen.map(({ method }) => method)).toEqual(['POST', 'POST', 'POST', 'POST']);
    expect(seen.filter(({ head }) => /mcp-session-id/i.test(head))).toEqual([]);
  });
});

describe('a result', () => {
  const ANSWERS: ClientAnswers = { elicitation: { action: 'accept', content: { name: 'Ada' } } };
  const NAME = {
    method: 'elicitation/create',
    params: { message: 'Who?', requestedSchema: { type: 'object', properties: {} } },
  };
  const of =
    (result: object): Answer =>
    ({ id }) =>
      http(200, rpc(id, { result }));
  const bySdk = { ...STATELESS, driver: 'sdk' as const };

  it.each<[string, object, Partial<Protocol>, string, string]>([
    [
      'that demands input for ever',
      { resultType: 'input_required', inputRequests: { who: NAME } },
      { answers: ANSWERS },
      'protocol/input-required',
      'protocol/input-required',
    ],
    [
      'that demands what is not offered',
      { resultType: 'input_required', inputRequests: { who: { method: 'roots/list' } } },
      { answers: ANSWERS },
      'protocol/input-required',
      'protocol/input-required',
    ],
    [
      'that demands nothing at all',
      { resultType: 'input_required' },
      { answers: ANSWERS },
      'protocol/input-required',
      'protocol/input-required',
    ],
    [
      'that demands input of a client without answers',
      { resultType: 'input_required', inputRequests: { who: NAME } },
      {},
      'protocol/input-required',
      'protocol/input-required',
    ],
    [
      'of a kind that nobody knows',
      { resultType: 'task', taskId: 't' },
      {},
      'semantic/bad-result',
      'semantic/bad-result',
    ],
    // Ours takes it as complete, as from a server of an earlier revision; the official client refuses it.
    ['without resultType', { content: [{ type: 'text', text: 'x' }] }, {}, 'ok/none', 'semantic/bad-result'],
  ])('%s ends as one thing for either driver', async (_what, result, partial, own, sdk) => {
    const { url } = await server({ call: of(result) });
    const [wire, official] = [
      await drive(httpTarget(url), [callSpec()], { ...STATELESS, ...partial }),
      await drive(httpTarget(url), [callSpec()], { ...bySdk, ...partial }),
    ];
    expect([verdict(await wire.call()), verdict(await official.call())]).toEqual([own, sdk]);
  });

  it('without resultType is a warning before the run, since clients in the field refuse it', async () => {
    const { url } = await server({ call: of({ content: [{ type: 'text', text: 'x' }] }) });
    const { warnings } = await examine(url);
    expect(warnings.map(({ code }) => code)).toEqual(['expectation-failed', 'clients-disagree']);
    expect(warnings[1]?.what).toMatch(/as semantic \(bad-result\) for the client of the official SDK, and as ok/);
  });
});

describe('a stream of events', () => {
  const HEAD = 'HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n';
  const chunk = (text: string): string => (text === '' ? '' : `${text.length.toString(16)}\r\n${text}\r\n`);
  /** As long for every id. */
  const event = (id = 1): string =>
    `: ${'.'.repeat(9 - String(id).length)}\n\nevent: message\nid: 7\n` +
    `data: ${rpc(id, { result: { content: [{ type: 'text', text: 'x' }] } })}\n\n`;

  /** Cut behind so many bytes, in order or not. */
  const cutAt = async (end: '0\r\n\r\n' | 'end') => {
    let length = 0;
    const { url, seen } = await rawServer(
      (request, message) =>
        message.method === 'server/discover'
          ? [discovered(message, request)]
          : [HEAD + chunk(event(message.id).slice(0, length)), end],
      { raw: true },
    );
    const driver = await drive(httpTarget(url), [callSpec()], STATELESS);
    return {
      seen,
      ending: async (bytes: number): Promise<string> => {
        length = bytes;
        return verdict(await driver.call());
      },
    };
  };

  it.each([
    ['in order', '0\r\n\r\n', 'transport/sse-no-answer'],
    ['by the end of its connection', 'end', 'transport/closed-early'],
  ] as const)(
    'that is cut %s is no answer at any byte before its last, and is not asked for again',
    async (_how, end, lost) => {
      const { ending, seen } = await cutAt(end);
      for (let bytes = 0; bytes < event().length; bytes++) expect([bytes, await ending(bytes)]).toEqual([bytes, lost]);
      expect(await ending(event().length)).toBe('ok/none');
      expect(seen.filter(({ method }) => method !== 'POST')).toEqual([]);
    },
  );
});

describe('a tool list that does not follow the protocol', () => {
  const search = { name: 'search', inputSchema: { type: 'object' } };
  const listing = (members: object): Promise<{ readonly url: string }> =>
    server({ list: ({ id }) => http(200, rpc(id, { result: { ...COMPLETE, tools: [search], ...members } })) });

  it.each<[string, object, string, RegExp]>([
    [
      'one tool without a schema',
      { tools: [{ name: 'keel', inputSchema: {} }, search] },
      'tool-malformed',
      /^the tool "keel" does not follow the protocol \(inputSchema\.type: /,
    ],
    ['a ttlMs that is negative', { ttlMs: -5 }, 'tool-list-malformed', /^the tool list does not .*\(ttlMs: /],
    ['a ttlMs that is text', { ttlMs: 'soon' }, 'tool-list-malformed', /\(ttlMs: [^{}]*\)$/],
    ['a scope that there is not', { cacheScope: 42 }, 'tool-list-malformed', /\(cacheScope: /],
    ['no resultType', { resultType: undefined }, 'tool-list-malformed', /missing required resultType/],
  ])('%s: costs a warning, and the planned calls run', async (_what, members, code, words) => {
    const { url } = await listing(members);
    const report = await examine(url);
    expect(warned(report)).toEqual([[code, expect.stringMatching(words)]]);
    expect(endsOf(report)).toEqual(['ok/none', 'ok/none']);
  });

  it('is used page by page', async () => {
    const { url } = await server({
      list: ({ id }, { body }) => {
        const isSecond = body.includes('"cursor"');
        const page = isSecond ? { tools: [search], ttlMs: null } : { tools: [], nextCursor: '2' };
        return http(200, rpc(id, { result: { ...COMPLETE, ...page } }));
      },
    });
    const report = await examine(url);
    expect(warned(report).map(([code]) => code)).toEqual(['tool-list-malformed']);
    expect(endsOf(report)).toEqual(['ok/none', 'ok/none']);
  });

  it('counts as the answer of a server that refuses to be discovered', async () => {
    const { url } = await server({
      discover: ({ id }) => http(404, refusal(id, -32601)),
      list: ({ id }) => http(200, rpc(id, { result: { ...COMPLETE, tools: [search], ttlMs: -1 } })),
    });
    expect(endsOf(await examine(url))).toEqual(['ok/none', 'ok/none']);
  });
});
