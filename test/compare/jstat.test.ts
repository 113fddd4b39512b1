/** The statistics of trials beside those of jstat, which computes them in its own way. */
import fc from 'fast-check';
import jStat from 'jstat';
import { describe, expect, it } from 'vitest';
import {
  chiSquareCdf,
  chiSquareQuantile,
  deviationInterval,
  pairedMean,
  predictionInterval,
  pValueAboveZero,
  tCdf,
  tQuantile,
} from '../../src/compare/statistics/index.js';

const DF = [1, 2, 3, 4, 5, 7, 9, 14, 19, 29, 60, 99, 500];
const P = [0.005, 0.025, 0.1, 0.2, 0.4, 0.6, 0.8, 0.9, 0.95, 0.975, 0.995, 0.9995];

/** Equal to six digits: of more, jstat's inverses are not sure. */
const close = (ours: number, theirs: number): boolean =>
  Math.abs(ours - theirs) <= 1e-6 * Math.max(1, Math.abs(theirs));

const differing = (ours: (p: number, df: number) => number, theirs: (p: number, df: number) => number) =>
  DF.flatMap((df) => P.map((p) => ({ df, p, ours: ours(p, df), theirs: theirs(p, df) }))).filter(
    (each) => !close(each.ours, each.theirs),
  );

/** Differences between trials, as they may come out: not all alike. */
const values = fc
  .array(fc.integer({ min: -1_000, max: 1_000 }), { minLength: 2, maxLength: 30 })
  .filter((all) => new Set(all).size > 1);

describe('the statistics of jstat', () => {
  it("have the same quantiles of Student's t and of chi-square", () => {
    expect(differing(tQuantile, (p, df) => jStat.studentt.inv(p, df))).toEqual([]);
    expect(differing(chiSquareQuantile, (p, df) => jStat.chisquare.inv(p, df))).toEqual([]);
  });

  it('have the same distributions, away from their quantiles', () => {
    for (const df of DF)
      for (const x of [0.3, 1, 2.5, 6, 17]) {
        expect(tCdf(-x, df)).toBeCloseTo(jStat.studentt.cdf(-x, df), 7);
        expect(chiSquareCdf(x, df)).toBeCloseTo(jStat.chisquare.cdf(x, df), 7);
      }
  });

  it('give the same interval and the same p-value of a mean', () => {
    fc.assert(
      fc.property(values, (all) => {
        const found = pairedMean(all);
        const mean = all.reduce((sum, each) => sum + each, 0) / all.length;
        const [low, high] = jStat.tci(mean, 0.05, all);
        expect(close(found?.low ?? NaN, low) && close(found?.high ?? NaN, high)).toBe(true);
        const worse = pValueAboveZero(all);
        expect(2 * Math.min(worse, 1 - worse)).toBeCloseTo(jStat.ttest(0, all, 2), 6);
      }),
      { numRuns: 100 },
    );
  });

  it('lead to the same prediction interval and the same interval of a standard deviation', () => {
    fc.assert(
      fc.property(values, (all) => {
        const n = all.length;
        const mean = all.reduce((sum, each) => sum + each, 0) / n;
        const deviation = Math.sqrt(all.reduce((sum, each) => sum + (each - mean) ** 2, 0) / (n - 1));
        const reach = jStat.studentt.inv(0.975, n - 1) * deviation * Math.sqrt(1 + 1 / n);
        expect(close(predictionInterval(all)?.high ?? NaN, mean + reach)).toBe(true);
        const { low, high } = deviationInterval(deviation, n);
        const end = (p: number): number => deviation * Math.sqrt((n - 1) / jStat.chisquare.inv(p, n - 1));
        expect(close(low, end(0.975)) && close(high, end(0.025))).toBe(true);
      }),
      { numRuns: 100 },
    );
  });
});
