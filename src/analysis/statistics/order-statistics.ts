/**
 * Quantiles as order statistics: which rank a quantile is, how many samples it takes, and how far it may be off.
 * All of it is free of assumptions about the distribution; it does assume independent samples, which calls in one queue
 * are not: neighbours resemble each other and the true uncertainty is larger.
 */
import { binomialCdf } from './binomial.js';

/**
 * Rank, from 1, of the q-quantile among n samples: the smallest value with at least ceil(q n) values at or below it
 * (inverse of the empirical distribution; type 1 of Hyndman and Fan 1996). Always a value that was really seen.
 */
export function quantileRank(q: number, n: number): number {
  // q n may miss an integer by rounding (0.999 x 1 000 = 999.0000000000001): a rank is not to move for that.
  return Math.min(n, Math.max(1, Math.ceil(q * n - 1e-9 * Math.max(1, q * n))));
}

const minimumCache = new Map<string, number>();

/**
 * Fewest samples from which a quantile is estimated: the smallest n for which, with probability `confidence`, at least
 * two samples lie beyond the quantile: 1 - p^n - n (1 - p) p^(n-1) >= confidence with p = max(q, 1 - q). This is Wilks'
 * bound for tolerance limits (Annals of Mathematical Statistics 12, 1941). At 0.99: p50 11, p90 64, p95 130, p99 662,
 * p99.9 6 636.
 */
export function minimumSamples(q: number, confidence = 0.99): number {
  const p = Math.max(q, 1 - q);
  const key = `${p}/${confidence}`;
  const known = minimumCache.get(key);
  if (known !== undefined) return known;
  const enough = (n: number): boolean =>
    1 - Math.exp(n * Math.log(p)) - n * (1 - p) * Math.exp((n - 1) * Math.log(p)) >= confidence;
  let most = 2;
  while (!enough(most)) most *= 2;
  const fewest = largest(most, (n) => !enough(n)) + 1;
  minimumCache.set(key, fewest);
  return fewest;
}

/** Ranks from 1; null where no sample lies far enough out on that side. */
export interface RankInterval {
  readonly low: number | null;
  readonly high: number | null;
}

/**
 * Ranks between which the q-quantile of the population lies with at least `confidence`, half the error on each side
 * (David and Nagaraja, Order Statistics, 2003, section 7.1).
 */
export function orderStatisticInterval(q: number, n: number, confidence = 0.95): RankInterval {
  if (n < 1) return { low: null, high: null };
  const tail = (1 - confidence) / 2;
  // The population quantile lies below the r-th smallest sample with probability P(Binomial(n, q) <= r - 1).
  const low = largest(n, (rank) => binomialCdf(rank - 1, n, q) <= tail);
  const above = largest(n, (rank) => 1 - binomialCdf(rank - 1, n, q) > tail);
  return { low: low === 0 ? null : low, high: above === n ? null : above + 1 };
}

/** Largest rank in 1..n for which a condition holds that, once false, stays false; 0 when it never holds. */
function largest(n: number, holds: (rank: number) => boolean): number {
  let low = 0;
  let high = n + 1;
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (holds(middle)) low = middle;
    else high = middle;
  }
  return low;
}

/** Median; NaN without values. */
export function median(values: ArrayLike<number>): number {
  const sorted = Float64Array.from(values).sort();
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? NaN) + upper) / 2;
}
