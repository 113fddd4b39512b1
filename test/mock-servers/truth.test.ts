import { derivedAnswer, withDefaults, type ToolsMockOptions, type TruthLine } from '../../src/protocol/index.js';
import { describe, expect, it } from 'vitest';
import { serviceTimes, type ToolsMock } from '../../mock-servers/index.js';
import { CallTruth, Ledger } from '../../mock-servers/tools/truth.js';
import { callBody, rpcOf, sendRaw, Session, stampsOf, until, withMock } from './client.js';

const MS = 1_000_000;
const big = (ns: string | null): bigint => BigInt(ns ?? 'no time');

async function ndjson<T>(mock: ToolsMock, name: string): Promise<readonly T[]> {
  const response = await fetch(new URL(`/plimsoll/${name}`, mock.url));
  expect(response.headers.get('content-type')).toBe('application/x-ndjson');
  const lines = (await response.text()).split('\n');
  expect(lines.pop()).toBe('');
  return lines.map((line) => JSON.parse(line) as T);
}

/** Sends `count` calls, `concurrency` at a time, and gives back what came. */
async function load(session: Session, count: number, concurrency: number): Promise<ReadonlyMap<string, string>> {
  const stampedById = new Map<string, string>();
  let next = 0;
  const caller = async (): Promise<void> => {
    for (let n = next++; n < count; n = next++) {
      const answer = await session.call('search', { query: `q${n}` }, `call-${n}`);
      stampedById.set(`call-${n}`, JSON.stringify(stampsOf(rpcOf(answer))));
    }
  };
  await Promise.all(Array.from({ length: concurrency }, caller));
  return stampedById;
}

/**
 * What must have happened, from the arrivals in the rows and the seed alone: the recursion written out plainly, with a
 * sorted list of workers and a list of starts, in whole nanoseconds.
 */
function replay(
  rows: readonly TruthLine[],
  options: Partial<ToolsMockOptions>,
): readonly (readonly [bigint, bigint] | null)[] {
  const full = withDefaults(options);
  const nextServiceNs = serviceTimes(full);
  const free = Array.from({ length: full.workers }, () => 0n);
  const starts: bigint[] = [];
  return rows.map((row) => {
    const serviceNs = BigInt(nextServiceNs(row.tool));
    expect(row.serviceNs).toBe(serviceNs.toString());
    const arrivalNs = big(row.receivedNs) + BigInt(full.addedQueueNs);
    free.sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
    const [earliest = 0n] = free;
    const waiting = starts.filter((start) => start > arrivalNs).length;
    if (earliest > arrivalNs && full.queueCapacity !== null && waiting >= full.queueCapacity) return null;
    const startNs = earliest > arrivalNs ? earliest : arrivalNs;
    free[0] = startNs + serviceNs;
    starts.push(startNs);
    return [startNs, startNs + serviceNs];
  });
}

describe('the truth of a queue under load', () => {
  for (const workers of [1, 3]) {
    it(`equals the replay of its arrivals to the nanosecond with ${workers} worker(s) and random service`, async () => {
      const options = { seed: 42, workers, serviceTime: { kind: 'exponential', meanNs: 2 * MS } } as const;
      await withMock(options, async (mock) => {
        const stamps = await load(await Session.open(mock), 300, 12);
        const rows = await ndjson<TruthLine>(mock, 'truth');
        expect(rows.length).toBe(300);
        expect(rows.map((row) => [big(row.virtualStartNs), big(row.virtualFinishNs)])).toEqual(replay(rows, options));
        for (const row of rows) {
          expect(row.outcome).toBe('ok');
          expect(big(row.actualFinishNs)).toBeGreaterThanOrEqual(big(row.virtualFinishNs));
          expect(stamps.get(row.call ?? '')).toBe(
            JSON.stringify({ received: row.receivedNs, started: row.virtualStartNs, finished: row.actualFinishNs }),
          );
        }
        // It did queue: otherwise the equality above says little.
        expect(rows.some((row) => big(row.virtualStartNs) > big(row.receivedNs))).toBe(true);
        expect(rows).toEqual(mock.truth());
      });
    });
  }

  it('gives the draws of the seed in order of arrival, again after a reset', async () => {
    const options = { seed: 9, serviceTime: { kind: 'lognormal', medianNs: 1000, p99Ns: 9000 } } as const;
    await withMock(options, async (mock) => {
      const session = await Session.open(mock);
      await load(session, 20, 4);
      const reset = await fetch(new URL('/plimsoll/reset', mock.url), { method: 'POST' });
      expect(reset.status).toBe(204);
      expect(mock.truth()).toEqual([]);
      await load(session, 10, 2);
      const next = serviceTimes(withDefaults(options));
      const draws = Array.from({ length: 30 }, () => String(next()));
      expect(mock.truth().map((row) => row.arrival)).toEqual(Array.from({ length: 10 }, (_, n) => 20 + n));
      expect(mock.truth().map((row) => row.serviceNs)).toEqual(draws.slice(20));
    });
  });

  it('counts added queue time as queue: the split moves, the total stays', async () => {
    const moved = 15 * MS;
    const splits: bigint[][] = [];
    for (const options of [
      { addedQueueNs: 0, serviceTime: { kind: 'constant', ns: 20 * MS } },
      { addedQueueNs: moved, serviceTime: { kind: 'constant', ns: 20 * MS - moved } },
    ] as const) {
      await withMock(options, async (mock) => {
        const session = await Session.open(mock);
        for (let n = 0; n < 3; n++) await session.call('search', { query: 'hull' });
        for (const row of mock.truth()) {
          const queueNs = big(row.virtualStartNs) - big(row.receivedNs);
          const serviceNs = big(row.virtualFinishNs) - big(row.virtualStartNs);
          splits.push([queueNs, serviceNs]);
        }
      });
    }
    const plain = [0n, BigInt(20 * MS)];
    const shifted = [BigInt(moved), BigInt(20 * MS - moved)];
    expect(splits).toEqual([plain, plain, plain, shifted, shifted, shifted]);
  });
});

describe('a full queue', () => {
  const service = { kind: 'constant', ns: 250 * MS } as const;

  for (const [whenFull, status] of [
    ['shed-429', 429],
    ['shed-503', 503],
    ['rpc-error', 200],
  ] as const) {
    it(`answers with ${whenFull} to just those calls that found no room`, async () => {
      const options = { workers: 1, queueCapacity: 1, whenFull, retryAfterS: 7, serviceTime: service };
      await withMock(options, async (mock) => {
        const session = await Session.open(mock);
        const answers = await Promise.all(
          [1, 2, 3, 4, 5].map((n) => session.call('search', { query: 'hull' }, `call-${n}`)),
        );
        const rows = mock.truth();
        const expected = replay(rows, options).map((served) => (served === null ? 'shed' : 'ok'));
        expect(rows.map((row) => row.outcome)).toEqual(expected);
        expect(expected.filter((outcome) => outcome === 'shed').length).toBeGreaterThan(0);
        answers.forEach((answer, n) => {
          const row = rows.find(({ call }) => call === `call-${n + 1}`);
          const response = rpcOf(answer);
          expect(response.id).toBe(row?.rpcId);
          if (row?.outcome === 'ok') {
            expect([answer.status, response.error]).toEqual([200, undefined]);
            return;
          }
          expect([answer.status, response.error?.code]).toEqual([status, -32000]);
          expect(answer.headers.get('retry-after')).toBe(status === 200 ? null : '7');
          expect([row?.virtualStartNs, row?.virtualFinishNs]).toEqual([null, null]);
        });
      });
    });
  }

  it('leaves them without an answer when set to hang, and keeps the socket open', async () => {
    await withMock({ workers: 1, queueCapacity: 0, whenFull: 'hang', serviceTime: service }, async (mock) => {
      const session = await Session.open(mock);
      const first = session.call('search', { query: 'hull' }, 'first');
      await until(() => mock.state().inService === 1);
      const second = sendRaw(session, callBody('search', { query: 'hull' }, 'second'));
      let settled = false;
      second.once('response', () => (settled = true)).once('error', () => (settled = true));
      await until(() => mock.truth().some((row) => row.outcome === 'hung'));
      expect((await first).status).toBe(200);
      expect(settled).toBe(false);
      expect(mock.truth().map(({ call, outcome, actualFinishNs }) => [call, outcome, actualFinishNs === null])).toEqual(
        [
          ['first', 'ok', false],
          ['second', 'hung', true],
        ],
      );
      const { open } = mock.state().connections;
      second.destroy();
      await until(() => mock.state().connections.open === open - 1);
    });
  });

  it('refuses in its turn when there is added queue time before it', async () => {
    const options = {
      workers: 1,
      queueCapacity: 0,
      whenFull: 'shed-503',
      addedQueueNs: 40 * MS,
      serviceTime: service,
    } as const;
    await withMock(options, async (mock) => {
      const session = await Session.open(mock);
      await Promise.all([session.call('search', { query: 'a' }), session.call('search', { query: 'b' })]);
      const [served, shed] = mock.truth();
      expect([served?.outcome, shed?.outcome]).toEqual(['ok', 'shed']);
      expect(big(shed?.actualFinishNs ?? null) - big(shed?.receivedNs ?? null)).toBeGreaterThanOrEqual(BigInt(40 * MS));
    });
  });
});

describe('the effect ledger', () => {
  it('has each execution of a tool with an effect in order, and none of the others', async () => {
    await withMock({}, async (mock) => {
      const session = await Session.open(mock);
      await session.call('book', { berth: 'A1' }, 'c1');
      await session.call('search', { query: 'hull' }, 'c2');
      await session.call('book', { berth: 'B2' });
      await session.call('book', { berth: 'A1' }, 'c1');
      await session.call('book', { wrong: true }, 'c4');
      const ledger = await ndjson<{ call: string | null; tool: string; atNs: string; key: string }>(mock, 'ledger');
      expect(ledger.map(({ call, tool, key }) => [call, tool, key])).toEqual([
        ['c1', 'book', '{"berth":"A1"}'],
        [null, 'book', '{"berth":"B2"}'],
        ['c1', 'book', '{"berth":"A1"}'],
      ]);
      const finishes = mock
        .truth()
        .filter((row) => row.tool === 'book')
        .map((row) => row.actualFinishNs);
      expect(ledger.map(({ atNs }) => atNs)).toEqual(finishes);
      await fetch(new URL('/plimsoll/reset', mock.url), { method: 'POST' });
      expect(mock.ledger()).toEqual([]);
    });
  });

  it('has the effect of a call whose client left before the answer', async () => {
    await withMock({ serviceTime: { kind: 'constant', ns: 150 * MS } }, async (mock) => {
      const session = await Session.open(mock);
      const abort = new AbortController();
      const call = session.call('book', { berth: 'A1' }, 'orphan', abort.signal);
      await until(() => mock.state().inService === 1);
      abort.abort();
      await expect(call).rejects.toThrow();
      expect(mock.ledger()).toEqual([]);
      await until(() => mock.ledger().length === 1);
      expect(mock.ledger()[0]?.call).toBe('orphan');
      expect(mock.truth()[0]?.outcome).toBe('undelivered');
    });
  });
});

describe('what is kept', () => {
  const arrival = (n: number) =>
    ({
      ...{ tool: { name: 'search' }, callId: `c${n}`, session: 's', rpcId: n, connection: 1, receivedNs: n },
      carried: { traceparent: null, traceHeader: null, argumentCall: null, authorization: null },
    }) as const;

  it('ends at its capacity, counted, and never overwrites', () => {
    const truth = new CallTruth(3);
    for (let n = 0; n < 5; n++) {
      const number = truth.arrived(arrival(n), 10);
      truth.admitted(number, n, n + 10);
      truth.ended(number, 'ok', n + 11);
    }
    expect([...truth.read(String)].map((row) => [row.call, row.virtualFinishNs, row.outcome])).toEqual([
      ['c0', '10', 'ok'],
      ['c1', '11', 'ok'],
      ['c2', '12', 'ok'],
    ]);
    expect(truth.counts).toEqual({ rows: 3, dropped: 2 });
    const ledger = new Ledger<{ readonly call: string }>(null, 1);
    ledger.add({ call: 'a' });
    ledger.add({ call: 'b' });
    expect(ledger.read()).toEqual([{ call: 'a' }]);
    expect(ledger.counts).toEqual({ rows: 1, dropped: 1 });
  });

  it('is right across blocks', () => {
    const truth = new CallTruth();
    for (let n = 0; n < 40_000; n++) truth.admitted(truth.arrived(arrival(n), 2 * n), n + 1, n + 2);
    const rows = [...truth.read(String)];
    expect(rows.length).toBe(40_000);
    expect(
      rows.every(
        (row, n) =>
          row.arrival === n &&
          row.call === `c${n}` &&
          row.serviceNs === String(2 * n) &&
          row.virtualFinishNs === String(n + 2),
      ),
    ).toBe(true);
  });

  it('has no trace of a call that was under way when it was reset', () => {
    const truth = new CallTruth();
    const before = truth.arrived(arrival(0), 10);
    truth.reset();
    const after = truth.arrived(arrival(1), 10);
    truth.ended(before, 'ok', 99);
    truth.ended(after, 'tool-error', 100);
    expect([...truth.read(String)].map((row) => [row.arrival, row.call, row.outcome, row.actualFinishNs])).toEqual([
      [1, 'c1', 'tool-error', '100'],
    ]);
  });
});

describe('the state', () => {
  it('counts sessions, methods and connections', async () => {
    await withMock({}, async (mock) => {
      const session = await Session.open(mock);
      await Session.open(mock);
      await session.request('ping');
      await session.call('search', { query: 'hull' });
      await session.request('tasks/list');
      const state = (await (await fetch(new URL('/plimsoll/state', mock.url))).json()) as ReturnType<
        ToolsMock['state']
      >;
      expect(state.sessions).toEqual({ open: 2, opened: 2 });
      expect(state.methods).toMatchObject({ initialize: 2, ping: 1, 'tools/call': 1, other: 1, 'tools/list': 0 });
      expect(state.connections.open).toBeGreaterThanOrEqual(1);
      expect(state.connections.seen).toBeGreaterThanOrEqual(state.connections.open);
      expect([state.queued, state.inService, state.truth.rows, state.ledger.rows]).toEqual([0, 0, 1, 0]);
      expect(state.lateness.maxNs).toBeGreaterThanOrEqual(state.lateness.meanNs);
    });
  });

  it('reports what waits and what is served', async () => {
    await withMock({ workers: 2, serviceTime: { kind: 'constant', ns: 300 * MS } }, async (mock) => {
      const session = await Session.open(mock);
      const calls = [1, 2, 3, 4, 5].map((n) => session.call('search', { query: String(n) }));
      await until(() => mock.truth().length === 5);
      const { inService, queued } = mock.state();
      expect(inService).toBe(2);
      expect(queued).toBe(3);
      const answers = await Promise.all(calls);
      expect(answers.map((answer) => rpcOf(answer).result?.content?.[0]?.text).sort()).toEqual(
        [1, 2, 3, 4, 5].map((n) => derivedAnswer('search', `{"query":"${n}"}`)).sort(),
      );
      expect([mock.state().inService, mock.state().queued]).toEqual([0, 0]);
    });
  });
});
