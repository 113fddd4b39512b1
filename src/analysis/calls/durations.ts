/** Sets of durations: mean, extremes and quantiles from raw samples, with censoring. */
import { ascending, minimumSamples, orderStatisticInterval, quantileRank } from '../statistics/index.js';
import type { Durations, Quantile } from '../summary.js';

/** The quantiles every set of durations is told with. */
export const TOLD_QUANTILES = [0.5, 0.9, 0.95, 0.99, 0.999] as const;

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

/** One quantile, told only when the sample carries it. */
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
 * told as a quantile.
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
    quantiles: TOLD_QUANTILES.map((q) => quantileOf(durations, q)),
  };
}
