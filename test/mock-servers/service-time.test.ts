import { withDefaults, type ServiceTime } from '../../src/protocol/index.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { serviceTimes } from '../../mock-servers/index.js';
import { normalQuantile, serviceTimeQuantile } from '../../mock-servers/timing/service-time.js';

const MS = 1_000_000;
const DISTRIBUTIONS: readonly ServiceTime[] = [
  { kind: 'constant', ns: 10 * MS },
  { kind: 'exponential', meanNs: 10 * MS },
  { kind: 'lognormal', medianNs: 8 * MS, p99Ns: 30 * MS },
  { kind: 'two-point', commonNs: 1 * MS, rareNs: 100 * MS, rareShare: 0.02 },
];

function draws(serviceTime: ServiceTime, seed: number, count: number): readonly number[] {
  const next = serviceTimes(withDefaults({ seed, serviceTime }));
  return Array.from({ length: count }, () => next());
}

/** Kolmogorov-Smirnov distance between a sample and a continuous distribution. */
function ksDistance(sample: readonly number[], cdf: (ns: number) => number): number {
  const sorted = [...sample].sort((a, b) => a - b);
  return sorted.reduce((worst, ns, i) => {
    const p = cdf(ns);
    return Math.max(worst, (i + 1) / sorted.length - p, p - i / sorted.length);
  }, 0);
}

/**
 * The normal distribution function by its Taylor series, or far out by its continued fraction (Abramowitz, Stegun
 * 26.2).
 */
function normalCdf(z: number): number {
  if (z < -3) {
    let fraction = 0;
    for (let k = 400; k >= 1; k--) fraction = k / (-z + fraction);
    return Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI) / (-z + fraction);
  }
  if (z > 3) return 1 - normalCdf(-z);
  let term = z;
  let sum = z;
  for (let k = 1; k < 200; k++) sum += term *= (z * z) / (2 * k + 1);
  return 0.5 + (sum * Math.exp((-z * z) / 2)) / Math.sqrt(2 * Math.PI);
}

describe('the normal quantile', () => {
  it('has the tabulated values', () => {
    expect(normalQuantile(0.5)).toBe(0);
    expect(normalQuantile(0.975)).toBeCloseTo(1.959963984540054, 14);
    expect(normalQuantile(0.99)).toBeCloseTo(2.3263478740408408, 14);
    expect(normalQuantile(0.999)).toBeCloseTo(3.090232306167813, 13);
    expect(normalQuantile(1e-9)).toBeCloseTo(-5.997807015007687, 13);
  });

  it('inverts the distribution function over the whole range a draw can reach', () => {
    fc.assert(
      fc.property(fc.double({ min: -6.3, max: 3, noNaN: true }), (z) => {
        const p = normalCdf(z);
        expect(Math.abs(normalQuantile(p) - z)).toBeLessThan(1e-11);
      }),
      { numRuns: 500 },
    );
  });
});

describe('service times', () => {
  it('are whole nanoseconds and never negative, at any quantile', () => {
    fc.assert(
      fc.property(fc.constantFrom(...DISTRIBUTIONS), fc.integer({ min: 0, max: 2 ** 32 - 1 }), (time, step) => {
        const ns = serviceTimeQuantile(time)((step + 0.5) / 2 ** 32);
        expect(Number.isSafeInteger(ns) && ns >= 0).toBe(true);
      }),
    );
  });

  it('that are constant are that constant', () => {
    expect(new Set(draws({ kind: 'constant', ns: 10 * MS }, 7, 100))).toEqual(new Set([10 * MS]));
  });

  it('that are exponential follow 1 - exp(-t/mean)', () => {
    const quantile = serviceTimeQuantile({ kind: 'exponential', meanNs: 10 * MS });
    expect([0.5, 0.9, 0.99].map(quantile)).toEqual([6_931_472, 23_025_851, 46_051_702]);
    const sample = draws({ kind: 'exponential', meanNs: 10 * MS }, 11, 20_000);
    // 1.95/sqrt(n) is the 99.9 % point of the Kolmogorov-Smirnov statistic; the seed is fixed, so this cannot flicker.
    expect(ksDistance(sample, (ns) => 1 - Math.exp(-ns / (10 * MS)))).toBeLessThan(1.95 / Math.sqrt(20_000));
  });

  it('that are log-normal have the median and the p99 they were given', () => {
    const time: ServiceTime = { kind: 'lognormal', medianNs: 8 * MS, p99Ns: 30 * MS };
    expect(serviceTimeQuantile(time)(0.5)).toBe(8 * MS);
    expect(serviceTimeQuantile(time)(0.99)).toBe(30 * MS);
    const sigma = Math.log(30 / 8) / 2.3263478740408408;
    const sample = draws(time, 12, 20_000);
    expect(ksDistance(sample, (ns) => normalCdf(Math.log(ns / (8 * MS)) / sigma))).toBeLessThan(
      1.95 / Math.sqrt(20_000),
    );
  });

  it('of two points are rare as often as asked', () => {
    const sample = draws({ kind: 'two-point', commonNs: 1 * MS, rareNs: 100 * MS, rareShare: 0.02 }, 13, 50_000);
    expect(new Set(sample)).toEqual(new Set([1 * MS, 100 * MS]));
    const rare = sample.filter((ns) => ns === 100 * MS).length;
    // 3.3 standard deviations of a binomial count.
    expect(Math.abs(rare - 1_000)).toBeLessThan(3.3 * Math.sqrt(50_000 * 0.02 * 0.98));
  });

  it('are the same for the same seed and others for another', () => {
    const time: ServiceTime = { kind: 'exponential', meanNs: MS };
    expect(draws(time, 5, 50)).toEqual(draws(time, 5, 50));
    expect(draws(time, 5, 50)).not.toEqual(draws(time, 6, 50));
  });

  it("take one draw a call whatever its tool, so a tool's own distribution leaves the other calls as they were", () => {
    const [search, book, fail] = withDefaults().tools;
    if (search === undefined || book === undefined || fail === undefined) throw new Error('a default tool is missing');
    const options = withDefaults({ seed: 3, serviceTime: { kind: 'exponential', meanNs: MS } });
    const slow = serviceTimes({
      ...options,
      tools: [search, { ...book, serviceTime: { kind: 'constant', ns: 5 * MS } }],
    });
    const plain = serviceTimes(options);
    for (let n = 0; n < 100; n++) {
      const ns = plain('search');
      expect(n % 3 === 0 ? slow('book') : slow('search')).toBe(n % 3 === 0 ? 5 * MS : ns);
    }
  });
});
