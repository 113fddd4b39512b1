/** The mean of paired differences, and how sure it is. */
import { tCdf, tQuantile } from './student-t.js';

/** An estimate and its two-sided interval. */
export interface Interval {
  readonly estimate: number;
  readonly low: number;
  readonly high: number;
}

export interface PairedMean extends Interval {
  /** Standard deviation of the differences, with n - 1. */
  readonly deviation: number;
}

/**
 * The mean of n >= 2 differences with its t interval: mean +- t(1 - alpha / 2, n - 1) s / sqrt(n) (Student, Biometrika
 * 6, 1908). Of log ratios it is the log of the geometric mean ratio. Null for fewer than two differences.
 */
export function pairedMean(differences: readonly number[], confidence = 0.95): PairedMean | null {
  const n = differences.length;
  if (n < 2) return null;
  const estimate = meanOf(differences);
  const squares = differences.reduce((sum, each) => sum + (each - estimate) ** 2, 0);
  const deviation = Math.sqrt(squares / (n - 1));
  const reach = (tQuantile((1 + confidence) / 2, n - 1) * deviation) / Math.sqrt(n);
  return { estimate, deviation, low: estimate - reach, high: estimate + reach };
}

export const meanOf = (values: readonly number[]): number =>
  values.reduce((sum, each) => sum + each, 0) / values.length;

/**
 * One-sided p-value of n >= 2 differences against "the mean is at most 0", by Student's t. Differences that are all
 * equal leave t nothing to judge by; then it is the sign test: 2^-n where they are above 0, else 1.
 */
export function pValueAboveZero(differences: readonly number[]): number {
  const paired = pairedMean(differences);
  if (paired === null) return 1;
  const { estimate, deviation } = paired;
  const n = differences.length;
  // The mean of equal numbers may miss them by a rounding.
  if (deviation <= Math.abs(estimate) * 1e-12) return estimate > 0 ? 2 ** -n : 1;
  return tCdf(-(estimate / deviation) * Math.sqrt(n), n - 1);
}
