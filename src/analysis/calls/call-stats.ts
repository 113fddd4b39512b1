/** Statistics of any set of logical calls: outcomes, goodput, deadline misses, response times. */
import {
  type Calls,
  ERROR_CLASSES,
  OUTCOMES,
  type ErrorClass,
  type Outcome,
  countGood,
  isCensored,
  isGood,
  isOk,
  penalisedResponseNs,
  responseNs,
} from '../../record/index.js';
import { type Durations, type RankedDurations, durationsOf, rank } from './durations.js';

export type OutcomeCounts = Readonly<Record<Outcome, number>>;

/** One slice of logical calls: a phase, a stage of one, or a tool within a phase. Warm-up is left out. */
export interface CallStats {
  /** Logical calls whose intended start lies in the slice and whose end is known. */
  readonly offered: number;
  readonly attempts: number;
  /** Of logical calls, by final outcome. */
  readonly outcomes: OutcomeCounts;
  /** Of logical calls, by error class of the final attempt; only those that occur, most frequent first. */
  readonly errorClasses: readonly { readonly errorClass: ErrorClass; readonly count: number }[];
  /** `ok` within the deadline. */
  readonly good: number;
  /** `ok` after the deadline. */
  readonly late: number;
  /** Calls that were done, `ok` and within their deadline while the slice was measured, per second. */
  readonly goodputPerSecond: number;
  /** good / offered; null when nothing was offered. */
  readonly goodRatio: number | null;
  /** 1 - on-time ok / offered; null when nothing was offered. */
  readonly missRatio: number | null;
  /**
   * done - intended of logical calls. `ok`: correct answers, late ones included. `all`: whatever the outcome; a call
   * without an answer is censored there, at its deadline at least, so that a quantile among those is a lower bound.
   */
  readonly responseTime: { readonly ok: Durations; readonly all: Durations };
  /** done - sent of final attempts that were sent. Uncorrected: includes coordinated omission; never shown alone. */
  readonly latencyFromSend: { readonly ok: Durations; readonly all: Durations };
  /** attempts / logical calls; null when nothing was offered. */
  readonly retryAmplification: number | null;
}

/** Durations of a set of calls, `ok` alone and whatever came out; those without an answer are censored. */
export interface CallDurations {
  readonly ok: RankedDurations;
  readonly all: RankedDurations;
}

function split(calls: Calls, among: Uint32Array, durationNs: (i: number) => number): CallDurations {
  const ok = new Float64Array(among.length);
  const known = new Float64Array(among.length);
  const censored = new Float64Array(among.length);
  let oks = 0;
  let knowns = 0;
  let censoreds = 0;
  for (const i of among) {
    const ns = durationNs(i);
    if (Number.isNaN(ns)) continue;
    if (isOk(calls, i)) ok[oks++] = ns;
    if (isCensored(calls, i)) censored[censoreds++] = ns;
    else known[knowns++] = ns;
  }
  const all = rank(known.slice(0, knowns), censored.slice(0, censoreds));
  // Sorting is most of an analysis: where nothing failed, one sorted set serves as both.
  return { ok: oks === knowns ? { known: all.known, censored: new Float64Array(0) } : rank(ok.slice(0, oks)), all };
}

/** Response times (done - intended) of a set of calls. */
function responseTimes(calls: Calls, among: Uint32Array): CallDurations {
  // A call without an answer was not answered by its deadline, however early it was refused.
  return split(calls, among, (i) => (isCensored(calls, i) ? penalisedResponseNs(calls, i) : responseNs(calls, i)));
}

/** Latency from send (done - sent of the last attempt) of those that were sent. */
function latenciesFromSend(calls: Calls, among: Uint32Array): CallDurations {
  return split(calls, among, (i) => (calls.doneNs[i] ?? NaN) - (calls.lastSentNs[i] ?? NaN));
}

function outcomeCounts(codes: Uint32Array): OutcomeCounts {
  const counts = Object.fromEntries(OUTCOMES.map((outcome) => [outcome, 0])) as Record<Outcome, number>;
  OUTCOMES.forEach((outcome, code) => {
    counts[outcome] = codes[code] ?? 0;
  });
  return counts;
}

/** The two latencies of a set of calls. */
export interface CallTimes {
  readonly response: CallDurations;
  readonly fromSend: CallDurations;
}

/** Response times and latencies from send of a set of calls. */
export function timesOf(calls: Calls, among: Uint32Array): CallTimes {
  return { response: responseTimes(calls, among), fromSend: latenciesFromSend(calls, among) };
}

/** Where completions are counted: among these calls, warm-up included, within [fromNs, toNs). */
export interface Completions {
  readonly all: Uint32Array;
  readonly fromNs: number;
  readonly toNs: number;
}

/** Calls a second that were done within the span and `ok`, and of those the ones within their deadline. */
export function completedWithin(
  calls: Calls,
  { all, fromNs, toNs }: Completions,
): { readonly completedPerSecond: number; readonly goodputPerSecond: number } {
  let ok = 0;
  let good = 0;
  for (const i of all) {
    const doneNs = calls.doneNs[i] ?? NaN;
    if (!(doneNs >= fromNs && doneNs < toNs) || !isOk(calls, i)) continue;
    ok++;
    if (isGood(calls, i)) good++;
  }
  const seconds = (toNs - fromNs) / 1e9;
  return { completedPerSecond: perSecond(ok, seconds), goodputPerSecond: perSecond(good, seconds) };
}

/** The statistics of one slice: its calls, and where its completions are counted. */
export function callStats(
  calls: Calls,
  among: Uint32Array,
  completions: Completions,
  { response, fromSend }: CallTimes = timesOf(calls, among),
): CallStats {
  const outcomes = new Uint32Array(256);
  const classes = new Uint32Array(256);
  let attempts = 0;
  for (const i of among) {
    const outcome = calls.outcome[i] ?? 0;
    const errorClass = calls.errorClass[i] ?? 0;
    outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
    classes[errorClass] = (classes[errorClass] ?? 0) + 1;
    attempts += calls.attempts[i] ?? 0;
  }
  const errorClasses: { errorClass: ErrorClass; count: number }[] = [];
  ERROR_CLASSES.forEach((errorClass, code) => {
    const count = classes[code] ?? 0;
    if (errorClass !== 'none' && count > 0) errorClasses.push({ errorClass, count });
  });
  errorClasses.sort((a, b) => b.count - a.count);
  const offered = among.length;
  const { good, late } = countGood(calls, among);
  return {
    offered,
    attempts,
    outcomes: outcomeCounts(outcomes),
    errorClasses,
    good,
    late,
    goodputPerSecond: completedWithin(calls, completions).goodputPerSecond,
    goodRatio: offered === 0 ? null : good / offered,
    missRatio: offered === 0 ? null : (offered - good) / offered,
    responseTime: { ok: durationsOf(response.ok), all: durationsOf(response.all) },
    latencyFromSend: { ok: durationsOf(fromSend.ok), all: durationsOf(fromSend.all) },
    retryAmplification: offered === 0 ? null : attempts / offered,
  };
}

/** A rate; 0 over no time at all. */
export function perSecond(count: number, seconds: number): number {
  return seconds > 0 ? count / seconds : 0;
}
