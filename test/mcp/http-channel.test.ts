import { createServer, type AddressInfo } from 'node:net';
import { describe, expect, onTestFinished, it, vi } from 'vitest';
import { startToolsMock } from '../../mock-servers/index.js';
import { ProblemError } from '../../src/problem/index.js';
import { SAMPLE_FLAGS } from '../../src/record/index.js';
import { callSpec, drive, http, httpTarget, initializeResult, rawServer, textResult, verdict } from './support.js';

const OK = (id?: number) => http(200, textResult(id, 'x'));

describe('a call over HTTP', () => {
  it('sends one well-formed request and reports what travelled', async () => {
    const server = await rawServer((_request, { id }) => [OK(id)], { sessionId: 'abc' });
    const driver = await drive(httpTarget(server.url, { 'X-Tenant': 'blue' }));
    const slot = await driver.call();
    expect(verdict(slot)).toBe('ok/none');
    const request = server.seen.at(-1);
    expect(request?.head.split('\r\n')).toEqual([
      'POST /mcp HTTP/1.1',
      `Host: 127.0.0.1:${server.port}`,
      'User-Agent: plimsoll',
      'X-Tenant: blue',
      'Accept: application/json, text/event-stream',
      'Accept-Encoding: identity',
      'Content-Type: application/json',
      'MCP-Protocol-Version: 2025-11-25',
      'Mcp-Session-Id: abc',
      `Content-Length: ${request?.body.length}`,
    ]);
    expect(JSON.parse(request?.body ?? '')).toEqual({
      jsonrpc: '2.0',
      id: 2,
      method: 'tools/call',
      params: { name: 'search', arguments: { query: 'hull' } },
    });
    expect(slot.bytesOut).toBe((request?.head.length ?? 0) + 4 + (request?.body.length ?? 0));
    expect(slot.bytesIn).toBe(OK(slot.rpcId).length);
    expect(slot.httpStatus).toBe(200);
    expect(slot.firstByteNs).toBeGreaterThanOrEqual(slot.sentNs);
    expect(slot.doneNs).toBeGreaterThanOrEqual(slot.firstByteNs);
  });

  it('the bytes of arguments outside ASCII are counted and sent as UTF-8', async () => {
    const server = await rawServer((_request, { id }) => [OK(id)]);
    const driver = await drive(httpTarget(server.url), [
      callSpec({ arguments: { q: { kind: 'constant', value: 'Größe 🚢' } } }),
    ]);
    expect(verdict(await driver.call())).toBe('ok/none');
    expect(JSON.parse(server.seen.at(-1)?.body ?? '')).toMatchObject({ params: { arguments: { q: 'Größe 🚢' } } });
  });

  it('the id of the logical call travels only with counted effects, derived answers, or faults in mocks', async () => {
    const server = await rawServer((_request, { id }) => [OK(id)]);
    const driver = await drive(httpTarget(server.url), [
      callSpec({ label: 'a' }),
      callSpec({ label: 'b', effect: 'exactly-once' }),
      callSpec({ label: 'c', expect: { kind: 'derived' } }),
      callSpec({ label: 'd', named: true }),
    ]);
    for (const spec of [0, 1, 2, 3]) await driver.call({ spec, callId: 40 + spec });
    const metas = server.seen
      .slice(-4)
      .map(({ body }) => (JSON.parse(body) as { params: { _meta?: unknown } }).params._meta);
    expect(metas).toEqual([undefined, { 'plimsoll/call': '41' }, { 'plimsoll/call': '42' }, { 'plimsoll/call': '43' }]);
  });

  it('each session counts its own ids from initialize on', async () => {
    const server = await rawServer((_request, { id }) => [OK(id)]);
    const driver = await drive(httpTarget(server.url), [callSpec()], { sessions: 3 });
    const ids: number[] = [];
    for (const session of [0, 0, 1, 2, 0]) ids.push((await driver.call({ session })).rpcId);
    expect(ids).toEqual([2, 3, 2, 2, 4]);
  });

  it('one connection serves call after call; calls in flight together get one each, the last used first', async () => {
    let release: () => void = () => undefined;
    const server = await rawServer((request, { id }) =>
      request.body.includes('"hold"') ? new Promise((resolve) => (release = () => resolve([OK(id)]))) : [OK(id)],
    );
    const driver = await drive(httpTarget(server.url), [
      callSpec({ label: 'a' }),
      callSpec({ label: 'b', arguments: { q: { kind: 'constant', value: 'hold' } } }),
    ]);
    const first = await driver.call();
    const second = await driver.call();
    const held = driver.call({ spec: 1 });
    const beside = await driver.call();
    const again = await driver.call();
    expect(server.sockets).toHaveLength(2);
    release();
    expect(verdict(await held)).toBe('ok/none');
    const reused = [first, second, beside, again].map((slot) => (slot.flags & SAMPLE_FLAGS.reusedConnection) !== 0);
    // The very first call travels on the connection that opened the session, but that had carried no call.
    expect(reused).toEqual([false, true, false, true]);
    expect(server.seen.slice(2).map(({ connection }) => connection)).toEqual([0, 0, 0, 1, 1]);
  });

  it('one connection serves call after call also where a line end follows each answer, at once or later', async () => {
    const server = await rawServer((_request, { id = 0 }) => (id % 2 === 0 ? [`${OK(id)}\r\n`] : [OK(id), '\r\n']));
    const driver = await drive(httpTarget(server.url));
    for (let call = 0; call < 6; call++) expect(verdict(await driver.call())).toBe('ok/none');
    expect(server.sockets).toHaveLength(1);
  });

  it.each(['json', 'sse'] as const)(
    'the mock answers right in %s, with its own stamps in run time',
    async (answers) => {
      const mock = await startToolsMock({
        port: 0,
        answers,
        serviceTime: { kind: 'constant', ns: 2_000_000 },
        queueCapacity: null,
      });
      onTestFinished(() => mock.stop());
      const driver = await drive(
        httpTarget(mock.url),
        [
          callSpec({ arguments: { query: { kind: 'text', bytes: 20 } }, expect: { kind: 'derived' } }),
          callSpec({ tool: 'fail', arguments: {} }),
          callSpec({ tool: 'nope', label: 'nope' }),
        ],
        { sessions: 2 },
      );
      const slots = await Promise.all(Array.from({ length: 24 }, (_, i) => driver.call({ session: i % 2 })));
      expect(new Set(slots.map(verdict))).toEqual(new Set(['ok/none']));
      for (const slot of slots) {
        expect(slot.receivedNs).toBeGreaterThanOrEqual(slot.sentNs);
        expect(slot.startedNs).toBeGreaterThanOrEqual(slot.receivedNs);
        expect(slot.finishedNs - slot.startedNs).toBeGreaterThanOrEqual(2_000_000);
        expect(slot.doneNs).toBeGreaterThanOrEqual(slot.finishedNs);
      }
      expect(verdict(await driver.call({ spec: 1 }))).toBe('tool/tool-error');
      expect(verdict(await driver.call({ spec: 2 }))).toBe('tool/tool-error');
      expect(mock.state().sessions.open).toBe(2);
      await driver.set.close(1e9);
      expect(mock.state().sessions.open).toBe(0);
    },
  );

  it('headers that are ours, malformed or doubled are refused by name, never with their value', async () => {
    const opening = drive(
      httpTarget('http://127.0.0.1:9/mcp', {
        'Content-Length': 's3cret',
        'Bad Name': 's3cret',
        Auth: 's3cret\r\nX: y',
      }),
    );
    const error = await opening.catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ProblemError);
    expect((error as ProblemError).problems.map(({ what }) => what)).toEqual([
      'the header Content-Length is set by plimsoll itself',
      '"Bad Name" is not a header name',
      "the value of the header Auth has characters a header can't carry",
    ]);
    expect(JSON.stringify((error as ProblemError).problems)).not.toContain('s3cret');
  });
});

describe('what goes wrong on the way', () => {
  const CHUNKED = 'HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n';
  const chunk = (text: string) => `${text.length.toString(16)}\r\n${text}\r\n`;
  const event = (data: string) => chunk(`event: message\ndata: ${data}\n\n`);

  it.each<[string, (id: number) => readonly string[], string | RegExp]>([
    ['a reset before the answer', () => ['destroy'], 'transport/connection-reset'],
    ['a close before the answer, on a connection used before', () => ['end'], 'transport/connection-reset'],
    [
      'a reset within the body',
      () => ['HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{"js', 'destroy'],
      /^transport\/(connection-reset|closed-early)$/,
    ],
    [
      'a close within the body',
      () => ['HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{"js', 'end'],
      'transport/closed-early',
    ],
    ['no HTTP', () => ['220 mail.example ESMTP\r\n'], 'transport/http-malformed'],
    [
      'a header folded over two lines',
      (id) => [http(200, textResult(id, 'x')).replace('Content-Type: ', 'X: a\r\n b\r\nContent-Type:\r\n ')],
      'ok/none',
    ],
    ['a first header that goes on from none', () => ['HTTP/1.1 200 OK\r\n b\r\n\r\n'], 'transport/http-malformed'],
    [
      'HTML',
      () => ['HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 6\r\n\r\n<html>'],
      'protocol/content-type',
    ],
    [
      'JSON under the type of a text',
      (id) => [http(200, textResult(id, 'x')).replace('application/json', 'text/plain')],
      'protocol/content-type',
    ],
    [
      'JSON without a type',
      (id) => [`HTTP/1.1 200 OK\r\nContent-Length: ${textResult(id, 'x').length}\r\n\r\n${textResult(id, 'x')}`],
      'protocol/content-type',
    ],
    [
      'a byte order mark before the JSON',
      (id) => [http(200, `\uFEFF${textResult(id, 'x')}`).replace('\uFEFF', '\xef\xbb\xbf')],
      'ok/none',
    ],
    [
      'an accepted request without an answer',
      () => ['HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n'],
      'protocol/not-json-rpc',
    ],
    [
      'a body that says it is enormous',
      () => ['HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n'],
      'generator/answer-too-large',
    ],
    ['500', () => [http(500, 'upstream connect error')], 'transport/http-5xx'],
    [
      '500 with a JSON-RPC error inside',
      () => [http(500, '{"jsonrpc":"2.0","error":{"code":-32603,"message":"x"}}')],
      'protocol/rpc-error',
    ],
    ['a stream that ends without the answer', () => [CHUNKED, '0\r\n\r\n'], 'transport/sse-no-answer'],
    [
      'a stream that is cut',
      () => [CHUNKED, event('{"jsonrpc":"2.0","method":"notifications/progress"}'), 'end'],
      'transport/closed-early',
    ],
    [
      'a stream with an event that is no JSON',
      () => [CHUNKED, event('{"jsonrpc"'), '0\r\n\r\n'],
      'transport/sse-malformed',
    ],
    [
      'a server error as a stream, with a JSON-RPC error inside',
      () => [
        CHUNKED.replace('200', '500'),
        event('{"jsonrpc":"2.0","error":{"code":-32603,"message":"x"}}'),
        '0\r\n\r\n',
      ],
      'protocol/rpc-error',
    ],
    [
      'a stream with only a foreign answer',
      () => [CHUNKED, event(textResult(4711, 'x')), '0\r\n\r\n'],
      'semantic/wrong-id',
    ],
    [
      'a stream with an error without an id',
      () => [CHUNKED, event('{"jsonrpc":"2.0","id":null,"error":{"code":-32700,"message":"x"}}')],
      'protocol/rpc-error',
    ],
    ['an answer byte by byte', (id) => [...OK(id)], 'ok/none'],
    ['an answer after 100 Continue', (id) => [`HTTP/1.1 100 Continue\r\n\r\n${OK(id)}`], 'ok/none'],
    [
      'an answer that ends with the connection',
      (id) => [`HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n${textResult(id, 'x')}`, 'end'],
      'ok/none',
    ],
    [
      'an answer of HTTP/1.0',
      (id) => [`HTTP/1.0 200 OK\r\nContent-Type: application/json\r\n\r\n${textResult(id, 'x')}`, 'end'],
      'ok/none',
    ],
    [
      'a stream with a priming event, notifications and a server request before the answer',
      (id) => [
        CHUNKED,
        chunk('id: 1\ndata:\n\n'),
        event('{"jsonrpc":"2.0","method":"notifications/message"}'),
        event('{"jsonrpc":"2.0","id":9,"method":"ping"}'),
        event(textResult(id, 'x')),
        '0\r\n\r\n',
      ],
      'ok/none',
    ],
  ])('%s', async (_name, answer, expected) => {
    const server = await rawServer((request, { id }) =>
      request.body.includes('"first"') ? [OK(id)] : answer(id ?? 0),
    );
    const driver = await drive(httpTarget(server.url), [
      callSpec({ label: 'a' }),
      callSpec({ label: 'b', arguments: { q: { kind: 'constant', value: 'first' } } }),
    ]);
    await driver.call({ spec: 1 });
    const slot = await driver.call();
    expect(verdict(slot)).toMatch(expected);
    expect(slot.doneNs).toBeGreaterThanOrEqual(slot.sentNs);
    // The session goes on, on whatever connection.
    expect(verdict(await driver.call({ spec: 1 }))).toBe('ok/none');
    expect(driver.completions).toHaveLength(3);
  });

  it('a stale idle connection fails the call and nothing is sent twice', async () => {
    let calls = 0;
    const server = await rawServer((_request, { id }) => (++calls === 2 ? ['end'] : [OK(id)]));
    const driver = await drive(httpTarget(server.url));
    await driver.call();
    const stale = await driver.call();
    expect([verdict(stale), stale.flags & SAMPLE_FLAGS.reusedConnection, stale.bytesIn]).toEqual([
      'transport/connection-reset',
      1,
      0,
    ]);
    expect(Number.isNaN(stale.firstByteNs)).toBe(true);
    await driver.call();
    expect(calls).toBe(3);
  });

  it('an idle connection that the server closes is dropped before the next call', async () => {
    const server = await rawServer((_request, { id }) => [OK(id), 'end']);
    const driver = await drive(httpTarget(server.url));
    expect(verdict(await driver.call())).toBe('ok/none');
    // Both ends have seen the end of the connection when the server's side is destroyed.
    await vi.waitFor(() => expect(server.sockets[0]?.destroyed).toBe(true));
    const next = await driver.call();
    expect([verdict(next), next.flags & SAMPLE_FLAGS.reusedConnection]).toEqual(['ok/none', 0]);
  });

  it('bytes that belong to no request cost the connection, not the answer', async () => {
    const server = await rawServer((_request, { id }) => [OK(id) + 'HTTP/1.1 200 OK\r\n']);
    const driver = await drive(httpTarget(server.url));
    for (let i = 0; i < 3; i++) expect(verdict(await driver.call())).toBe('ok/none');
    expect(server.sockets).toHaveLength(3);
  });

  it('an answer on an open stream completes the call; the connection is used again only after its end', async () => {
    const enders: (() => void)[] = [];
    const server = await rawServer((request, { id }) => {
      const socket = server.sockets[request.connection];
      enders.push(() => socket?.write('0\r\n\r\n'));
      return [CHUNKED, event(textResult(id, 'x'))];
    });
    const driver = await drive(httpTarget(server.url));
    expect(verdict(await driver.call())).toBe('ok/none');
    expect(verdict(await driver.call())).toBe('ok/none');
    expect(server.sockets).toHaveLength(2);
    enders[0]?.();
    await vi.waitFor(async () => {
      const before = server.sockets.length;
      expect(verdict(await driver.call())).toBe('ok/none');
      expect(server.sockets.length).toBe(before);
      enders.at(-1)?.();
    });
  });

  it('a server that never ends its streams costs a bounded number of connections', async () => {
    const server = await rawServer((_request, { id }) => [CHUNKED, event(textResult(id, 'x'))]);
    const driver = await drive(httpTarget(server.url), [callSpec()], { inFlightPerSession: 1 });
    for (let i = 0; i < 30; i++) expect(verdict(await driver.call())).toBe('ok/none');
    await vi.waitFor(() => expect(server.sockets.filter((socket) => !socket.destroyed).length).toBeLessThanOrEqual(9));
  });

  it('a port without a listener: refused while opening, and as an outcome during the run', async () => {
    const server = await rawServer((_request, { id }) => [OK(id)]);
    const driver = await drive(httpTarget(server.url));
    server.server.close();
    for (const socket of server.sockets) socket.destroy();
    await vi.waitFor(async () => expect(verdict(await driver.call())).toBe('transport/connect-refused'));
    const error = await drive(httpTarget(server.url)).catch((thrown: unknown) => thrown);
    expect((error as ProblemError).problems[0]?.code).toBe('connection-refused');
  });

  it('an abandoned attempt is never completed, and its connection is closed', async () => {
    const server = await rawServer((request, { id }) =>
      request.body.includes('"hang"') ? new Promise<never>(() => undefined) : [OK(id)],
    );
    const driver = await drive(httpTarget(server.url), [
      callSpec({ label: 'a', arguments: { q: { kind: 'constant', value: 'hang' } } }),
      callSpec({ label: 'b' }),
    ]);
    const slot = driver.begin();
    await vi.waitFor(() => expect(server.seen.some(({ body }) => body.includes('"hang"'))).toBe(true));
    driver.channel().abandon(slot, true);
    driver.channel().abandon(slot, true);
    await vi.waitFor(() => expect(server.sockets[0]?.destroyed).toBe(true));
    expect(verdict(await driver.call({ spec: 1 }))).toBe('ok/none');
    expect(driver.completions).not.toContain(slot);
  });
});

describe('a session', () => {
  it('that the server forgets: the call fails, later ones fail unsent, a new session is opened', async () => {
    let current = 0;
    let reopening: () => void = () => undefined;
    const server = await rawServer(
      async (request, message) => {
        if (message.method === 'initialize') {
          if (current > 0) await new Promise<void>((resolve) => (reopening = resolve));
          return [http(200, initializeResult(message.id ?? 0), [`Mcp-Session-Id: s${++current}`])];
        }
        if (message.method === 'notifications/initialized')
          return ['HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n'];
        if (request.method === 'DELETE') return [http(200, '')];
        return request.head.includes(`Mcp-Session-Id: s${current}`) && !request.body.includes('"forget"')
          ? [OK(message.id)]
          : [http(404, '{"jsonrpc":"2.0","id":null,"error":{"code":-32001,"message":"Session not found"}}')];
      },
      { raw: true },
    );
    const driver = await drive(httpTarget(server.url), [
      callSpec({ label: 'a' }),
      callSpec({ label: 'b', arguments: { q: { kind: 'constant', value: 'forget' } } }),
    ]);
    expect(verdict(await driver.call())).toBe('ok/none');
    const lost = await driver.call({ spec: 1 });
    expect([verdict(lost), lost.httpStatus, lost.rpcCode]).toEqual(['session/http-404', 404, -32001]);
    const unsent = await driver.call();
    expect([verdict(unsent), unsent.bytesOut, unsent.httpStatus]).toEqual(['session/session-unknown', 0, 0]);
    const given = driver.begin();
    driver.channel().abandon(given, true);
    await vi.waitFor(() => expect(server.seen.filter(({ body }) => body.includes('"initialize"'))).toHaveLength(2));
    reopening();
    await driver.event('reopened');
    const after = await driver.call();
    expect(verdict(after)).toBe('ok/none');
    expect(driver.completions).not.toContain(given);
    expect(driver.events.map((event) => (event.type === 'session' ? event.edge : event.type))).toEqual([
      'opened',
      'failure-example',
      'lost',
      'reopened',
    ]);
    await driver.set.close(1e9);
    expect(
      server.seen
        .filter(({ method }) => method === 'DELETE')
        .map(({ head }) => /Mcp-Session-Id: (\S+)/.exec(head)?.[1]),
    ).toEqual(['s2']);
  });

  it('calls in flight in the old session do not lose the new one', async () => {
    const answers: (() => void)[] = [];
    let sessions = 0;
    const server = await rawServer(
      (_request, { id }) =>
        sessions === 1 ? new Promise((resolve) => answers.push(() => resolve([http(404, '')]))) : [OK(id)],
      {
        sessionId: () => `s${++sessions}`,
      },
    );
    const driver = await drive(httpTarget(server.url));
    const both = [driver.call(), driver.call()];
    await vi.waitFor(() => expect(answers).toHaveLength(2));
    answers[0]?.();
    await driver.event('reopened');
    answers[1]?.();
    expect((await Promise.all(both)).map(verdict)).toEqual(['session/http-404', 'session/http-404']);
    expect(verdict(await driver.call())).toBe('ok/none');
    expect(sessions).toBe(2);
  });

  it('opening is tried again until the server has come back', async () => {
    let initializes = 0;
    const server = await rawServer(
      (request, message) => {
        if (message.method === 'initialize') {
          return ++initializes === 2
            ? ['destroy']
            : [http(200, initializeResult(message.id ?? 0), [`Mcp-Session-Id: s${initializes}`])];
        }
        if (message.method === 'tools/call') return [request.head.includes('s1') ? http(404, '') : OK(message.id)];
        return [http(202, '')];
      },
      { raw: true },
    );
    const driver = await drive(httpTarget(server.url));
    expect(verdict(await driver.call())).toBe('session/http-404');
    await driver.event('reopened');
    expect(verdict(await driver.call())).toBe('ok/none');
    expect(initializes).toBe(3);
  });

  it('a server without session ids: a 404 is no loss, and closing deletes nothing', async () => {
    const server = await rawServer(() => [http(404, '')]);
    const driver = await drive(httpTarget(server.url));
    expect(verdict(await driver.call())).toBe('session/http-404');
    await driver.set.close(1e9);
    expect(driver.events.filter((event) => event.type === 'session').map((event) => event.edge)).toEqual([
      'opened',
      'closed',
    ]);
    expect(server.seen.map(({ method }) => method)).not.toContain('DELETE');
  });

  it('closing while a lost session is being reopened ends at once', async () => {
    let initializes = 0;
    const server = await rawServer(
      (_request, message) => {
        if (message.method === 'initialize')
          return ++initializes > 1
            ? new Promise<never>(() => undefined)
            : [http(200, initializeResult(message.id ?? 0), ['Mcp-Session-Id: a'])];
        return [message.method === 'tools/call' ? http(404, '') : http(202, '')];
      },
      { raw: true },
    );
    const driver = await drive(httpTarget(server.url));
    await driver.call();
    await vi.waitFor(() => expect(initializes).toBe(2));
    await driver.set.close(1e9);
    await vi.waitFor(() => expect(server.sockets.every((socket) => socket.destroyed)).toBe(true));
  });

  it('initialize may be answered as a stream, in an older revision', async () => {
    const server = await rawServer((_request, { id }) => [OK(id)]);
    const streaming = await rawServer(
      (_request, message) => {
        if (message.method !== 'initialize')
          return message.method === 'tools/call' ? [OK(message.id)] : [http(202, '')];
        const data = `data: ${initializeResult(message.id ?? 0, '2025-03-26')}\n\n`;
        return [
          'HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nMcp-Session-Id: q\r\n' +
            'Transfer-Encoding: chunked\r\n\r\n' +
            `${data.length.toString(16)}\r\n${data}\r\n`,
          '0\r\n\r\n',
        ];
      },
      { raw: true },
    );
    expect(server.seen).toHaveLength(0);
    const driver = await drive(httpTarget(streaming.url));
    expect(verdict(await driver.call())).toBe('ok/none');
    expect(streaming.seen.at(-1)?.head).toContain('MCP-Protocol-Version: 2025-03-26\r\nMcp-Session-Id: q');
  });

  it.each<[string, string | readonly string[], string]>([
    ['401', http(401, ''), 'not-authorised'],
    ['404', http(404, 'x'), 'not-an-mcp-server'],
    [
      'a redirect',
      'HTTP/1.1 308 X\r\nLocation: https://elsewhere/mcp\r\nContent-Length: 0\r\n\r\n',
      'target-redirects',
    ],
    ['503', http(503, ''), 'target-overloaded'],
    ['500', http(500, ''), 'initialize-failed'],
    ['HTML', http(200, '<html>'), 'not-an-mcp-server'],
    ['an error', http(200, '{"jsonrpc":"2.0","id":1,"error":{"code":-32602,"message":"no"}}'), 'initialize-refused'],
    ['a future revision', http(200, initializeResult(1, '2026-07-28')), 'revision-unsupported'],
    ['a reset', ['destroy'], 'opening-broke-off'],
    ['another protocol', '220 smtp\r\n', 'opening-broke-off'],
  ])(
    'that is answered with %s while it opens is reported as such, and everything is closed',
    async (_name, answer, code) => {
      const server = await rawServer(() => (typeof answer === 'string' ? [answer] : answer), { raw: true });
      const error = await drive(httpTarget(server.url), [callSpec()], { sessions: 20 }).catch(
        (thrown: unknown) => thrown,
      );
      expect(error).toBeInstanceOf(ProblemError);
      expect((error as ProblemError).kind).toBe('preflight');
      expect((error as ProblemError).problems.map((problem) => problem.code)).toEqual([code]);
      await vi.waitFor(() => expect(server.sockets.every((socket) => socket.destroyed)).toBe(true));
    },
  );

  it('sixty sessions open, at most sixteen at once', async () => {
    let now = 0;
    let most = 0;
    const server = await rawServer(
      async (_request, message) => {
        if (message.method === 'initialize') {
          most = Math.max(most, ++now);
          await new Promise((resolve) => setTimeout(resolve, 2));
          return [http(200, initializeResult(message.id ?? 0))];
        }
        now--;
        return [http(202, '')];
      },
      { raw: true },
    );
    const driver = await drive(httpTarget(server.url), [callSpec()], { sessions: 60 });
    expect(driver.set.channels.map((channel) => channel.session)).toEqual(Array.from({ length: 60 }, (_, i) => i));
    expect(most).toBeLessThanOrEqual(16);
    expect(most).toBeGreaterThan(1);
  });

  it('a name that resolves to several addresses is reached on the one that listens', async () => {
    const server = createServer((socket) => socket.end());
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close());
    const { port } = server.address() as AddressInfo;
    const error = await drive(httpTarget(`http://localhost:${port}/mcp`)).catch((thrown: unknown) => thrown);
    // It was reached: not refused, but broken off.
    expect((error as ProblemError).problems[0]?.code).toBe('opening-broke-off');
  });
});
