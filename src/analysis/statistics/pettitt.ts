/** Whether, and where, the level of a series changed once. */
import { ranks, residualCorrelation } from './correlation.js';
import { median } from './order-statistics.js';

export interface LevelShift {
  /** Index of the first point of the new level. */
  readonly at: number;
  /** Medians before and after. */
  readonly before: number;
  readonly after: number;
  /** Probability of a split this clear in a series without one, at most. */
  readonly p: number;
  /** Lag-1 autocorrelation of what the two levels leave over. */
  readonly correlation: number;
}

/**
 * The clearest split of a series in two by Pettitt's rank statistic (Applied Statistics 28, 1979), each side at least
 * `shortest` points long. Its limiting probability 2 exp(-6 K^2 / (n^3 + n^2)) supposes independent points; here the
 * variance is widened by (1 + r) / (1 - r), the share of a first-order process whose correlation r is that of what the
 * two levels leave over. Null with fewer than two such sides.
 */
export function levelShift(y: ArrayLike<number>, shortest: number): LevelShift | null {
  const n = y.length;
  const ranked = ranks(y);
  let at = -1;
  let largest = -1;
  let sum = 0;
  for (let t = 1; t < n; t++) {
    sum += ranked[t - 1] ?? NaN;
    if (t < shortest || n - t < shortest) continue;
    const statistic = Math.abs(2 * sum - t * (n + 1));
    if (statistic > largest) {
      largest = statistic;
      at = t;
    }
  }
  if (at < 0) return null;
  const values = Float64Array.from(y);
  const before = median(values.subarray(0, at));
  const after = median(values.subarray(at));
  const correlation = residualCorrelation(values.map((value, i) => value - (i < at ? before : after)));
  const inflation = (1 + correlation) / (1 - correlation);
  return {
    at,
    before,
    after,
    correlation,
    p: Math.min(1, 2 * Math.exp((-6 * largest * largest) / ((n ** 3 + n ** 2) * inflation))),
  };
}
