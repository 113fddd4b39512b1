import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { intervalOf, type RatedProbe } from '../../src/analysis/index.js';
import { CapacitySearch, type ProbeOrder, type SearchBounds, type SearchResult } from '../../src/capacity/index.js';
import type { ProbeVerdict } from '../../src/record/index.js';
import { MS, S } from '../analysis/fixtures/scenario.js';
import { evidenceOf } from '../analysis/fixtures/probes.js';
import { BOUNDS } from './simulated.js';

interface Searched {
  readonly result: SearchResult;
  readonly orders: readonly ProbeOrder[];
  readonly tookNs: number;
}

type Judge = (order: ProbeOrder, probe: number) => Pick<RatedProbe, 'verdict' | 'evidence'>;

/** A probe of a server of so many calls a second, known to a millisecond a second. */
const truth =
  (capacity: number): Judge =>
  ({ ratePerSecond }) => {
    const slope = Math.max(0, 1 - capacity / ratePerSecond) * S;
    const verdict = slope > 11 * MS ? 'failed' : slope === 0 ? 'passed' : 'undecided';
    return { verdict, evidence: evidenceOf({ ratePerSecond, slope, half: slope === 0 ? 0 : MS }) };
  };

/** The verdict of a probe without a trend. */
const bare = (verdict: ProbeVerdict): ReturnType<Judge> => ({ verdict, evidence: evidenceOf({ ratePerSecond: 0 }) });

/** Searches with `judge` as the truth; each probe takes its steps and a second. */
function searched(bounds: SearchBounds, judge: Judge): Searched {
  const search = new CapacitySearch(bounds);
  const orders: ProbeOrder[] = [];
  let tookNs = 0;
  for (;;) {
    const step = search.next(tookNs);
    if (step.kind === 'end') return { result: step.result, orders, tookNs };
    orders.push(step.order);
    search.learn(judge(step.order, orders.length - 1));
    tookNs += step.order.steps * bounds.stepNs + 0.4 * S;
  }
}

const ordered = ({ orders }: Searched): string[] =>
  orders.map(({ ratePerSecond, purpose }) => `${purpose} ${ratePerSecond}`);

describe('a capacity search', () => {
  it('doubles until a probe fails, tries below and above the fitted capacity, and both ends again', () => {
    const search = searched(BOUNDS, truth(160));
    expect(ordered(search)).toEqual([
      'bracket 50',
      'bracket 100',
      'bracket 200',
      'narrow 153.1',
      'narrow 167.2',
      'confirm 153.1',
      'confirm 167.2',
    ]);
    expect(search.result).toMatchObject({ ended: 'found', probes: 7, passedProbes: 2, failedProbes: 2 });
  });

  it('ends after a second look when the lowest rate fails', () => {
    const search = searched(BOUNDS, truth(10));
    expect(ordered(search)).toEqual(['bracket 50', 'confirm 50']);
    expect(search.result).toMatchObject({ ended: 'low-failed', passedPerSecond: null, failedPerSecond: 50 });
  });

  it('reports that the highest rate passed, and never probes above it', () => {
    const search = searched({ ...BOUNDS, between: { lowPerSecond: 50, highPerSecond: 150 } }, truth(1e9));
    expect(ordered(search)).toEqual(['bracket 50', 'bracket 100', 'bracket 150', 'confirm 150']);
    expect(search.result).toMatchObject({ ended: 'high-passed', passedPerSecond: 150, failedPerSecond: null });
  });

  it('survives one hiccup at any probe of an undisturbed search', () => {
    const { orders } = searched(BOUNDS, truth(160));
    for (let hiccup = 0; hiccup < orders.length; hiccup++) {
      const { result } = searched({ ...BOUNDS, budgetNs: 120 * S }, (order, probe) =>
        probe === hiccup
          ? {
              verdict: 'failed',
              evidence: evidenceOf({ ratePerSecond: order.ratePerSecond, slope: 0.3 * S, half: MS }),
            }
          : truth(160)(order, probe),
      );
      const { passedPerSecond: passed, failedPerSecond: failed } = result;
      expect(passed ?? Infinity, `a hiccup at probe ${hiccup}`).toBeLessThan(161);
      expect(failed ?? 0, `a hiccup at probe ${hiccup}`).toBeGreaterThan(160);
      expect((failed ?? Infinity) / (passed ?? 0) - 1, `a hiccup at probe ${hiccup}`).toBeLessThan(0.15);
    }
  });

  it('makes a probe the generator spoiled again, and after three in a row takes the generator for the limit', () => {
    const twice = searched(BOUNDS, (order, probe) =>
      probe === 2 || probe === 3 ? bare('invalid') : truth(160)(order, probe),
    );
    expect(ordered(twice).slice(2, 5)).toEqual(['bracket 200', 'bracket 200', 'bracket 200']);
    expect(twice.result).toMatchObject({ ended: 'found' });
    const spoiled = searched(BOUNDS, (order, probe) =>
      order.ratePerSecond >= 200 ? bare('invalid') : truth(1e9)(order, probe),
    );
    expect(spoiled.result).toMatchObject({ ended: 'generator', passedPerSecond: 100, failedPerSecond: null });
  });

  it('tries what was not decided longer and further away, and never takes it for failed', () => {
    // A server that varies: within a fifth of its capacity only probes of four steps decide, within a tenth none.
    const vague: Judge = (order, probe) => {
      const off = Math.abs(order.ratePerSecond / 160 - 1);
      const decided = off > 0.2 || (off > 0.1 && order.steps >= 4);
      return decided ? truth(160)(order, probe) : bare('undecided');
    };
    const { result, orders } = searched({ ...BOUNDS, budgetNs: 120 * S }, vague);
    expect(orders.filter(({ purpose }) => purpose === 'narrow').map(({ steps }) => steps)).toContain(4);
    expect(result.ended).toBe('budget');
    expect(result.passedPerSecond ?? 0).toBeGreaterThan(160 / 1.3);
    expect(result.passedPerSecond ?? 0).toBeLessThan(160);
    expect(result.failedPerSecond ?? 0).toBeGreaterThan(160);
    expect(result.failedPerSecond ?? 0).toBeLessThan(160 * 1.3);
    expect(result.undecidedPerSecond.length).toBeGreaterThan(0);
  });

  it('makes its longest probe well below the capacity when time is short and no rate has passed yet', () => {
    // A server whose queue wanders: only what is far off decides, and below its capacity only a long probe.
    const vague: Judge = ({ ratePerSecond, steps }) => {
      const off = ratePerSecond / 3.3;
      if (off > 1.9) {
        const slope = (1 - 1 / off) * S;
        return { verdict: 'failed', evidence: evidenceOf({ ratePerSecond, slope, half: 0.2 * S }) };
      }
      return off < 0.7 && steps === 4
        ? { verdict: 'passed', evidence: evidenceOf({ ratePerSecond, slope: 0, half: MS }) }
        : bare('undecided');
    };
    const between = { lowPerSecond: 1.6, highPerSecond: 500 };
    const { result, orders } = searched({ ...BOUNDS, between, stepNs: 3 * S, budgetNs: 24 * S }, vague);
    expect(orders.slice(0, 3).map(({ ratePerSecond }) => ratePerSecond)).toEqual([1.6, 3.2, 6.4]);
    expect(orders[3]).toMatchObject({ purpose: 'narrow', steps: 4 });
    expect(orders[3]?.ratePerSecond ?? NaN).toBeLessThan(0.7 * 3.3);
    expect(result.passedPerSecond).toBe(orders[3]?.ratePerSecond);
    expect(result).toMatchObject({ ended: 'budget', failedPerSecond: 6.4 });
  });

  it('reports what stood when it was broken off', () => {
    const search = new CapacitySearch(BOUNDS);
    expect(search.interrupted()).toMatchObject({ ended: 'interrupted', passedPerSecond: null, probes: 0 });
    search.next(0);
    search.learn(truth(160)({ ratePerSecond: 50, purpose: 'bracket', steps: 1 }, 0));
    expect(search.interrupted()).toMatchObject({ ended: 'interrupted', passedPerSecond: 50, failedPerSecond: null });
  });

  it('refuses bounds that enclose nothing', () => {
    for (const bad of [
      { between: { lowPerSecond: 0, highPerSecond: 20 } },
      { between: { lowPerSecond: 20, highPerSecond: 20 } },
      { between: { lowPerSecond: 20, highPerSecond: Infinity } },
      { resolution: 0 },
      { confirmations: -1 },
    ]) {
      expect(() => new CapacitySearch({ ...BOUNDS, ...bad })).toThrow(RangeError);
    }
    expect(() => new CapacitySearch(BOUNDS).learn(bare('passed'))).toThrow('no probe was asked for');
  });
});

const bounds = fc
  .record({
    lowPerSecond: fc.double({ min: 0.01, max: 1000, noNaN: true }),
    times: fc.double({ min: 1.01, max: 1e5, noNaN: true }),
    resolution: fc.double({ min: 0.05, max: 1, noNaN: true }),
    confirmations: fc.integer({ min: 1, max: 10 }),
  })
  .map(({ lowPerSecond, times, ...rest }): SearchBounds => ({
    ...BOUNDS,
    ...rest,
    between: { lowPerSecond, highPerSecond: lowPerSecond * times },
    budgetNs: 1000 * S,
  }));

describe('any capacity search', () => {
  it('brackets a sharp capacity to its resolution, with both ends confirmed', () => {
    fc.assert(
      fc.property(bounds, fc.double({ min: 0, max: 1, noNaN: true }), (bound, where) => {
        const { lowPerSecond: low, highPerSecond: high } = bound.between;
        const capacity = low * (high / low) ** (where * 1.4 - 0.2);
        const { result, orders } = searched(bound, truth(capacity));
        const { passedPerSecond: passed, failedPerSecond: failed } = result;
        expect(orders.every(({ ratePerSecond: at }) => at >= low && at <= high)).toBe(true);
        if (capacity < low * 0.98) {
          expect(result).toMatchObject({ ended: 'low-failed', passedPerSecond: null, failedPerSecond: low });
        } else if (capacity > high) {
          expect(result).toMatchObject({ ended: 'high-passed', passedPerSecond: high, failedPerSecond: null });
          expect(result.passedProbes).toBeGreaterThan(bound.confirmations);
        } else if (capacity >= low && capacity < high * 0.98) {
          expect(result.ended).toBe('found');
          expect(passed).toBeLessThanOrEqual(capacity);
          expect(failed).toBeGreaterThan(capacity);
          expect((failed ?? Infinity) / (passed ?? 0) - 1).toBeLessThanOrEqual(bound.resolution);
          expect([result.passedProbes > bound.confirmations, result.failedProbes >= 2]).toEqual([true, true]);
        }
      }),
    );
  });

  it('keeps its budget and its ends in order whatever verdicts it gets', () => {
    fc.assert(
      fc.property(
        bounds,
        fc.infiniteStream(fc.constantFrom<ProbeVerdict>('passed', 'failed', 'undecided', 'invalid')),
        fc.infiniteStream(fc.double({ min: -1, max: 1, noNaN: true })),
        (bound, verdicts, slopes) => {
          const { result, orders, tookNs } = searched({ ...bound, budgetNs: 60 * S }, ({ ratePerSecond }) => ({
            verdict: verdicts.next().value as ProbeVerdict,
            evidence: evidenceOf({ ratePerSecond, slope: (slopes.next().value as number) * S, half: 20 * MS }),
          }));
          expect(result.probes).toBe(orders.length);
          expect(tookNs).toBeLessThanOrEqual(61 * S);
          expect(result.passedPerSecond ?? 0).toBeLessThan(result.failedPerSecond ?? Infinity);
        },
      ),
    );
  });
});

describe('the interval of several probes', () => {
  const probe = (ratePerSecond: number, slopeMs: number, halfMs: number): RatedProbe => ({
    ratePerSecond,
    verdict: 'undecided',
    evidence: evidenceOf({ ratePerSecond, slope: slopeMs * MS, half: halfMs * MS }),
  });
  const of = (...probes: readonly RatedProbe[]) => intervalOf(probes, 10 * MS);

  it('rests on all probes at a rate together', () => {
    expect(of(probe(100, 5, 14), probe(100, -6, 13))).toMatchObject({ passedPerSecond: 100, passedProbes: 2 });
    expect(of(probe(100, 20, 14), probe(100, 24, 14))).toMatchObject({ failedPerSecond: 100, failedProbes: 2 });
  });

  it('widens the slope of probes that contradict each other, so that nothing is decided', () => {
    expect(of(probe(100, 60, 10), probe(100, 0, 8))).toMatchObject({
      passedPerSecond: null,
      failedPerSecond: null,
      undecidedPerSecond: [100],
    });
  });

  it('rests on a neighbouring rate too: a lower one that grows, a higher one that does not', () => {
    expect(of(probe(100, 20, 14), probe(104, 24, 14))).toMatchObject({ failedPerSecond: 104, failedProbes: 2 });
    expect(of(probe(100, 2, 12), probe(104, 0, 11))).toMatchObject({ passedPerSecond: 100, passedProbes: 2 });
    expect(of(probe(100, 20, 14), probe(130, 24, 14))).toMatchObject({ failedPerSecond: null });
  });

  it('leaves out rates that passed above one that failed, and names those between its ends', () => {
    const probes = [probe(100, 0, 1), probe(120, 50, 10), probe(150, 0, 1), probe(180, 100, 10), probe(165, 20, 40)];
    expect(of(...probes)).toMatchObject({
      passedPerSecond: 100,
      failedPerSecond: 180,
      undecidedPerSecond: [120, 150, 165],
    });
  });

  it('comes with the capacity that fits all slopes best', () => {
    const growth = (rate: number): number => Math.max(0, 1 - 160 / rate) * 1000;
    const { fitted } = of(...[50, 100, 150, 170, 200, 320].map((rate) => probe(rate, growth(rate), 10)));
    expect(fitted?.value ?? 0).toBeCloseTo(160, -0.5);
    expect(fitted?.low ?? 0).toBeGreaterThan(155);
    expect(fitted?.high ?? 0).toBeLessThan(165);
    expect(of(probe(50, 0, 1)).fitted).toBeNull();
  });
});
