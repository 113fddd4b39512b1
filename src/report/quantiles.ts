/** Quantiles picked out of a set of durations. */
import type { Durations, Quantile } from '../analysis/index.js';
import { quantileName } from '../format/index.js';

/** The quantile `q` of a set, undefined when the set does not carry it. */
export function quantileOf(durations: Durations, q: number): Quantile | undefined {
  return durations.quantiles.find((each) => Math.abs(each.q - q) < 1e-9);
}

/** The highest quantile that can be told as a plain value, with its name; null when none can. */
export function highestQuantile(durations: Durations): { readonly name: string; readonly ns: number } | null {
  const last = durations.quantiles.findLast((each) => each.kind === 'value');
  return last?.kind === 'value' ? { name: quantileName(last.q), ns: last.ns } : null;
}
