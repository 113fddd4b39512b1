/** Where one more value is to be expected. */
import { pairedMean, type Interval } from './paired.js';
import { tQuantile } from './student-t.js';

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
