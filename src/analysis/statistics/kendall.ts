/** Trend of points that depend on their neighbours: Mann and Kendall's test, as the interval of Theil-Sen's slope. */
import { residualCorrelation } from './correlation.js';
import { type Line, theilSen } from './trend.js';

/**
 * How much autocorrelation widens the variance of Kendall's S: 1 + 2 / (n (n-1) (n-2)) sum (n-i) (n-i-1) (n-i-2) r_i
 * (Hamed and Rao, Journal of Hydrology 204, 1998), with the correlations of a first-order process, r_i = correlation^i.
 */
export function kendallInflation(n: number, correlation: number): number {
  let sum = 0;
  for (let i = 1; i < n - 2; i++) sum += (n - i) * (n - i - 1) * (n - i - 2) * correlation ** i;
  return 1 + (2 * sum) / (n * (n - 1) * (n - 2));
}

export interface KendallTrend {
  readonly line: Line;
  /** Interval of the slope; null where the points leave that end open. */
  readonly low: number | null;
  readonly high: number | null;
  /** Lag-1 autocorrelation of what the line leaves over. */
  readonly correlation: number;
}

/**
 * Theil-Sen slope with the interval that Kendall's S gives it (Sen, JASA 63, 1968), its variance widened for the
 * autocorrelation of the residuals. The interval holds 0 exactly where the Mann-Kendall test finds no trend.
 * @param x distinct, ascending
 * @param z how many standard deviations of S the interval reaches: 2.576 for 99 %
 * @returns null with fewer than eight points
 */
export function kendallTrend(x: ArrayLike<number>, y: ArrayLike<number>, z: number): KendallTrend | null {
  const n = Math.min(x.length, y.length);
  if (n < 8) return null;
  const line = theilSen(x, y);
  if (line === null) return null;
  const correlation = residualCorrelation(
    Float64Array.from({ length: n }, (_, i) => (y[i] ?? NaN) - line.intercept - line.slope * (x[i] ?? NaN)),
  );
  const slopes = new Float64Array((n * (n - 1)) / 2);
  let count = 0;
  for (let i = 0; i < n; i++) {
    for (let j = i + 1; j < n; j++) slopes[count++] = ((y[j] ?? NaN) - (y[i] ?? NaN)) / ((x[j] ?? NaN) - (x[i] ?? NaN));
  }
  slopes.sort();
  const variance = ((n * (n - 1) * (2 * n + 5)) / 18) * kendallInflation(n, correlation);
  const reach = z * Math.sqrt(variance);
  const lowRank = Math.floor((count - reach) / 2);
  const highRank = Math.ceil((count + reach) / 2);
  return { line, low: slopes[lowRank] ?? null, high: slopes[highRank] ?? null, correlation };
}
