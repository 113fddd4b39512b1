/** Effects: how one number of one arm differs from the reference's, over the pairs of their trials. */
import type { PlacedReading, Summary } from '../analysis/index.js';
import { boundReason, GATE_METRICS, GATE_STATS, metricOf, type GateMetric, type GateStat } from '../catalog/index.js';
import { count, counted, type Unit } from '../format/index.js';
import { readingsOf } from '../gate/index.js';
import { hodgesLehmann, meanOf, pairedMean } from './statistics/index.js';
import type { Evidence } from './rule.js';

type Lack = 'absent' | 'bounds' | 'not-known';

/** What an effect is of. `where`: the phase, fault, process or run, and which of its calls. */
export interface EffectSubject {
  readonly metric: GateMetric;
  readonly stat: GateStat;
  readonly tool: string | null;
  readonly where: string;
}

/** An estimate with its 95 % interval; null ends where the trials are too few for one. */
export interface Estimated {
  readonly estimate: number;
  readonly low: number | null;
  readonly high: number | null;
}

/** The effect of one arm against the reference, on one number. */
export interface Effect extends EffectSubject {
  readonly arm: string;
  readonly unit: Unit;
  /** `ratio`: changes are shares of the reference's value, 0.1 is +10 %. `difference`: they are in `unit`. */
  readonly change: 'ratio' | 'difference';
  readonly better: 'lower' | 'higher';
  /** The number of each pair of trials, in `unit`; null where a trial has none. */
  readonly pairs: readonly { readonly reference: number | null; readonly candidate: number | null }[];
  readonly result:
    | {
        readonly kind: 'estimate';
        /** Means of the trials, in `unit`; of a ratio the geometric ones, unless a trial has the value 0. */
        readonly reference: number;
        readonly candidate: number;
        /** `at-least`, `at-most`: a bound, because the number of a trial is one (a quantile among unanswered calls). */
        readonly precision: Evidence['precision'];
        /**
         * Mean change with its t interval; of a ratio the geometric mean ratio minus 1, or, where a trial has the value
         * 0, the mean difference as a share of the reference's mean.
         */
        readonly change: Estimated;
        /** The estimate of Hodges and Lehmann beside it. */
        readonly hodgesLehmann: Estimated;
        /** Mean difference in `unit` with its t interval. */
        readonly difference: Estimated;
      }
    /** `absent`: no sample of it; `bounds`: both arms have only lower bounds; `not-known`: too little to say. */
    | { readonly kind: 'none'; readonly why: string; readonly cause: Lack };
}

/** An effect with what the rule needs of it; null where there is no estimate. */
export interface MeasuredEffect {
  readonly effect: Effect;
  readonly evidence: ScaledEvidence | null;
}

/** `shares`: the harms are shares of the reference's mean, since a value of 0 has no logarithm. */
export interface ScaledEvidence extends Omit<Evidence, 'margin' | 'atLeast'> {
  readonly scale: ChangeScale;
}

type ChangeScale = 'logarithms' | 'shares' | 'differences';

/**
 * Samples beyond a quantile that each trial must have: below, one trial's quantile is biased by more than the interval
 * over the trials can show.
 */
export const LEAST_BEYOND_IN_TRIAL = 10;
/** And that all trials of an arm must have together. */
const LEAST_BEYOND_IN_ARM = 50;

export interface Read {
  readonly value: number | null;
  readonly isLowerBound: boolean;
  readonly samplesBeyond: number | null;
  readonly why: string | null;
  readonly cause: Lack;
}

/** The number of one trial, or why it has none. */
export function read(reading: PlacedReading | undefined): Read {
  const none = { value: null, isLowerBound: false, samplesBeyond: null } as const;
  switch (reading?.kind) {
    case undefined:
      return { ...none, why: 'no samples', cause: 'absent' };
    case 'value':
      return {
        value: reading.value,
        isLowerBound: false,
        samplesBeyond: reading.samplesBeyond ?? null,
        why: null,
        cause: 'not-known',
      };
    case 'trend':
      return { ...none, value: reading.value, why: null, cause: 'not-known' };
    case 'censored':
      return { ...none, value: reading.atLeast, isLowerBound: true, why: null, cause: 'not-known' };
    case 'not-estimable':
      return { ...none, why: reading.why, cause: 'not-known' };
    case 'not-degraded':
      return { ...none, why: 'the normal range was never left', cause: 'not-known' };
    case 'absent':
      return { ...none, why: reading.why, cause: 'absent' };
  }
}

/** Every number of a run: each statistic of each metric, wherever it has a value, and of each tool. */
export function numbersOf(summary: Summary): readonly (EffectSubject & { readonly reading: PlacedReading })[] {
  const tools = [...new Set(summary.phases.flatMap((phase) => phase.tools.map(({ label }) => label)))];
  return GATE_METRICS.flatMap((metric) => {
    const { per, stats } = metricOf(metric);
    if (per === 'stretch') return [];
    // One tool alone is all calls again.
    const selected = per === 'calls' && tools.length > 1 ? [null, ...tools] : [null];
    return selected.flatMap((tool) =>
      GATE_STATS.flatMap((stat) => {
        const unit = stats[stat]?.unit;
        if (unit === undefined) return [];
        const all = { index: 0, phase: null, fault: null, process: null, metric, stat, tool, unit };
        return readingsOf(all, summary).map((reading) => ({ metric, stat, tool, where: reading.placeId, reading }));
      }),
    );
  });
}

export const subjectKey = ({ metric, stat, tool, where }: EffectSubject): string =>
  JSON.stringify([metric, stat, tool, where]);

/** The effect on one subject; `pairs` holds what was read of the reference and of the arm, pair by pair. */
export function effectOf(
  subject: EffectSubject,
  arm: string,
  pairs: readonly (readonly [reference: PlacedReading | undefined, candidate: PlacedReading | undefined])[],
): MeasuredEffect {
  const { better, stats } = metricOf(subject.metric);
  const found = stats[subject.stat];
  if (found === undefined) throw new RangeError(`${subject.metric} has no ${subject.stat}`);
  const { unit, change } = found;
  const { metric, stat, tool, where } = subject;
  const readPairs = pairs.map(([reference, candidate]) => [read(reference), read(candidate)] as const);
  const about = {
    arm,
    metric,
    stat,
    tool,
    where,
    unit,
    change,
    better,
    pairs: readPairs.map(([reference, candidate]) => ({ reference: reference.value, candidate: candidate.value })),
  };
  const lack = lackOf(readPairs, about);
  if (lack !== null) return { effect: { ...about, result: { kind: 'none', ...lack } }, evidence: null };
  const values = readPairs.map(([{ value: a }, { value: b }]) => [a ?? NaN, b ?? NaN] as const);
  const { changes, differences, scale } = changesOf(about);
  const isLog = scale === 'logarithms';
  const readable = (value: number): number =>
    isLog ? Math.expm1(value) : scale === 'shares' ? Math.max(-1, value) : value;
  const precision = precisionOf(readPairs);
  const sign = better === 'lower' ? 1 : -1;
  const harms = changes.map((each) => sign * each);
  const bound = precision === 'exact' ? null : precision;
  const ranks = hodgesLehmann(changes);
  const result = {
    kind: 'estimate',
    reference: middle(
      isLog,
      values.map(([a]) => a),
    ),
    candidate: middle(
      isLog,
      values.map(([, b]) => b),
    ),
    precision,
    change: written(bound === null ? (pairedMean(changes) ?? alone(changes)) : alone(changes), readable),
    hodgesLehmann: written(bound === null && ranks !== null ? ranks : alone(changes), readable),
    difference: written(bound === null ? (pairedMean(differences) ?? alone(differences)) : alone(differences), same),
  } as const;
  return {
    effect: { ...about, result },
    evidence: {
      scale,
      harms,
      absoluteHarms: differences.map((each) => sign * each),
      // Where higher is better, a change of at least so much is a harm of at most so much.
      precision: bound === null ? 'exact' : sign === 1 ? bound : bound === 'at-least' ? 'at-most' : 'at-least',
    },
  };
}

/** The change of each pair of an estimate, on the scale on which it is judged, and in the unit. */
export function changesOf({ pairs, change }: Pick<Effect, 'pairs' | 'change'>): {
  readonly scale: ChangeScale;
  readonly changes: readonly number[];
  readonly differences: readonly number[];
} {
  const values = pairs.map(({ reference, candidate }) => [reference ?? NaN, candidate ?? NaN] as const);
  const differences = values.map(([reference, candidate]) => candidate - reference);
  if (change !== 'ratio') return { scale: 'differences', differences, changes: differences };
  if (values.flat().every((value) => value > 0))
    return { scale: 'logarithms', differences, changes: values.map(([a, b]) => Math.log(b / a)) };
  const mean = meanOf(values.map(([a]) => a));
  return { scale: 'shares', differences, changes: differences.map((each) => each / mean) };
}

const same = (value: number): number => value;
const alone = (values: readonly number[]): Estimated => ({ estimate: meanOf(values), low: null, high: null });

/** The middle of trials: geometric for what is compared by logarithms. */
function middle(isLog: boolean, values: readonly number[]): number {
  return isLog ? Math.exp(meanOf(values.map((value) => Math.log(value)))) : meanOf(values);
}

function written({ estimate, low, high }: Estimated, readable: (value: number) => number): Estimated {
  return {
    estimate: readable(estimate),
    low: low === null ? null : readable(low),
    high: high === null ? null : readable(high),
  };
}

function precisionOf(pairs: readonly (readonly [Read, Read])[]): Evidence['precision'] {
  if (pairs.some(([, candidate]) => candidate.isLowerBound)) return 'at-least';
  return pairs.some(([reference]) => reference.isLowerBound) ? 'at-most' : 'exact';
}

/** Why pairs have no effect; null when they have one. Pairs without a number are not left out: they would select. */
function lackOf(
  pairs: readonly (readonly [Read, Read])[],
  { change, metric, stat }: Pick<Effect, 'change' | 'metric' | 'stat'>,
): { readonly why: string; readonly cause: Lack } | null {
  const reads = pairs.flat();
  const missing = reads.filter(({ value }) => value === null);
  const [first] = missing;
  if (first !== undefined) {
    const share =
      missing.length === reads.length ? '' : ` in ${count(missing.length)} of ${count(reads.length)} trials`;
    const cause = missing.every((each) => each.cause === 'absent') ? 'absent' : 'not-known';
    return { why: `${first.why ?? 'no value'}${share}`, cause };
  }
  const unknown = (why: string) => ({ why, cause: 'not-known' }) as const;
  // One trial without anything is a change like any other; a reference without anything is none to take shares of.
  if (change === 'ratio' && pairs.every(([reference]) => (reference.value ?? 0) <= 0))
    return unknown('the reference has the value 0, of which there is no ratio');
  const bounded = (side: 0 | 1): boolean => pairs.some((pair) => pair[side].isLowerBound);
  if (bounded(0) && bounded(1))
    return { why: `both arms have only lower bounds (${boundReason(metric)})`, cause: 'bounds' };
  const beyond = ([0, 1] as const).map((side) => pairs.map((pair) => pair[side].samplesBeyond ?? Infinity));
  const fewest = Math.min(...beyond.flat());
  const sum = Math.min(...beyond.map((each) => each.reduce((total, n) => total + n, 0)));
  if (fewest < LEAST_BEYOND_IN_TRIAL)
    return unknown(
      `${counted(fewest, 'sample')} beyond ${stat} in the smallest trial, ${LEAST_BEYOND_IN_TRIAL} are needed: ` +
        'longer trials',
    );
  if (sum < LEAST_BEYOND_IN_ARM)
    return unknown(
      `${counted(sum, 'sample')} beyond ${stat} in all trials of an arm, ${LEAST_BEYOND_IN_ARM} are needed: ` +
        'more or longer trials',
    );
  return null;
}
