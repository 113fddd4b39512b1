import {
  faultObjections,
  MOCK_FAULT_KINDS,
  withDefaults,
  type FaultStatus,
  type MockFault,
  type TruthLine,
} from '../../src/protocol/index.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { startToolsMock, type ToolsMock } from '../../mock-servers/index.js';
import { chooser } from '../../mock-servers/tools/faults/which.js';
import { ProblemError } from '../../src/problem/index.js';
import { rpcOf, Session, until, withMock } from './client.js';

const MS = 1_000_000;
const { tools } = withDefaults();

async function faultsApi(
  mock: ToolsMock,
  method: string,
  rest = '',
  body?: string,
): Promise<{ status: number; value: unknown }> {
  const response = await fetch(new URL(`/plimsoll/faults${rest}`, mock.url), {
    method,
    ...(body === undefined ? {} : { body }),
  });
  return { status: response.status, value: await response.json() };
}

describe('choosing calls', () => {
  const chosen = (which: MockFault['which'], count: number): readonly number[] => {
    const choose = chooser(which);
    return Array.from({ length: count }, () => choose()).flatMap((yes, n) => (yes ? [n] : []));
  };

  it('takes every n-th, and floor(count / n) of them', () => {
    expect(chosen({ kind: 'every', n: 4 }, 14)).toEqual([3, 7, 11]);
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 50 }), fc.integer({ min: 0, max: 400 }), (n, count) => {
        expect(chosen({ kind: 'every', n }, count).length).toBe(Math.floor(count / n));
      }),
    );
  });

  it('takes just the listed ones', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat(200), { minLength: 1 }), (numbers) => {
        expect(chosen({ kind: 'listed', numbers }, 201)).toEqual([...numbers].sort((a, b) => a - b));
      }),
    );
  });

  it('replays its chances from the seed, and another seed differs', () => {
    const share = (seed: number): readonly number[] => chosen({ kind: 'probability', probability: 0.3, seed }, 20_000);
    expect(share(5)).toEqual(share(5));
    expect(share(6)).not.toEqual(share(5));
    // Five standard deviations of a binomial count.
    expect(Math.abs(share(5).length - 6000)).toBeLessThan(5 * Math.sqrt(20_000 * 0.3 * 0.7));
    expect(chosen({ kind: 'probability', probability: 0, seed: 1 }, 1000)).toEqual([]);
    expect(chosen({ kind: 'probability', probability: 1, seed: 1 }, 10).length).toBe(10);
  });
});

describe('faults of a mock', () => {
  it('affect calls by the arrival number alone, so that a seed replays them under concurrency', async () => {
    const fault = { kind: 'is-error', which: { kind: 'probability', probability: 0.25, seed: 77 } } as const;
    const hits: (readonly number[])[] = [];
    for (let run = 0; run < 2; run++) {
      await withMock({ faults: [fault] }, async (mock) => {
        const session = await Session.open(mock);
        await Promise.all(Array.from({ length: 60 }, (_, n) => session.call('search', { query: `q${n}` })));
        const failed = mock
          .truth()
          .filter(({ outcome }) => outcome === 'tool-error')
          .map(({ arrival }) => arrival);
        hits.push(failed);
        expect([...(mock.faults.list()[0]?.numbers ?? [])].sort((a, b) => a - b)).toEqual(failed);
      });
    }
    expect(hits[0]?.length).toBeGreaterThan(0);
    expect(hits[1]).toEqual(hits[0]);
  });

  it('are put on, counted and taken off over HTTP while it serves', async () => {
    await withMock({}, async (mock) => {
      const session = await Session.open(mock);
      const statuses = async (count: number): Promise<readonly number[]> => {
        const got: number[] = [];
        for (let n = 0; n < count; n++) got.push((await session.call('search', { query: 'q' })).status);
        return got;
      };
      expect(await statuses(2)).toEqual([200, 200]);
      const fault: MockFault = { kind: 'error', tool: 'search', which: { kind: 'every', n: 2 } };
      const beforeNs = process.hrtime.bigint();
      const put = (await faultsApi(mock, 'POST', '', JSON.stringify(fault))) as { status: number; value: FaultStatus };
      const afterNs = process.hrtime.bigint();
      expect(put).toEqual({
        status: 200,
        value: { id: 'f1', fault, onNs: put.value.onNs, offNs: null, eligible: 0, affected: 0, numbers: [] },
      });
      expect(BigInt(put.value.onNs)).toBeGreaterThanOrEqual(beforeNs);
      expect(BigInt(put.value.onNs)).toBeLessThanOrEqual(afterNs);
      expect(await statuses(5)).toEqual([200, 500, 200, 500, 200]);
      await session.call('book', { berth: 'b' });
      const off = (await faultsApi(mock, 'DELETE', '/f1')) as { status: number; value: FaultStatus };
      expect(off).toMatchObject({ status: 200, value: { eligible: 5, affected: 2, numbers: [3, 5] } });
      expect(BigInt(off.value.offNs ?? 0)).toBeGreaterThan(afterNs);
      expect(await statuses(3)).toEqual([200, 200, 200]);
      expect(await faultsApi(mock, 'GET')).toEqual({ status: 200, value: [off.value] });
      expect(await faultsApi(mock, 'DELETE', '/f1')).toEqual(off);
      expect(mock.faults.list()).toEqual([off.value]);
    });
  });

  it('are in force for what arrives within their window', async () => {
    await withMock({}, async (mock) => {
      const session = await Session.open(mock);
      const fromNs = process.hrtime.bigint() + BigInt(40 * MS);
      const untilNs = fromNs + BigInt(40 * MS);
      mock.faults.put({ kind: 'is-error', fromNs: String(fromNs), untilNs: String(untilNs) });
      do await session.call('search', { query: 'q' });
      while (process.hrtime.bigint() < untilNs + BigInt(10 * MS));
      const within = ({ receivedNs }: TruthLine): boolean =>
        BigInt(receivedNs) >= fromNs && BigInt(receivedNs) < untilNs;
      const rows = mock.truth();
      expect(rows.map(({ outcome }) => outcome)).toEqual(rows.map((row) => (within(row) ? 'tool-error' : 'ok')));
      const [status] = mock.faults.list();
      expect(status).toMatchObject({
        onNs: String(fromNs),
        offNs: String(untilNs),
        affected: rows.filter(within).length,
      });
    });
  });

  it('of a like kind give way to the one put on first; unlike ones add up', async () => {
    const faults: readonly MockFault[] = [
      { kind: 'wrong-result' },
      { kind: 'is-error' },
      { kind: 'duplicate-effect', executions: 3 },
    ];
    await withMock({ faults }, async (mock) => {
      const answer = await (await Session.open(mock)).call('book', { berth: 'b' });
      expect(rpcOf(answer).result?.isError).toBeUndefined();
      expect(mock.faults.list().map(({ eligible, affected }) => [eligible, affected])).toEqual([
        [1, 1],
        [1, 0],
        [1, 1],
      ]);
      expect(mock.ledger().length).toBe(3);
    });
  });
});

describe('a stall', () => {
  const serviceTime = { kind: 'constant', ns: 10 * MS } as const;
  const sent = (session: Session, count: number): Promise<unknown> =>
    Promise.all(Array.from({ length: count }, () => session.call('search', { query: 'q' })));

  for (const answers of ['json', 'sse'] as const) {
    it(`holds all calls until it is taken off, and serves them back to back from then on (${answers})`, async () => {
      await withMock({ serviceTime, answers }, async (mock) => {
        const session = await Session.open(mock);
        const { id } = mock.faults.put({ kind: 'stall' });
        const answered = sent(session, 4);
        await until(() => mock.state().queued === 4);
        expect(mock.truth().map(({ virtualStartNs, virtualFinishNs }) => [virtualStartNs, virtualFinishNs])).toEqual(
          Array(4).fill([null, null]),
        );
        expect((await session.request('ping')).status).toBe(200);
        const offNs = BigInt(mock.faults.remove(id)?.offNs ?? 0);
        await answered;
        const rows = mock.truth();
        expect(rows.map(({ virtualStartNs }) => BigInt(virtualStartNs ?? 0) - offNs)).toEqual(
          [0n, 10n, 20n, 30n].map((ms) => ms * BigInt(MS)),
        );
        expect(rows.map(({ virtualFinishNs }) => BigInt(virtualFinishNs ?? 0) - offNs)).toEqual(
          [10n, 20n, 30n, 40n].map((ms) => ms * BigInt(MS)),
        );
        for (const { actualFinishNs, virtualFinishNs } of rows)
          expect(BigInt(actualFinishNs ?? 0)).toBeGreaterThanOrEqual(BigInt(virtualFinishNs ?? 0));
        await session.call('search', { query: 'q' });
        const last = mock.truth()[4];
        expect(last?.virtualStartNs).toBe(last?.receivedNs);
      });
    });
  }

  it('moves the finish of the call in service and every later start by exactly its length', async () => {
    await withMock({ serviceTime: { kind: 'constant', ns: 100 * MS } }, async (mock) => {
      const session = await Session.open(mock);
      const first = mock.faults.put({ kind: 'stall' });
      const answered = sent(session, 3);
      await until(() => mock.state().queued === 3);
      // From here to the second stall without a pause, so that the first call is in service when that begins.
      mock.faults.remove(first.id);
      const before = mock.truth();
      const lengthNs = BigInt(70 * MS);
      const { onNs, offNs } = mock.faults.put({ kind: 'stall', forNs: Number(lengthNs) });
      expect(offNs).toBe(String(BigInt(onNs) + lengthNs));
      await answered;
      const moved = (key: 'virtualStartNs' | 'virtualFinishNs'): readonly bigint[] =>
        mock.truth().map((row, n) => BigInt(row[key] ?? 0) - BigInt(before[n]?.[key] ?? 0));
      expect(moved('virtualStartNs')).toEqual([0n, lengthNs, lengthNs]);
      expect(moved('virtualFinishNs')).toEqual([lengthNs, lengthNs, lengthNs]);
    });
  });

  it('begins with each affected call for a set time, and gives the queue back as it was', async () => {
    const faults: readonly MockFault[] = [
      { kind: 'stall', forNs: 15 * MS, which: { kind: 'listed', numbers: [1, 3] } },
    ];
    await withMock({ serviceTime, faults }, async (mock) => {
      const session = await Session.open(mock);
      for (let n = 0; n < 5; n++) await session.call('search', { query: 'q' });
      const waited = mock.truth().map((row) => Number(BigInt(row.virtualStartNs ?? 0) - BigInt(row.receivedNs)) / MS);
      expect(waited).toEqual([0, 15, 0, 15, 0]);
      expect(mock.faults.list()[0]).toMatchObject({ affected: 2, numbers: [1, 3] });
    });
  });
});

describe('a fault that makes no sense', () => {
  const refused: readonly (readonly [string, unknown, string])[] = [
    ['is no object', 7, 'a fault must be an object'],
    ['has an unknown kind', { kind: 'toString' }, 'kind must be one of error'],
    ['has an unknown field', { kind: 'error', every: 3 }, 'every is unknown; error takes'],
    ['lacks a parameter', { kind: 'slow-first-byte' }, 'delayNs must be whole nanoseconds'],
    ['has a parameter of the wrong type', { kind: 'shed', status: '503' }, 'status must be 429 or 503'],
    ['names an unknown tool', { kind: 'error', tool: 'dock' }, 'tool must be one of search, book, fail'],
    ['can affect nothing', { kind: 'lost-effect', tool: 'search' }, 'can affect no call of search'],
    ['has a time that is a number', { kind: 'error', fromNs: 5 }, 'fromNs must be absolute monotonic nanoseconds'],
    ['ends before it begins', { kind: 'error', fromNs: '9', untilNs: '9' }, 'untilNs must be after fromNs'],
    ['chooses in an unknown way', { kind: 'error', which: { kind: 'some' } }, 'which.kind must be every'],
    ['chooses every zeroth', { kind: 'error', which: { kind: 'every', n: 0 } }, 'which.n must be'],
    ['lists nothing', { kind: 'error', which: { kind: 'listed', numbers: [] } }, 'which.numbers must be'],
    ['has no seed', { kind: 'error', which: { kind: 'probability', probability: 0.5 } }, 'which.seed must be'],
    ['is a stall by calls without a length', { kind: 'stall', which: { kind: 'every', n: 2 } }, 'forNs must be given'],
    ['is a loss of all sessions by one tool', { kind: 'session-loss', tool: 'book' }, 'has no meaning'],
  ];
  for (const [what, fault, text] of refused) {
    it(`is refused when it ${what}`, async () => {
      expect(faultObjections(fault, tools).join('; ')).toContain(text);
      await expect(startToolsMock({ faults: [fault as MockFault] })).rejects.toThrow(ProblemError);
    });
  }

  it('changes nothing when it comes over HTTP', async () => {
    await withMock({}, async (mock) => {
      const bodies = ['{"kind":"error"', '[]', '{"kind":"error","untilNs":"1"}', `"${'x'.repeat(2_000_000)}"`];
      for (const body of bodies) {
        const { status, value } = await faultsApi(mock, 'POST', '', body);
        expect(status).toBe(400);
        expect(value).toMatchObject({ problems: [{ what: expect.stringContaining('fault') as string }] });
      }
      expect((await faultsApi(mock, 'DELETE', '/f1')).status).toBe(404);
      expect((await faultsApi(mock, 'PUT')).status).toBe(405);
      expect((await faultsApi(mock, 'GET', 'x')).status).toBe(404);
      expect(mock.faults.list()).toEqual([]);
    });
  });

  it('never makes the check itself fail, whatever comes', () => {
    const kinds = fc.oneof(fc.constantFrom(...MOCK_FAULT_KINDS), fc.string());
    const field = fc.oneof(fc.jsonValue(), fc.integer(), fc.constantFrom('search', 'book', '5', '9'));
    const which = fc.record(
      {
        kind: fc.constantFrom('every', 'listed', 'probability', 'x'),
        n: field,
        numbers: field,
        probability: field,
        seed: field,
      },
      { requiredKeys: [] },
    );
    const fault = fc.record(
      {
        kind: kinds,
        tool: field,
        fromNs: field,
        untilNs: field,
        which: fc.oneof(which, field),
        forNs: field,
        delayNs: field,
      },
      { requiredKeys: ['kind'] },
    );
    fc.assert(
      fc.property(fc.oneof(fault, fc.jsonValue()), (value) => {
        for (const objection of faultObjections(value, tools)) expect(objection).not.toBe('');
      }),
    );
  });

  it('does not keep a mock from starting again after its window', async () => {
    await withMock(
      {
        faults: [
          { kind: 'error', untilNs: '1' },
          { kind: 'stall', untilNs: '1' },
          { kind: 'session-loss', untilNs: '1' },
        ],
      },
      async (mock) => {
        expect((await (await Session.open(mock)).call('search', { query: 'q' })).status).toBe(200);
        expect(mock.faults.list().map(({ affected }) => affected)).toEqual([0, 0, 0]);
      },
    );
  });
});
