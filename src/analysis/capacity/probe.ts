/** The numbers of one probe of a capacity search, from its samples alone: what its verdict rests on. */
import {
  SAMPLE_FLAGS,
  outcomeCode,
  waitingLine,
  type ProbeEvidence,
  type RunEvent,
  type SampleColumns,
  type Calls,
  countGood,
  joinCalls,
  penalisedResponseNs,
} from '../../record/index.js';
import type { CallSpec } from '../../scenario/index.js';
import {
  NumberList,
  type Standstill,
  completedWithin,
  earlier,
  gather,
  perSecond,
  plainQuantile,
  select,
  standstillsOf,
  touchedForNs,
} from '../calls/index.js';
import { ageGrowth, maxAgeNs } from '../queue/index.js';
import { ascending, minimumSamples, strataTrend } from '../statistics/index.js';

const GENERATOR = outcomeCode('generator');
const DEADLINE = outcomeCode('deadline');

/** One probe: when it was, what the generator says it offered, the samples it left, and when we stood still in it. */
export interface ProbeSlice {
  readonly startNs: number;
  readonly measuredFromNs: number;
  readonly scheduledEndNs: number;
  /** Logical calls by the generator's own count. */
  readonly offered: number;
  /** Of this probe and no other. */
  readonly samples: SampleColumns;
  readonly specs: readonly CallSpec[];
  /** Of the run so far: standstills of our own processes are looked for among them. */
  readonly events: readonly RunEvent[];
}

/** Reads a probe. Pure; definitions stand at `ProbeEvidence`. */
export function probeEvidence(slice: ProbeSlice): ProbeEvidence {
  const calls = joined(slice);
  return evidenceOf(slice, calls, everyCall(calls));
}

/** The same with every call that left later than `lagFromNs` read as if it had left in time. */
export function evidenceWithoutLag(slice: ProbeSlice, lagFromNs: number): ProbeEvidence {
  const calls = joined(slice);
  const all = everyCall(calls);
  const lagsNs = calls.lagNs.map((ns) => (ns > lagFromNs ? ns : 0));
  return evidenceOf(slice, earlier(calls, all, lagsNs, true), all);
}

/**
 * The same without its standstills of at least `leastNs`, both ways in which `lateness` computes a phase again: without
 * the calls that they touched, and with those as much shorter as the standstills can have made them. Empty where they
 * touched none.
 */
export function evidenceWithoutStandstills(slice: ProbeSlice, leastNs: number): readonly ProbeEvidence[] {
  const { startNs, scheduledEndNs } = slice;
  const calls = joined(slice);
  const all = everyCall(calls);
  const within = standstillsIn(slice, leastNs);
  if (within.length === 0 || all.length === 0) return [];
  const openNs = all.reduce((sum, i) => sum + (calls.doneNs[i] ?? 0) - (calls.intendedNs[i] ?? 0), 0);
  const touchedNs = touchedForNs(calls, { all }, within, openNs / (scheduledEndNs - startNs));
  if (touchedNs.every((ns) => ns === 0)) return [];
  return [
    evidenceOf(
      slice,
      calls,
      select(all, (i) => touchedNs[i] === 0),
    ),
    evidenceOf(slice, earlier(calls, all, touchedNs, false), all),
  ];
}

/** The standstills of a probe of at least `leastNs`, from its start to its last answer. */
export function standstillsIn(
  { startNs, scheduledEndNs, samples, events }: ProbeSlice,
  leastNs: number,
): readonly Standstill[] {
  const drainedNs = samples.doneNs.reduce((last, ns) => Math.max(last, ns), scheduledEndNs);
  return standstillsOf(events, leastNs).filter(({ fromNs, toNs }) => toNs > startNs && fromNs < drainedNs);
}

function joined({ samples, specs }: ProbeSlice): Calls {
  return joinCalls(samples, specs, samples.length === 0 ? 1 : (samples.phase[0] ?? 0) + 1);
}

const everyCall = ({ length }: Calls): Uint32Array => Uint32Array.from({ length }, (_, i) => i);

function evidenceOf(slice: ProbeSlice, calls: Calls, all: Uint32Array): ProbeEvidence {
  const { samples, measuredFromNs, scheduledEndNs } = slice;
  const measured = select(all, (i) => calls.warmup[i] === 0);
  const seconds = (scheduledEndNs - measuredFromNs) / 1e9;
  const { good } = countGood(calls, measured);
  const offered = measured.length;
  const line = waitingLine(calls, all);
  const slope = offered === 0 ? null : ageGrowth(line, measuredFromNs, scheduledEndNs);
  const isQueue = line.source === 'upstream' || slope === null || showsQueue(calls, all, slope.nsPerSecond, seconds);
  const responses = ascending(gather(measured, (i) => penalisedResponseNs(calls, i)));
  return {
    offered,
    good,
    offeredPerSecond: perSecond(offered, seconds),
    ...completedWithin(calls, { all, fromNs: measuredFromNs, toNs: scheduledEndNs }),
    missRatio: offered === 0 ? null : 1 - good / offered,
    responseP99Ns: offered < minimumSamples(0.99) ? null : plainQuantile(responses, 0.99),
    queueAge: {
      source: line.source,
      maxNs: maxAgeNs(line, measuredFromNs, scheduledEndNs),
      slope: isQueue ? slope : null,
    },
    scheduleLagP99Ns: plainQuantile(scheduleLagsNs(samples), 0.99),
    generatorFailures: select(all, (i) => calls.outcome[i] === GENERATOR).length,
    unaccounted: Math.max(0, slice.offered - calls.length),
    abandoned: select(all, (i) => calls.outcome[i] === DEADLINE && !Number.isNaN(calls.lastSentNs[i] ?? NaN)).length,
  };
}

/** Growth that no first answer is needed to explain: at most the gentlest that counts in a short proof. */
const LEVEL_NS_PER_SECOND = 10_000_000;
/** A step of the age gives it a slope of at most so many times its height over the length (as in `capacity/judge`). */
const STEPS_SLOPE = 2;
/** Score from which response times rise: 97.5 % of chance's lie below. Five calls, each slower than the last, do so. */
const RISING = 1.96;

/**
 * Whether it is a queue whose age grew, where the upstream reports no times. Of an idle server too the oldest
 * unanswered call gets older until answers come: by the mean response time. What may be no more than that is a queue
 * only where calls of one kind take longer the later they arrive.
 */
function showsQueue(calls: Calls, all: Uint32Array, growthNsPerSecond: number, seconds: number): boolean {
  if (growthNsPerSecond <= LEVEL_NS_PER_SECOND) return true;
  const responses = new Map<number, number[]>();
  let totalNs = 0;
  for (const i of all) {
    const ns = penalisedResponseNs(calls, i);
    totalNs += ns;
    const spec = calls.spec[i] ?? 0;
    const known = responses.get(spec);
    if (known === undefined) responses.set(spec, [ns]);
    else known.push(ns);
  }
  const explained = (STEPS_SLOPE * totalNs) / Math.max(1, all.length) / seconds;
  return growthNsPerSecond > explained || strataTrend(responses.values()) > RISING;
}

/** Schedule lags (sent - admitted) outside the warm-up, ascending. */
function scheduleLagsNs(samples: SampleColumns): Float64Array {
  const lags = new NumberList();
  for (let row = 0; row < samples.length; row++) {
    const lag = (samples.sentNs[row] ?? NaN) - (samples.admittedNs[row] ?? NaN);
    if (((samples.flags[row] ?? 0) & SAMPLE_FLAGS.warmup) === 0 && !Number.isNaN(lag)) lags.push(lag);
  }
  return ascending(lags.taken());
}
