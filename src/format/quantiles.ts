/** Quantiles and their intervals. */
import { duration } from './durations.js';
import { count, significant, UNKNOWN } from './numbers.js';
import { lowerBound } from './units.js';

/** An estimate of a quantile, in nanoseconds. */
export type QuantileEstimate =
  | { readonly kind: 'value'; readonly ns: number; readonly lowNs: number | null; readonly highNs: number | null }
  /** The quantile lies among calls without an answer: a lower bound. */
  | { readonly kind: 'censored'; readonly ns: number }
  | { readonly kind: 'not-estimable'; readonly n: number; readonly needed: number };

/** The name of a quantile: `p50`, `p99.9`. */
export const quantileName = (q: number): string => `p${significant(q * 100, 6)}`;

/** How many samples there are and how many are needed: `too few samples (312 of 662 needed)`. */
export const tooFewSamples = (n: number, needed: number): string =>
  `too few samples (${count(n)} of ${count(needed)} needed)`;

/** A quantile, or why there is none: `10.2 ms`, `> 316 ms`, `too few samples (312 of 662 needed)`. */
export function quantile(each: QuantileEstimate | undefined): string {
  switch (each?.kind) {
    case undefined:
      return UNKNOWN;
    case 'value':
      return duration(each.ns);
    case 'censored':
      return lowerBound(duration(each.ns));
    case 'not-estimable':
      return tooFewSamples(each.n, each.needed);
  }
}

/** The 95 % interval of a quantile, or null when it has none: `9.22–10.1 ms`, `from 9 ms` where one end is open. */
export function interval(each: QuantileEstimate | undefined): string | null {
  if (each?.kind !== 'value') return null;
  const { lowNs, highNs } = each;
  if (lowNs === null) return highNs === null ? null : `up to ${duration(highNs)}`;
  if (highNs === null) return `from ${duration(lowNs)}`;
  const [low = '', lowUnit = ''] = duration(lowNs).split(' ');
  const [high = '', highUnit = ''] = duration(highNs).split(' ');
  return lowUnit === highUnit ? `${low}–${high} ${highUnit}` : `${low} ${lowUnit} – ${high} ${highUnit}`;
}
