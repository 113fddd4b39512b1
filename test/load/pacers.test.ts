import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NS_PER_S } from '../../src/clock/index.js';
import { constantPacer, pacerOf, poissonPacer, type Pacer } from '../../src/load/pacers/index.js';
import { plannedArrivals, type Stage } from '../../src/plan/index.js';
import { seededRandom } from '../../src/random/index.js';

function stage(ratePerSecond: number, seconds: number, label: Stage['label'] = 'main'): Stage {
  return { label, ratePerSecond, forNs: Math.round(seconds * NS_PER_S) };
}

function take(pacer: Pacer): { atNs: number; stage: number }[] {
  const all: { atNs: number; stage: number }[] = [];
  for (let atNs = pacer.nextNs(); atNs !== Infinity; atNs = pacer.nextNs()) all.push({ atNs, stage: pacer.stage });
  return all;
}

describe('constant arrivals', () => {
  it('come at start + i / rate while that is before the end', () => {
    expect(take(constantPacer([stage(4, 1)])).map(({ atNs }) => atNs)).toEqual([0, 250e6, 500e6, 750e6]);
  });

  it('begin each stage anew at its own start', () => {
    const arrivals = take(constantPacer([stage(2, 1, 'before'), stage(4, 0.6, 'overload'), stage(1, 2, 'after')]));
    expect(arrivals).toEqual([
      { atNs: 0, stage: 0 },
      { atNs: 500e6, stage: 0 },
      { atNs: 1_000e6, stage: 1 },
      { atNs: 1_250e6, stage: 1 },
      { atNs: 1_500e6, stage: 1 },
      { atNs: 1_600e6, stage: 2 },
      { atNs: 2_600e6, stage: 2 },
    ]);
  });

  it('stay on schedule to the nanosecond over an hour at an odd rate', () => {
    const pacer = constantPacer([stage(333.3, 3_600)]);
    let count = 0;
    let worstNs = 0;
    for (let atNs = pacer.nextNs(); atNs !== Infinity; atNs = pacer.nextNs()) {
      // The exact time in integers: i / 333.3 s = i x 10^10 / 3333 ns.
      if (count % 1_009 === 0)
        worstNs = Math.max(worstNs, Math.abs(atNs - Number((BigInt(count) * 10_000_000_000n) / 3_333n)));
      count++;
    }
    expect(count).toBe(Math.ceil(333.3 * 3_600));
    expect(worstNs).toBeLessThanOrEqual(1);
  });

  it('number rate x time, as planned, whatever the rate and the length', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.1, max: 20_000, noNaN: true }),
        fc.integer({ min: 1, max: 2_000_000_000 }),
        (ratePerSecond, forNs) => {
          fc.pre(ratePerSecond * forNs < 5_000 * NS_PER_S);
          const arrivals = take(constantPacer([{ label: 'main', ratePerSecond, forNs }]));
          expect(Math.abs(arrivals.length - (ratePerSecond * forNs) / NS_PER_S)).toBeLessThanOrEqual(1);
          expect(arrivals.length).toBe(plannedArrivals([{ ratePerSecond, forNs }]));
          for (const [i, { atNs }] of arrivals.entries()) {
            expect(atNs).toBeLessThan(forNs);
            expect(Number.isInteger(atNs)).toBe(true);
            expect(atNs).toBeGreaterThanOrEqual(i === 0 ? 0 : (arrivals[i - 1]?.atNs ?? 0));
          }
        },
      ),
    );
  });

  it('are none when the list is used up, for good', () => {
    const pacer = constantPacer([stage(1, 1)]);
    expect([pacer.nextNs(), pacer.nextNs(), pacer.nextNs()]).toEqual([0, Infinity, Infinity]);
  });
});

describe('Poisson arrivals', () => {
  const seeds = fc.integer({ min: 0, max: 2 ** 40 });

  it('are the same for the same seed and others for another', () => {
    const of = (seed: number): number[] =>
      take(poissonPacer([stage(500, 2)], seededRandom(seed))).map(({ atNs }) => atNs);
    expect(of(7)).toEqual(of(7));
    expect(of(7)).not.toEqual(of(8));
  });

  it('are increasing, inside their stages, and near rate x time in number', () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const stages = [stage(2_000, 0.7, 'before'), stage(6_000, 0.5, 'overload'), stage(500, 2, 'after')] as const;
        const arrivals = take(pacerOf({ loop: 'open', phase: 0, arrivals: 'poisson', stages }, seededRandom(seed)));
        const bounds = [0, 0.7e9, 1.2e9, 3.2e9];
        const counts = [0, 0, 0];
        let before = -1;
        let misplaced = 0;
        for (const { atNs, stage: index } of arrivals) {
          if (atNs < before || atNs < (bounds[index] ?? NaN) || atNs >= (bounds[index + 1] ?? NaN)) misplaced++;
          counts[index] = (counts[index] ?? 0) + 1;
          before = atNs;
        }
        expect(misplaced).toBe(0);
        // Six standard deviations of a Poisson count: false alarm once in 5e8.
        for (const [index, expected] of [1_400, 3_000, 1_000].entries()) {
          expect(Math.abs((counts[index] ?? 0) - expected)).toBeLessThan(6 * Math.sqrt(expected));
        }
      }),
      { numRuns: 60 },
    );
  });

  it('are as variable as a Poisson process is: index of dispersion 1', () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const windows = 1_000;
        const counts = new Array<number>(windows).fill(0);
        for (const { atNs } of take(poissonPacer([stage(1_000, 20)], seededRandom(seed)))) {
          const window = Math.floor(atNs / 20e6);
          counts[window] = (counts[window] ?? 0) + 1;
        }
        const mean = counts.reduce((sum, n) => sum + n, 0) / windows;
        const variance = counts.reduce((sum, n) => sum + (n - mean) ** 2, 0) / (windows - 1);
        // (n - 1) x index is chi-squared with n - 1 degrees of freedom: standard deviation of the index sqrt(2 / (n -
        // 1)).
        expect(Math.abs(variance / mean - 1)).toBeLessThan(6 * Math.sqrt(2 / (windows - 1)));
      }),
      { numRuns: 25 },
    );
  });

  it('have exponential gaps (Kolmogorov-Smirnov), also across a change of rate', () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const arrivals = take(
          poissonPacer([stage(4_000, 0.5, 'before'), stage(1_000, 3, 'after')], seededRandom(seed)),
        );
        // In expected arrivals instead of time, the gaps of both stages are exponential with mean 1.
        const expected = arrivals.map(({ atNs }) => (atNs < 0.5e9 ? atNs * 4e-6 : 2_000 + (atNs - 0.5e9) * 1e-6));
        const gaps = expected.map((at, i) => at - (expected[i - 1] ?? 0)).sort((a, b) => a - b);
        let distance = 0;
        for (const [i, gap] of gaps.entries()) {
          const theory = 1 - Math.exp(-gap);
          distance = Math.max(distance, Math.abs(theory - i / gaps.length), Math.abs(theory - (i + 1) / gaps.length));
        }
        // P(D sqrt(n) > 3) is 3e-8.
        expect(distance * Math.sqrt(gaps.length)).toBeLessThan(3);
      }),
      { numRuns: 40 },
    );
  });
});
