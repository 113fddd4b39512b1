/**
 * The verdict on one probe: what its queue and its misses show (`shownBy`), if its generator kept the schedule. After
 * the definition of sustainable throughput in Schroeder, Wierman and Harchol-Balter, NSDI 2006, made decidable: there
 * "the queue does not grow", here with confidence bounds.
 *
 * A miss is any call that was not answered rightly within its own deadline. So "at most 1 % miss" is at the same time
 * the budget for wrong and refused answers, and "the p99 of response times keeps the deadline".
 */
import {
  ASSUMED_QUIET_NS,
  MOST_MISSED_OF_HUNDRED,
  evidenceWithoutLag,
  evidenceWithoutStandstills,
  lengthNs,
  probeEvidence,
  shownBy,
  standstillText,
  standstillsIn,
  type ProbeSlice,
} from '../analysis/index.js';
import { duration, percent } from '../format/index.js';
import { expectedArrivals, plannedArrivals } from '../plan/index.js';
import type { ProbeEvidence, ProbeVerdict } from '../record/index.js';
import type { Arrivals } from '../scenario/index.js';

/** Share of its planned calls the generator must offer, its own failures not counted. */
const LEAST_ACHIEVED = 0.99;
/** Share of what is measured from which a standstill spoils a probe whatever it did to the verdict. */
const MOST_STOOD_STILL = 0.1;
/** A step of the queue's age within the probe gives it a slope of at most so many times its height over the length. */
const STEPS_SLOPE = 2;

/** What the generator was asked for. */
export interface ProbeLoad {
  readonly ratePerSecond: number;
  readonly arrivals: Arrivals;
  /** Growth of the queue's age up to which a queue counts as bounded, in ns of age per second. */
  readonly slopeLimitNsPerSecond: number;
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
  const limit = load.slopeLimitNsPerSecond;
  const { queue, misses, verdict } = shownBy([evidence], limit);
  const spoilt = generatorFaults(slice, load, evidence, verdict);
  if (spoilt.length > 0) return { verdict: 'invalid', why: spoilt, evidence };
  const { queueAge, offered, good, missRatio } = evidence;
  const { slope } = queueAge;
  const whyShort = offered === 0 ? ': no call was due after the warm-up' : '';
  const slopeText =
    slope === null
      ? `the probe is too short for a trend of the queue age${whyShort}`
      : `the queue age's slope is ${duration(slope.nsPerSecond)}/s (${duration(slope.low)} to ` +
        `${duration(slope.high)}, limit ${duration(limit)}/s)`;
  const missText =
    `${offered - good} of ${offered} calls (${percent(missRatio ?? 0)}) were not answered rightly within ` +
    `their deadline (limit ${MOST_MISSED_OF_HUNDRED} %)`;
  const grows = queue === 'failed' ? `the queue grows: ${slopeText}` : slopeText;
  const why = [...(queue === verdict ? [grows] : []), ...(misses === verdict ? [missText] : [])];
  return { verdict, why, evidence };
}

/** What makes a probe say nothing of the target. */
function generatorFaults(
  slice: ProbeSlice,
  { ratePerSecond, arrivals, slopeLimitNsPerSecond, machineAssumed = false }: ProbeLoad,
  evidence: ProbeEvidence,
  verdict: ProbeVerdict,
): readonly string[] {
  const faults: string[] = [];
  const lagNs = evidence.scheduleLagP99Ns ?? 0;
  const toleratedNs = machineAssumed ? ASSUMED_QUIET_NS : 0;
  const punctual = evidenceWithoutLag(slice, toleratedNs);
  if (verdict !== 'undecided' && shownBy([punctual], slopeLimitNsPerSecond).verdict !== verdict)
    faults.push(`calls left ${duration(lagNs)} late at p99, and without that the verdict would be another`);
  faults.push(...standstillFaults(slice, toleratedNs, slopeLimitNsPerSecond, evidence, verdict));
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
  return faults;
}

/**
 * Standstills spoil a probe when they took much of it, when without them the verdict would be another, or when they may
 * explain the growth: the burst behind one can keep a queue near its capacity busy to the end of the probe.
 */
function standstillFaults(
  slice: ProbeSlice,
  leastNs: number,
  limitNsPerSecond: number,
  evidence: ProbeEvidence,
  verdict: ProbeVerdict,
): readonly string[] {
  const { startNs, measuredFromNs, scheduledEndNs } = slice;
  const standstills = standstillsIn(slice, leastNs);
  if (standstills.length === 0) return [];
  const measuredNs = scheduledEndNs - measuredFromNs;
  const stoodNs = standstills.reduce(
    (sum, { fromNs, toNs }) => sum + Math.max(0, Math.min(toNs, scheduledEndNs) - Math.max(fromNs, measuredFromNs)),
    0,
  );
  const words = standstillText(standstills, { startNs, of: 'probe' });
  if (stoodNs > MOST_STOOD_STILL * measuredNs)
    return [`${words}: ${percent(stoodNs / measuredNs)} of what is measured`];
  const without = evidenceWithoutStandstills(slice, leastNs).map((each) => shownBy([each], limitNsPerSecond).verdict);
  if (without.length > 0 && without.every((other) => other !== verdict))
    return [`${words}, and without that the verdict would be another`];
  const totalNs = standstills.reduce((sum, each) => sum + lengthNs(each), 0);
  const explained = (STEPS_SLOPE * totalNs * 1e9) / measuredNs;
  const { queue } = shownBy([evidence], limitNsPerSecond);
  const low = evidence.queueAge.slope?.low ?? 0;
  return queue === 'failed' && low - explained <= limitNsPerSecond ? [`${words}, which may be why the queue grew`] : [];
}
