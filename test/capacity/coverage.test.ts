import { describe, expect, it } from 'vitest';
import { S } from '../analysis/fixtures/scenario.js';
import { BOUNDS, TARGETS, searchedTarget } from './simulated.js';

/** Of thirty searches, six targets of known capacity with five seeds each. */
const LEAST = 28;

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
