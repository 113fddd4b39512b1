import { derivedAnswer } from '../../src/protocol/index.js';
import { once } from 'node:events';
import { Agent, request, type IncomingMessage } from 'node:http';
import { describe, expect, it } from 'vitest';
import { startGatewayMock, type ToolsMock } from '../../mock-servers/index.js';
import {
  callBody,
  initialize,
  post,
  rpcOf,
  sendRaw,
  Session,
  stampsOf,
  until,
  USUAL_HEADERS,
  withMock,
} from './client.js';

const CALL = callBody('search', { query: 'hull' });

async function statusAndCode(
  mock: ToolsMock,
  body: string,
  headers: Readonly<Record<string, string>>,
): Promise<unknown> {
  const answer = await post(mock.url, body, headers);
  const { error } = rpcOf(answer);
  return [answer.status, error?.code];
}

describe('sessions', () => {
  it('begin with initialize, which mints an id and agrees on a revision', async () => {
    await withMock({}, async (mock) => {
      for (const [asked, agreed] of [
        ['2025-11-25', '2025-11-25'],
        ['2025-06-18', '2025-06-18'],
        ['2025-03-26', '2025-03-26'],
        ['2024-11-05', '2024-11-05'],
        ['2026-07-28', '2025-11-25'],
        ['nonsense', '2025-11-25'],
      ] as const) {
        const answer = await post(mock.url, initialize(asked), USUAL_HEADERS);
        expect(answer.status).toBe(200);
        expect(answer.headers.get('mcp-session-id')).toMatch(/^[\x21-\x7e]{16,}$/);
        expect(rpcOf(answer)).toMatchObject({
          jsonrpc: '2.0',
          id: 0,
          result: { protocolVersion: agreed, capabilities: { tools: {} } },
        });
      }
      expect(mock.state().sessions).toEqual({ open: 6, opened: 6 });
    });
  });

  it('are required, must be known, and end with DELETE', async () => {
    await withMock({}, async (mock) => {
      const session = await Session.open(mock);
      const other = await Session.open(mock);
      expect(await statusAndCode(mock, CALL, USUAL_HEADERS)).toEqual([400, -32000]);
      expect(await statusAndCode(mock, CALL, { ...session.headers, 'mcp-session-id': 'unknown' })).toEqual([
        404, -32001,
      ]);
      expect((await fetch(mock.url, { method: 'DELETE' })).status).toBe(400);
      expect((await fetch(mock.url, { method: 'DELETE', headers: session.headers })).status).toBe(200);
      expect((await fetch(mock.url, { method: 'DELETE', headers: session.headers })).status).toBe(404);
      expect(await statusAndCode(mock, CALL, session.headers)).toEqual([404, -32001]);
      expect((await other.call('search', { query: 'hull' })).status).toBe(200);
      expect(mock.state().sessions).toEqual({ open: 1, opened: 2 });
    });
  });

  it('cannot be initialized twice', async () => {
    await withMock({}, async (mock) => {
      const session = await Session.open(mock);
      expect(await statusAndCode(mock, initialize(), session.headers)).toEqual([400, -32600]);
      expect(await statusAndCode(mock, initialize(), { ...USUAL_HEADERS, 'mcp-session-id': 'unknown' })).toEqual([
        404, -32001,
      ]);
    });
  });
});

describe('requests that are refused', () => {
  it('each get the status and code of their fault, with the id where there is one', async () => {
    await withMock({}, async (mock) => {
      const { headers } = await Session.open(mock);
      const cases: readonly (readonly [string, string, Readonly<Record<string, string>>, number, number])[] = [
        ['no Accept for SSE', CALL, { ...headers, accept: 'application/json' }, 406, -32000],
        ['no Accept for JSON', CALL, { ...headers, accept: 'text/event-stream' }, 406, -32000],
        ['wrong content type', CALL, { ...headers, 'content-type': 'text/plain' }, 415, -32000],
        [
          'a content type that only begins alike',
          CALL,
          { ...headers, 'content-type': 'application/jsonp' },
          415,
          -32000,
        ],
        ['no JSON', '{"jsonrpc":', headers, 400, -32700],
        ['empty body', '', headers, 400, -32700],
        ['a batch', `[${CALL}]`, headers, 400, -32600],
        ['no object', '7', headers, 400, -32600],
        ['wrong JSON-RPC version', CALL.replace('"2.0"', '"1.0"'), headers, 400, -32600],
        ['id that is an object', '{"jsonrpc":"2.0","id":{},"method":"ping"}', headers, 400, -32600],
        ['id that is null', '{"jsonrpc":"2.0","id":null,"method":"ping"}', headers, 400, -32600],
        ['id that is a fraction', '{"jsonrpc":"2.0","id":1.5,"method":"ping"}', headers, 400, -32600],
        ['params that are a list', '{"jsonrpc":"2.0","id":1,"method":"ping","params":[]}', headers, 400, -32600],
        ['unsupported revision', CALL, { ...headers, 'mcp-protocol-version': '2024-10-07' }, 400, -32000],
        ['foreign origin', CALL, { ...headers, origin: 'https://example.com' }, 403, -32000],
        ['opaque origin', CALL, { ...headers, origin: 'null' }, 403, -32000],
        ['unknown method', '{"jsonrpc":"2.0","id":"m","method":"sampling/createMessage"}', headers, 200, -32601],
        ['call without a name', '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{}}', headers, 200, -32602],
        [
          'arguments that are a list',
          '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"search","arguments":[]}}',
          headers,
          200,
          -32602,
        ],
        ['initialize without a revision', '{"jsonrpc":"2.0","id":1,"method":"initialize"}', USUAL_HEADERS, 200, -32602],
      ];
      for (const [what, body, sent, status, code] of cases) {
        expect([what, ...((await statusAndCode(mock, body, sent)) as unknown[])]).toEqual([what, status, code]);
      }
      expect(mock.truth()).toEqual([]);
    });
  });

  it('include every path of a mock and of a gateway for a page of another site', async () => {
    const origin = 'https://example.com';
    await withMock({}, async (mock) => {
      const session = await Session.open(mock);
      await session.call('book', { berth: 'x' });
      const front = await startGatewayMock({ upstreams: [{ name: 'backend', url: mock.url }] });
      try {
        for (const [method, path] of [
          ['POST', '/plimsoll/reset'],
          ['GET', '/plimsoll/truth'],
          ['GET', '/plimsoll/state'],
          ['POST', '/plimsoll/faults'],
          ['GET', '/anything'],
          ['POST', '/mcp'],
        ] as const)
          for (const { url } of [mock, front]) {
            const { status } = await fetch(new URL(path, url), { method, headers: { origin } });
            expect(`${method} ${path} ${status}`).toBe(`${method} ${path} 403`);
          }
      } finally {
        await front.stop();
      }
      // Nothing was forgotten.
      expect(mock.truth()).toHaveLength(1);
    });
  });

  it('do not include what is unusual but right', async () => {
    await withMock({}, async (mock) => {
      const { headers } = await Session.open(mock);
      const { 'mcp-protocol-version': revision, ...unversioned } = headers;
      expect(revision).toBe('2025-11-25');
      for (const sent of [
        unversioned,
        { ...headers, 'content-type': 'Application/JSON; charset=utf-8' },
        { ...headers, origin: 'http://localhost:1234' },
        { ...headers, origin: 'http://127.0.0.1' },
        { ...headers, origin: 'http://[::1]:80' },
        { ...headers, accept: 'text/event-stream;q=0.5, application/json' },
      ]) {
        expect((await post(mock.url, CALL, sent)).status).toBe(200);
      }
      expect((await post(`${mock.url}?key=value`, CALL, headers)).status).toBe(200);
    });
  });

  it('have 413 for a body over 4 MiB, announced or chunked, and leave the connection usable', async () => {
    await withMock({}, async (mock) => {
      const session = await Session.open(mock);
      const fits = callBody('search', { query: 'x'.repeat(4 * 1024 * 1024 - 200) });
      expect((await post(mock.url, fits, session.headers)).status).toBe(200);
      const tooLarge = callBody('search', { query: 'x'.repeat(4 * 1024 * 1024) });
      expect((await post(mock.url, tooLarge, session.headers)).status).toBe(413);
      const status = await new Promise<number | undefined>((resolve, reject) => {
        const sent = request(mock.url, { method: 'POST', headers: session.headers, agent: false }, (response) => {
          response.resume();
          resolve(response.statusCode);
        });
        sent.on('error', reject);
        for (let part = 0; part < 5; part++) sent.write('x'.repeat(1024 * 1024));
        sent.end();
      });
      expect(status).toBe(413);
      expect((await session.call('search', { query: 'hull' })).status).toBe(200);
    });
  });

  it('are 405 for methods without a meaning here, GET among them, and 404 for other paths', async () => {
    await withMock({}, async (mock) => {
      const session = await Session.open(mock);
      for (const method of ['GET', 'PUT']) {
        const response = await fetch(mock.url, { method, headers: session.headers });
        expect([response.status, response.headers.get('allow')]).toEqual([405, 'POST, DELETE']);
      }
      for (const path of ['/', '/mcp/', '/plimsoll/', '/plimsoll/nothing', '/plimsoll/reset']) {
        expect((await fetch(new URL(path, mock.url))).status).toBe(404);
      }
    });
  });
});

describe('messages that are answered', () => {
  it('are ping with an empty result, and notifications and responses with 202 and nothing', async () => {
    await withMock({}, async (mock) => {
      const session = await Session.open(mock);
      expect(rpcOf(await session.request('ping'))).toEqual({ jsonrpc: '2.0', id: 1, result: {} });
      for (const body of [
        '{"jsonrpc":"2.0","method":"notifications/initialized"}',
        '{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":1}}',
        '{"jsonrpc":"2.0","id":7,"result":{}}',
      ]) {
        const answer = await post(mock.url, body, session.headers);
        expect([answer.status, answer.text]).toEqual([202, '']);
      }
      expect(mock.state().methods).toMatchObject({
        'notifications/initialized': 1,
        'notifications/cancelled': 1,
        other: 1,
      });
    });
  });

  it('are tools/list with schemas and honest annotations', async () => {
    await withMock({}, async (mock) => {
      const { result } = rpcOf(await (await Session.open(mock)).request('tools/list'));
      const tools = result?.['tools'] as readonly {
        name: string;
        annotations: { readOnlyHint: boolean };
        inputSchema: unknown;
      }[];
      expect(tools.map(({ name, annotations }) => [name, annotations.readOnlyHint])).toEqual([
        ['search', true],
        ['book', false],
        ['fail', true],
      ]);
      expect(tools[0]?.inputSchema).toMatchObject({ type: 'object', required: ['query'] });
    });
  });

  it('are calls with the derived answer, the call id and ordered stamps, in both forms', async () => {
    for (const answers of ['json', 'sse'] as const) {
      await withMock({ answers }, async (mock) => {
        const session = await Session.open(mock);
        const answer = await session.call('search', { query: 'hull "ü" \u2028' }, 'call "ü"');
        expect(answer.headers.get('content-type')).toBe(answers === 'sse' ? 'text/event-stream' : 'application/json');
        const response = rpcOf(answer);
        const text = derivedAnswer('search', '{"query":"hull \\"ü\\" \u2028"}');
        expect(response).toMatchObject({ jsonrpc: '2.0', id: 1, result: { content: [{ type: 'text', text }] } });
        expect(response.result?.isError).toBeUndefined();
        expect(response.result?._meta?.['plimsoll/call']).toBe('call "ü"');
        const { received, started, finished } = stampsOf(response);
        expect(BigInt(received) <= BigInt(started) && BigInt(started) <= BigInt(finished)).toBe(true);
        const before = process.hrtime.bigint();
        expect(BigInt(finished) < before && before - BigInt(received) < 60_000_000_000n).toBe(true);
      });
    }
  });

  it('keep ids as they came, numbers and texts', async () => {
    await withMock({}, async (mock) => {
      const { headers } = await Session.open(mock);
      for (const id of [0, -1, 9007199254740991, 'text "quoted"', '']) {
        const answer = await post(
          mock.url,
          JSON.stringify({
            jsonrpc: '2.0',
            id,
            method: 'tools/call',
            params: { name: 'search', arguments: { query: 'x' } },
          }),
          headers,
        );
        expect(rpcOf(answer).id).toBe(id);
      }
      expect(mock.truth().map((row) => row.rpcId)).toEqual([0, -1, 9007199254740991, 'text "quoted"', '']);
    });
  });

  it('derive the answer from the value of the arguments, not from their spelling', async () => {
    await withMock(
      { tools: [{ name: 't', description: '', inputSchema: { type: 'object' }, effect: false, alwaysFails: false }] },
      async (mock) => {
        const { headers } = await Session.open(mock);
        const texts: (string | undefined)[] = [];
        for (const args of ['{"a":1.0,"b":[true]}', '{ "b" : [ true ], "\\u0061" : 1 }']) {
          const answer = await post(
            mock.url,
            `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"t","arguments":${args}}}`,
            headers,
          );
          texts.push(rpcOf(answer).result?.content?.[0]?.text);
        }
        texts.push(
          rpcOf(await post(mock.url, '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"t"}}', headers))
            .result?.content?.[0]?.text,
        );
        const derived = derivedAnswer('t', '{"a":1,"b":[true]}');
        expect(texts).toEqual([derived, derived, derivedAnswer('t', '{}')]);
      },
    );
  });

  it(
    'are tool errors, with stamps, for an unknown tool, for bad arguments and from a tool that always ' + 'fails',
    async () => {
      await withMock({}, async (mock) => {
        const session = await Session.open(mock);
        for (const [name, args, text] of [
          ['nothing', {}, 'Unknown tool: nothing'],
          ['search', {}, 'Invalid arguments for tool search: missing argument "query"'],
          ['search', { query: 7 }, 'Invalid arguments for tool search: argument "query" must be string'],
          ['book', { berth: null }, 'Invalid arguments for tool book: argument "berth" must be string'],
          ['fail', {}, 'fail always fails'],
        ] as const) {
          const answer = await session.call(name, args);
          const { result } = rpcOf(answer);
          expect([answer.status, result?.isError, result?.content]).toEqual([200, true, [{ type: 'text', text }]]);
          expect(stampsOf(rpcOf(answer)).finished).toMatch(/^\d+$/);
        }
        expect(mock.truth().map(({ tool, outcome }) => [tool, outcome])).toEqual([['fail', 'tool-error']]);
      });
    },
  );

  it('send the head of an SSE answer when the call is accepted, its event when it is served', async () => {
    await withMock({ answers: 'sse', serviceTime: { kind: 'constant', ns: 300_000_000 } }, async (mock) => {
      const session = await Session.open(mock);
      const sent = sendRaw(session, CALL);
      const finishedAtHead = await new Promise<string | null | undefined>((resolve) => {
        sent.once('response', (response) => {
          resolve(mock.truth()[0]?.actualFinishNs);
          response.resume();
        });
      });
      expect(finishedAtHead).toBeNull();
      await until(() => mock.truth()[0]?.outcome === 'ok');
    });
  });

  it('survive arguments nested as deep as a body can hold', async () => {
    await withMock({}, async (mock) => {
      const session = await Session.open(mock);
      const deep = '['.repeat(1_000_000) + ']'.repeat(1_000_000);
      const params = `{"name":"search","arguments":{"query":"x","deep":${deep}}}`;
      const body = `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":${params}}`;
      expect(await statusAndCode(mock, body, session.headers)).toEqual([200, -32602]);
      expect((await session.call('search', { query: 'hull' })).status).toBe(200);
    });
  });
});

describe('connections', () => {
  it('stay open between calls and are distinguished in the truth', async () => {
    await withMock({}, async (mock) => {
      const session = await Session.open(mock);
      const agent = new Agent({ keepAlive: true, maxSockets: 1 });
      for (let n = 0; n < 5; n++) {
        const [response] = (await once(sendRaw(session, CALL, agent), 'response')) as [IncomingMessage];
        expect(response.headers['keep-alive']).toBeUndefined();
        response.resume();
        await once(response, 'end');
      }
      agent.destroy();
      const used = new Set(mock.truth().map((row) => row.connection));
      expect(used.size).toBe(1);
      sendRaw(session, CALL);
      await until(() => mock.truth().length === 6);
      expect(used.has(mock.truth()[5]?.connection ?? 0)).toBe(false);
    });
  });
});
