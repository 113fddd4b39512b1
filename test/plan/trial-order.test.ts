/** The order in which the trials of several arms run. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isBalanced, rowsPerDesign, trialOrder } from '../../src/plan/index.js';
import { seededRandom } from '../../src/random/index.js';

const order = (arms: number, rows: number, seed: number) => trialOrder(arms, rows, seededRandom(seed, 'order'));

describe('the order of trials', () => {
  it('of two arms is ABBA or BAAB again and again, so that a steady drift cancels', () => {
    const seen = new Set<string>();
    for (let seed = 0; seed < 20; seed++) {
      const rows = order(2, 10, seed);
      for (let pair = 0; pair < 10; pair += 2) seen.add([rows[pair], rows[pair + 1]].join(','));
      // A drift that grows by 1 with each trial adds equally much to both arms.
      const sums = [0, 0];
      rows.flat().forEach((arm, place) => (sums[arm] = (sums[arm] ?? 0) + place));
      expect(sums[0]).toBe(sums[1]);
    }
    expect([...seen].sort()).toEqual(['0,1,1,0', '1,0,0,1']);
  });

  it('is the same for the same seed, and another for another', () => {
    expect(order(5, 20, 7)).toEqual(order(5, 20, 7));
    expect(order(5, 20, 7)).not.toEqual(order(5, 20, 8));
  });

  it('holds each arm once in a row, and is balanced when the rows are a multiple of the design', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 9 }),
        fc.integer({ min: 1, max: 3 }),
        fc.integer({ min: 0, max: 1000 }),
        (arms, times, seed) => {
          const rows = order(arms, times * rowsPerDesign(arms), seed);
          const names = Array.from({ length: arms }, (_, arm) => arm);
          for (const row of rows) expect([...row].sort((a, b) => a - b)).toEqual(names);
          expect(isBalanced(rows)).toBe(true);
          expect(isBalanced(rows.slice(1))).toBe(false);
        },
      ),
    );
  });

  it('says that carry-over is not balanced where it is not', () => {
    expect(isBalanced(order(2, 3, 1))).toBe(false);
    expect(
      isBalanced([
        [0, 1],
        [0, 1],
      ]),
    ).toBe(false);
    // Each arm is at each place once, but 1 always follows 0.
    const cyclic = [
      [0, 1, 2],
      [1, 2, 0],
      [2, 0, 1],
    ];
    expect(isBalanced(cyclic)).toBe(false);
    expect(isBalanced([])).toBe(false);
  });

  it('is of two arms or more', () => {
    expect(() => order(1, 2, 0)).toThrow(RangeError);
  });
});
