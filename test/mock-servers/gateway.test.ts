import {
  derivedAnswer,
  type GatewayMockOptions,
  type GatewayStamps,
  type ToolsMockOptions,
} from '../../src/protocol/index.js';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import {
  queueModel,
  startGatewayMock,
  startToolsMock,
  type GatewayMock,
  type ToolsMock,
} from '../../mock-servers/index.js';
import { seededRandom } from '../../src/random/index.js';
import { initialize, post, rpcOf, Session, stampsOf, until, USUAL_HEADERS } from './client.js';

const started: { readonly stop: () => Promise<void> }[] = [];

afterEach(async () => {
  for (const mock of started.splice(0)) await mock.stop();
});

async function upstreams(count: number, options: Partial<ToolsMockOptions> = {}): Promise<readonly ToolsMock[]> {
  const mocks: ToolsMock[] = [];
  for (let n = 0; n < count; n++) mocks.push(await startToolsMock(options));
  started.push(...mocks);
  return mocks;
}

async function gateway(behind: readonly ToolsMock[], options: Partial<GatewayMockOptions> = {}): Promise<GatewayMock> {
  const mock = await startGatewayMock({
    ...options,
    upstreams: behind.map(({ url }, index) => ({ name: `backend-${index + 1}`, url })),
  });
  started.push(mock);
  return mock;
}

/** Statuses of calls made one after the other. */
async function statuses(session: Session, count: number): Promise<readonly number[]> {
  const seen: number[] = [];
  for (let n = 0; n < count; n++) seen.push((await session.call('search', { query: String(n) })).status);
  return seen;
}

const of = (seen: readonly number[], status: number): number => seen.filter((one) => one === status).length;
const served = (mocks: readonly ToolsMock[]): readonly number[] => mocks.map((mock) => mock.truth().length);

describe('a gateway that keeps the sessions itself', () => {
  it('gives every upstream the same share of the calls of one session, and the right answer to each', async () => {
    const behind = await upstreams(3);
    const session = await Session.open(await gateway(behind, { balance: 'round-robin' }));
    for (let n = 0; n < 30; n++) {
      const answer = rpcOf(await session.call('search', { query: `${n}` }));
      expect(answer.result?.content?.[0]?.text).toBe(derivedAnswer('search', `{"query":"${n}"}`));
    }
    expect(served(behind)).toEqual([10, 10, 10]);
  });

  it('opens a session at each upstream when it is first needed, and ends all of them with its own', async () => {
    const behind = await upstreams(3);
    const mock = await gateway(behind, { balance: 'round-robin' });
    const session = await Session.open(mock);
    expect(behind.map((one) => one.state().sessions.open)).toEqual([1, 0, 0]);
    await statuses(session, 3);
    expect(behind.map((one) => one.state().sessions.open)).toEqual([1, 1, 1]);
    const ended = await fetch(mock.url, { method: 'DELETE', headers: session.headers });
    expect(ended.status).toBe(200);
    expect(behind.map((one) => one.state().sessions.open)).toEqual([0, 0, 0]);
    expect((await session.call('search', { query: 'x' })).status).toBe(404);
  });

  it('shows each upstream what the client showed with its session', async () => {
    const shown: (readonly [string, string | undefined])[] = [];
    const guarded = createServer((request, response) => {
      let body = '';
      request.on('data', (chunk: Buffer) => (body += String(chunk)));
      request.on('end', () => {
        const { id = null, method } = JSON.parse(body) as { id?: number; method: string };
        shown.push([method, request.headers.authorization]);
        response.writeHead(200, { 'content-type': 'application/json', 'mcp-session-id': `of-${shown.length}` });
        response.end(JSON.stringify({ jsonrpc: '2.0', id, result: {} }));
      });
    });
    await new Promise<void>((resolve) => guarded.listen(0, '127.0.0.1', resolve));
    started.push({ stop: () => new Promise<void>((resolve) => void guarded.close(() => resolve())) });
    const url = `http://127.0.0.1:${(guarded.address() as AddressInfo).port}/mcp`;
    const mock = await startGatewayMock({
      balance: 'round-robin',
      upstreams: ['first', 'second'].map((name) => ({ name, url })),
    });
    started.unshift(mock);
    const headers = { ...USUAL_HEADERS, authorization: 'Bearer of-the-client' };
    const opened = await post(mock.url, initialize(), headers);
    const session = { ...headers, 'mcp-session-id': opened.headers.get('mcp-session-id') ?? '' };
    for (let id = 2; id < 4; id++)
      await post(mock.url, JSON.stringify({ jsonrpc: '2.0', id, method: 'ping' }), session);
    expect(shown.map(([method]) => method).sort()).toEqual(
      ['initialize', 'initialize', 'notifications/initialized', 'ping', 'ping'].sort(),
    );
    expect(new Set(shown.map(([, authorization]) => authorization))).toEqual(new Set(['Bearer of-the-client']));
  });

  it('hides that an upstream forgot its sessions: no call fails', async () => {
    const [first, second] = await upstreams(2);
    if (first === undefined || second === undefined) throw new Error('two upstreams');
    const session = await Session.open(await gateway([first, second], { balance: 'round-robin' }));
    await statuses(session, 4);
    first.faults.put({ kind: 'session-loss' });
    expect(of(await statuses(session, 6), 200)).toBe(6);
  });
});

describe('sessions that live in the replicas only', () => {
  it('fail two of three follow-ups behind three replicas taken in turn', async () => {
    const behind = await upstreams(3);
    const session = await Session.open(await gateway(behind, { balance: 'round-robin', sessions: 'upstream' }));
    const seen = await statuses(session, 300);
    expect([of(seen, 404), of(seen, 200)]).toEqual([200, 100]);
  });

  it('fail exactly the follow-ups that the seed sends elsewhere behind random routing', async () => {
    const behind = await upstreams(3);
    const session = await Session.open(await gateway(behind, { balance: 'random', sessions: 'upstream', seed: 7 }));
    const draws = seededRandom(7, 'gateway-mock/gateway').fork('balance');
    const home = draws.below(3);
    const expected = Array.from({ length: 300 }, () => (draws.below(3) === home ? 200 : 404));
    const seen = await statuses(session, 300);
    expect(seen).toEqual(expected);
    // Four standard errors of a share of two thirds in 300.
    expect(Math.abs(of(seen, 404) / 300 - 2 / 3)).toBeLessThan(4 * Math.sqrt(2 / 9 / 300));
  });

  it('stay whole when each session sticks to the replica that opened it', async () => {
    const behind = await upstreams(3);
    const mock = await gateway(behind, { balance: 'sticky' });
    for (let n = 0; n < 6; n++) expect(of(await statuses(await Session.open(mock), 5), 200)).toBe(5);
    expect(served(behind)).toEqual([10, 10, 10]);
  });
});

describe('an upstream that is gone', () => {
  it('costs its share of the calls when it stays in rotation', async () => {
    const behind = await upstreams(3);
    const session = await Session.open(await gateway(behind, { balance: 'round-robin', eject: false }));
    await statuses(session, 3);
    await behind[1]?.stop();
    const seen = await statuses(session, 30);
    expect([of(seen, 200), of(seen, 502)]).toEqual([20, 10]);
  });

  it(
    'costs no call that it had not taken when it leaves the rotation, and gets its share again when it is ' + 'back',
    async () => {
      const [first, second, third] = await upstreams(3);
      if (first === undefined || second === undefined || third === undefined) throw new Error('three upstreams');
      const mock = await gateway([first, second, third], { balance: 'round-robin' });
      const session = await Session.open(mock);
      await statuses(session, 3);
      await second.stop();
      // The gateway sees the end of its idle connection first: what is written into a dying one may have been taken.
      await new Promise((resolve) => setTimeout(resolve, 100));
      expect(of(await statuses(session, 30), 200)).toBe(30);
      expect(mock.state().ejections).toBe(1);
      const again = await startToolsMock({ port: second.port });
      started.push(again);
      await until(() => mock.state().upstreams.every(({ inRotation }) => inRotation));
      expect(of(await statuses(session, 30), 200)).toBe(30);
      expect(again.truth().length).toBe(10);
    },
  );

  it('ends the sessions that stuck to it, and new ones go elsewhere', async () => {
    const [first, second] = await upstreams(2);
    if (first === undefined || second === undefined) throw new Error('two upstreams');
    const mock = await gateway([first, second], { balance: 'sticky' });
    const lost = await Session.open(mock);
    await first.stop();
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(of(await statuses(lost, 3), 404)).toBe(3);
    for (let n = 0; n < 4; n++) expect(of(await statuses(await Session.open(mock), 2), 200)).toBe(2);
    expect(second.truth().length).toBe(8);
  });
});

describe("a gateway's own queue", () => {
  const burst = async (mock: GatewayMock, calls: number) => {
    const session = await Session.open(mock);
    return Promise.all(Array.from({ length: calls }, (_, n) => session.call('search', { query: String(n) }, `c${n}`)));
  };

  it('is the one of the replay, call by call, and its stamps stand beside those of the upstream', async () => {
    const mock = await gateway(await upstreams(1), { workers: 2, serviceTime: { kind: 'constant', ns: 3_000_000 } });
    const answers = await burst(mock, 40);
    expect(mock.truth().every(({ outcome }) => outcome === 'answered')).toBe(true);
    // Absolute nanoseconds are too large for doubles: replay on the distances to the first arrival.
    const rows = mock.truth();
    const zero = BigInt(rows[0]?.receivedNs ?? 0);
    const exact = queueModel({ workers: 2, queueCapacity: null });
    expect(rows.map(({ startedNs }) => Number(BigInt(startedNs ?? 0) - zero))).toEqual(
      rows.map(({ receivedNs }) => {
        const admission = exact.arrive(Number(BigInt(receivedNs) - zero), 3_000_000);
        return admission.kind === 'full' ? null : admission.startNs;
      }),
    );
    for (const answer of answers) {
      const rpc = rpcOf(answer);
      const [own] = rpc.result?._meta?.['plimsoll/gateways'] as readonly GatewayStamps[];
      if (own === undefined) throw new Error('no stamps of the gateway');
      const upstream = stampsOf(rpc);
      const order = [
        own.received,
        own.started,
        own.forwarded,
        upstream.received,
        upstream.started,
        upstream.finished,
        own.answered,
      ].map(BigInt);
      expect([...order].sort((a, b) => (a < b ? -1 : 1))).toEqual(order);
    }
  });

  it('is summed up in windows that lose no call and no nanosecond', async () => {
    const mock = await gateway(await upstreams(2), {
      balance: 'round-robin',
      serviceTime: { kind: 'constant', ns: 2_000_000 },
    });
    await burst(mock, 60);
    const distance = (from: string | null, to: string | null): number => Number(BigInt(to ?? 0) - BigInt(from ?? 0));
    const rows = mock.truth();
    const sum = (of: (row: (typeof rows)[number]) => number): number => rows.reduce((total, row) => total + of(row), 0);
    const windows = mock.windows();
    const total = (key: 'forwarded' | 'answered' | 'queueNs' | 'serviceNs' | 'upstreamNs'): number =>
      windows.reduce((all, window) => all + window[key], 0);
    expect([total('forwarded'), total('answered')]).toEqual([60, 60]);
    expect(total('queueNs')).toBe(sum((row) => distance(row.receivedNs, row.startedNs)));
    expect(total('serviceNs')).toBe(sum((row) => distance(row.startedNs, row.forwardedNs)));
    expect(total('upstreamNs')).toBe(sum((row) => distance(row.forwardedNs, row.answeredNs)));
  });

  it('sheds what finds no room in it', async () => {
    const mock = await gateway(await upstreams(1), {
      queueCapacity: 5,
      serviceTime: { kind: 'constant', ns: 200_000_000 },
    });
    const seen = (await burst(mock, 10)).map(({ status }) => status);
    expect([of(seen, 200), of(seen, 503)]).toEqual([6, 4]);
  });

  it('passes event streams on, stamps in them', async () => {
    const mock = await gateway(await upstreams(1, { answers: 'sse' }));
    const [answer] = await burst(mock, 1);
    if (answer === undefined) throw new Error('no answer');
    expect(answer.headers.get('content-type')).toBe('text/event-stream');
    expect(rpcOf(answer).result?._meta?.['plimsoll/gateways']).toHaveLength(1);
  });
});

describe('options of a gateway', () => {
  it('are refused by name when they make no sense', async () => {
    await expect(startGatewayMock({ upstreams: [], workers: 0 })).rejects.toThrow(/workers.*upstreams/s);
    await expect(startGatewayMock({ upstreams: [{ name: 'a', url: 'https://127.0.0.1/mcp' }] })).rejects.toThrow(
      /upstreams\[0\]\.url must be an http address/,
    );
  });
});
