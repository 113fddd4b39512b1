/** Gates against a stored baseline: what one session measured, held against the sessions before it. */
import type { PlacedReading, Summary } from '../../analysis/index.js';
import { metricOf, type ComparativeGate } from '../../catalog/index.js';
import { changeText, counted, estimatedChange } from '../../format/index.js';
import { readingsOf } from '../../gate/index.js';
import { firstOfSessions, type BaselineChoice, type BaselineFile } from '../../record/index.js';
import { LEAST_BEYOND_IN_TRIAL, read, type Estimated } from '../effects.js';
import { FALSE_ALARM } from '../rule.js';
import { inShares, onScale, type GateScale } from '../scale.js';
import {
  holmAdjusted,
  meanOf,
  minimumDetectableFurther,
  pairedMean,
  predictionInterval,
  pValueOfFurther,
} from '../statistics/index.js';

/** Fewer sessions do not show how sessions differ. */
export const LEAST_SESSIONS = 5;

/** A gate versus the baseline at one place of a run, or of all trials of an arm. */
export interface BaselineOutcome {
  readonly where: string;
  readonly verdict: 'pass' | 'improved' | 'regress' | 'inconclusive' | 'invalid';
  /** The change from the baseline with its 95 % prediction interval: of a ratio its share, else in the unit. */
  readonly change: Estimated | null;
  /** One-sided p-value of "it is drawn as the baseline was", adjusted over the gates of its level (Holm). */
  readonly pWorse: number | null;
  /** The smallest change for the worse that is reported with a probability of 0.8, in terms of the change. */
  readonly minimumDetectable: number | null;
  /** Sessions of the baseline that have the number. */
  readonly sessions: number;
  /** In the unit of the gate; null where there is no number. */
  readonly measured: number | null;
  /** `measured` is known only to be at least so large. */
  readonly isLowerBound?: true;
  readonly why: string;
}

export interface JudgedGate {
  readonly gate: ComparativeGate;
  readonly outcomes: readonly BaselineOutcome[];
}

/**
 * Judges runs of one session by a baseline. The unit of evidence is the session: each has one value, and the interval
 * is that of one value more.
 *
 * - regress: the value is beyond the baseline (one-sided t test of a further value at 2.5 %, adjusted by Holm) and its
 *   change reaches the margin and `atLeast`.
 * - pass: the 95 % prediction interval of the change does not pass the margin.
 * - improved: a pass that is better by the mirror image of `regress`.
 * - inconclusive: neither, or fewer than five sessions.
 * @param runs trials of one arm, made in one session; the middle of their values is judged.
 */
export function judgeByBaseline(
  gates: readonly ComparativeGate[],
  runs: readonly Summary[],
  choice: BaselineChoice,
): readonly JudgedGate[] {
  const judged = gates.map((gate) => ({ gate, measures: measuresOf(gate, runs, choice) }));
  const adjusted = new Map<Measured, { readonly worse: number; readonly better: number }>();
  for (const level of ['error', 'warn'] as const) {
    const family = judged
      .filter(({ gate }) => gate.level === level)
      .flatMap(({ measures }) => measures.flatMap((each) => ('harm' in each ? [each] : [])));
    const worse = holmAdjusted(family.map((each) => pValueOfFurther(each.earlier, each.harm)));
    const better = holmAdjusted(
      family.map((each) =>
        pValueOfFurther(
          each.earlier.map((value) => -value),
          -each.harm,
        ),
      ),
    );
    family.forEach((each, index) => adjusted.set(each, { worse: worse[index] ?? 1, better: better[index] ?? 1 }));
  }
  return judged.map(({ gate, measures }) => ({
    gate,
    outcomes: measures.map((each): BaselineOutcome => {
      if (!('harm' in each)) return each;
      const { worse = 1, better = 1 } = adjusted.get(each) ?? {};
      return outcomeOf(gate, each, worse, better);
    }),
  }));
}

/** A number of the runs beside those of the baseline; above 0 is worse, on the scale of the gate. */
interface Measured {
  readonly where: string;
  readonly scale: GateScale;
  readonly harm: number;
  readonly earlier: readonly number[];
  /** The same as harms in the unit of the metric. */
  readonly absoluteHarm: number;
  readonly absoluteEarlier: readonly number[];
  /** Whether the harm is a bound, because a value of the runs is one. */
  readonly precision: 'exact' | 'at-least' | 'at-most';
  readonly measured: number;
}

const NOT_JUDGED = { change: null, pWorse: null, minimumDetectable: null, sessions: 0, measured: null } as const;

function measuresOf(
  gate: ComparativeGate,
  runs: readonly Summary[],
  choice: BaselineChoice,
): readonly (Measured | BaselineOutcome)[] {
  const places = runs.map((summary) => new Map(readingsOf(gate, summary).map((each) => [each.placeId, each])));
  const names = [...new Set(places.flatMap((each) => [...each.keys()]))];
  if (names.length === 0) {
    const why = `there are no samples of ${gate.metric}; a gate without a number fails`;
    return [{ ...NOT_JUDGED, where: 'the run', verdict: 'regress', why }];
  }
  return names.map((where) => {
    if (choice.kind !== 'found') {
      const verdict = choice.kind === 'none' ? 'inconclusive' : 'invalid';
      return { ...NOT_JUDGED, where, verdict, why: choice.why };
    }
    const readings = places.map((each) => each.get(where));
    return measureOf(gate, where, readings, baselineValues(gate, where, choice.file, runs));
  });
}

/** The value of each session that has one; the runs that are judged are not their own baseline. */
function baselineValues(
  { metric, stat, tool }: ComparativeGate,
  where: string,
  { runs, numbers }: BaselineFile,
  judged: readonly Summary[],
): readonly number[] {
  const number = numbers.find(
    (each) => each.metric === metric && each.stat === stat && each.tool === tool && each.where === where,
  );
  const own = new Set(judged.map(({ runId }) => runId));
  const others = runs.flatMap((run, index) => (own.has(run.runId) ? [] : [{ run, index }]));
  return firstOfSessions(others.map(({ run }) => run)).flatMap((at) => {
    const value = number?.values[others[at]?.index ?? -1] ?? null;
    return value === null ? [] : [value];
  });
}

function measureOf(
  gate: ComparativeGate,
  where: string,
  readings: readonly (PlacedReading | undefined)[],
  earlier: readonly number[],
): Measured | BaselineOutcome {
  const reads = readings.map(read);
  const none = (verdict: BaselineOutcome['verdict'], why: string): BaselineOutcome => ({
    ...NOT_JUDGED,
    sessions: earlier.length,
    where,
    verdict,
    why,
  });
  const missing = reads.find(({ value }) => value === null);
  if (missing !== undefined)
    return missing.cause === 'absent'
      ? none('regress', `${missing.why ?? 'no samples'}; a gate without a number fails`)
      : none('inconclusive', missing.why ?? 'no value');
  const fewest = Math.min(...reads.map(({ samplesBeyond }) => samplesBeyond ?? Infinity));
  if (fewest < LEAST_BEYOND_IN_TRIAL)
    return none(
      'inconclusive',
      `${counted(fewest, 'sample')} beyond ${gate.stat} in the smallest run, ${LEAST_BEYOND_IN_TRIAL} are needed: ` +
        'longer runs',
    );
  if (earlier.length < LEAST_SESSIONS)
    return none(
      'inconclusive',
      `the baseline has ${counted(earlier.length, 'session')} of it, and ${LEAST_SESSIONS} are needed; ` +
        'add runs of other hours or days with "plimsoll baseline add DIR"',
    );
  const values = reads.map(({ value }) => value ?? NaN);
  const hasLogarithms = [...values, ...earlier].every((value) => value > 0);
  if (gate.change === 'ratio' && !hasLogarithms && meanOf(earlier) <= 0)
    return none('inconclusive', 'the baseline has the value 0, of which there is no ratio');
  const scale = gate.change === 'ratio' && !hasLogarithms ? inShares(gate, meanOf(earlier)) : onScale(gate);
  const isBound = reads.some(({ isLowerBound }) => isLowerBound);
  const middle = scale.back(meanOf(values.map(scale.to)));
  const sign = scale.sign;
  return {
    where,
    scale,
    harm: sign * scale.to(middle),
    earlier: earlier.map((value) => sign * scale.to(value)),
    absoluteHarm: sign * middle,
    absoluteEarlier: earlier.map((value) => sign * value),
    precision: !isBound ? 'exact' : sign === 1 ? 'at-least' : 'at-most',
    measured: middle,
  };
}

function outcomeOf(gate: ComparativeGate, measured: Measured, pWorse: number, pBetter: number): BaselineOutcome {
  const { where, scale, harm, earlier, absoluteHarm, absoluteEarlier, precision } = measured;
  const interval = predictionInterval(earlier);
  const spread = pairedMean(earlier);
  const absolute = predictionInterval(absoluteEarlier);
  if (interval === null || spread === null || absolute === null) throw new RangeError('a baseline of five or more');
  const reach = interval.high - interval.estimate;
  const estimate = harm - interval.estimate;
  const absoluteEstimate = absoluteHarm - absolute.estimate;
  const absoluteReach = absolute.high - absolute.estimate;
  const atLeast = gate.atLeast;
  const reaches = (sign: 1 | -1): boolean =>
    sign * estimate >= scale.margin && sign * absoluteEstimate >= (atLeast ?? -Infinity);
  const isWorse = precision !== 'at-most' && pWorse <= FALSE_ALARM && reaches(1);
  const isWithin =
    precision !== 'at-least' &&
    (estimate + reach <= scale.margin || (atLeast !== null && absoluteEstimate + absoluteReach < atLeast));
  const isBetter = precision === 'exact' && pBetter <= FALSE_ALARM && reaches(-1);
  const verdict = isWorse ? 'regress' : !isWithin ? 'inconclusive' : isBetter ? 'improved' : 'pass';
  const ends = [scale.change(estimate - reach), scale.change(estimate + reach)] as const;
  const change: Estimated = {
    estimate: scale.change(estimate),
    low: precision === 'exact' ? Math.min(...ends) : null,
    high: precision === 'exact' ? Math.max(...ends) : null,
  };
  const detectable = minimumDetectableFurther(spread.deviation, earlier.length, scale.margin);
  const limit = changeText(scale.sign * gate.margin, gate);
  const text = `${precision === 'exact' ? '' : `${precision.replace('-', ' ')} `}${estimatedChange(change, gate)}`;
  const against = `against ${counted(earlier.length, 'session')} of the baseline`;
  const sees = changeText(scale.change(reach), gate);
  const minimumDetectable = scale.change(detectable);
  const why = {
    regress: `${text} ${against}, beyond the limit of ${limit}`,
    pass: `${text} ${against}, within the limit of ${limit}`,
    improved: `${text} ${against}, better by more than the limit of ${limit}`,
    inconclusive:
      `${text} ${against} and a limit of ${limit}: sessions vary, so that another one lies within ${sees} of their ` +
      `middle, and the smallest change that is found is ${changeText(minimumDetectable, gate)}`,
  }[verdict];
  return {
    where,
    verdict,
    change,
    pWorse,
    minimumDetectable,
    sessions: earlier.length,
    measured: measured.measured,
    ...(precision === 'exact' ? {} : { isLowerBound: true }),
    why,
  };
}

/** Where one session more of a baseline is to be expected, with 95 % confidence. */
export interface Expected {
  readonly sessions: number;
  /** In the unit of the statistic. */
  readonly middle: number;
  readonly low: number;
  readonly high: number;
  /** The limit that a run in the middle just passes: of a ratio its share, else in the unit, with its sign. */
  readonly sees: number;
}

/** Null with fewer than two sessions. */
export function expectedOf(
  values: readonly (number | null)[],
  runs: BaselineFile['runs'],
  { metric, stat }: Pick<ComparativeGate, 'metric' | 'stat'>,
): Expected | null {
  const scale = onScale({ metric, change: metricOf(metric).stats[stat]?.change ?? 'difference', margin: 0 });
  const usable = firstOfSessions(runs).flatMap((at) => {
    const value = values[at] ?? null;
    return value === null || (scale.isLog && value <= 0) ? [] : [scale.to(value)];
  });
  const interval = predictionInterval(usable);
  return interval === null
    ? null
    : {
        sessions: usable.length,
        middle: scale.back(interval.estimate),
        low: scale.back(interval.low),
        high: scale.back(interval.high),
        sees: scale.change(interval.high - interval.estimate),
      };
}
