/** Sets of durations: mean, extremes and quantiles from raw samples, with censoring. */
import { ascending, minimumSamples, orderStatisticInterval, quantileRank } from '../statistics/index.js';

/** A quantile that says when it can't be said. `q` in 0..1. */
export type Quantile =
  | {
      readonly kind: 'value';
      readonly q: number;
      readonly ns: number;
      /** 95 % interval by order statistics (binomial); null where the sample does not reach far enough on a side. */
      readonly lowNs: number | null;
      readonly highNs: number | null;
    }
  /** Fewer samples than the binomial bound at 99 % confidence asks for. */
  | { readonly kind: 'not-estimable'; readonly q: number; readonly n: number; readonly needed: number }
  /** The quantile lies at or beyond the deadline: it is at least `ns`. */
  | { readonly kind: 'censored'; readonly q: number; readonly ns: number };

/** A set of durations in nanoseconds. Mean, minimum and maximum are null when n = 0. */
export interface Durations {
  readonly n: number;
  /**
   * How many of `n` were given up on, so that their true length is unknown and at least what was seen. They enter mean
   * and maximum as seen (a lower bound) and rank as slower than everything answered in the quantiles.
   */
  readonly censored: number;
  readonly meanNs: number | null;
  readonly minNs: number | null;
  readonly maxNs: number | null;
  /** p50, p90, p95, p99, p99.9, in that order. */
  readonly quantiles: readonly Quantile[];
}

/** The quantiles of every set of durations. */
export const QUANTILES = [0.5, 0.9, 0.95, 0.99, 0.999] as const;

/**
 * Durations laid out for questions about ranks. Those given up on (censored) last at least as long as seen and rank
 * behind everything whose length is known, so a known rank is right whatever became of them.
 */
export interface RankedDurations {
  /** Ascending. */
  readonly known: Float64Array;
  /** Ascending lower bounds. */
  readonly censored: Float64Array;
}

/** Ranks durations; sorts both arrays in place and keeps them. Values must not be NaN. */
export function rank(known: Float64Array, censored: Float64Array = new Float64Array(0)): RankedDurations {
  return { known: ascending(known), censored: ascending(censored) };
}

/** The value at a rank from 1, or null when that rank is censored. */
function valueAt(durations: RankedDurations, wanted: number): number | null {
  return durations.known[wanted - 1] ?? null;
}

/** The largest number the value at `wanted` is sure to reach: the rank among all durations as seen. */
function lowerBoundAt(durations: RankedDurations, wanted: number): number {
  // Merge by bisection on the count taken from `known`.
  const { known, censored } = durations;
  let low = Math.max(0, wanted - censored.length);
  let high = Math.min(wanted, known.length);
  while (low < high) {
    const fromKnown = Math.floor((low + high) / 2);
    if ((known[fromKnown] ?? Infinity) < (censored[wanted - fromKnown - 1] ?? -Infinity)) low = fromKnown + 1;
    else high = fromKnown;
  }
  return Math.max(known[low - 1] ?? -Infinity, censored[wanted - low - 1] ?? -Infinity);
}

/** One quantile, with a value only when there are enough samples. */
export function quantileOf(durations: RankedDurations, q: number): Quantile {
  const n = durations.known.length + durations.censored.length;
  const needed = minimumSamples(q);
  if (n < needed) return { kind: 'not-estimable', q, n, needed };
  const wanted = quantileRank(q, n);
  const ns = valueAt(durations, wanted);
  if (ns === null) return { kind: 'censored', q, ns: lowerBoundAt(durations, wanted) };
  const ranks = orderStatisticInterval(q, n);
  return {
    kind: 'value',
    q,
    ns,
    lowNs: ranks.low === null ? null : valueAt(durations, ranks.low),
    highNs: ranks.high === null ? null : valueAt(durations, ranks.high),
  };
}

/**
 * The value at a quantile's rank whatever the sample size; null when empty or censored. For limits and display, never
 * reported as a quantile.
 */
export function plainQuantile(sorted: Float64Array, q: number): number | null {
  return sorted.length === 0 ? null : (sorted[quantileRank(q, sorted.length) - 1] ?? null);
}

function sum(values: Float64Array): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}

/** Everything the summary says about a set of durations. */
export function durationsOf(durations: RankedDurations): Durations {
  const { known, censored } = durations;
  const n = known.length + censored.length;
  return {
    n,
    censored: censored.length,
    meanNs: n === 0 ? null : (sum(known) + sum(censored)) / n,
    minNs: n === 0 ? null : Math.min(known[0] ?? Infinity, censored[0] ?? Infinity),
    maxNs: n === 0 ? null : Math.max(known[known.length - 1] ?? -Infinity, censored[censored.length - 1] ?? -Infinity),
    quantiles: QUANTILES.map((q) => quantileOf(durations, q)),
  };
}
