/** Picking quantiles out of a set of durations. */
import type { Durations, Quantile } from '../analysis/index.js';
import { quantile, quantileName } from '../format/index.js';

/** The quantile `q` of a set, undefined when the set does not carry it. */
export const quantileOf = (durations: Durations, q: number): Quantile | undefined =>
  durations.quantiles.find((each) => Math.abs(each.q - q) < 1e-9);

/** The quantile `q` of a set as text. */
export const quantileText = (durations: Durations, q: number): string => quantile(quantileOf(durations, q));

/** The highest quantile that is a plain value, with its name; null when none is. */
export function highestQuantile(durations: Durations): { readonly name: string; readonly ns: number } | null {
  const last = durations.quantiles.findLast((each) => each.kind === 'value');
  return last?.kind === 'value' ? { name: quantileName(last.q), ns: last.ns } : null;
}
