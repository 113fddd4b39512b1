/** When a queue that no two windows saw grow left its range, by the age of its oldest call. */
import type { WaitingLine } from '../../record/index.js';
import type { LineSlice } from './drain.js';
import { AGE_SAMPLE_NS, agesNs, maxAgeNs } from './line.js';

/** Growth below it is none, of an age as of the mean of a stage. */
export const LEAST_GROWTH_NS = 2_000_000;
/** Length of the first stretch above the range that counts, as a share of the longest: one slow call is no queue. */
const LEAST_OF_LONGEST = 0.5;

interface Span {
  readonly fromNs: number;
  readonly toNs: number;
}

export interface AgeOnsetInput {
  readonly line: WaitingLine;
  /** The phase with its warm-up. */
  readonly within: Span;
  /** Its calm windows. */
  readonly calm: readonly Span[];
  /** The phases before it, without their warm-up. */
  readonly earlier: readonly LineSlice[];
}

/**
 * Run time of the first sample (every 10 ms) of the first long stretch in which the age was out of its range: over the
 * largest calm age by more than that age itself and by more than 2 ms. Calm are the calm windows of the phase, else the
 * calmest of the phases before it. Null where the age left neither.
 */
export function ageOnset({ line, within, calm, earlier }: AgeOnsetInput): number | null {
  const own = Math.max(0, ...calm.map(({ fromNs, toNs }) => maxAgeNs(line, fromNs, toNs)));
  // Where no call of this phase was served, its ages are those of waiting calls, whatever ends a wait elsewhere.
  const before = earlier
    .filter((slice) => slice.line.source !== 'unanswered' || line.source === 'unanswered')
    .filter((slice) => slice.line.intendedNs.length > 0)
    .map((slice) => maxAgeNs(slice.line, slice.fromNs, slice.toNs));
  const ages = agesNs(line, within.fromNs, within.toNs, AGE_SAMPLE_NS);
  for (const calmNs of [own, ...(before.length === 0 ? [] : [Math.min(...before)])]) {
    const sample = leftAt(ages, calmNs + Math.max(LEAST_GROWTH_NS, calmNs));
    if (sample !== null) return within.fromNs + sample * AGE_SAMPLE_NS;
  }
  return null;
}

/** The first sample of the first long stretch above a limit. */
function leftAt(ages: Float64Array, limitNs: number): number | null {
  const stretches: { readonly from: number; readonly length: number }[] = [];
  let from = 0;
  for (let m = 0; m <= ages.length; m++) {
    if ((ages[m] ?? 0) > limitNs) continue;
    if (m > from) stretches.push({ from, length: m - from });
    from = m + 1;
  }
  const longest = Math.max(0, ...stretches.map(({ length }) => length));
  return stretches.find(({ length }) => length >= LEAST_OF_LONGEST * longest)?.from ?? null;
}
