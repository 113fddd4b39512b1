/** The statistics of trials, against published tables and worked examples. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../src/random/index.js';
import {
  chiSquareCdf,
  chiSquareQuantile,
  deviationInterval,
  hodgesLehmann,
  holmAdjusted,
  minimumDetectableEffect,
  minimumDetectableFurther,
  pairedMean,
  predictionInterval,
  pValueAboveZero,
  pValueOfFurther,
  signedRankBound,
  tCdf,
  tQuantile,
  trialsNeeded,
} from '../../src/compare/statistics/index.js';

describe("Student's t", () => {
  it.each([
    [0.975, 1, 12.706],
    [0.975, 2, 4.303],
    [0.975, 4, 2.776],
    [0.975, 9, 2.262],
    [0.975, 30, 2.042],
    [0.975, 120, 1.98],
    [0.95, 9, 1.833],
    [0.995, 9, 3.25],
    [0.9995, 5, 6.869],
    [0.8, 9, 0.883],
    [0.8, 1, 1.376],
  ])('has the tabled quantile %d at %d degrees of freedom', (p, df, tabled) => {
    expect(tQuantile(p, df)).toBeCloseTo(tabled, 3);
    expect(tQuantile(1 - p, df)).toBeCloseTo(-tabled, 3);
  });

  it('has the closed forms of 1, 2 and 3 degrees of freedom, far into the tail', () => {
    const third = Math.sqrt(3);
    for (const t of [0, 0.1, 0.5, 1, 2, 4, 10, 40]) {
      expect(tCdf(t, 1)).toBeCloseTo(0.5 + Math.atan(t) / Math.PI, 12);
      expect(tCdf(t, 2)).toBeCloseTo(0.5 + t / (2 * Math.sqrt(2 + t * t)), 12);
      const inner = t / third / (1 + (t * t) / 3) + Math.atan(t / third);
      expect(tCdf(t, 3)).toBeCloseTo(0.5 + inner / Math.PI, 12);
    }
    expect(tCdf(-1000, 1) / (1 / (1000 * Math.PI))).toBeCloseTo(1, 5);
  });

  it('nears the normal distribution', () => {
    expect(tCdf(1.959963985, 1e7)).toBeCloseTo(0.975, 6);
  });

  it('has a quantile that its distribution leads back from', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 200 }), fc.double({ min: 0.001, max: 0.999, noNaN: true }), (df, p) => {
        expect(tCdf(tQuantile(p, df), df)).toBeCloseTo(p, 10);
      }),
      { numRuns: 200 },
    );
  });
});

/** Student's own example: hours of sleep gained by two drugs in ten patients, second minus first. */
const SLEEP = [1.2, 2.4, 1.3, 1.3, 0, 1, 1.8, 0.8, 4.6, 1.4];

describe('the paired t interval', () => {
  it("gives Student's example of 1908", () => {
    const found = pairedMean(SLEEP);
    expect(found?.estimate).toBeCloseTo(1.58, 10);
    expect(found?.low).toBeCloseTo(0.7001142, 6);
    expect(found?.high).toBeCloseTo(2.4598858, 6);
    expect(pValueAboveZero(SLEEP)).toBeCloseTo(0.00283289 / 2, 7);
    expect(pValueAboveZero(SLEEP.map((each) => -each))).toBeCloseTo(1 - 0.00283289 / 2, 7);
  });

  it('moves with a shift and grows with a scale', () => {
    const values = fc.array(fc.integer({ min: -1000, max: 1000 }), { minLength: 2, maxLength: 30 });
    fc.assert(
      fc.property(values, fc.integer({ min: -50, max: 50 }), fc.integer({ min: 1, max: 9 }), (all, shift, scale) => {
        const before = pairedMean(all);
        const after = pairedMean(all.map((each) => each * scale + shift));
        expect(after?.estimate).toBeCloseTo((before?.estimate ?? NaN) * scale + shift, 6);
        expect(after?.high).toBeCloseTo((before?.high ?? NaN) * scale + shift, 6);
      }),
    );
  });

  it('knows no interval from one trial, and judges equal differences by their sign alone', () => {
    expect(pairedMean([1])).toBeNull();
    expect(pValueAboveZero([1])).toBe(1);
    expect(pValueAboveZero([0.1, 0.1, 0.1, 0.1])).toBe(1 / 16);
    expect(pValueAboveZero([0, 0, 0, 0, 0, 0])).toBe(1);
    expect(pValueAboveZero([-0.1, -0.1, -0.1])).toBe(1);
  });
});

describe('Hodges and Lehmann', () => {
  it('gives the example of Hollander and Wolfe: depression factors of nine patients', () => {
    const differences = [-0.952, 0.147, -1.022, -0.43, -0.62, -0.59, -0.49, 0.08, -0.01];
    const found = hodgesLehmann(differences);
    expect(found?.estimate).toBeCloseTo(-0.46, 10);
    expect(found?.low).toBeCloseTo(-0.786, 10);
    expect(found?.high).toBeCloseTo(-0.01, 10);
  });

  it.each([
    [5, 0],
    [6, 1],
    [7, 3],
    [8, 4],
    [9, 6],
    [10, 9],
    [12, 14],
    [15, 26],
    [20, 53],
    [25, 90],
  ])('of %d pairs takes the rank after the tabled critical value of the signed-rank test', (n, rank) => {
    expect(signedRankBound(n, 0.025)).toBe(rank);
  });

  it('has no interval below six pairs, and is not moved by one odd pair as the mean is', () => {
    expect(hodgesLehmann([1, 2, 3, 4, 5])).toEqual({ estimate: 3, low: null, high: null });
    expect(hodgesLehmann([])).toBeNull();
    const odd = [1, 1.1, 0.9, 1.05, 0.95, 1, 1.02, 0.98, 1.01, 50];
    expect(hodgesLehmann(odd)?.estimate).toBeLessThan(1.2);
    expect(pairedMean(odd)?.estimate).toBeGreaterThan(5);
  });
});

describe('several tests at once', () => {
  it('adjusts p-values as in the worked example', () => {
    const adjusted = holmAdjusted([0.01, 0.04, 0.03, 0.005]);
    [0.03, 0.06, 0.06, 0.02].forEach((expected, index) => expect(adjusted[index]).toBeCloseTo(expected, 12));
    expect(holmAdjusted([])).toEqual([]);
  });

  it('lies between the p-value and that of Bonferroni, and keeps the order', () => {
    const all = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(all, (pValues) => {
        const adjusted = holmAdjusted(pValues);
        pValues.forEach((p, i) => {
          expect(adjusted[i]).toBeGreaterThanOrEqual(p);
          expect(adjusted[i]).toBeLessThanOrEqual(Math.min(1, p * pValues.length));
          pValues.forEach((q, j) => {
            if (p < q) expect(adjusted[i]).toBeLessThanOrEqual(adjusted[j] ?? NaN);
          });
        });
      }),
    );
  });
});

describe('what trials can see', () => {
  it('is the larger of what differs from 0 and what passes the margin', () => {
    // t.975 and t.8 of 9 degrees of freedom are 2.262 and 0.883; s / sqrt(10) is 0.0316.
    expect(minimumDetectableEffect(0.1, 10, 0.1)).toBeCloseTo(0.1 + 0.883 * 0.03162, 4);
    expect(minimumDetectableEffect(0.1, 10, 0.01)).toBeCloseTo((2.262 + 0.883) * 0.03162, 4);
  });

  it('takes the fewest pairs that decide about the margin, and no more than a thousand', () => {
    // (2.262 + 0.883) 0.1 / sqrt(10) = 0.0995 is within 0.1, that of nine pairs is 0.1065.
    expect(trialsNeeded(0.1, 0.1)).toBe(10);
    expect(trialsNeeded(1, 0.01)).toBeNull();
    expect(trialsNeeded(0.1, 0)).toBeNull();
    expect(trialsNeeded(0, 0.1)).toBe(2);
  });

  it('five sessions that spread by 10 % see a sixth only within about 36 %', () => {
    const spread = [-0.1265, -0.06325, 0, 0.06325, 0.1265];
    expect(pairedMean(spread)?.deviation).toBeCloseTo(0.1, 4);
    expect(Math.expm1(predictionInterval(spread)?.high ?? NaN)).toBeCloseTo(0.355, 2);
    expect(predictionInterval([1])).toBeNull();
  });
});

describe('chi-square', () => {
  it.each([
    [0.95, 1, 3.841],
    [0.5, 10, 9.342],
    [0.025, 19, 8.907],
    [0.975, 19, 32.852],
    [0.025, 4, 0.484],
    [0.975, 4, 11.143],
    [0.99, 100, 135.807],
    [0.05, 100, 77.929],
  ])('has the tabled quantile %d with %d degrees of freedom', (p, df, tabled) => {
    expect(chiSquareQuantile(p, df)).toBeCloseTo(tabled, 3);
    expect(chiSquareCdf(tabled, df)).toBeCloseTo(p, 3);
  });

  it('of two degrees of freedom is the exponential distribution', () => {
    for (const x of [0.01, 0.5, 2, 5, 20, 60]) expect(chiSquareCdf(x, 2)).toBeCloseTo(1 - Math.exp(-x / 2), 13);
    expect(chiSquareCdf(0, 5)).toBe(0);
  });

  it('covers a standard deviation as often as its interval says', () => {
    const random = seededRandom(9, 'deviation');
    let covered = 0;
    const times = 2_000;
    for (let n = 0; n < times; n++) {
      const sample = Array.from({ length: 20 }, () => random.normal());
      const { low, high } = deviationInterval(pairedMean(sample)?.deviation ?? NaN, 20);
      if (low <= 1 && high >= 1) covered++;
    }
    expect(Math.abs(covered / times - 0.95)).toBeLessThan(4 * Math.sqrt((0.95 * 0.05) / times));
  });
});

describe('one further value', () => {
  it('is beyond the earlier ones with the p-value at the ends of the prediction interval', () => {
    const values = [10, 11, 9, 10.5, 9.5, 10.2];
    const interval = predictionInterval(values);
    expect(pValueOfFurther(values, interval?.high ?? NaN)).toBeCloseTo(0.025, 9);
    expect(pValueOfFurther(values, interval?.low ?? NaN)).toBeCloseTo(0.975, 9);
    expect(pValueOfFurther(values, interval?.estimate ?? NaN)).toBeCloseTo(0.5, 9);
  });

  it('is beyond values that never varied as often as the last of n + 1 is the largest', () => {
    expect(pValueOfFurther([0, 0, 0, 0, 0], 3)).toBe(1 / 6);
    expect(pValueOfFurther([0, 0, 0, 0, 0], 0)).toBe(1);
    expect(pValueOfFurther([1], 3)).toBe(1);
  });

  it('alarms as often as it says, and finds the effect that it calls detectable in 80 of 100 cases', () => {
    const random = seededRandom(11, 'further');
    const times = 4_000;
    const rate = (shift: (deviation: number) => number): number => {
      let found = 0;
      for (let n = 0; n < times; n++) {
        const earlier = Array.from({ length: 8 }, () => random.normal());
        if (pValueOfFurther(earlier, random.normal() + shift(1)) <= 0.025) found++;
      }
      return found / times;
    };
    expect(Math.abs(rate(() => 0) - 0.025)).toBeLessThan(4 * Math.sqrt((0.025 * 0.975) / times));
    const detectable = minimumDetectableFurther(1, 8, 0);
    expect(rate(() => detectable)).toBeGreaterThan(0.76);
    expect(rate(() => detectable)).toBeLessThan(0.88);
  });
});
