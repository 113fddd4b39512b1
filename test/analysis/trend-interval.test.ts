import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { trendInterval } from '../../src/analysis/statistics/index.js';
import { seededRandom, type Random } from '../../src/random/index.js';

const POINTS = 60;
const SERIES = 1_000;
const steps = (n: number): readonly number[] => Array.from({ length: n }, (_, i) => i);

/** How often in a thousand series without a trend the 95 % interval says that there is one. */
function falseAlarms(series: (random: Random, n: number) => readonly number[], n = POINTS): number {
  const alarms = steps(SERIES).filter((seed) => {
    const trend = trendInterval(steps(n), series(seededRandom(seed, 'no trend'), n));
    return trend === null || trend.low > 0 || trend.high < 0;
  });
  return alarms.length / SERIES;
}

const independent = (random: Random, n: number): readonly number[] => steps(n).map(() => random.normal());

/** Each point is `rho` of the one before and something new. */
const wandering =
  (rho: number) =>
  (random: Random, n: number): readonly number[] => {
    let state = random.normal() / Math.sqrt(1 - rho * rho);
    return steps(n).map(() => (state = rho * state + random.normal()));
  };

/** Garbage piles up and is collected: so many teeth, the first begun anywhere. */
const saw =
  (teeth: number) =>
  (random: Random, n: number): readonly number[] => {
    const begun = random.next();
    return steps(n).map((i) => 20 * (((i / n) * teeth + begun) % 1) + random.normal() / 2);
  };

describe('the 95 % interval of a trend', () => {
  it('misses no more than it says: five in a hundred series of independent points', () => {
    expect(falseAlarms(independent)).toBeLessThan(0.07);
    expect(falseAlarms(independent)).toBeGreaterThan(0.01);
    expect(falseAlarms(independent, 20)).toBeLessThan(0.07);
    expect(falseAlarms(independent, 8)).toBeLessThan(0.07);
  });

  it('takes neighbours that resemble each other for what they are', () => {
    expect(falseAlarms(wandering(0.5))).toBeLessThan(0.08);
    // As alike as this, and few: it can't quite be distinguished from a trend.
    expect(falseAlarms(wandering(0.9))).toBeLessThan(0.2);
    expect(falseAlarms(wandering(0.9), 120)).toBeLessThan(0.12);
  });

  it.each([1.5, 2.5, 4.5, 8.5, 15.5, 30])('calls no saw of %d teeth a leak', (teeth) => {
    expect(falseAlarms(saw(teeth))).toBeLessThan(0.05);
  });

  it('finds a trend that is there, through noise, wandering and a saw', () => {
    for (const series of [independent, wandering(0.5)]) {
      const found = steps(200).filter((seed) => {
        const trend = trendInterval(
          steps(POINTS),
          series(seededRandom(seed, 'trend'), POINTS).map((y, i) => y + i / 4),
        );
        return trend !== null && trend.low > 0;
      });
      expect(found.length).toBeGreaterThan(195);
    }
    const trend = trendInterval(
      steps(POINTS),
      saw(15.5)(seededRandom(1, 'saw'), POINTS).map((y, i) => y + i),
    );
    expect(trend?.low).toBeGreaterThan(0);
  });

  it('holds its slope in the middle, and has no width where the points lie on a line', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: -1000, max: 1000 }), { minLength: 8, maxLength: 80 }),
        fc.integer({ min: -9, max: 9 }),
        (y, k) => {
          const trend = trendInterval(steps(y.length), y);
          if (trend === null) throw new Error('no trend');
          expect((trend.low + trend.high) / 2).toBeCloseTo(trend.slope, 9);
          const steeper = trendInterval(
            steps(y.length),
            y.map((v, i) => v + k * i),
          );
          expect(steeper?.low).toBeCloseTo(trend.low + k, 6);
          expect(steeper?.high).toBeCloseTo(trend.high + k, 6);
          const line = trendInterval(
            steps(y.length),
            steps(y.length).map((i) => k * i + 3),
          );
          expect(line?.low).toBeCloseTo(k, 9);
          expect(line?.high).toBeCloseTo(k, 9);
        },
      ),
    );
  });

  it('is not bent by a wild point, but wide for it', () => {
    const y = steps(POINTS).map((i) => i + (i === 50 ? 1e6 : 0));
    const trend = trendInterval(steps(POINTS), y);
    expect(trend?.slope).toBeCloseTo(1, 6);
    expect(trend?.low).toBeLessThan(0);
  });

  it('says nothing of fewer than eight points, or of one moment', () => {
    expect(trendInterval(steps(7), steps(7))).toBeNull();
    expect(
      trendInterval(
        steps(20).map(() => 1),
        steps(20),
      ),
    ).toBeNull();
  });
});
