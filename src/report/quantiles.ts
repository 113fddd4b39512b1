/** Picking quantiles out of a set of durations. */
import type { Durations, PhaseSummary, Quantile } from '../analysis/index.js';
import { traitsOf } from '../catalog/index.js';
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

/** p99, or the highest quantile below it that is known; undefined when the set carries none. */
export function tailOf({ quantiles }: Durations): Quantile | undefined {
  const upToP99 = quantiles.filter(({ q }) => q <= 0.99);
  return upToP99.findLast(({ kind }) => kind !== 'not-estimable') ?? upToP99.at(-1);
}

/** The phase whose tail stands for a run: the first under a load of its own, if it can be one whose p99 is known. */
export function phaseOfTail(phases: readonly PhaseSummary[]): PhaseSummary | undefined {
  const loaded = phases.filter(({ regime }) => !traitsOf(regime).measuresIdleLatency);
  const even = loaded.filter(({ stages }) => stages.length < 2);
  const among = even.length > 0 ? even : loaded;
  const hasP99 = ({ responseTime }: PhaseSummary): boolean =>
    (quantileOf(responseTime.all, 0.99)?.kind ?? 'not-estimable') !== 'not-estimable';
  return among.find(hasP99) ?? among[0];
}
