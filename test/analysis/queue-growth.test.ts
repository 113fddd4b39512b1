import { describe, expect, it } from 'vitest';
import { growthInterval } from '../../src/analysis/statistics/index.js';
import { seededRandom } from '../../src/random/index.js';
import { TARGETS } from '../capacity/simulated.js';
import { constantArrivals, serve } from './fixtures/simulation.js';

const STEP_S = 0.01;

describe('the growth of a queue', () => {
  it('is its slope, exactly, where nothing varies', () => {
    const rising = Float64Array.from({ length: 400 }, (_, i) => 0.03 * i * STEP_S);
    const { slope, low, high } = growthInterval(rising, STEP_S) ?? {};
    for (const each of [slope, low, high]) expect(each).toBeCloseTo(0.03, 9);
    expect(growthInterval(new Float64Array(400), STEP_S)).toEqual({ slope: 0, low: 0, high: 0 });
    expect(growthInterval(new Float64Array(7), STEP_S)).toBeNull();
  });

  it('is none of a queue that comes and goes', () => {
    // A saw of 50 ms, twice a second, from the lowest to the highest within every part.
    const saw = Float64Array.from({ length: 400 }, (_, i) => (i % 20) * 0.0025);
    expect(growthInterval(saw, STEP_S)?.slope).toBe(0);
    expect(growthInterval(saw, STEP_S)?.high ?? 1).toBeLessThan(0.001);
  });
});

describe('the bounds of the growth, of a server with a log-normal service time', () => {
  const target = TARGETS.find(({ name }) => name === 'log-normal 8/30 ms');
  if (target === undefined) throw new Error('no such target');
  const SEEDS = 100;
  const LIMIT = 0.01;

  /** Of so many probes of 12.8 s at a share of capacity: how many are above the limit, and how many within it. */
  const counted = (share: number): { grows: number; level: number } => {
    const found = { grows: 0, level: 0 };
    for (let seed = 0; seed < SEEDS; seed++) {
      const random = seededRandom(seed, String(share));
      const due = constantArrivals([{ ratePerSecond: (share * 1e9) / target.meanNs, forNs: 16e9 }]);
      const calls = serve(due, { serviceNs: () => target.draw(random) });
      const ages = new Float64Array(1280);
      let oldest = 0;
      for (let m = 0; m < ages.length; m++) {
        const t = 3.2e9 + m * STEP_S * 1e9;
        while ((calls[oldest]?.startedNs ?? Infinity) <= t) oldest++;
        ages[m] = Math.max(0, t - (calls[oldest]?.intendedNs ?? Infinity)) / 1e9;
      }
      const growth = growthInterval(ages, STEP_S);
      if (growth === null) continue;
      if (growth.low > LIMIT) found.grows++;
      else if (growth.low <= 0 && growth.high >= 0 && growth.high <= LIMIT) found.level++;
    }
    return found;
  };

  it('show nine of ten queues level at 93 % of capacity, and nine of ten growing at 108 %', () => {
    expect(counted(0.93).level).toBeGreaterThanOrEqual(90);
    expect(counted(1.08).grows).toBeGreaterThanOrEqual(90);
  });

  it('call hardly any queue growing at capacity or below, and hardly any level at 103 %', () => {
    expect(counted(0.93).grows).toBe(0);
    expect(counted(1).grows).toBeLessThanOrEqual(5);
    expect(counted(1.03).level).toBeLessThanOrEqual(5);
  });
});
