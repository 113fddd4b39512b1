import { describe, expect, it } from 'vitest';
import { kneeOf } from '../../src/analysis/capacity/knee.js';

/** Probes of a server whose goodput is a known function of the rate. */
function probes(
  rates: readonly number[],
  good: (rate: number) => number,
  verdict: 'passed' | 'invalid' = 'passed',
  offered = 200,
): Parameters<typeof kneeOf>[0] {
  return rates.map((ratePerSecond) => ({
    ratePerSecond,
    verdict,
    evidence: {
      offered,
      good: 0,
      offeredPerSecond: ratePerSecond,
      completedPerSecond: 0,
      goodputPerSecond: good(ratePerSecond),
      missRatio: 0,
      responseP99Ns: null,
      queueAge: { source: 'upstream', maxNs: 0, slope: null },
      scheduleLagP99Ns: null,
      generatorFailures: 0,
      unaccounted: 0,
      abandoned: 0,
    },
  }));
}
const RATES = [50, 100, 200, 141, 160, 180];
const saturating = (rate: number): number => Math.min(rate, 160);

describe('the knee', () => {
  it('is the last rate up to which goodput keeps up, in whatever order the rates were tried', () => {
    expect(kneeOf(probes(RATES, saturating))).toEqual({
      kind: 'found',
      ratePerSecond: 160,
      goodputPerSecond: 160,
      rates: 6,
    });
    expect(kneeOf(probes([...RATES].reverse(), saturating))).toMatchObject({ ratePerSecond: 160 });
  });

  it('rests on no probe of a few calls, of which one that ends late is a tenth', () => {
    const few = probes([1, 2, 4], () => 0, 'passed', 3);
    expect(kneeOf([...few, ...probes(RATES, saturating)])).toEqual(kneeOf(probes(RATES, saturating)));
    expect(kneeOf(few)).toMatchObject({ kind: 'none', reason: 'too-few-rates', rates: 0 });
  });

  it('is the same where goodput collapses beyond it', () => {
    expect(kneeOf(probes(RATES, (rate) => (rate <= 160 ? rate : 10)))).toMatchObject({
      kind: 'found',
      ratePerSecond: 160,
    });
  });

  it('bears 5 % of misses and not 15 %', () => {
    expect(kneeOf(probes(RATES, (rate) => saturating(rate) * 0.95))).toMatchObject({
      kind: 'found',
      ratePerSecond: 160,
    });
    expect(kneeOf(probes(RATES, (rate) => rate * 0.85))).toEqual({
      kind: 'none',
      reason: 'never-grew',
      rates: 6,
      neededRates: 6,
    });
  });

  it('is none where nothing bends or of fewer than six rates; repeated ones count once, spoiled ones not', () => {
    expect(kneeOf(probes(RATES, (rate) => rate))).toMatchObject({ kind: 'none', reason: 'still-growing' });
    const five = probes(RATES.slice(1), saturating);
    expect(kneeOf([...five, ...five])).toEqual({ kind: 'none', reason: 'too-few-rates', rates: 5, neededRates: 6 });
    expect(kneeOf([...five, ...probes([50], saturating, 'invalid')])).toMatchObject({
      reason: 'too-few-rates',
      rates: 5,
    });
  });
});
