/**
 * The verdict on one probe. A rate is sustained when the upper bound of the queue age's slope is at most 1 ms/s and at
 * most 1 % of the calls miss, in a probe whose generator kept its schedule (the definition of sustainable throughput in
 * Schroeder, Wierman and Harchol-Balter, NSDI 2006, made decidable: there "the queue does not grow", here with a
 * confidence bound).
 *
 * A miss is any call that was not answered rightly within its own deadline. So "at most 1 % miss" is at the same time
 * the budget for wrong and refused answers, and "the p99 of response times keeps the deadline".
 */
import { ASSUMED_QUIET_NS, probeEvidence, type ProbeSlice } from '../analysis/index.js';
import { NS_PER_MS } from '../clock/index.js';
import { duration, percent } from '../format/index.js';
import { expectedArrivals, plannedArrivals } from '../plan/index.js';
import type { ProbeEvidence, ProbeVerdict } from '../record/index.js';
import type { Arrivals } from '../scenario/index.js';

/** Upper bound of the slope of the queue age, in ns of age per second, up to which a queue counts as bounded. */
const MOST_SLOPE_NS_PER_SECOND = NS_PER_MS;
/** In whole calls of a hundred, so that exactly 1 % is within the budget whatever doubles make of it. */
const MOST_MISSED_OF_HUNDRED = 1;
/** Share of its planned calls the generator must offer, its own failures not counted. */
const LEAST_ACHIEVED = 0.99;

/** What the generator was asked for. */
export interface ProbeLoad {
  readonly ratePerSecond: number;
  readonly arrivals: Arrivals;
  /** A test assumes the machine quiet: only a standstill counts as lateness. */
  readonly machineAssumed?: boolean;
}

export interface JudgedProbe {
  readonly verdict: ProbeVerdict;
  readonly why: readonly string[];
  readonly evidence: ProbeEvidence;
}

/** Judges a probe by its samples. Pure: the same slice gives the same verdict. */
export function judgeProbe(slice: ProbeSlice, load: ProbeLoad): JudgedProbe {
  const evidence = probeEvidence(slice);
  const spoilt = generatorFaults(slice, load, evidence);
  if (spoilt.length > 0) return { verdict: 'invalid', why: spoilt, evidence };
  const missed = missFault(evidence);
  const { slope } = evidence.queueAge;
  if (slope === null) {
    return missed === null
      ? { verdict: 'undecided', why: ['the probe is too short for a trend of the queue age'], evidence }
      : { verdict: 'failed', why: [missed], evidence };
  }
  const slopeText =
    `the queue age's slope is ${duration(slope.nsPerSecond)}/s (${duration(slope.low)} to ` +
    `${duration(slope.high)}, limit ${duration(MOST_SLOPE_NS_PER_SECOND)}/s)`;
  const grows = slope.low > MOST_SLOPE_NS_PER_SECOND;
  const bounded = slope.high <= MOST_SLOPE_NS_PER_SECOND;
  if (missed !== null || grows)
    return {
      verdict: 'failed',
      why: [...(missed === null ? [] : [missed]), ...(grows ? [`the queue grows: ${slopeText}`] : [])],
      evidence,
    };
  if (!bounded) return { verdict: 'undecided', why: [`the probe was too short to decide: ${slopeText}`], evidence };
  return {
    verdict: 'passed',
    why: [`${slopeText}, ${percent(evidence.missRatio ?? 0)} missed (limit ${MOST_MISSED_OF_HUNDRED} %)`],
    evidence,
  };
}

/** What the numbers of a probe speak for by themselves. */
function leaningOf(evidence: ProbeEvidence): ProbeVerdict {
  const { slope } = evidence.queueAge;
  if (missFault(evidence) !== null || (slope !== null && slope.low > MOST_SLOPE_NS_PER_SECOND)) return 'failed';
  return slope !== null && slope.high <= MOST_SLOPE_NS_PER_SECOND ? 'passed' : 'undecided';
}

/** What makes a probe say nothing of the target. */
function generatorFaults(
  slice: ProbeSlice,
  { ratePerSecond, arrivals, machineAssumed = false }: ProbeLoad,
  evidence: ProbeEvidence,
): readonly string[] {
  const faults: string[] = [];
  const lagNs = evidence.scheduleLagP99Ns ?? 0;
  const punctual = probeEvidence(slice, machineAssumed ? ASSUMED_QUIET_NS : 0);
  if (leaningOf(punctual) !== leaningOf(evidence))
    faults.push(`calls left ${duration(lagNs)} late at p99, and without that the verdict would be another`);
  const stages = [{ ratePerSecond, forNs: slice.scheduledEndNs - slice.startNs }];
  const planned = arrivals === 'constant' ? plannedArrivals(stages) : expectedArrivals(stages);
  // Poisson arrivals scatter around their mean; what falls short by chance alone is no fault.
  const scatter = arrivals === 'poisson' ? 4 * Math.sqrt(planned) : 0;
  const achieved = slice.offered - evidence.generatorFailures;
  if (achieved + scatter < LEAST_ACHIEVED * planned) {
    faults.push(`${achieved} of ${Math.round(planned)} planned calls were offered (limit ${percent(LEAST_ACHIEVED)})`);
  }
  if (evidence.unaccounted > 0)
    faults.push(`${evidence.unaccounted} of ${slice.offered} calls have no end in the record`);
  if (faults.length === 0 && evidence.offered === 0) faults.push('no call was due after the warm-up');
  return faults;
}

function missFault({ offered, good, missRatio }: ProbeEvidence): string | null {
  if (missRatio === null || (offered - good) * 100 <= MOST_MISSED_OF_HUNDRED * offered) return null;
  return (
    `${offered - good} of ${offered} calls (${percent(missRatio)}) were not answered rightly within ` +
    `their deadline (limit ${MOST_MISSED_OF_HUNDRED} %)`
  );
}
