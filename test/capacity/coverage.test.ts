import { describe, expect, it } from 'vitest';
import { MS, S } from '../analysis/fixtures/scenario.js';
import { BOUNDS, TARGETS, searchedTarget } from './simulated.js';

/** Of thirty searches, six targets of known capacity with five seeds each. */
const LEAST = 28;

function targetOf(wanted: string): (typeof TARGETS)[number] {
  const target = TARGETS.find(({ name }) => name === wanted);
  if (target === undefined) throw new Error(`no target ${wanted}`);
  return target;
}

describe('thirty searches of targets of known capacity', () => {
  const searches = TARGETS.flatMap((target) =>
    [1, 2, 3, 4, 5].map((seed) => ({ target, ...searchedTarget(target, seed) })),
  );
  const count = (holds: (search: (typeof searches)[number]) => boolean): number => searches.filter(holds).length;

  it('report an interval that contains the capacity', () => {
    const contained = count(
      ({ result: { passedPerSecond, failedPerSecond }, truthPerSecond }) =>
        (passedPerSecond ?? Infinity) <= truthPerSecond && (failedPerSecond ?? 0) >= truthPerSecond,
    );
    expect(contained).toBeGreaterThanOrEqual(LEAST);
  });

  it('report one no wider than 15 % of a constant service time and 25 % of a variable one', () => {
    const narrow = count(
      ({ target, result: { passedPerSecond, failedPerSecond } }) =>
        (failedPerSecond ?? Infinity) / (passedPerSecond ?? 0) - 1 <= target.width,
    );
    expect(narrow).toBeGreaterThanOrEqual(LEAST);
  });

  it('keep their budget, and end early where the service time is constant', () => {
    // A drain that takes longer than was expected is all that may be over.
    for (const { tookNs } of searches) expect(tookNs).toBeLessThan(BOUNDS.budgetNs + 2 * S);
    for (const { target, result, tookNs } of searches.filter(({ target: { name } }) => name.startsWith('constant'))) {
      expect(result.ended, target.name).toBe('found');
      expect(tookNs, target.name).toBeLessThan(30 * S);
    }
  });
});

describe('searches of a server that takes its connections in any order', () => {
  it('end with an interval as narrow as of one that serves in order of arrival', () => {
    const target = { ...targetOf('constant 8 ms, no stamps'), order: 'any' } as const;
    for (const seed of [1, 2, 3, 4, 5]) {
      const { result, truthPerSecond } = searchedTarget(target, seed);
      const [low, high] = [result.passedPerSecond ?? NaN, result.failedPerSecond ?? NaN];
      expect([low <= truthPerSecond, truthPerSecond <= high], `seed ${seed}`).toEqual([true, true]);
      expect(high / low - 1, `seed ${seed}`).toBeLessThanOrEqual(target.width);
    }
  });
});

describe('searches of servers whose answers take as long as a short probe', () => {
  it('claim no end on the wrong side of the capacity, from the lowest rate on', () => {
    for (const [name, meanNs, workers] of [
      ['one worker', 130 * MS, 1],
      ['four workers', 130 * MS, 4],
      ['64 workers', 400 * MS, 64],
      ['more workers than calls', 400 * MS, 5_000],
      ['more workers than calls, slower still', S, 5_000],
    ] as const) {
      const target = { name, workers, stamps: false, meanNs, draw: () => meanNs, width: 1 };
      const between = { lowPerSecond: 0.5, highPerSecond: 1_000 };
      const bounds = { ...BOUNDS, between, stepNs: 2 * S, budgetNs: 50 * S };
      const { result, truthPerSecond } = searchedTarget(target, 1, 'constant', bounds);
      expect(result.passedPerSecond ?? 0, name).toBeLessThanOrEqual(truthPerSecond);
      expect(result.failedPerSecond ?? Infinity, name).toBeGreaterThan(0.99 * truthPerSecond);
      expect([result.passedPerSecond, result.failedPerSecond], name).not.toEqual([null, null]);
    }
  });
});

describe('searches with arrivals at random', () => {
  it('are wider in the same time, and contain the capacity all the same', () => {
    const searches = TARGETS.flatMap((target) =>
      [1, 2, 3, 4, 5].map((seed) => searchedTarget(target, seed, 'poisson')),
    );
    const contained = searches.filter(
      ({ result: { passedPerSecond, failedPerSecond }, truthPerSecond }) =>
        (passedPerSecond ?? Infinity) <= truthPerSecond && (failedPerSecond ?? 0) >= truthPerSecond,
    );
    expect(contained.length).toBeGreaterThanOrEqual(LEAST);
  });
});

describe('searches in which the generator stands still for half a second in every third probe', () => {
  const searches = TARGETS.flatMap((target) =>
    [1, 2, 3].map((seed) => ({
      target,
      ...searchedTarget(target, seed, 'constant', BOUNDS, (probe) =>
        probe % 3 === 1 ? { standstill: { atNs: 1.5 * S, forNs: 0.5 * S } } : {},
      ),
    })),
  );

  it('report no interval below the capacity: what was ours is left out and named', () => {
    for (const { target, result, truthPerSecond, probes } of searches) {
      expect(result.failedPerSecond ?? Infinity, target.name).toBeGreaterThan(0.99 * truthPerSecond);
      const stood = probes.filter((_, probe) => probe % 3 === 1);
      for (const { verdict, order, why } of stood.filter(({ order: { ratePerSecond: at } }) => at < truthPerSecond)) {
        expect(verdict, `${target.name} at ${order.ratePerSecond}/s`).not.toBe('failed');
        if (verdict === 'invalid') expect(why.join()).toContain('the generator stood still for 500 ms');
      }
    }
  });
});
