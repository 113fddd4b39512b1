/** Changes of level: found where they are known to be, and not found where there is none. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { changePoints } from '../../src/history/index.js';
import { seededRandom } from '../../src/random/index.js';

/** `levels` as stretches of `[points, level]`, with noise of `sigma` on every point. */
function series(levels: readonly (readonly [points: number, level: number])[], sigma: number, seed = 1): number[] {
  const random = seededRandom(seed, 'series');
  return levels.flatMap(([points, level]) => Array.from({ length: points }, () => level + sigma * random.normal()));
}

const SEED = 5;
const placesOf = (values: readonly number[]): readonly number[] => changePoints(values, SEED).map(({ at }) => at);

describe('changes of level', () => {
  it('are found at the very point where noise leaves no doubt, with the medians on both sides', () => {
    const values = [10, 11, 9, 10, 12, 10, 20, 21, 19, 20, 22, 20];
    expect(changePoints(values, SEED)).toEqual([
      { at: 6, before: 10, after: 20, pointsBefore: 6, pointsAfter: 6, p: expect.closeTo(0.003, 2) as number },
    ]);
  });

  it('are found one by one, up and down again', () => {
    const values = series(
      [
        [15, 10],
        [15, 14],
        [15, 10],
      ],
      0.5,
    );
    expect(placesOf(values)).toEqual([15, 30]);
  });

  it('take six runs on each side: with four and four one order in 35 is as clear', () => {
    const run = (length: number, from: number): readonly number[] =>
      Array.from({ length }, (_, index) => from + ((index * 5) % 7));
    expect(placesOf([...run(4, 0), ...run(4, 10)])).toEqual([]);
    expect(placesOf([...run(6, 0), ...run(6, 10)])).toEqual([6]);
  });

  it('are not found in noise: of 300 series without one, 1 % has one by chance', () => {
    let found = 0;
    for (let seed = 0; seed < 300; seed++) if (changePoints(series([[30, 10]], 1, seed), seed).length > 0) found++;
    // Binomial with 300 draws of 0.01: more than 9 has a probability of 0.001.
    expect(found).toBeLessThanOrEqual(9);
  });

  it('are not made by single extreme runs', () => {
    const values = series([[30, 10]], 1, 3);
    expect(placesOf(values)).toEqual([]);
    values[10] = 1e9;
    values[20] = 1e9;
    expect(placesOf(values)).toEqual([]);
  });

  it('are not found where nothing moves at all, or where too few points are', () => {
    expect(placesOf(new Array<number>(40).fill(3))).toEqual([]);
    expect(placesOf([])).toEqual([]);
    expect(placesOf([1, 1, 1, 9, 9, 9])).toEqual([]);
  });

  it('are those of the logarithms, the negatives and the reverse of the same series', () => {
    const values = series(
      [
        [12, 5],
        [14, 9],
        [10, 4],
      ],
      0.4,
    );
    const places = placesOf(values);
    expect(places).toEqual([12, 26]);
    expect(placesOf(values.map(Math.log))).toEqual(places);
    expect(placesOf(values.map((value) => -value))).toEqual(places);
    expect(placesOf([...values].reverse())).toEqual([10, 24]);
  });

  it('lie apart by the shortest level at least, whatever the numbers are', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 5 }), { maxLength: 40 }), (values) => {
        const edges = [0, ...placesOf(values), values.length];
        if (edges.length === 2) return;
        for (let i = 1; i < edges.length; i++) expect((edges[i] ?? 0) - (edges[i - 1] ?? 0)).toBeGreaterThanOrEqual(4);
      }),
      { numRuns: 40 },
    );
  });
});
