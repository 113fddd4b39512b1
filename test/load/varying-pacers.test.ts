/**
 * Arrivals whose rate changes: ramps, evenly spaced and Poisson; spikes; recordings. Against exact integer arithmetic.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NS_PER_S } from '../../src/clock/index.js';
import { constantPacer, pacerOf, poissonPacer, recordedPacer, type Pacer } from '../../src/load/pacers/index.js';
import { plannedArrivals, type Stage } from '../../src/plan/index.js';
import { seededRandom } from '../../src/random/index.js';

const held = (ratePerSecond: number, seconds: number): Stage => ({
  label: 'held',
  ratePerSecond,
  forNs: Math.round(seconds * NS_PER_S),
});
const ramp = (ratePerSecond: number, rampToPerSecond: number, seconds: number): Stage => ({
  label: 'ramp',
  ratePerSecond,
  rampToPerSecond,
  forNs: Math.round(seconds * NS_PER_S),
});

function take(pacer: Pacer): { atNs: number; stage: number }[] {
  const all: { atNs: number; stage: number }[] = [];
  for (let atNs = pacer.nextNs(); atNs !== Infinity; atNs = pacer.nextNs()) all.push({ atNs, stage: pacer.stage });
  return all;
}

/** Calls expected by `ns`, times 2 T 10^9, in integers: the rate is linear, so twice its integral is whole. */
const scaled = (from: bigint, to: bigint, lengthNs: bigint, ns: bigint): bigint =>
  2n * lengthNs * from * ns + (to - from) * ns * ns;

/** True when call `index` of a ramp belongs within a nanosecond of `ns`. */
function isExact(from: number, to: number, lengthNs: number, index: number, ns: number): boolean {
  const [a, b, length] = [BigInt(from), BigInt(to), BigInt(lengthNs)];
  const wanted = 2n * BigInt(index) * length * 1_000_000_000n;
  const at = BigInt(ns);
  const early = at === 0n ? -1n : scaled(a, b, length, at - 1n);
  return early <= wanted && wanted <= scaled(a, b, length, at + 2n);
}

const wholeRates = fc.integer({ min: 1, max: 3_000 });
const seeds = fc.integer({ min: 0, max: 2 ** 40 });

describe('evenly spaced arrivals on a ramp', () => {
  it('come where the integral of the rate is a whole number', () => {
    // From 1/s to 3/s in 2 s the integral is t + t^2 / 2: 0, 1, 2 and 3 at t = 0, sqrt(3) - 1, sqrt(5) - 1, sqrt(7) -
    // 1.
    expect(take(constantPacer([ramp(1, 3, 2)])).map(({ atNs }) => atNs)).toEqual([
      0, 732_050_807, 1_236_067_977, 1_645_751_311,
    ]);
  });

  it('are at the right nanosecond, whatever the ramp', () => {
    fc.assert(
      fc.property(wholeRates, wholeRates, fc.integer({ min: 1, max: 2_000_000_000 }), (from, to, forNs) => {
        const stage: Stage = { label: 'ramp', ratePerSecond: from, rampToPerSecond: to, forNs };
        const arrivals = take(constantPacer([stage]));
        expect(arrivals.length).toBe(plannedArrivals([stage]));
        const wrong = arrivals.filter(
          ({ atNs }, i) => atNs >= forNs || atNs < (arrivals[i - 1]?.atNs ?? 0) || !isExact(from, to, forNs, i, atNs),
        );
        expect(wrong).toEqual([]);
      }),
    );
  });

  it('are still at the right nanosecond after an hour', () => {
    const hourNs = 3_600 * NS_PER_S;
    const pacer = constantPacer([ramp(50, 451, 3_600)]);
    let count = 0;
    let wrong = 0;
    for (let atNs = pacer.nextNs(); atNs !== Infinity; atNs = pacer.nextNs()) {
      if (count % 997 === 0 && !isExact(50, 451, hourNs, count, atNs)) wrong++;
      count++;
    }
    expect(count).toBe(((50 + 451) / 2) * 3_600);
    expect(wrong).toBe(0);
  });

  it('of a spike are base, burst and base again, each from its own start', () => {
    const arrivals = take(constantPacer([held(2, 1), held(8, 0.5), held(2, 1)]));
    expect(arrivals.map(({ atNs, stage }) => [atNs / 1e6, stage])).toEqual([
      [0, 0],
      [500, 0],
      [1_000, 1],
      [1_125, 1],
      [1_250, 1],
      [1_375, 1],
      [1_500, 2],
      [2_000, 2],
    ]);
  });

  it('of an up-ramp and the same ramp down mirror each other in number, second by second', () => {
    const arrivals = take(constantPacer([ramp(100, 300, 5), ramp(300, 100, 5)]));
    const perSecond = Array.from(
      { length: 10 },
      (_, second) => arrivals.filter(({ atNs }) => Math.floor(atNs / NS_PER_S) === second).length,
    );
    expect(perSecond.reduce((sum, n) => sum + n, 0)).toBe(2_000);
    for (const [second, n] of perSecond.entries())
      expect(Math.abs(n - (perSecond[9 - second] ?? 0))).toBeLessThanOrEqual(1);
    expect(perSecond.slice(0, 5)).toEqual([120, 160, 200, 240, 280]);
  });
});

describe('Poisson arrivals on ramps', () => {
  const stages = [ramp(500, 4_000, 1), held(4_000, 0.5), ramp(4_000, 200, 1)];
  /** Integral of that rate, written out. */
  const expectedBy = (ns: number): number => {
    const s = ns / NS_PER_S;
    if (s < 1) return 500 * s + 1_750 * s * s;
    if (s < 1.5) return 2_250 + 4_000 * (s - 1);
    return 4_250 + 4_000 * (s - 1.5) - 1_900 * (s - 1.5) ** 2;
  };

  it('are the same for the same seed and others for another', () => {
    const of = (seed: number): number[] => take(poissonPacer(stages, seededRandom(seed))).map(({ atNs }) => atNs);
    expect(of(7)).toEqual(of(7));
    expect(of(7)).not.toEqual(of(8));
  });

  it('are never decreasing, inside their stages, and near the integral of the rate in number', () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const arrivals = take(poissonPacer(stages, seededRandom(seed)));
        const bounds = [0, 1e9, 1.5e9, 2.5e9];
        const misplaced = arrivals.filter(
          ({ atNs, stage }, i) =>
            atNs < (arrivals[i - 1]?.atNs ?? 0) || atNs < (bounds[stage] ?? NaN) || atNs >= (bounds[stage + 1] ?? NaN),
        );
        expect(misplaced).toEqual([]);
        for (const [stage, expected] of [2_250, 2_000, 2_100].entries()) {
          expect(Math.abs(arrivals.filter((each) => each.stage === stage).length - expected)).toBeLessThan(
            6 * Math.sqrt(expected),
          );
        }
      }),
      { numRuns: 40 },
    );
  });

  it('have exponential gaps in expected arrivals (Kolmogorov-Smirnov), and an index of dispersion of 1', () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const at = take(poissonPacer(stages, seededRandom(seed))).map(({ atNs }) => expectedBy(atNs));
        const gaps = at.map((each, i) => each - (at[i - 1] ?? 0)).sort((a, b) => a - b);
        const distance = gaps.reduce((most, gap, i) => {
          const theory = 1 - Math.exp(-gap);
          return Math.max(most, Math.abs(theory - i / gaps.length), Math.abs(theory - (i + 1) / gaps.length));
        }, 0);
        // P(D sqrt(n) > 3) is 3e-8.
        expect(distance * Math.sqrt(gaps.length)).toBeLessThan(3);
        const windows = 300;
        const counts = new Array<number>(windows).fill(0);
        for (const each of at)
          counts[Math.floor((each / 6_350) * windows)] = (counts[Math.floor((each / 6_350) * windows)] ?? 0) + 1;
        const mean = at.length / windows;
        const variance = counts.reduce((sum, n) => sum + (n - mean) ** 2, 0) / (windows - 1);
        expect(Math.abs(variance / mean - 1)).toBeLessThan(6 * Math.sqrt(2 / (windows - 1)));
      }),
      { numRuns: 30 },
    );
  });
});

describe('recorded arrivals', () => {
  it('are given back one by one, to the nanosecond, equal ones too, and then no more', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 8.64e13 }), { minLength: 1 }), (unsorted) => {
        const offsetsNs = unsorted.sort((a, b) => a - b);
        const segment = {
          loop: 'open',
          phase: 0,
          arrivals: 'recorded',
          offsetsNs,
          stages: [{ label: 'replay', ratePerSecond: 1, forNs: 8.64e13 + 1 }],
        } as const;
        const pacer = pacerOf(segment, seededRandom(1));
        expect(take(pacer)).toEqual(offsetsNs.map((atNs) => ({ atNs, stage: 0 })));
        expect([pacer.nextNs(), pacer.nextNs()]).toEqual([Infinity, Infinity]);
      }),
    );
  });

  it('do not depend on a seed', () => {
    expect(take(recordedPacer([0, 3, 3, 9])).map(({ atNs }) => atNs)).toEqual([0, 3, 3, 9]);
  });
});
