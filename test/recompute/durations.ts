/** Sets of durations told by sorting and counting. */
import type { Durations, Quantile } from '../../src/analysis/index.js';

/** One duration; `givenUp`: it lasted at least this long. */
export interface Seen {
  readonly ns: number;
  readonly givenUp: boolean;
}

const TOLD = [0.5, 0.9, 0.95, 0.99, 0.999];

/** Rank, from 1, of the smallest value with at least q n values at or below it. */
export function rankOf(q: number, n: number): number {
  const permille = Math.round(q * 1000);
  return Math.max(1, Math.ceil((permille * n) / 1000));
}

/**
 * Smallest n with 1 - p^n - n (1 - p) p^(n-1) >= 0.99: at least two samples beyond the quantile, at 99 % confidence.
 */
export function samplesNeeded(q: number): number {
  const p = Math.max(q, 1 - q);
  for (let n = 1; ; n++) {
    if (1 - p ** n - n * (1 - p) * p ** (n - 1) >= 0.99) return n;
  }
}

const LN_FACTORIALS = [0];

function lnFactorial(n: number): number {
  for (let k = LN_FACTORIALS.length; k <= n; k++) LN_FACTORIALS.push((LN_FACTORIALS[k - 1] ?? 0) + Math.log(k));
  return LN_FACTORIALS[n] ?? NaN;
}

/** P(X <= k) for k = 0..n, X ~ Binomial(n, q): the sum of its terms. */
function binomialCumulated(n: number, q: number): readonly number[] {
  let sum = 0;
  return Array.from({ length: n + 1 }, (_, k) => {
    sum += Math.exp(lnFactorial(n) - lnFactorial(k) - lnFactorial(n - k) + k * Math.log(q) + (n - k) * Math.log(1 - q));
    return sum;
  });
}

const RANKS = new Map<string, { readonly low: number | null; readonly high: number | null }>();

/**
 * Ranks between which the population's quantile lies with 95 %, at most 2.5 % beyond either; null where the sample ends
 * before.
 */
export function rankInterval(q: number, n: number): { readonly low: number | null; readonly high: number | null } {
  const known = RANKS.get(`${q} ${n}`);
  if (known !== undefined) return known;
  // The quantile is below the r-th smallest when at most r - 1 samples are below the quantile.
  const below = binomialCumulated(n, q);
  let low: number | null = null;
  let high: number | null = null;
  for (let r = 1; r <= n; r++) {
    const chance = below[r - 1] ?? NaN;
    if (chance <= 0.025) low = r;
    if (high === null && chance >= 0.975) high = r;
  }
  const interval = { low, high };
  RANKS.set(`${q} ${n}`, interval);
  return interval;
}

const ascending = (values: readonly number[]): readonly number[] => [...Float64Array.from(values).sort()];

/** A quantile of durations as seen, some of them (those not in `answered`) given up on. Both ascending. */
function quantile(q: number, asSeen: readonly number[], answered: readonly number[]): Quantile {
  const n = asSeen.length;
  const needed = samplesNeeded(q);
  if (n < needed) return { kind: 'not-estimable', q, n, needed };
  // What was given up on is slower than everything that came back, however early somebody gave up.
  const rank = rankOf(q, n);
  const ns = answered[rank - 1];
  if (ns === undefined) return { kind: 'censored', q, ns: asSeen[rank - 1] ?? NaN };
  const { low, high } = rankInterval(q, n);
  const at = (r: number | null): number | null => (r === null ? null : (answered[r - 1] ?? null));
  return { kind: 'value', q, ns, lowNs: at(low), highNs: at(high) };
}

/** Everything told of a set of durations. */
export function durationsOf(seen: readonly Seen[]): Durations {
  const n = seen.length;
  const sorted = ascending(seen.map(({ ns }) => ns));
  const answered = ascending(seen.filter(({ givenUp }) => !givenUp).map(({ ns }) => ns));
  return {
    n,
    censored: seen.filter(({ givenUp }) => givenUp).length,
    meanNs: n === 0 ? null : sorted.reduce((sum, ns) => sum + ns, 0) / n,
    minNs: sorted[0] ?? null,
    maxNs: sorted.at(-1) ?? null,
    quantiles: TOLD.map((q) => quantile(q, sorted, answered)),
  };
}

/** The same of durations whose length is all known. */
export function knownDurations(ns: readonly number[]): Durations {
  return durationsOf(ns.map((length) => ({ ns: length, givenUp: false })));
}

/** The value at a quantile's rank, whatever the number of values; null without any. */
export function plainQuantile(values: readonly number[], q: number): number | null {
  return ascending(values)[rankOf(q, values.length) - 1] ?? null;
}
