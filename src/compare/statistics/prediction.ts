/** Where one more value is to be expected. */
import { pairedMean, type Interval } from './paired.js';
import { tCdf, tQuantile } from './student-t.js';

/**
 * The interval that holds one further value with `confidence`: mean +- t(1 - alpha / 2, n - 1) s sqrt(1 + 1 / n) (Hahn
 * and Meeker, Statistical Intervals, section 4.7). Null for fewer than two values.
 */
export function predictionInterval(values: readonly number[], confidence = 0.95): Interval | null {
  const mean = pairedMean(values);
  if (mean === null) return null;
  const n = values.length;
  const reach = tQuantile((1 + confidence) / 2, n - 1) * mean.deviation * Math.sqrt(1 + 1 / n);
  return { estimate: mean.estimate, low: mean.estimate - reach, high: mean.estimate + reach };
}

/**
 * One-sided p-value of a further value against "it is drawn as n >= 2 earlier ones, or lower", by the t statistic of
 * the same interval. Earlier ones that are all equal leave t nothing to judge by; then it is the chance that the
 * largest of n + 1 values that are drawn alike is the last: 1 / (n + 1).
 */
export function pValueOfFurther(values: readonly number[], further: number): number {
  const mean = pairedMean(values);
  if (mean === null) return 1;
  const { estimate, deviation } = mean;
  const n = values.length;
  if (deviation <= Math.abs(estimate) * 1e-12) return further > Math.max(...values) ? 1 / (n + 1) : 1;
  return tCdf(-(further - estimate) / (deviation * Math.sqrt(1 + 1 / n)), n - 1);
}
