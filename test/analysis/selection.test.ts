import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NumberList, countOf, gather, rowsByGroup, select } from '../../src/analysis/calls/selection.js';
import { ascending } from '../../src/analysis/statistics/index.js';
import { seededRandom } from '../../src/random/index.js';

const isEven = (i: number): boolean => i % 2 === 0;

describe('picking among entries', () => {
  const among = Uint32Array.from([4, 7, 8, 11, 2]);

  it('keeps the order, and leaves what it picks from as it is', () => {
    expect([...select(among, isEven)]).toEqual([4, 8, 2]);
    expect([...select(among, () => true)]).toEqual([...among]);
    expect(countOf(among, isEven)).toBe(3);
    expect([...gather(among, (i) => i / 2)]).toEqual([2, 3.5, 4, 5.5, 1]);
    expect([...among]).toEqual([4, 7, 8, 11, 2]);
  });

  it('sorts rows into their groups, and those of no group into none', () => {
    const groups = rowsByGroup(7, 3, (row) => [0, 2, -1, 2, 3, 0, 2][row] ?? -1);
    expect(groups.map((rows) => [...rows])).toEqual([[0, 5], [], [1, 3, 6]]);
  });

  it('gives back a long list of numbers, and a new one after it was cleared', () => {
    const list = new NumberList();
    for (let i = 0; i < 5_000; i++) list.push(i * 0.5);
    const taken = list.taken();
    expect([taken.length, taken[1_024], taken[4_999]]).toEqual([5_000, 512, 2_499.5]);
    list.clear();
    list.push(3);
    expect([...list.taken()]).toEqual([3]);
    expect(taken[0]).toBe(0);
  });
});

describe('sorting many numbers', () => {
  const random = seededRandom(3, 'sorting');
  const spans = {
    'a few values': 7,
    microseconds: 5_000,
    milliseconds: 40_000_000,
    minutes: 300_000_000_000,
    'just under four digits': 2 ** 43 - 1,
    'more than four digits': 2 ** 50,
  };

  it.each(Object.entries(spans))('is the same as comparing them: %s', (_, span) => {
    const values = Float64Array.from(
      { length: 10_000 },
      () => random.below(2 ** 20) + random.below(2 ** 31) * 2 ** 20,
    ).map((value) => value % span);
    expect(ascending(values.slice())).toEqual(values.slice().sort());
  });

  it('is the same with fractions, numbers below zero, infinities and NaN among them', () => {
    fc.assert(
      fc.property(fc.array(fc.double(), { minLength: 1, maxLength: 5 }), (odd) => {
        const values = Float64Array.from({ length: 5_000 }, (_, i) =>
          i < odd.length ? (odd[i] ?? 0) : random.below(1_000),
        );
        expect(ascending(values.slice())).toEqual(values.slice().sort());
      }),
      { numRuns: 20 },
    );
  });

  it('sorts in place', () => {
    const values = Float64Array.from({ length: 5_000 }, (_, i) => 5_000 - i);
    expect(ascending(values)).toBe(values);
    expect([values[0], values[4_999]]).toEqual([1, 5_000]);
  });
});
