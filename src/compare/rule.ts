/**
 * The rule by which paired trials are judged: pass, regress, improved or inconclusive. Its false-alarm rate and power
 * are shown by simulation (test/compare/simulation.test.ts).
 */
import {
  hodgesLehmann,
  holmAdjusted,
  meanOf,
  minimumDetectableEffect,
  pairedMean,
  pValueAboveZero,
  trialsNeeded,
  type RankEstimate,
} from './statistics/index.js';

/** One-sided: the chance that any of the compared gates reports a regression where there is none. */
export const FALSE_ALARM = 0.025;

/** What is known of one number by pairs of trials. Above 0 is worse, whatever the metric. */
export interface Evidence {
  /** One for each pair: log ratios, or differences in the unit of the metric. */
  readonly harms: readonly number[];
  /** The same as differences in the unit of the metric. */
  readonly absoluteHarms: readonly number[];
  /** `at-least`, `at-most`: some of the harms are bounds, because a trial's number was one. */
  readonly precision: 'exact' | 'at-least' | 'at-most';
  /** The largest harm that passes, on the scale of `harms`. */
  readonly margin: number;
  /** On the scale of `absoluteHarms`: less passes whatever its ratio. Null: there is none. */
  readonly atLeast: number | null;
}

export interface Decision {
  readonly verdict: 'pass' | 'regress' | 'improved' | 'inconclusive';
  /** Of "it is not worse", one-sided, adjusted over all that is judged together (Holm). */
  readonly pWorse: number;
  /** Of "it is not better", likewise. */
  readonly pBetter: number;
  /** On the scale of the harms; null where the spread of the pairs is not known. */
  readonly minimumDetectable: number | null;
  /** Pairs that it would take to decide about the margin; null where it is not known, or more than 1000. */
  readonly trialsNeeded: number | null;
  /** For `inconclusive`. */
  readonly reason: 'one-trial' | 'too-noisy' | 'between' | 'estimators-disagree' | 'bounds' | null;
}

/**
 * Judges everything that is decided together.
 *
 * - regress: the harm is above 0 (t test at 2.5 % one-sided, adjusted by Holm) and its estimate reaches the margin.
 *   With `atLeast` the mean absolute harm must reach that as well.
 * - pass: the upper end of the 95 % t interval does not pass the margin (or, in absolute terms, stays below `atLeast`).
 *   Not adjusted: the whole passes only when every part does (intersection-union; Berger, Technometrics 24, 1982).
 * - improved: a pass that is better by the mirror image of `regress`.
 * - The interval of Hodges and Lehmann must agree; where it decides otherwise, the verdict is inconclusive. It does not
 *   exist below six pairs.
 */
export function decide(evidence: readonly Evidence[]): readonly Decision[] {
  const worse = holmAdjusted(evidence.map((each) => pValue(each, 1)));
  const better = holmAdjusted(evidence.map((each) => pValue(each, -1)));
  return evidence.map((each, index) => decision(each, worse[index] ?? 1, better[index] ?? 1));
}

function pValue({ harms, precision }: Evidence, sign: 1 | -1): number {
  const signed = harms.map((harm) => sign * harm);
  if (precision === 'exact') return pValueAboveZero(signed);
  // Bounds have no known spread: the sign test, on the side that the bounds speak for.
  const speaksFor = precision === (sign === 1 ? 'at-least' : 'at-most');
  return speaksFor && signed.every((harm) => harm > 0) ? 2 ** -harms.length : 1;
}

type Side = 'pass' | 'regress' | 'between';

function decision(evidence: Evidence, pWorse: number, pBetter: number): Decision {
  const { harms, margin, precision } = evidence;
  const paired = precision === 'exact' ? pairedMean(harms) : null;
  const planned =
    paired === null
      ? { minimumDetectable: null, trialsNeeded: null }
      : {
          minimumDetectable: minimumDetectableEffect(paired.deviation, harms.length, margin),
          trialsNeeded: trialsNeeded(paired.deviation, margin),
        };
  const result = (verdict: Decision['verdict'], reason: Decision['reason'] = null): Decision => ({
    verdict,
    pWorse,
    pBetter,
    ...planned,
    reason,
  });
  if (harms.length < 2) return result('inconclusive', 'one-trial');
  if (precision !== 'exact') return result(sideOfBounds(evidence, pWorse), 'bounds');
  const byMean = sideOfMean(evidence, pWorse);
  const byRank = sideOfRanks(evidence);
  if (byMean === 'between') return result('inconclusive', isNoisy(evidence) ? 'too-noisy' : 'between');
  if (byRank !== null && byRank !== byMean) return result('inconclusive', 'estimators-disagree');
  if (byMean === 'regress') return result('regress');
  const isBetter = pBetter <= FALSE_ALARM && reaches({ ...evidence, ...mirrored(evidence) });
  return result(isBetter ? 'improved' : 'pass');
}

const mirrored = ({ harms, absoluteHarms }: Evidence): Pick<Evidence, 'harms' | 'absoluteHarms'> => ({
  harms: harms.map((harm) => -harm),
  absoluteHarms: absoluteHarms.map((harm) => -harm),
});

/** Whether the estimate is as large as the margin, in both terms. */
const reaches = ({ harms, absoluteHarms, margin, atLeast }: Evidence): boolean =>
  meanOf(harms) >= margin && meanOf(absoluteHarms) >= (atLeast ?? -Infinity);

/** Rounding of a mean of equal numbers is not to decide. */
const within = (value: number, limit: number): boolean => value <= limit + 1e-12 * Math.max(1, Math.abs(limit));

function sideOfMean(evidence: Evidence, pWorse: number): Side {
  const { harms, absoluteHarms, margin, atLeast } = evidence;
  if (pWorse <= FALSE_ALARM && reaches(evidence)) return 'regress';
  const relative = pairedMean(harms);
  const absolute = pairedMean(absoluteHarms);
  if (relative !== null && within(relative.high, margin)) return 'pass';
  return atLeast !== null && absolute !== null && absolute.high < atLeast ? 'pass' : 'between';
}

/** The side by Hodges and Lehmann, without adjustment; null where there are too few pairs for an interval. */
function sideOfRanks({ harms, absoluteHarms, margin, atLeast }: Evidence): Side | null {
  const relative = wholeInterval(hodgesLehmann(harms));
  const absolute = wholeInterval(hodgesLehmann(absoluteHarms));
  if (relative === null || absolute === null) return null;
  if (relative.low > 0 && relative.estimate >= margin && absolute.estimate >= (atLeast ?? -Infinity)) return 'regress';
  if (within(relative.high, margin)) return 'pass';
  return atLeast !== null && absolute.high < atLeast ? 'pass' : 'between';
}

function wholeInterval(ranks: RankEstimate | null): { estimate: number; low: number; high: number } | null {
  return ranks === null || ranks.low === null || ranks.high === null
    ? null
    : { estimate: ranks.estimate, low: ranks.low, high: ranks.high };
}

/** Whether a true harm as large as the margin could have been missed for the noise alone. */
function isNoisy({ harms, margin }: Evidence): boolean {
  const paired = pairedMean(harms);
  const needed = paired === null ? null : trialsNeeded(paired.deviation, margin);
  return margin > 0 && (needed === null || needed > harms.length);
}

/** Bounds can show that a harm is surely large, or surely small; `harms.length` pairs must all say so. */
function sideOfBounds(evidence: Evidence, pWorse: number): 'pass' | 'regress' | 'inconclusive' {
  const { harms, margin, precision } = evidence;
  if (precision === 'at-least') return pWorse <= FALSE_ALARM && reaches(evidence) ? 'regress' : 'inconclusive';
  return 2 ** -harms.length <= FALSE_ALARM && harms.every((harm) => harm <= margin) ? 'pass' : 'inconclusive';
}
