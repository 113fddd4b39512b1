/** The numbers of one probe of a capacity search, from its samples alone: what its verdict rests on. */
import { SAMPLE_FLAGS, outcomeCode, waitingLine, type ProbeEvidence, type SampleColumns } from '../../record/index.js';
import type { CallSpec } from '../../scenario/index.js';
import {
  NumberList,
  countGood,
  earlier,
  gather,
  isOk,
  joinCalls,
  penalisedResponseNs,
  perSecond,
  plainQuantile,
  select,
} from '../calls/index.js';
import { ageGrowth, maxAgeNs } from '../queue/index.js';
import { ascending, minimumSamples } from '../statistics/index.js';

const GENERATOR = outcomeCode('generator');
const DEADLINE = outcomeCode('deadline');

/** One probe: when it was, what the generator says it offered, and the samples it left. */
export interface ProbeSlice {
  readonly startNs: number;
  readonly measuredFromNs: number;
  readonly scheduledEndNs: number;
  /** Logical calls by the generator's own count. */
  readonly offered: number;
  /** Of this probe and no other. */
  readonly samples: SampleColumns;
  readonly specs: readonly CallSpec[];
}

/**
 * Reads a probe. Pure; definitions stand at `ProbeEvidence`.
 * @param lagFromNs every call that left later than this is read as if it had left in time.
 */
export function probeEvidence(slice: ProbeSlice, lagFromNs = Infinity): ProbeEvidence {
  const { samples, specs, measuredFromNs, scheduledEndNs } = slice;
  const phaseCount = samples.length === 0 ? 1 : (samples.phase[0] ?? 0) + 1;
  const joined = joinCalls(samples, specs, phaseCount);
  const all = Uint32Array.from({ length: joined.length }, (_, i) => i);
  const lagsNs = joined.lagNs.map((ns) => (ns > lagFromNs ? ns : 0));
  const calls = lagFromNs === Infinity ? joined : earlier(joined, all, lagsNs, true);
  const measured = select(all, (i) => calls.warmup[i] === 0);
  const seconds = (scheduledEndNs - measuredFromNs) / 1e9;
  const done = select(
    all,
    (i) => isOk(calls, i) && (calls.doneNs[i] ?? NaN) >= measuredFromNs && (calls.doneNs[i] ?? NaN) < scheduledEndNs,
  );
  const { good } = countGood(calls, measured);
  const offered = measured.length;
  const line = waitingLine(calls, all);
  const responses = ascending(gather(measured, (i) => penalisedResponseNs(calls, i)));
  return {
    offered,
    good,
    offeredPerSecond: perSecond(offered, seconds),
    completedPerSecond: perSecond(done.length, seconds),
    goodputPerSecond: perSecond(countGood(calls, done).good, seconds),
    missRatio: offered === 0 ? null : 1 - good / offered,
    responseP99Ns: offered < minimumSamples(0.99) ? null : plainQuantile(responses, 0.99),
    queueAge: {
      source: line.source,
      maxNs: maxAgeNs(line, measuredFromNs, scheduledEndNs),
      slope: ageGrowth(line, measuredFromNs, scheduledEndNs),
    },
    scheduleLagP99Ns: plainQuantile(sendLagsNs(samples), 0.99),
    generatorFailures: select(all, (i) => calls.outcome[i] === GENERATOR).length,
    unaccounted: Math.max(0, slice.offered - calls.length),
    abandoned: select(all, (i) => calls.outcome[i] === DEADLINE && !Number.isNaN(calls.lastSentNs[i] ?? NaN)).length,
  };
}

/** Schedule lags (sent - admitted) outside the warm-up, ascending. */
function sendLagsNs(samples: SampleColumns): Float64Array {
  const lags = new NumberList();
  for (let row = 0; row < samples.length; row++) {
    const lag = (samples.sentNs[row] ?? NaN) - (samples.admittedNs[row] ?? NaN);
    if (((samples.flags[row] ?? 0) & SAMPLE_FLAGS.warmup) === 0 && !Number.isNaN(lag)) lags.push(lag);
  }
  return ascending(lags.taken());
}
