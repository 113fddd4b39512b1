/** HTTP+SSE, the transport of MCP 2024-11-05: sessions, answers, losses, and the official clients beside ours. */
import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startToolsMock } from '../../mock-servers/index.js';
import type { ToolsMockOptions } from '../../src/protocol/index.js';
import { preflight } from '../../src/mcp/index.js';
import type { CallTarget } from '../../src/scenario/index.js';
import { callSpec, drive, httpTarget, initializeResult, protocol, textResult, verdict } from './support.js';

const DERIVED = callSpec({ expect: { kind: 'derived' } });

const overSse = (url: string): CallTarget => ({ kind: 'http', url, headers: {}, transport: 'http-sse' });

async function sseMock(options: Partial<ToolsMockOptions> = {}) {
  const mock = await startToolsMock({ transport: 'http-sse', path: '/sse', ...options });
  onTestFinished(() => mock.stop());
  return mock;
}

/** A server on plain sockets: the test writes to the stream by itself. */
async function rawSse(endpoint: string, take: (stream: Socket, message: { id?: number; method?: string }) => void) {
  const streams: Socket[] = [];
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    let text = '';
    socket.on('data', (chunk) => {
      text += chunk.toString();
      for (;;) {
        const end = text.indexOf('\r\n\r\n');
        if (end === -1) return;
        const head = text.slice(0, end);
        const length = Number(/content-length: (\d+)/i.exec(head)?.[1] ?? 0);
        if (text.length < end + 4 + length) return;
        const body = text.slice(end + 4, end + 4 + length);
        text = text.slice(end + 4 + length);
        if (head.startsWith('GET')) {
          streams.push(socket);
          socket.write('HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n');
          socket.write(`event: endpoint\ndata: ${endpoint}\n\n`);
          continue;
        }
        const message = JSON.parse(body) as { id?: number; method?: string };
        socket.write('HTTP/1.1 202 Accepted\r\nContent-Length: 8\r\n\r\nAccepted');
        const stream = streams.at(-1);
        if (stream === undefined) continue;
        if (message.method === 'initialize') say(stream, initializeResult(message.id ?? 0, '2024-11-05'));
        else if (message.id !== undefined) take(stream, message);
      }
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  onTestFinished(() => {
    for (const stream of streams) stream.destroy();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/sse`, streams };
}

const say = (stream: Socket, json: string): boolean => stream.write(`event: message\ndata: ${json}\n\n`);

describe('the channel over HTTP+SSE', () => {
  it('gets every answer on the stream of its session, and ends the session with it', async () => {
    const mock = await sseMock();
    const driver = await drive(overSse(mock.url), [DERIVED], { sessions: 3 });
    const calls = Array.from({ length: 30 }, (_, n) => driver.call({ session: n % 3 }));
    expect((await Promise.all(calls)).map(verdict)).toEqual(calls.map(() => 'ok/none'));
    expect(mock.state()).toMatchObject({
      sessions: { open: 3, opened: 3 },
      methods: { initialize: 3, 'notifications/initialized': 3, 'tools/call': 30, GET: 3 },
    });
    await driver.set.close(1e9);
    await expect.poll(() => mock.state().sessions.open).toBe(0);
  });

  it('has the stamps of the mock, and waits of calls in the truth', async () => {
    const mock = await sseMock({ serviceTime: { kind: 'constant', ns: 5e6 } });
    const driver = await drive(overSse(mock.url), [DERIVED]);
    const slot = await driver.call();
    expect(slot.finishedNs - slot.startedNs).toBeGreaterThanOrEqual(5e6);
    expect(slot.doneNs).toBeGreaterThan(slot.finishedNs);
    expect(slot.httpStatus).toBe(200);
  });

  it('takes answers in any order, each by its id', async () => {
    const waiting: (number | undefined)[] = [];
    const server = await rawSse('/message?sessionId=1', (stream, { id }) => {
      waiting.unshift(id);
      if (waiting.length === 3) for (const each of waiting) say(stream, textResult(each, `text ${each}`));
    });
    const driver = await drive(overSse(server.url));
    const slots = await Promise.all([driver.call(), driver.call(), driver.call()]);
    expect(slots.map(verdict)).toEqual(['ok/none', 'ok/none', 'ok/none']);
    expect(driver.completions.map(({ callId }) => callId)).toEqual([2, 1, 0]);
  });

  it('answers what the server asks on the stream', async () => {
    const answers: unknown[] = [];
    const server = await rawSse('/message', (stream, message) => {
      if (message.method === undefined) answers.push(message);
      else {
        say(stream, '{"jsonrpc":"2.0","id":"q","method":"ping"}');
        setTimeout(() => say(stream, textResult(message.id, 'late')), 20);
      }
    });
    const driver = await drive(overSse(server.url));
    expect(verdict(await driver.call())).toBe('ok/none');
    expect(answers).toEqual([{ jsonrpc: '2.0', id: 'q', result: {} }]);
  });

  it('loses what is in flight with its stream, refuses calls meanwhile, and opens another session', async () => {
    const server = await rawSse('/message', (stream, { id }) => {
      if (server.streams.length === 1) stream.destroy();
      else say(stream, textResult(id, 'again'));
    });
    const driver = await drive(overSse(server.url));
    const [first] = await Promise.all([driver.call()]);
    expect(verdict(first)).toMatch(/^transport\/(?:closed-early|connection-reset)$/);
    expect(verdict(await driver.call())).toBe('session/session-unknown');
    await driver.event('reopened');
    expect(verdict(await driver.call())).toBe('ok/none');
    expect(driver.events.flatMap((event) => (event.type === 'session' ? [event.edge] : []))).toEqual([
      'opened',
      'lost',
      'reopened',
    ]);
  });

  it('that it ends itself for an event over its limit is charged to no server, until another is lost', async () => {
    const server = await rawSse('/message', (stream, { id }) => {
      if (server.streams.length === 1) say(stream, 'z'.repeat(17 << 20));
      else if (server.streams.length === 2) stream.destroy();
      else say(stream, textResult(id, 'again'));
    });
    const driver = await drive(overSse(server.url));
    expect(verdict(await driver.call())).toBe('generator/answer-too-large');
    expect(verdict(await driver.call())).toBe('generator/answer-too-large');
    await driver.event('reopened');
    expect(verdict(await driver.call())).toMatch(/^transport\/(?:closed-early|connection-reset)$/);
    expect(verdict(await driver.call())).toBe('session/session-unknown');
  });

  it('cancels what it gives up', async () => {
    const mock = await sseMock({ serviceTime: { kind: 'constant', ns: 10e9 } });
    const driver = await drive(overSse(mock.url));
    const slot = driver.begin();
    await expect.poll(() => mock.state().inService).toBe(1);
    driver.channel().abandon(slot, true);
    await expect.poll(() => mock.state().work.cancels).toBe(1);
    expect(driver.completions).toEqual([]);
  });

  it('reports a call that is shed as the error that came on the stream', async () => {
    const mock = await sseMock({ queueCapacity: 0, serviceTime: { kind: 'constant', ns: 200e6 } });
    const driver = await drive(overSse(mock.url), [DERIVED], { overloadCodes: [-32000] });
    const slots = await Promise.all([driver.call(), driver.call()]);
    expect(slots.map(verdict).sort()).toEqual(['ok/none', 'shed/rpc-overload']);
  });

  it('sends nothing to another server that the stream names', async () => {
    const server = await rawSse('http://127.0.0.1:9/message', () => undefined);
    await expect(drive(overSse(server.url))).rejects.toThrow('but not as an MCP server');
  });

  it('is told when the server speaks Streamable HTTP alone', async () => {
    const mock = await startToolsMock();
    onTestFinished(() => mock.stop());
    await expect(drive(overSse(mock.url))).rejects.toThrow('HTTP 405');
  });
});

describe('the preflight over HTTP+SSE', () => {
  it('makes each call by the official client and by ours, and leaves no session', async () => {
    const mock = await sseMock();
    const setup = { target: overSse(mock.url), protocol: protocol(), timeoutNs: 20e9, seed: 1 };
    const report = await preflight({ ...setup, calls: [DERIVED] });
    expect([report.executed, report.executedByOwnClient].map(([call]) => call?.outcome)).toEqual(['ok', 'ok']);
    expect(report.protocolVersion).toBe('2025-11-25');
    expect(report.warnings).toEqual([]);
    await expect.poll(() => mock.state().sessions.open).toBe(0);
  });

  it('says which transport a server of /sse needs', async () => {
    const mock = await sseMock();
    const setup = { target: httpTarget(mock.url), protocol: protocol(), timeoutNs: 20e9, seed: 1 };
    await expect(preflight({ ...setup, calls: [DERIVED] })).rejects.toMatchObject({
      problems: [{ remedy: expect.stringContaining('transport: http-sse') as string }],
    });
  });
});
