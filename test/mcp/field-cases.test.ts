/**
 * Servers as they are met in the field, each an example of a kind of fault that a load generator has charged to its
 * target, and two variations of each kind.
 *
 * K1, the client that measures can do less than a real one. The cases: server-requests, resumption, bodies, stdio and
 * two-clients.test.ts. Variations here, each through the preflight and the run:
 *   requests of the server    two in a row from one call, one of them with the id of the call itself; one that is asked
 *                             on the stream of the server while a call waits for it
 *   heartbeats                on a stream that the server ends after each; under the id 0, cut in the middle
 *   opening                   a ping on the stream before the answer to initialize; that answer with its id as text
 *   resumption                over two more streams without a time to wait; after a reset in the middle of an event
 *   ids                       as text over an event stream; as text that is not the digits (another id for both)
 *   types and codings         `application/json` in capitals with a charset; JSON under the type of event streams; raw
 *                             deflate; a gzip stream that stays open; the transfer coding identity
 *   the first answer decides  before a notification that is no JSON; before an answer to another call
 *   what is no result         content that is null; `isError` that is a number
 *   without bound             notifications without end; a head without end
 * K2, the server's own words. The cases: preflight-words and examples.test.ts. Variations: a refusal in JSON of another
 *   form, and in another language; a redirect that names another port.
 * K3, the tool list. The cases: preflight-words.test.ts. Variations: a tool without a name beside the planned one; a
 *   schema that is no map; a list that names a tool twice.
 * K4, a server over stdio is supervised. The case and its variations (a signal, exit code 0): run/stdio-servers.test.ts
 * K5, advice that can be taken. The cases, and other revisions: preflight-words.test.ts. Variation: a whole number
 *   beyond 64 bits in a list.
 * K6, the oracle looks at the whole answer. The cases: answer.test.ts. Variations: a text behind a picture and a link;
 *   structured content beside a text of another form; the name of a link.
 * K7, known beforehand. The cases: two-clients and scenario/bad-input.test.ts. Variations: a call that answers just
 *   after its deadline, on a stream; a deadline that only the second of two calls misses.
 * K8, words where the end was not observed. The case and its variations: analysis/recovery.test.ts.
 */
import { deflateRawSync, gzipSync, constants } from 'node:zlib';
import { describe, expect, it, vi } from 'vitest';
import { preflight, type PreflightReport } from '../../src/mcp/index.js';
import { ProblemError } from '../../src/problem/index.js';
import type { CallSpec, Expectation, ToolCallSpec } from '../../src/scenario/index.js';
import { callSpec, drive, http, httpTarget, initializeResult, protocol, rawServer, verdict } from './support.js';
import {
  answer,
  event,
  json,
  mcpServer,
  rpc,
  stream,
  type Exchange,
  type McpServer,
  type Message,
} from './mcp-server.js';

const examine = (url: string, calls: readonly CallSpec[] = [callSpec()]): Promise<PreflightReport> =>
  preflight({
    target: httpTarget(url),
    protocol: protocol({ serverStream: true }),
    calls,
    timeoutNs: 20e9,
    seed: 1,
  });

/** How a call ends for the official SDK's client, for ours in the preflight, and for ours in two calls of a run. */
async function endings({ url }: Pick<McpServer, 'url'>, call: Partial<ToolCallSpec> = {}): Promise<readonly string[]> {
  const calls = [callSpec({ deadlineNs: 3e9, ...call })];
  const { executed, executedByOwnClient } = await examine(url, calls);
  const driver = await drive(httpTarget(url), calls, { serverStream: true });
  const run = [await driver.call(), await driver.call()];
  return [
    ...[...executed, ...executedByOwnClient].map(({ outcome, errorClass }) => `${outcome}/${errorClass}`),
    ...run.map(verdict),
  ];
}

const always = (ending: string): readonly string[] => Array.from({ length: 4 }, () => ending);

const NOTE = rpc(undefined, { method: 'notifications/message', params: { level: 'info', data: 'x' } });

/** A tool list of one page. */
const listing = (tools: readonly object[]): Promise<McpServer> =>
  mcpServer({ tools, call: ({ message, response }) => json(response, answer(message.id)) });

describe('K1: requests of the server', () => {
  it('two in a row from one call, the second with the id of the call itself', async () => {
    const goOn = new Map<string, (heard: Message) => void>();
    const server = await mcpServer({
      call: ({ message, request, response }) => {
        const session = String(request.headers['mcp-session-id']);
        const ask = (id: string | number, method: string, next: () => void): void => {
          goOn.set(`${session}/${id}`, next);
          response.write(event(rpc(id, { method, params: {} })));
        };
        stream(response);
        ask('first', 'roots/list', () =>
          ask(Number(message.id), 'ping', () => void response.end(event(answer(message.id)))),
        );
      },
      answered: (message, request) => goOn.get(`${String(request.headers['mcp-session-id'])}/${message.id}`)?.(message),
    });
    expect(await endings(server)).toEqual(always('ok/none'));
  });

  it('one on the stream of the server, while a call waits for its answer', async () => {
    const streams = new Map<unknown, Exchange['response']>();
    const waiting = new Map<unknown, () => void>();
    const server = await mcpServer({
      get: ({ request, response }) => void streams.set(request.headers['mcp-session-id'], stream(response)),
      call: async ({ message, request, response }) => {
        const session = request.headers['mcp-session-id'];
        await vi.waitFor(() => expect(streams.has(session)).toBe(true));
        waiting.set(`${String(session)}-${message.id}`, () => json(response, answer(message.id)));
        streams
          .get(session)
          ?.write(event(rpc(`${String(session)}-${message.id}`, { method: 'sampling/createMessage' })));
      },
      answered: ({ id, error }) => {
        expect(error?.code).toBe(-32601);
        waiting.get(id)?.();
      },
    });
    expect(await endings(server)).toEqual(always('ok/none'));
  });
});

describe('K1: heartbeats that a session has to answer', () => {
  /** A server that forgets a session whose last answer to a ping is `mostMs` old. */
  async function beating(ping: (response: Exchange['response'], id: number) => void, mostMs = 250) {
    const heardAt = new Map<unknown, number>();
    let reaped = 0;
    let beats = 0;
    const server = await mcpServer({
      get: ({ request, response }) => {
        const session = request.headers['mcp-session-id'];
        heardAt.set(session, heardAt.get(session) ?? performance.now());
        stream(response);
        ping(response, beats++);
      },
      call: ({ message, request, response }) => {
        const heard = heardAt.get(request.headers['mcp-session-id']);
        if (heard !== undefined && performance.now() - heard <= mostMs) return json(response, answer(message.id));
        reaped++;
        return response.writeHead(404).end();
      },
      answered: (_message, request) => heardAt.set(request.headers['mcp-session-id'], performance.now()),
    });
    return { ...server, reaped: () => reaped, beats: () => beats };
  }

  const outlives = async (server: Awaited<ReturnType<typeof beating>>): Promise<void> => {
    const driver = await drive(httpTarget(server.url), [callSpec()], { serverStream: true });
    await vi.waitFor(() => expect(server.beats()).toBeGreaterThan(0));
    for (const endMs = performance.now() + 700; performance.now() < endMs;) {
      await new Promise((resolve) => setTimeout(resolve, 50));
      expect(verdict(await driver.call())).toBe('ok/none');
    }
    expect(server.reaped()).toBe(0);
  };

  it('on a stream that the server ends after each', async () => {
    await outlives(
      await beating(
        (response, beat) => void response.end(`retry: 60\n${event(rpc(beat, { method: 'ping' }), `${beat}`)}`),
      ),
    );
  });

  it('under the id 0, cut in the middle, between comments', async () => {
    await outlives(
      await beating((response) => {
        const whole = `: still here\n\n${event(rpc(0, { method: 'ping' }))}`;
        const timer = setInterval(() => {
          response.write(whole.slice(0, 31));
          setTimeout(() => response.write(whole.slice(31)), 5);
        }, 60);
        response.on('close', () => clearInterval(timer));
      }),
    );
  });
});

describe('K1: a session that is opened over an event stream', () => {
  const call = ({ message, response }: Exchange): unknown => json(response, answer(message.id));

  it('by a server that pings before it answers', async () => {
    const goOn = new Map<string, () => void>();
    const server = await mcpServer({
      initialize: ({ message, response }) => {
        const session = String(response.getHeader('mcp-session-id'));
        goOn.set(session, () => void response.end(event(initializeResult(Number(message.id)))));
        stream(response).write(event(rpc('early', { method: 'ping' })));
      },
      answered: ({ id, result }, request) => {
        expect({ id, result }).toEqual({ id: 'early', result: {} });
        goOn.get(String(request.headers['mcp-session-id']))?.();
      },
      call,
    });
    expect(await endings(server)).toEqual(always('ok/none'));
  });

  it('by a server that sends ids back as text', async () => {
    const server = await mcpServer({
      initialize: ({ message, response }) => {
        const result = JSON.parse(initializeResult(Number(message.id))) as object;
        stream(response).end(event(JSON.stringify({ ...result, id: String(message.id) })));
      },
      call,
    });
    expect(await endings(server)).toEqual(always('ok/none'));
  });
});

describe('K1: an answer that is on another stream', () => {
  it('two streams later, without a time to wait', async () => {
    const server = await mcpServer({
      call: ({ message, response }) => stream(response).end(`id: ${message.id}/1\ndata:\n\n`),
      get: ({ request, response }) => {
        const [id, part] = String(request.headers['last-event-id'] ?? '').split('/');
        if (part === undefined) return response.writeHead(405).end();
        return part === '1'
          ? stream(response).end(`id: ${id}/2\nretry: 20\ndata:\n\n`)
          : stream(response).end(event(answer(Number(id)), `${id}/3`));
      },
    });
    expect(await endings(server)).toEqual(always('ok/none'));
  });

  it('after a reset in the middle of an event', async () => {
    const server = await mcpServer({
      call: ({ message, response }) => {
        stream(response).write(`retry: 10\n${event(NOTE, String(message.id))}`);
        response.write('event: message\ndata: {"jsonrpc"', () => setTimeout(() => response.destroy(), 10));
      },
      get: ({ request, response }) => {
        const id = request.headers['last-event-id'];
        if (id === undefined) response.writeHead(405).end();
        else stream(response).end(event(answer(Number(id)), 'last'));
      },
    });
    expect(await endings(server)).toEqual(always('ok/none'));
  });
});

describe('K1: one verdict from the official client and from ours', () => {
  const called = (how: (id: number, response: Exchange['response']) => unknown): Promise<McpServer> =>
    mcpServer({ call: ({ message, response }) => how(Number(message.id), response) });

  it.each<[string, (id: number, response: Exchange['response']) => unknown, string]>([
    ['an id as text, on an event stream', (id, to) => stream(to).end(event(answer(String(id)))), 'ok/none'],
    [
      'a type in capitals, with a charset',
      (id, to) => json(to, answer(id), { 'content-type': 'Application/JSON; Charset="UTF-8"' }),
      'ok/none',
    ],
    ['raw deflate', (id, to) => json(to, deflateRawSync(answer(id)), { 'content-encoding': 'deflate' }), 'ok/none'],
    [
      'the transfer coding identity, by which a body ends with its connection',
      (id, to) => json(to, answer(id), { 'transfer-encoding': 'identity', connection: 'close' }),
      'ok/none',
    ],
    [
      'an event stream under gzip that stays open',
      (id, to) =>
        stream(to, { 'content-encoding': 'gzip' }).write(
          gzipSync(event(answer(id)), { finishFlush: constants.Z_SYNC_FLUSH }),
        ),
      'ok/none',
    ],
    [
      'an answer before what is no JSON',
      (id, to) => stream(to).end(event(answer(id)) + event('{"jsonrpc"')),
      'ok/none',
    ],
    [
      'an answer before an answer to another call',
      (id, to) => stream(to).end(event(answer(id)) + event(rpc(id + 50, { error: { code: -1, message: 'x' } }))),
      'ok/none',
    ],
    ['a batch of one, as MCP 2025-03-26 has it', (id, to) => json(to, `[${answer(id)}]`), 'ok/none'],
    ['content that is null', (id, to) => json(to, rpc(id, { result: { content: null } })), 'semantic/bad-result'],
    [
      'a failure that is a number',
      (id, to) => json(to, rpc(id, { result: { isError: 1, content: [] } })),
      'semantic/bad-result',
    ],
  ])('%s', async (_name, how, ending) => {
    expect(await endings(await called(how))).toEqual(always(ending));
  });

  it('an id that is another text belongs to no call of either', async () => {
    const server = await called((id, to) => json(to, answer(`call-${id}`)));
    const { executed, executedByOwnClient } = await examine(server.url, [callSpec({ deadlineNs: 300e6 })]);
    expect(executed).toMatchObject([{ outcome: 'deadline' }]);
    expect(executedByOwnClient).toMatchObject([{ outcome: 'semantic', errorClass: 'wrong-id' }]);
  });

  it('JSON under the type of event streams is an answer to neither', async () => {
    const server = await called((id, to) => json(to, answer(id), { 'content-type': 'text/event-stream' }));
    const { executed, executedByOwnClient } = await examine(server.url, [callSpec({ deadlineNs: 300e6 })]);
    expect([...executed, ...executedByOwnClient].map(({ outcome }) => outcome)).not.toContain('ok');
  });
});

describe('K1: without bound', () => {
  it('notifications without end are read until the deadline, in bounded memory', async () => {
    const server = await mcpServer({
      call: ({ response }) => {
        stream(response);
        const more = (): void => {
          while (!response.destroyed && response.write(event(NOTE).repeat(500)));
          response.once('drain', () => setTimeout(more, 5));
        };
        more();
      },
    });
    const before = process.memoryUsage().rss;
    const { executed, executedByOwnClient } = await examine(server.url, [callSpec({ deadlineNs: 400e6 })]);
    expect([...executed, ...executedByOwnClient].map(({ outcome }) => outcome)).toEqual(['deadline', 'deadline']);
    expect(process.memoryUsage().rss - before).toBeLessThan(300e6);
  });

  it('a head without end is no answer of either client', async () => {
    const server = await rawServer((request, { id, method }) => {
      if (method === 'tools/list')
        return [http(200, rpc(id, { result: { tools: [{ name: 'search', inputSchema: { type: 'object' } }] } }))];
      if (method !== 'tools/call') return [http(request.method === 'GET' ? 405 : 202, '')];
      return ['HTTP/1.1 200 OK\r\n', ...Array.from({ length: 200 }, (_, i) => `X-${i}: ${'y'.repeat(4_000)}\r\n`)];
    });
    const { executed, executedByOwnClient } = await examine(server.url, [callSpec({ deadlineNs: 2e9 })]);
    expect([...executed, ...executedByOwnClient].map(({ outcome }) => outcome)).toEqual(['transport', 'transport']);
  });
});

describe("K2: the server's own words", () => {
  const refusal = async (status: number, body: string, headers: readonly string[] = []): Promise<string> => {
    const server = await rawServer(() => [http(status, body, headers)], { raw: true });
    const thrown: unknown = await examine(server.url).catch((error: unknown) => error);
    expect(thrown).toBeInstanceOf(ProblemError);
    const [problem] = (thrown as ProblemError).problems;
    return `${problem?.what} ${problem?.remedy}`;
  };

  it.each<[string, number, string, readonly string[], string]>([
    [
      'in JSON of another form',
      403,
      '{"errors":[{"title":"Quota of the month is used up"}]}',
      [],
      'Quota of the month is used up',
    ],
    ['in another language', 400, '{"message":"Ung\\u00fcltiger Mandant: 42"}', [], 'Ungültiger Mandant: 42'],
    ['as a redirect to another port', 308, '', ['Location: http://127.0.0.1:9/mcp?key=hush'], 'http://127.0.0.1:9/mcp'],
  ])('%s', async (_name, status, body, headers, words) => {
    const told = await refusal(status, body, headers);
    expect(told).toContain(words);
    expect(told).not.toContain('hush');
  });
});

describe('K3: a tool list is taken as far as it can be', () => {
  const planned = { name: 'search', inputSchema: { type: 'object' } };
  it.each<[string, readonly object[], readonly string[]]>([
    [
      'a tool without a name beside the planned one',
      [{ inputSchema: { type: 'object' } }, planned],
      ['tool-malformed'],
    ],
    ['a tool whose schema is true', [{ name: 'any', inputSchema: true }, planned], ['tool-malformed']],
  ])('%s', async (_name, tools, codes) => {
    const server = await listing(tools);
    const { warnings, executed } = await examine(server.url);
    expect(warnings.map(({ code }) => code)).toEqual(codes);
    expect(executed).toMatchObject([{ outcome: 'ok' }]);
  });

  it('a list that names a tool twice', async () => {
    const server = await listing([planned, planned]);
    expect((await examine(server.url)).executed).toMatchObject([{ outcome: 'ok' }]);
  });
});

describe('K5: what is advised can be done', () => {
  it('a whole number beyond 64 bits in a list is sent digit by digit', async () => {
    const digits = '340282366920938463463374607431768211456';
    const seen: string[] = [];
    const server = await rawServer((request, { id, method }) => {
      if (method === 'tools/call') seen.push(request.body);
      if (method === 'tools/list')
        return [
          http(
            200,
            rpc(id, {
              result: {
                tools: [
                  {
                    name: 'search',
                    inputSchema: { properties: { n: { type: 'array', items: { type: 'integer' } } }, type: 'object' },
                  },
                ],
              },
            }),
          ),
        ];
      return [method === undefined ? http(405, '') : http(200, answer(id))];
    });
    const call = callSpec({ arguments: { n: { kind: 'constant', value: [BigInt(digits), 1] } } });
    expect((await examine(server.url, [call])).executed).toMatchObject([{ outcome: 'ok' }]);
    expect(seen).toHaveLength(2);
    for (const body of seen) expect(body).toContain(`"n":[${digits},1]`);
  });
});

describe('K6: the oracle looks at the whole answer', () => {
  const content = [
    { type: 'image', data: 'aGk=', mimeType: 'image/png' },
    { type: 'resource_link', uri: 'a://b', name: 'hull' },
    { type: 'text', text: 'the keel' },
  ];
  const structuredContent = { depth: 4, tags: ['a'] };
  it.each<[string, Expectation, string]>([
    ['a text behind a picture and a link', { kind: 'text', equals: 'the keel' }, 'ok/none'],
    ['structured content beside a text of another form', { kind: 'structured', members: { depth: 4 } }, 'ok/none'],
    ['and a name of a link is no text', { kind: 'contains', part: 'hull' }, 'semantic/wrong-value'],
  ])('%s', async (_name, expectation, ending) => {
    const server = await mcpServer({
      call: ({ message, response }) => json(response, rpc(message.id, { result: { content, structuredContent } })),
    });
    expect(await endings(server, { expect: expectation })).toEqual(always(ending));
  });
});

describe('K7: known beforehand and said', () => {
  it('a call that answers just after its deadline, on a stream', async () => {
    const server = await mcpServer({
      call: ({ message, response }) => {
        stream(response).write(': working\n\n');
        setTimeout(() => response.end(event(answer(message.id))), 400);
      },
    });
    const { warnings } = await examine(server.url, [callSpec({ deadlineNs: 200e6 })]);
    expect(warnings.map(({ code }) => code)).toContain('deadline-too-short');
  });

  it('a deadline that only the second of two calls misses', async () => {
    const server = await mcpServer({
      tools: ['fast', 'slow'].map((name) => ({ name, inputSchema: { type: 'object' } })),
      call: ({ message, response }) =>
        void setTimeout(() => json(response, answer(message.id)), message.params?.['name'] === 'slow' ? 500 : 0),
    });
    const calls = ['fast', 'slow'].map((tool) => callSpec({ tool, deadlineNs: 250e6 }));
    const { warnings } = await examine(server.url, calls);
    expect(warnings.map(({ code, what }) => [code, what.includes('"slow"')])).toEqual([['deadline-too-short', true]]);
  });
});
