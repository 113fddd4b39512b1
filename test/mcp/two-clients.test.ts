/** The preflight makes each planned call by the official SDK's client and by the client that measures. */
import { setImmediate as immediate } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { describe, expect, it, onTestFinished } from 'vitest';
import { preflight, type PreflightReport } from '../../src/mcp/index.js';
import { ProblemError } from '../../src/problem/index.js';
import type { Executed } from '../../src/mcp/preflight/execute.js';
import { disagreements } from '../../src/mcp/preflight/own-client.js';
import type { ToolCallSpec } from '../../src/scenario/index.js';
import { callSpec, http, httpTarget, initializeResult, protocol, rawServer } from './support.js';
import { answer, event, json, mcpServer, rpc, stream, type Exchange } from './mcp-server.js';

const examine = (url: string, call: Partial<ToolCallSpec> = {}): Promise<PreflightReport> =>
  preflight({
    target: httpTarget(url),
    protocol: protocol({ serverStream: true }),
    calls: [callSpec(call)],
    timeoutNs: 20e9,
    seed: 1,
  });

const codes = ({ warnings }: PreflightReport) => warnings.map(({ code }) => code);
const endings = ({ executed, executedByOwnClient }: PreflightReport) =>
  [...executed, ...executedByOwnClient].map(({ outcome, errorClass }) => `${outcome}/${errorClass}`);

const twice = (ending: string) => [ending, ending];

describe('both clients come to the same end with', () => {
  it.each<[string, (exchange: Exchange) => unknown, string]>([
    ['an answer as JSON', ({ message, response }) => json(response, answer(message.id)), 'ok/none'],
    [
      'JSON under the type of HTML',
      ({ message, response }) => json(response, answer(message.id), { 'content-type': 'text/html' }),
      'protocol/content-type',
    ],
    [
      'JSON under a type that begins like its own',
      ({ message, response }) => json(response, answer(message.id), { 'content-type': 'application/json-seq' }),
      'protocol/content-type',
    ],
    [
      'JSON without a type',
      ({ message, response }) => response.writeHead(200).end(answer(message.id)),
      'protocol/content-type',
    ],
    [
      'a compressed answer',
      ({ message, response }) => json(response, gzipSync(answer(message.id)), { 'content-encoding': 'gzip' }),
      'ok/none',
    ],
    [
      'a coding that neither decodes',
      ({ message, response }) => json(response, gzipSync(answer(message.id)), { 'content-encoding': 'zstd' }),
      'protocol/content-coding',
    ],
    [
      'a byte order mark before the JSON',
      ({ message, response }) => json(response, `\uFEFF${answer(message.id)}`),
      'ok/none',
    ],
    ['what is no JSON', ({ response }) => json(response, '{"jsonrpc"'), 'transport/body-not-json'],
    [
      'a result that is none',
      ({ message, response }) => json(response, rpc(message.id, { result: {} })),
      'semantic/bad-result',
    ],
    [
      'an internal error with a JSON-RPC error inside',
      ({ message, response }) =>
        response
          .writeHead(500, { 'content-type': 'application/json' })
          .end(rpc(message.id, { error: { code: -32603, message: 'x' } })),
      'protocol/rpc-error',
    ],
    [
      'a JSON-RPC error that reads like the time limit of the client itself',
      ({ message, response }) =>
        json(response, rpc(message.id, { error: { code: -32001, message: 'Request timed out', data: {} } })),
      'protocol/rpc-error',
    ],
    ['no content at all', ({ response }) => response.writeHead(204).end(), 'protocol/content-type'],
    [
      'an answer behind what is no JSON',
      ({ message, response }) => stream(response).end(event('[DONE]') + event(answer(message.id))),
      'ok/none',
    ],
    [
      'a stream that is ended before its answer, to be asked for',
      ({ message, response }) => stream(response).end(`id: ${message.id}\nretry: 10\ndata:\n\n`),
      'ok/none',
    ],
  ])('%s', async (_name, call, ending) => {
    const server = await mcpServer({
      call,
      get: ({ request, response }) => {
        const id = request.headers['last-event-id'];
        if (id === undefined) response.writeHead(405).end();
        else stream(response).end(event(answer(Number(id)), 'last'));
      },
    });
    const report = await examine(server.url);
    expect(endings(report)).toEqual(twice(ending));
    expect(codes(report)).toEqual(ending === 'ok/none' ? [] : ['expectation-failed']);
  });

  it.each(['ping', 'elicitation/create'])('a tool that asks %s of its client', async (method) => {
    const waiting = new Map<unknown, () => void>();
    const server = await mcpServer({
      call: ({ message, request, response }) => {
        const key = `${String(request.headers['mcp-session-id'])}-${message.id}`;
        waiting.set(key, () => void response.end(event(answer(message.id))));
        stream(response).write(event(rpc(key, { method, params: {} })));
      },
      answered: ({ id }) => waiting.get(id)?.(),
    });
    expect(endings(await examine(server.url))).toEqual(twice('ok/none'));
  });
});

describe('what no client may be made to read', () => {
  it.each(['one body', 'one event'])('%s without end is cut by both, at the same size', async (form) => {
    const piece = Buffer.alloc(1 << 20, 'x');
    const server = await mcpServer({
      call: ({ response }) => {
        if (form === 'one event') stream(response).write('data: ');
        else response.writeHead(200, { 'content-type': 'application/json' });
        const more = (): void => {
          while (!response.destroyed && response.write(piece));
          response.once('drain', more);
        };
        more();
      },
    });
    const before = process.memoryUsage().rss;
    const report = await examine(server.url);
    expect(endings(report)).toEqual(twice('generator/answer-too-large'));
    expect(process.memoryUsage().rss - before).toBeLessThan(400e6);
  });
});

describe('an answer of 16 MiB is read by both, and not one byte more', () => {
  const MOST = 16 * 1024 * 1024;
  const [read, cut] = ['ok/none', 'generator/answer-too-large'];
  /** A right answer of so many bytes. */
  const ofBytes = (id: Exchange['message']['id'], bytes: number): string => {
    const short = answer(id);
    return short.replace('"x"', `"${'x'.repeat(1 + bytes - short.length)}"`);
  };
  /** Announces the length of its body as `announced` writes it, or does not. */
  const endingsOf = async (bytes: number, announced: ((bytes: number) => string) | null, gzip = false) => {
    const server = await mcpServer({
      call: ({ message, response }) => {
        const text = ofBytes(message.id, bytes);
        const body = gzip ? gzipSync(text) : Buffer.from(text);
        json(response, body, {
          ...(announced === null ? {} : { 'content-length': announced(body.length) }),
          ...(gzip ? { 'content-encoding': 'gzip' } : {}),
        });
      },
    });
    return endings(await examine(server.url));
  };

  it.each([
    ['its length', String],
    ['its length in eleven digits', (bytes: number) => String(bytes).padStart(11, '0')],
    ['nothing', null],
  ])('where it announces %s', async (_what, announced) => {
    expect(await endingsOf(MOST, announced)).toEqual(twice(read));
    expect(await endingsOf(MOST + 1, announced)).toEqual(twice(cut));
  });

  it('where it announces how few bytes it was compressed to', async () => {
    expect(await endingsOf(MOST, String, true)).toEqual(twice(read));
    expect(await endingsOf(MOST + 1, String, true)).toEqual(twice(cut));
  });

  it.each(['-1', '+9', '0x10', '9 bytes', '9, 10', ''])('and one whose length is "%s" by neither', async (length) => {
    // That of the SDK hears only that its connection has failed.
    expect(await endingsOf(1_000, () => length)).toEqual(['transport/closed-early', 'transport/http-malformed']);
  });
});

describe('before the run it is said', () => {
  it('that ids come back as text', async () => {
    const server = await mcpServer({
      call: ({ message, response }) => json(response, answer(String(message.id))),
    });
    const report = await examine(server.url);
    expect(endings(report)).toEqual(twice('ok/none'));
    expect(codes(report)).toEqual(['ids-as-text']);
  });

  it.each([
    ['for the one that measures', 2, /ends as ok .* SDK, and as transport \(http-5xx\) .* measures/],
    ["for the SDK's", 1, /ends as transport \(http-5xx\) .* SDK, and as ok .* measures/],
  ])('where the server fails %s alone: it, and neither client, is what to look at', async (_whom, failing, said) => {
    let calls = 0;
    const server = await mcpServer({
      call: ({ message, response }) =>
        ++calls === failing ? response.writeHead(502).end('no upstream') : json(response, answer(message.id)),
    });
    const { warnings } = await examine(server.url);
    expect(warnings.find(({ code }) => code === 'clients-disagree')).toMatchObject({
      what: expect.stringMatching(said) as unknown,
      remedy: expect.stringMatching(/^the server said so itself/) as unknown,
    });
  });

  it.each([
    ['the target is not charged with it', 'ok', 'body-not-json', /do not charge the target/],
    ['the SDK can not use it', 'body-not-json', 'ok', /clients that are built on the SDK can not/],
  ] as const)('where a client may be the cause, %s', (_what, sdk, own, said) => {
    const ended = (how: 'ok' | 'body-not-json'): readonly Executed[] => [
      how === 'ok'
        ? { label: 'search', outcome: 'ok', errorClass: 'none', tookNs: 1 }
        : { label: 'search', outcome: 'transport', errorClass: how, tookNs: 1 },
    ];
    expect(disagreements(ended(sdk), ended(own))[0]?.remedy).toMatch(said);
  });

  it('that a server asks for what the scenario does not answer, where its own words say so', async () => {
    const content = [{ type: 'text', text: 'Client does not support form elicitation.' }];
    const server = await mcpServer({
      call: ({ message, response }) =>
        json(response, JSON.stringify({ jsonrpc: '2.0', id: message.id, result: { isError: true, content } })),
    });
    const { warnings } = await examine(server.url);
    expect(warnings.map(({ code, remedy }) => [code, remedy.includes('"protocol.answers.elicitation"')])).toEqual([
      ['expectation-failed', true],
    ]);
  });

  it('that a call does not end within its deadline with nothing else going on; it waits no longer', async () => {
    const server = await mcpServer({ call: () => undefined });
    const startedMs = performance.now();
    const report = await examine(server.url, { deadlineNs: 60e6 });
    expect(performance.now() - startedMs).toBeLessThan(8_000);
    expect(endings(report)).toEqual(twice('deadline/attempt-timeout'));
    expect(report.warnings).toMatchObject([
      { code: 'deadline-too-short', what: expect.stringContaining('its deadline of 60ms') as unknown },
    ]);
  });

  it('that only the first call did not', async () => {
    let calls = 0;
    const server = await mcpServer({
      call: ({ message, response }) => {
        if (++calls > 1) json(response, answer(message.id));
      },
    });
    const report = await examine(server.url, { deadlineNs: 500e6 });
    expect(codes(report)).toEqual(['deadline-too-short', 'slow-first-call']);
  });

  it('that the server serves one session and refuses the next', async () => {
    let opened = 0;
    const server = await rawServer(
      (request, { id, method }) => {
        if (method === 'initialize')
          return [++opened === 1 ? http(200, initializeResult(id ?? 0), ['Mcp-Session-Id: s1']) : http(404, '')];
        if (method === 'tools/list')
          return [http(200, rpc(id, { result: { tools: [{ name: 'search', inputSchema: { type: 'object' } }] } }))];
        if (method === 'tools/call') return [http(200, answer(id))];
        return [http(request.method === 'GET' ? 405 : 202, '')];
      },
      { raw: true },
    );
    const thrown: unknown = await examine(server.url).catch((error: unknown) => error);
    expect(thrown).toBeInstanceOf(ProblemError);
    expect((thrown as ProblemError).problems[0]?.what).toMatch(/served one session and refuses another: HTTP 404/);
  });
});

it('an interruption ends the second of the two at once', async () => {
  let calls = 0;
  const interruption = new AbortController();
  const reason = new Error('SIGINT');
  const server = await mcpServer({
    call: ({ message, response }) => {
      if (++calls === 1) json(response, answer(message.id));
      else interruption.abort(reason);
    },
  });
  const work = preflight({
    target: httpTarget(server.url),
    protocol: protocol(),
    calls: [callSpec()],
    timeoutNs: 600e9,
    seed: 1,
    interrupt: interruption.signal,
  });
  await expect(work).rejects.toBe(reason);
  expect(server.seen.filter((method) => method === 'DELETE')).toHaveLength(2);
});

it('a scenario of many calls leaves no warning of Node.js behind', async () => {
  const warned: string[] = [];
  const onWarning = ({ name, message }: Error): void => void warned.push(`${name}: ${message}`);
  process.on('warning', onWarning);
  onTestFinished(() => void process.off('warning', onWarning));
  const server = await mcpServer({ call: ({ message, response }) => json(response, answer(message.id)) });
  const { executedByOwnClient } = await preflight({
    target: httpTarget(server.url),
    protocol: protocol(),
    calls: Array.from({ length: 20 }, (_, call) => callSpec({ label: `call ${call}` })),
    timeoutNs: 20e9,
    seed: 1,
    interrupt: new AbortController().signal,
  });
  expect(executedByOwnClient).toHaveLength(20);
  await immediate();
  expect(warned).toEqual([]);
});
