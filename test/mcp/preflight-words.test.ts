/** What is said of a target before anything is measured: the server's own words, and what follows from them. */
import { describe, expect, it } from 'vitest';
import { openChannels, preflight, type PreflightReport } from '../../src/mcp/index.js';
import { scenarioFromText, type CallSpec, type CallTarget } from '../../src/scenario/index.js';
import {
  callSpec,
  drive,
  http,
  httpTarget,
  initializeResult,
  problemOf,
  protocol,
  rawServer,
  textResult,
} from './support.js';

function examine(target: CallTarget, calls: readonly CallSpec[] = [callSpec()]): Promise<PreflightReport> {
  return preflight({ target, protocol: protocol(), calls, timeoutNs: 15e9, seed: 1 });
}

function answer(status: number, type: string, body: string, headers: readonly string[] = []): string {
  const lines = [`HTTP/1.1 ${status} X`, `Content-Type: ${type}`, `Content-Length: ${Buffer.byteLength(body)}`];
  return `${[...lines, ...headers].join('\r\n')}\r\n\r\n${body}`;
}

/** A server whose tools are in `pages`; calls are answered with the text of their arguments. */
const listing = (...pages: readonly object[]) =>
  rawServer((_request, { id, method, ...rest }) => {
    if (method !== 'tools/list') return [http(200, textResult(id, 'ok'))];
    const { params } = rest as { params?: { cursor?: string } };
    const page = pages[Number(params?.cursor ?? 0)] ?? {};
    return [http(200, JSON.stringify({ jsonrpc: '2.0', id, result: page }))];
  });

const tool = (name: string, more: object = {}) => ({ name, inputSchema: { type: 'object' }, ...more });
const warned = ({ warnings }: PreflightReport): readonly (readonly [string, string])[] =>
  warnings.map(({ code, what }) => [code, what]);

describe("a session that can't be opened is reported in the server's own words", () => {
  const page =
    '<!doctype html><html><head><title>x</title></head><body><h1>Bad  gateway</h1><p>nginx</p></body></html>';
  it.each<[string, string, string, string, RegExp]>([
    [
      'a host name that is not allowed',
      answer(403, 'text/plain', 'Access is only allowed at localhost:8931'),
      'host-refused',
      'refuses the host name of the request: HTTP 403: "Access is only allowed at localhost:8931"',
      /host: localhost/,
    ],
    [
      'a misdirected request',
      answer(421, 'text/plain', 'Misdirected'),
      'host-refused',
      'HTTP 421: "Misdirected"',
      /Host header/,
    ],
    [
      'a host name that JSON-RPC refuses',
      answer(
        403,
        'application/json',
        '{"jsonrpc":"2.0","id":null,"error":{"code":-32000,"message":"Invalid Host: a"}}',
      ),
      'host-refused',
      'HTTP 403: "Invalid Host: a"',
      /Host header/,
    ],
    [
      'a plan that has ended',
      answer(403, 'text/plain', 'your plan has expired'),
      'not-authorised',
      'refuses us: HTTP 403: "your plan has expired"',
      /token/,
    ],
    [
      'a token that is no longer good',
      answer(401, 'application/json', '{"error":"invalid_token","error_description":"expired at noon"}'),
      'not-authorised',
      'HTTP 401: "invalid_token: expired at noon"',
      /token/,
    ],
    [
      'a page of a gateway',
      answer(502, 'text/html', page),
      'initialize-failed',
      'HTTP 502: "Bad gateway nginx"',
      /log/,
    ],
    ['another path', answer(404, 'text/plain', 'no route /mcp'), 'not-an-mcp-server', '404: "no route /mcp"', /\/mcp/],
    ['a full server', answer(503, 'text/plain', 'pool is full'), 'target-overloaded', '503: "pool is full"', /idle/],
    [
      'a page where MCP should be',
      answer(200, 'text/html', page),
      'not-an-mcp-server',
      'no JSON-RPC result: "Bad gateway nginx"',
      /\/mcp/,
    ],
    ['nothing at all', answer(403, 'text/plain', ''), 'not-authorised', 'refuses us: HTTP 403', /token/],
    [
      'a redirect to a path',
      answer(307, 'text/plain', '', ['Location: /mcp/?token=hush']),
      'target-redirects',
      '/mcp redirects with HTTP 307 to http://127.0.0.1:PORT/mcp/',
      /^make http:\/\/127\.0\.0\.1:PORT\/mcp\/ the target/,
    ],
    [
      'a redirect to another host',
      answer(308, 'text/plain', '', ['Location: https://mcp.example/v2']),
      'target-redirects',
      'redirects with HTTP 308 to https://mcp.example/v2',
      /^make https:\/\/mcp\.example\/v2 the target/,
    ],
    ['a redirect to nowhere', answer(302, 'text/plain', ''), 'target-redirects', 'does not say where', /redirects to/],
  ])('%s', async (_name, bytes, code, words, remedy) => {
    const server = await rawServer(() => [bytes], { raw: true });
    const withoutPort = (text: string): string => text.replaceAll(`:${server.port}`, ':PORT');
    for (const reach of [examine, drive]) {
      const problem = await problemOf(reach(httpTarget(server.url)));
      expect(problem.code).toBe(code);
      expect(withoutPort(problem.what)).toContain(words);
      expect(withoutPort(problem.remedy)).toMatch(remedy);
    }
  });
});

it('a Host header of the scenario is sent by the preflight and by the run, in every request', async () => {
  const server = await listing({ tools: [tool('search')] });
  const target = httpTarget(server.url, { Host: 'tools.example:8443' });
  await examine(target);
  const before = server.seen.length;
  const driver = await drive(target);
  await driver.call();
  await driver.set.close(1e9);
  expect(before).toBeGreaterThanOrEqual(4);
  expect(server.seen.length).toBeGreaterThan(before);
  const hosts = server.seen.map(({ head }) => head.split('\r\n').filter((line) => /^host:/i.test(line)));
  expect(new Set(hosts.map((lines) => lines.join().toLowerCase()))).toEqual(new Set(['host: tools.example:8443']));
});

describe('a server that keeps one session', () => {
  const refusals: readonly (readonly [string, string, string])[] = [
    [
      'with 404',
      answer(
        404,
        'application/json',
        '{"jsonrpc":"2.0","id":null,"error":{"code":-32001,"message":"Session not found"}}',
      ),
      'HTTP 404: "Session not found"',
    ],
    ['with 400', answer(400, 'text/plain', 'Server already initialized'), 'HTTP 400: "Server already initialized"'],
    [
      'with a JSON-RPC error',
      http(200, '{"jsonrpc":"2.0","id":1,"error":{"code":-32600,"message":"already initialized"}}'),
      'JSON-RPC error -32600: "already initialized"',
    ],
  ];

  it.each(refusals)('refuses a second one %s', async (_how, refusal, words) => {
    let sessions = 0;
    const server = await rawServer(
      (_request, { id, method }) => {
        if (method !== 'initialize') return [http(method === undefined ? 200 : 202, '')];
        sessions++;
        return [sessions === 1 ? http(200, initializeResult(id ?? 0), ['Mcp-Session-Id: one']) : refusal];
      },
      { raw: true },
    );
    const problem = await problemOf(drive(httpTarget(server.url), [callSpec()], { sessions: 2 }));
    expect(problem.code).toBe('session-refused');
    expect(problem.what).toBe(`http://127.0.0.1:${server.port}/mcp served one session and refuses another: ${words}`);
    expect(problem.remedy).toMatch(/^let the server make a transport of its own for each session/);
  });

  it('is known by the session of the preflight too', async () => {
    const server = await rawServer(() => [refusals[0]?.[1] ?? ''], { raw: true });
    const open = (servedBefore?: number) =>
      openChannels({
        target: httpTarget(server.url),
        protocol: protocol(),
        calls: [callSpec()],
        nowNs: () => 0,
        monotonicEpochNs: '0',
        completed: () => undefined,
        event: () => undefined,
        ...(servedBefore === undefined ? {} : { servedBefore }),
      });
    expect((await problemOf(open(1))).code).toBe('session-refused');
    expect((await problemOf(open())).code).toBe('not-an-mcp-server');
  });
});

it('a call that finds its session ended is said to, with the key that says how many calls a session has', async () => {
  let calls = 0;
  const server = await rawServer((_request, { id, method }) => {
    if (method === 'tools/list')
      return [http(200, JSON.stringify({ jsonrpc: '2.0', id, result: { tools: [tool('search')] } }))];
    if (method !== 'tools/call') return [http(405, '')];
    return [calls++ % 2 === 0 ? http(200, textResult(id, 'ok')) : answer(404, 'text/plain', 'Session not found')];
  });
  const { executed, warnings } = await examine(httpTarget(server.url), [callSpec(), callSpec({ label: 'again' })]);
  expect(executed.map(({ outcome }) => outcome)).toEqual(['ok', 'session']);
  expect(warnings.find(({ code }) => code === 'expectation-failed')).toMatchObject({
    what: expect.stringContaining('the call "again" ended as session') as string,
    remedy: expect.stringContaining('protocol.calls-per-session') as string,
  });
});

describe('a tool list that does not follow the protocol', () => {
  it('costs the tool that is wrong a warning with its name, and the planned calls run', async () => {
    const bad = { name: 'merge_merge_request', description: 'd', inputSchema: {} };
    const server = await listing({ tools: [bad, tool('search')] });
    const report = await examine(httpTarget(server.url), [
      callSpec(),
      callSpec({ tool: 'merge_merge_request', label: 'merge' }),
    ]);
    expect(warned(report)).toEqual([
      [
        'tool-malformed',
        expect.stringMatching(/^the tool "merge_merge_request" does not follow the protocol \(inputSchema\.type: /),
      ],
    ]);
    expect(report.executed.map(({ outcome }) => outcome)).toEqual(['ok', 'ok']);
    expect(report.tools.map(({ name }) => name)).toEqual(['merge_merge_request', 'search']);
  });

  it('a schema nested deeper than is walked costs the tool its schemas, and no more', async () => {
    const deep = (levels: number): object =>
      levels === 0 ? {} : { type: 'object', properties: { a: deep(levels - 1) } };
    const server = await listing({ tools: [tool('search', { inputSchema: deep(1_000), outputSchema: deep(1_000) })] });
    const report = await examine(httpTarget(server.url));
    expect(warned(report)).toEqual([['tool-malformed', expect.stringMatching(/"search" .*nested more than 150 deep/)]]);
    expect(report.executed.map(({ outcome }) => outcome)).toEqual(['ok']);
  });

  it.each<[string, object, RegExp]>([
    ['a description that is no text', tool('odd', { description: 7 }), /"odd".*description: /],
    ['no name', { inputSchema: { type: 'object' } }, /^a tool behind the first 0 .*name: /],
    [
      'a schema of a property that is no schema',
      { name: 'odd', inputSchema: { type: 'object', properties: { a: 1 } } },
      /properties/,
    ],
  ])('%s', async (_name, bad, words) => {
    const server = await listing({ tools: [bad, tool('search')] });
    const report = await examine(httpTarget(server.url));
    expect(warned(report)).toEqual([['tool-malformed', expect.stringMatching(words)]]);
    expect(report.executed.map(({ outcome }) => outcome)).toEqual(['ok']);
  });

  it.each([
    ['empty', ''],
    ['null', null],
  ])('a cursor that is %s is the end of the list, with a warning', async (word, nextCursor) => {
    const server = await listing({ tools: [tool('search')], nextCursor });
    const report = await examine(httpTarget(server.url));
    expect(warned(report)).toEqual([['empty-cursor', expect.stringContaining(`a nextCursor that is ${word}`)]]);
    expect(report.executed.map(({ outcome }) => outcome)).toEqual(['ok']);
    expect(server.seen.filter(({ body }) => body.includes('tools/list'))).toHaveLength(1);
  });

  it.each([
    ['comes again', { tools: [tool('more')], nextCursor: '1' }, /breaks off after 2 tools: .*comes again/],
    ['is no list', { tools: 'none' }, /breaks off after 1 tools: .*no list "tools"/],
  ])('a second page that %s leaves the calls of the first one to be made', async (_name, second, words) => {
    const server = await listing({ tools: [tool('search')], nextCursor: '1' }, second);
    const report = await examine(httpTarget(server.url));
    expect(warned(report)).toEqual([['tool-list-incomplete', expect.stringMatching(words)]]);
    expect(report.executed.map(({ outcome }) => outcome)).toEqual(['ok']);
    const problem = await problemOf(examine(httpTarget(server.url), [callSpec({ tool: 'other' })]));
    expect(problem.code).toBe('tool-list-unusable');
  });
});

describe('advice that is given can be taken', () => {
  it.each(['2025-06-18', '2025-03-26', '2024-11-05'])('by a scenario for a server of %s', async (version) => {
    const server = await rawServer(
      (_request, { id, method }) => [
        http(
          200,
          method === 'tools/list'
            ? JSON.stringify({ jsonrpc: '2.0', id, result: { tools: [tool('search')] } })
            : textResult(id, 'ok'),
        ),
      ],
      { initialize: (id) => initializeResult(id, version) },
    );
    const { warnings, executed } = await examine(httpTarget(server.url));
    expect(executed.map(({ outcome }) => outcome)).toEqual(['ok']);
    expect(warnings.map(({ code }) => code)).toEqual(['older-revision']);
    const advised = /set protocol\.revision to (\S+)$/.exec(warnings[0]?.remedy ?? '')?.[1];
    expect(advised).toBe(version);
    const taken = scenarioFromText(
      `version: 1\nname: taken\nstack: { target: { url: "${server.url}" } }\nprotocol: { revision: ${advised} }\n` +
        'calls: [{ tool: search }]\nphases: [{ name: floor, regime: floor, for: 1s }]\n',
      'taken.yaml',
    );
    expect(taken.scenario.protocol.revision).toBe(version);
  });

  it('whole numbers beyond 2^53 are sent digit by digit, by the preflight and by the run', async () => {
    const integers = { type: 'object', properties: { id: { type: 'integer' } }, required: ['id'] };
    const server = await listing({ tools: [tool('search', { inputSchema: integers })] });
    const digits = ['9007199254740993', '-9223372036854775808', '18446744073709551615'];
    const calls = digits.map((text) =>
      callSpec({
        label: text,
        arguments: { id: { kind: 'constant', value: BigInt(text) }, as: { kind: 'constant', value: `"${text}"` } },
      }),
    );
    expect((await examine(httpTarget(server.url), calls)).executed.map(({ outcome }) => outcome)).toEqual(
      digits.map(() => 'ok'),
    );
    const driver = await drive(httpTarget(server.url), calls);
    for (const spec of digits.keys()) await driver.call({ spec });
    const sent = server.seen.flatMap(({ body }) => /"id":(-?\d{10,})[,}]/.exec(body)?.[1] ?? []);
    for (const text of digits) expect(sent.filter((each) => each === text).length).toBeGreaterThanOrEqual(2);
    expect(new Set(sent)).toEqual(new Set(digits));
  });
});

describe('a session id', () => {
  const opening = (sessionId: string) =>
    rawServer(
      (_request, { id, method }) => {
        const result = { tools: [tool('search')] };
        return [
          http(200, method === 'tools/list' ? JSON.stringify({ jsonrpc: '2.0', id, result }) : textResult(id, 'x')),
        ];
      },
      { sessionId },
    );

  it('with a blank in it is sent back as it is, as the official clients do', async () => {
    const report = await examine(httpTarget((await opening('a b')).url));
    expect([...report.executed, ...report.executedByOwnClient].map(({ outcome }) => outcome)).toEqual(['ok', 'ok']);
  });

  it('that makes a head longer than clients take is not said to be an address that is out of reach', async () => {
    const problem = await problemOf(examine(httpTarget((await opening('z'.repeat(60_000))).url)));
    expect(problem.code).toBe('opening-unreadable');
    expect(problem.what).toMatch(/answers initialize with what clients can't take: Headers Overflow Error$/);
  });

  it('that no header can hold is named', async () => {
    const { url } = await opening('ß');
    const problem = await problemOf(drive(httpTarget(url)));
    expect(problem.code).toBe('opening-unreadable');
    expect(problem.what).toMatch(/its Mcp-Session-Id holds characters other than ASCII/);
  });
});
