import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  binomialCdf,
  logGamma,
  minimumSamples,
  orderStatisticInterval,
  proportionInterval,
  quantileRank,
  strataTrend,
  theilSen,
} from '../../src/analysis/statistics/index.js';
import { seededRandom } from '../../src/random/index.js';

describe('log-gamma and the binomial', () => {
  it('knows factorials, and the half', () => {
    for (const [n, factorial] of [
      [1, 1],
      [2, 1],
      [5, 24],
      [11, 3_628_800],
    ] as const)
      expect(logGamma(n)).toBeCloseTo(Math.log(factorial), 11);
    expect(logGamma(0.5)).toBeCloseTo(0.5 * Math.log(Math.PI), 12);
    expect(logGamma(1e6) / 12_815_504.569147771).toBeCloseTo(1, 12);
  });

  it('agrees with sums of exact terms', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 40 }),
        fc.integer({ min: 1, max: 99 }),
        fc.integer({ min: 0, max: 40 }),
        (n, percent, upTo) => {
          const p = percent / 100;
          let exact = 0;
          let choose = 1;
          for (let k = 0; k <= Math.min(upTo, n); k++) {
            exact += choose * p ** k * (1 - p) ** (n - k);
            choose = (choose * (n - k)) / (k + 1);
          }
          expect(binomialCdf(upTo, n, p)).toBeCloseTo(Math.min(1, exact), 10);
        },
      ),
    );
  });

  it('holds at sample sizes of a long run, where it nears the normal', () => {
    expect(binomialCdf(500_000, 1_000_000, 0.5)).toBeCloseTo(0.5 + 0.5 / Math.sqrt(2 * Math.PI * 250_000), 6);
    expect(binomialCdf(990_000 - 195, 1_000_000, 0.99)).toBeCloseTo(0.0253, 2);
  });
});

describe('quantile ranks', () => {
  it('is the smallest value with at least ceil(q n) values at or below it', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 50 }), { minLength: 1, maxLength: 60 }),
        fc.integer({ min: 0, max: 1000 }),
        (values, permille) => {
          const sorted = [...values].sort((a, b) => a - b);
          const found = sorted[quantileRank(permille / 1000, sorted.length) - 1];
          const needed = Math.max(1, Math.ceil((permille * sorted.length) / 1000));
          const atMost = (x: number): number => sorted.filter((value) => value <= x).length;
          expect(found).toBe(sorted.find((value) => atMost(value) >= needed));
        },
      ),
    );
  });

  it('is not moved by the rounding of q times n', () => {
    expect(quantileRank(0.999, 1000)).toBe(999);
    expect(quantileRank(0.07, 100)).toBe(7);
  });
});

describe('sample floors', () => {
  it('are those of the binomial bound at 99 % confidence', () => {
    expect([0.5, 0.9, 0.95, 0.99, 0.999].map((q) => minimumSamples(q))).toEqual([11, 64, 130, 662, 6636]);
  });

  it('are the first n at which two samples lie beyond with that probability', () => {
    for (const q of [0.5, 0.75, 0.9, 0.95, 0.99]) {
      const n = minimumSamples(q);
      expect(binomialCdf(n - 2, n, q)).toBeGreaterThanOrEqual(0.99);
      expect(binomialCdf(n - 3, n - 1, q)).toBeLessThan(0.99);
    }
  });
});

describe('intervals by order statistics', () => {
  it('give the ranks of the tables for a median', () => {
    // Conover, Practical Nonparametric Statistics: n = 20, 95 % for the median is the 6th to the 15th.
    expect(orderStatisticInterval(0.5, 20)).toEqual({ low: 6, high: 15 });
    expect(orderStatisticInterval(0.5, 5)).toEqual({ low: null, high: null });
  });

  it('match the published spread of p99', () => {
    const inQuantiles = (n: number): (number | null)[] => {
      const { low, high } = orderStatisticInterval(0.99, n);
      return [low, high].map((rank) => (rank === null ? null : Math.round((rank / n) * 1000) / 10));
    };
    expect(inQuantiles(1000)).toEqual([98.3, 99.7]);
    expect(inQuantiles(10_000)).toEqual([98.8, 99.2]);
  });

  it('cover the truth about as often as they say, seeded', () => {
    const random = seededRandom(3, 'coverage');
    for (const [q, n] of [
      [0.5, 60],
      [0.9, 200],
      [0.99, 900],
    ] as const) {
      const truth = -Math.log(1 - q);
      const { low, high } = orderStatisticInterval(q, n);
      let covered = 0;
      const repeats = 600;
      for (let repeat = 0; repeat < repeats; repeat++) {
        const sample = Float64Array.from({ length: n }, () => random.exponential(1)).sort();
        if ((sample[(low ?? 1) - 1] ?? 0) <= truth && truth <= (sample[(high ?? n) - 1] ?? 0)) covered++;
      }
      // Exact coverage is at least 95 %; 600 draws scatter by 0.9 %.
      expect(covered / repeats).toBeGreaterThan(0.92);
      expect(covered / repeats).toBeLessThan(0.995);
    }
  });
});

describe('Theil-Sen', () => {
  const points = fc.array(fc.integer({ min: -1000, max: 1000 }), { minLength: 3, maxLength: 25 });
  const steps = (n: number): number[] => Array.from({ length: n }, (_, i) => i);

  it('finds a line exactly, and is not bent by a quarter of wild points', () => {
    const x = steps(40);
    const y = x.map((i) => (i % 4 === 0 ? 1e9 : 3 * i + 2));
    expect(
      theilSen(
        x,
        x.map((i) => 3 * i + 2),
      ),
    ).toEqual({ slope: 3, intercept: 2 });
    expect(theilSen(x, y)?.slope).toBeCloseTo(3, 0);
  });

  it('has a slope that shifts, scales and mirrors with its points', () => {
    fc.assert(
      fc.property(points, fc.integer({ min: -50, max: 50 }), (y, k) => {
        const x = steps(y.length);
        const slope = theilSen(x, y)?.slope ?? NaN;
        expect(
          theilSen(
            x,
            y.map((v) => v + k),
          )?.slope,
        ).toBeCloseTo(slope, 9);
        expect(
          theilSen(
            x,
            y.map((v) => v * k),
          )?.slope,
        ).toBeCloseTo(slope * k, 7);
        expect(
          theilSen(
            x,
            y.map((v, i) => v + k * i),
          )?.slope,
        ).toBeCloseTo(slope + k, 9);
        expect(theilSen(x, [...y].reverse())?.slope).toBeCloseTo(-slope, 9);
      }),
    );
  });

  it('has no slope without two different x', () => {
    expect(theilSen([], [])).toBeNull();
    expect(theilSen([1, 1, 1], [1, 2, 3])).toBeNull();
  });
});

describe('a trend within strata', () => {
  it("is the score of Kendall's S: 9 / sqrt(50 / 3) for five values that rise, negative where they fall", () => {
    expect(strataTrend([[1, 2, 3, 4, 9]])).toBeCloseTo(2.2045, 4);
    expect(strataTrend([[9, 4, 3, 2, 1]])).toBeCloseTo(-2.2045, 4);
    // Two strata that rise: S and its variance add up.
    expect(
      strataTrend([
        [1, 2, 3, 4, 9],
        [70, 80, 90, 95, 99],
      ]),
    ).toBeCloseTo(19 / Math.sqrt(100 / 3), 4);
  });

  it('is none where each stratum is level, whatever lies between them, and where there is nothing to compare', () => {
    expect(strataTrend([Array<number>(40).fill(3), Array<number>(40).fill(900)])).toBe(0);
    expect(strataTrend([[5], [1], []])).toBe(0);
    expect(strataTrend([])).toBe(0);
  });

  it('sees the trend of a long stratum by values from all of it', () => {
    expect(strataTrend([Float64Array.from({ length: 100_000 }, (_, i) => i)])).toBeGreaterThan(20);
  });
});

describe('the interval of a counted share', () => {
  it('is that of Clopper and Pearson (1934): 8 of 10 lie in 0.4439 to 0.9748', () => {
    const { low, high } = proportionInterval(8, 10);
    expect(low).toBeCloseTo(0.4439, 4);
    expect(high).toBeCloseTo(0.9748, 4);
    expect(proportionInterval(0, 10)).toMatchObject({ low: 0 });
    expect(proportionInterval(10, 10)).toMatchObject({ high: 1 });
  });
});
