import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { durationsOf, quantileOf, rank } from '../../src/analysis/calls/durations.js';
import { quantileRank } from '../../src/analysis/statistics/index.js';
import { curveOf } from '../../src/analysis/figures/percentiles.js';

const steps = (from: number, to: number): Float64Array =>
  Float64Array.from({ length: to - from + 1 }, (_, i) => from + i);

describe('quantiles of durations', () => {
  it('are values that were seen, with an interval of values that were seen', () => {
    expect(quantileOf(rank(steps(1, 1000)), 0.99)).toEqual({
      kind: 'value',
      q: 0.99,
      ns: 990,
      lowNs: 983,
      highNs: 997,
    });
  });

  it('are unknown for too few samples, and say how many it takes', () => {
    expect(quantileOf(rank(steps(1, 661)), 0.99)).toEqual({ kind: 'not-estimable', q: 0.99, n: 661, needed: 662 });
    expect(quantileOf(rank(steps(1, 662)), 0.99).kind).toBe('value');
    expect(quantileOf(rank(new Float64Array(0)), 0.5)).toEqual({ kind: 'not-estimable', q: 0.5, n: 0, needed: 11 });
  });

  it('that fall among those given up are censored: at least what was seen', () => {
    const censored = new Float64Array(20).fill(250);
    const durations = rank(
      steps(1, 980).map(() => 5),
      censored,
    );
    expect(quantileOf(durations, 0.95)).toMatchObject({ kind: 'value', ns: 5 });
    expect(quantileOf(durations, 0.99)).toEqual({ kind: 'censored', q: 0.99, ns: 250 });
  });

  it('leave the upper end of an interval open when it reaches into those given up', () => {
    const durations = rank(steps(1, 992), new Float64Array(8).fill(2000));
    expect(quantileOf(durations, 0.99)).toMatchObject({ kind: 'value', ns: 990, highNs: null });
  });

  it('never exceed what is known: whatever those given up would have taken, the value stays or the bound holds', () => {
    const values = fc.array(fc.integer({ min: 1, max: 100 }), { minLength: 11, maxLength: 80 });
    const extra = fc.array(fc.tuple(fc.integer({ min: 1, max: 100 }), fc.integer({ min: 0, max: 1000 })), {
      maxLength: 30,
    });
    fc.assert(
      fc.property(values, extra, (known, givenUp) => {
        const quantile = quantileOf(
          rank(
            Float64Array.from(known),
            Float64Array.from(givenUp, ([seen]) => seen),
          ),
          0.5,
        );
        const seen = [...known, ...givenUp.map(([at]) => at)].sort((a, b) => a - b);
        const wanted = quantileRank(0.5, seen.length) - 1;
        // The pessimist's truth: all those given up would have taken for ever.
        const worst = [...known].sort((a, b) => a - b)[wanted];
        if (quantile.kind === 'value') expect(quantile.ns).toBe(worst);
        else {
          expect(worst).toBeUndefined();
          expect(quantile).toMatchObject({ kind: 'censored', ns: seen[wanted] });
        }
      }),
    );
  });
});

describe('sets of durations', () => {
  it('have mean and extremes with those given up as seen, and how many they were', () => {
    expect(durationsOf(rank(Float64Array.of(30, 10), Float64Array.of(80)))).toMatchObject({
      n: 3,
      censored: 1,
      meanNs: 40,
      minNs: 10,
      maxNs: 80,
    });
  });

  it('of nothing have neither mean nor extremes', () => {
    expect(durationsOf(rank(new Float64Array(0)))).toMatchObject({
      n: 0,
      censored: 0,
      meanNs: null,
      minNs: null,
      maxNs: null,
    });
  });
});

describe('percentile curves', () => {
  it('stop where fewer than ten samples lie beyond', () => {
    const points = curveOf(rank(steps(1, 1000)));
    expect(points[0]).toEqual({ x: 1, q: 0, ns: 1 });
    expect(points.at(-1)?.x).toBeCloseTo(100, 6);
    expect(points.at(-1)?.ns).toBe(990);
    expect(points.every(({ ns }, i) => ns >= (points[i - 1]?.ns ?? 0))).toBe(true);
  });

  it('stop at the first that was given up', () => {
    const points = curveOf(rank(steps(1, 900), new Float64Array(100).fill(5000)));
    expect(points.at(-1)?.ns).toBeLessThanOrEqual(900);
    expect(points.at(-1)?.x).toBeLessThanOrEqual(10);
  });

  it('of fewer than ten samples are empty', () => {
    expect(curveOf(rank(steps(1, 9)))).toEqual([]);
  });
});
