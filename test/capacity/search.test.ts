import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  CapacitySearch,
  mostProbes,
  type ProbeOrder,
  type SearchBounds,
  type SearchResult,
} from '../../src/capacity/index.js';
import type { ProbeVerdict } from '../../src/record/index.js';

const BOUNDS: SearchBounds = { lowPerSecond: 50, highPerSecond: 2000, resolution: 0.05, confirmations: 2 };

interface Searched {
  readonly result: SearchResult;
  readonly orders: readonly ProbeOrder[];
}

/** Searches with `verdictOf` as the truth. */
function searched(bounds: SearchBounds, verdictOf: (order: ProbeOrder, probe: number) => ProbeVerdict): Searched {
  const search = new CapacitySearch(bounds);
  const orders: ProbeOrder[] = [];
  for (;;) {
    const step = search.next();
    if (step.kind === 'end') return { result: step.result, orders };
    orders.push(step.order);
    search.learn(verdictOf(step.order, orders.length - 1));
  }
}

const truth =
  (capacity: number) =>
  ({ ratePerSecond }: ProbeOrder): ProbeVerdict =>
    ratePerSecond < capacity ? 'passed' : 'failed';

const ordered = ({ orders }: Searched): string[] =>
  orders.map(({ ratePerSecond, purpose }) => `${purpose} ${ratePerSecond}`);

describe('a capacity search', () => {
  it('doubles until a probe fails, bisects to the resolution, then tries both ends again', () => {
    const search = searched(BOUNDS, truth(160));
    expect(ordered(search)).toEqual([
      'bracket 50',
      'bracket 100',
      'bracket 200',
      'bisect 141.4',
      'bisect 168.2',
      'bisect 154.2',
      'bisect 161',
      'confirm 161',
      'confirm 154.2',
      'confirm 154.2',
    ]);
    expect(search.result).toEqual({ ended: 'found', passedPerSecond: 154.2, failedPerSecond: 161, probes: 10 });
  });

  it('ends at once, after a second look, when the lowest rate fails', () => {
    const search = searched(BOUNDS, truth(10));
    expect(ordered(search)).toEqual(['bracket 50', 'confirm 50']);
    expect(search.result).toEqual({ ended: 'low-failed', passedPerSecond: null, failedPerSecond: 50, probes: 2 });
  });

  it('says that the highest rate passed, and never probes above it', () => {
    const search = searched({ ...BOUNDS, highPerSecond: 150 }, truth(1e9));
    expect(ordered(search)).toEqual(['bracket 50', 'bracket 100', 'bracket 150', 'confirm 150', 'confirm 150']);
    expect(search.result).toEqual({ ended: 'high-passed', passedPerSecond: 150, failedPerSecond: null, probes: 5 });
  });

  it('survives one hiccup at any probe of an undisturbed search', () => {
    const { orders } = searched(BOUNDS, truth(160));
    for (let hiccup = 0; hiccup < orders.length; hiccup++) {
      const { result } = searched(BOUNDS, (order, probe) => (probe === hiccup ? 'failed' : truth(160)(order)));
      expect(result, `a hiccup at probe ${hiccup}`).toMatchObject({ ended: 'found' });
      expect(result.passedPerSecond ?? 0, `a hiccup at probe ${hiccup}`).toBeGreaterThan(160 / 1.05);
      expect(result.passedPerSecond ?? 0).toBeLessThan(160);
    }
  });

  it('goes lower when a confirmation fails, and on from there', () => {
    // 154.2/s passes once, by luck; all it gets later is failures.
    let luck = 1;
    const { result } = searched(BOUNDS, ({ ratePerSecond }) =>
      ratePerSecond < 150 || (ratePerSecond === 154.2 && luck-- > 0) ? 'passed' : 'failed',
    );
    expect(result).toMatchObject({ ended: 'found', failedPerSecond: expect.closeTo(150, -1) as number });
    expect(result.passedPerSecond ?? 0).toBeLessThan(150);
    expect(result.passedPerSecond ?? 0).toBeGreaterThan(150 / 1.05);
  });

  it('makes a probe the generator spoiled again, and after three in a row takes the generator for the limit', () => {
    const twice = searched(BOUNDS, (order, probe) => (probe === 2 || probe === 3 ? 'invalid' : truth(160)(order)));
    expect(ordered(twice).slice(2, 5)).toEqual(['bracket 200', 'bracket 200', 'bracket 200']);
    expect(twice.result).toMatchObject({ ended: 'found', passedPerSecond: 154.2, failedPerSecond: 161 });
    const spoiled = searched(BOUNDS, (order) => (order.ratePerSecond >= 200 ? 'invalid' : 'passed'));
    expect(spoiled.result).toEqual({ ended: 'generator', passedPerSecond: 100, failedPerSecond: null, probes: 5 });
  });

  it('lengthens what is undecided, and takes it for failed at the longest', () => {
    const search = new CapacitySearch(BOUNDS);
    const steps: number[] = [];
    const counted: ProbeVerdict[] = [];
    for (let i = 0; i < 3; i++) {
      const step = search.next();
      if (step.kind !== 'probe') throw new Error('the search ended');
      steps.push(step.order.steps);
      counted.push(search.learn('undecided'));
    }
    expect(steps).toEqual([1, 2, 4]);
    expect(counted).toEqual(['undecided', 'undecided', 'failed']);
    // The next ones are shorter again, as long as they are decided.
    for (const [ratePerSecond, purpose, steps] of [
      [50, 'confirm', 2],
      [100, 'bracket', 1],
    ] as const) {
      expect(search.next()).toEqual({ kind: 'probe', order: { ratePerSecond, purpose, steps } });
      search.learn('passed');
    }
  });

  it('reports what stood when it was broken off', () => {
    const search = new CapacitySearch(BOUNDS);
    expect(search.interrupted()).toEqual({
      ended: 'interrupted',
      passedPerSecond: null,
      failedPerSecond: null,
      probes: 0,
    });
    search.next();
    search.learn('passed');
    expect(search.interrupted()).toEqual({
      ended: 'interrupted',
      passedPerSecond: 50,
      failedPerSecond: null,
      probes: 1,
    });
  });

  it('refuses bounds that enclose nothing', () => {
    for (const bad of [
      { lowPerSecond: 0 },
      { highPerSecond: 50 },
      { highPerSecond: Infinity },
      { resolution: 0 },
      { confirmations: -1 },
    ]) {
      expect(() => new CapacitySearch({ ...BOUNDS, ...bad })).toThrow(RangeError);
    }
    expect(() => new CapacitySearch(BOUNDS).learn('passed')).toThrow('no probe was asked for');
  });
});

const bounds = fc
  .record({
    lowPerSecond: fc.double({ min: 0.01, max: 1000, noNaN: true }),
    times: fc.double({ min: 1.01, max: 1e5, noNaN: true }),
    resolution: fc.double({ min: 0.001, max: 1, noNaN: true }),
    confirmations: fc.integer({ min: 1, max: 10 }),
  })
  .map(({ lowPerSecond, times, resolution, confirmations }): SearchBounds => ({
    lowPerSecond,
    highPerSecond: lowPerSecond * times,
    resolution,
    confirmations,
  }));

describe('any capacity search', () => {
  it('brackets a sharp capacity to its resolution, with both ends confirmed', () => {
    fc.assert(
      fc.property(bounds, fc.double({ min: 0, max: 1, noNaN: true }), (bound, where) => {
        const capacity = bound.lowPerSecond * (bound.highPerSecond / bound.lowPerSecond) ** (where * 1.4 - 0.2);
        const { result, orders } = searched(bound, truth(capacity));
        const { passedPerSecond: passed, failedPerSecond: failed } = result;
        const times = (rate: number | null) => orders.filter(({ ratePerSecond }) => ratePerSecond === rate).length;
        expect(
          orders.every(
            ({ ratePerSecond }) => ratePerSecond >= bound.lowPerSecond && ratePerSecond <= bound.highPerSecond,
          ),
        ).toBe(true);
        if (capacity <= bound.lowPerSecond) {
          expect(result).toMatchObject({
            ended: 'low-failed',
            passedPerSecond: null,
            failedPerSecond: bound.lowPerSecond,
          });
        } else if (capacity > bound.highPerSecond) {
          expect(result).toMatchObject({
            ended: 'high-passed',
            passedPerSecond: bound.highPerSecond,
            failedPerSecond: null,
          });
          expect(times(passed)).toBe(1 + bound.confirmations);
        } else {
          expect(result.ended).toBe('found');
          expect(passed).toBeLessThan(capacity);
          expect(failed).toBeGreaterThanOrEqual(capacity);
          expect((failed ?? Infinity) / (passed ?? 0) - 1).toBeLessThanOrEqual(bound.resolution);
          expect([times(passed), times(failed)]).toEqual([1 + bound.confirmations, 2]);
        }
      }),
    );
  });

  it('ends within its bound and inside the band where verdicts are a matter of luck', () => {
    const band = 0.1;
    fc.assert(
      fc.property(
        bounds,
        fc.double({ min: 0.1, max: 0.9, noNaN: true }),
        fc.infiniteStream(fc.boolean()),
        (bound, where, luck) => {
          const capacity = bound.lowPerSecond * (bound.highPerSecond / bound.lowPerSecond) ** where;
          const { result, orders } = searched(bound, ({ ratePerSecond }) => {
            if (ratePerSecond < capacity * (1 - band)) return 'passed';
            if (ratePerSecond >= capacity * (1 + band)) return 'failed';
            return luck.next().value === true ? 'passed' : 'failed';
          });
          expect(orders.length).toBe(result.probes);
          expect(result.probes).toBeLessThanOrEqual(mostProbes(bound));
          if (result.passedPerSecond !== null) expect(result.passedPerSecond).toBeLessThan(capacity * (1 + band));
          if (result.failedPerSecond !== null)
            expect(result.failedPerSecond).toBeGreaterThanOrEqual(capacity * (1 - band));
          expect(result.passedPerSecond ?? 0).toBeLessThan(result.failedPerSecond ?? Infinity);
        },
      ),
    );
  });

  it('ends within its bound whatever verdicts it gets', () => {
    fc.assert(
      fc.property(
        bounds,
        fc.infiniteStream(fc.constantFrom<ProbeVerdict>('passed', 'failed', 'undecided', 'invalid')),
        (bound, verdicts) => {
          const { result } = searched(bound, () => verdicts.next().value as ProbeVerdict);
          expect(result.probes).toBeLessThanOrEqual(mostProbes(bound));
          expect(result.passedPerSecond ?? 0).toBeLessThan(result.failedPerSecond ?? Infinity);
        },
      ),
    );
  });
});
