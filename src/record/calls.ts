/**
 * The logical-call view: attempts joined by call, as columns in order of phase and intended start.
 *
 * A call begins at the intended start of its first attempt and ends, with that outcome, at the end of its last one. A
 * call whose last attempt is not in the record has no end: it is counted as unaccounted and enters no number but that.
 */
import { SAMPLE_FLAGS, isFinalAttempt, type SampleColumns } from './columns.js';
import { errorClassCode, outcomeCode } from './outcome.js';
import { callSequence } from './shard-calls.js';

const OK = outcomeCode('ok');
const DEADLINE = outcomeCode('deadline');
const INTERRUPTED = errorClassCode('interrupted');
const ANSWERED = new Set((['tool', 'semantic', 'effect', 'ok'] as const).map(outcomeCode));

/** Logical calls as columns of equal length; entry i of each is one call. */
export interface Calls {
  readonly length: number;
  readonly callId: Float64Array;
  readonly phase: Uint16Array;
  readonly stage: Uint16Array;
  readonly spec: Uint16Array;
  /** Intended start of the first attempt. */
  readonly intendedNs: Float64Array;
  /** End of the last attempt. */
  readonly doneNs: Float64Array;
  /** Send of the last attempt; NaN when it was never sent. */
  readonly lastSentNs: Float64Array;
  /** Session of the last attempt; -1 when none was taken. */
  readonly lastSession: Int32Array;
  /** First send of any attempt; NaN when none was sent. */
  readonly firstSentNs: Float64Array;
  /** First begin of service of any attempt, by the upstream's own stamp; NaN when not reported. */
  readonly servedNs: Float64Array;
  /** Schedule lag (sent - admitted) of all of its attempts. */
  readonly lagNs: Float64Array;
  readonly deadlineNs: Float64Array;
  readonly attempts: Uint32Array;
  readonly outcome: Uint8Array;
  readonly errorClass: Uint8Array;
  /** 1 when the last attempt was sent on a connection that had carried a call. */
  readonly reusedConnection: Uint8Array;
  /** 1 when intended during the warm-up. */
  readonly warmup: Uint8Array;
  /** First entry of each phase, and one more for the end: phase p is entries `phaseFrom[p]` to `phaseFrom[p + 1]`. */
  readonly phaseFrom: readonly number[];
  /** Attempts that are in the record more than once, and earlier attempts of a call that are not in it. */
  readonly doubled: number;
  readonly lost: number;
  /** Calls without a last attempt, and numbers missing from the sequence of calls. */
  readonly unaccounted: number;
}

/** True for a call that was `ok` within its deadline. */
export function isGood(calls: Calls, i: number): boolean {
  return calls.outcome[i] === OK && responseNs(calls, i) <= (calls.deadlineNs[i] ?? 0);
}

/** True for a call that was `ok`, in time or late. */
export function isOk(calls: Calls, i: number): boolean {
  return calls.outcome[i] === OK;
}

/** How many of a set of calls were `ok` within their deadline, and after it. */
export function countGood(calls: Calls, among: Uint32Array): { readonly good: number; readonly late: number } {
  let good = 0;
  let late = 0;
  for (const i of among) {
    if (!isOk(calls, i)) continue;
    if (isGood(calls, i)) good++;
    else late++;
  }
  return { good, late };
}

/** True for a call that its caller gave up. */
export function isGivenUp(calls: Calls, i: number): boolean {
  return calls.outcome[i] === DEADLINE || calls.errorClass[i] === INTERRUPTED;
}

/**
 * True for a call without an answer, be it right or wrong: given up, refused or failed. Its response time is unknown,
 * and longer than any that is known.
 */
export function isCensored(calls: Calls, i: number): boolean {
  return !ANSWERED.has(calls.outcome[i] ?? 0) || calls.errorClass[i] === INTERRUPTED;
}

/** Response time: done - intended. */
export function responseNs(calls: Calls, i: number): number {
  return (calls.doneNs[i] ?? NaN) - (calls.intendedNs[i] ?? NaN);
}

/** Response time with a call that did not end `ok` counted as if it had taken at least its deadline. */
export function penalisedResponseNs(calls: Calls, i: number): number {
  return isOk(calls, i) ? responseNs(calls, i) : Math.max(responseNs(calls, i), calls.deadlineNs[i] ?? 0);
}

/** Attempts grouped by call: the group of each row, and the first and last (-1: not recorded) row of each group. */
interface Groups {
  readonly count: number;
  readonly groupOfRow: Int32Array;
  readonly finalRow: Int32Array;
  readonly firstRow: Int32Array;
  /** Calls that there are by their numbers. */
  readonly numbered: number;
}

function groupByCall(samples: SampleColumns): Groups {
  const { length: numbered, placeOf } = callSequence(samples.callId);
  const groupOfRow = new Int32Array(samples.length);
  // Calls are numbered from 0, so a flat table does; a damaged record with wild numbers falls back to a map.
  const dense = numbered <= Math.max(1024, samples.length * 8);
  const table = dense ? new Int32Array(numbered).fill(-1) : null;
  const map = new Map<number, number>();
  let count = 0;
  for (let row = 0; row < samples.length; row++) {
    const callId = placeOf(samples.callId[row] ?? -1);
    let group = table === null ? (map.get(callId) ?? -1) : (table[callId] ?? -1);
    if (group < 0) {
      group = count++;
      if (table === null) map.set(callId, group);
      else table[callId] = group;
    }
    groupOfRow[row] = group;
  }
  const finalRow = new Int32Array(count).fill(-1);
  const firstRow = new Int32Array(count).fill(-1);
  for (let row = 0; row < samples.length; row++) {
    const group = groupOfRow[row] ?? 0;
    if (isFinalAttempt(samples, row)) finalRow[group] = row;
    const first = firstRow[group] ?? -1;
    if (first < 0 || (samples.attempt[row] ?? 0) < (samples.attempt[first] ?? 0)) firstRow[group] = row;
  }
  return { count, groupOfRow, finalRow, firstRow, numbered };
}

const earlier = (known: number, next: number): number => (Number.isNaN(known) || next < known ? next : known);

/** Joins attempts into calls. `phaseCount`: phases of the plan. A call without a spec has no deadline. */
export function joinCalls(
  samples: SampleColumns,
  specs: readonly { readonly deadlineNs: number }[],
  phaseCount: number,
): Calls {
  const groups = groupByCall(samples);
  const complete: number[] = [];
  for (let group = 0; group < groups.count; group++) if ((groups.finalRow[group] ?? -1) >= 0) complete.push(group);
  const order = Uint32Array.from(complete);
  const phaseOf = (group: number): number => samples.phase[groups.firstRow[group] ?? 0] ?? 0;
  const intendedOf = (group: number): number => samples.intendedNs[groups.firstRow[group] ?? 0] ?? 0;
  const callOf = (group: number): number => samples.callId[groups.firstRow[group] ?? 0] ?? 0;
  const inOrder = order.every((group, i) => {
    const before = order[i - 1];
    return (
      before === undefined ||
      phaseOf(before) < phaseOf(group) ||
      (phaseOf(before) === phaseOf(group) && intendedOf(before) <= intendedOf(group))
    );
  });
  if (!inOrder) order.sort((a, b) => phaseOf(a) - phaseOf(b) || intendedOf(a) - intendedOf(b) || callOf(a) - callOf(b));

  const n = order.length;
  const place = new Int32Array(groups.count).fill(-1);
  const calls = {
    length: n,
    callId: new Float64Array(n),
    phase: new Uint16Array(n),
    stage: new Uint16Array(n),
    spec: new Uint16Array(n),
    intendedNs: new Float64Array(n),
    doneNs: new Float64Array(n),
    lastSentNs: new Float64Array(n),
    lastSession: new Int32Array(n),
    firstSentNs: new Float64Array(n).fill(NaN),
    servedNs: new Float64Array(n).fill(NaN),
    lagNs: new Float64Array(n),
    deadlineNs: new Float64Array(n),
    attempts: new Uint32Array(n),
    outcome: new Uint8Array(n),
    errorClass: new Uint8Array(n),
    reusedConnection: new Uint8Array(n),
    warmup: new Uint8Array(n),
  };
  order.forEach((group, i) => {
    place[group] = i;
    const first = groups.firstRow[group] ?? 0;
    const last = groups.finalRow[group] ?? 0;
    const spec = samples.spec[first] ?? 0;
    calls.callId[i] = samples.callId[first] ?? -1;
    calls.phase[i] = samples.phase[first] ?? 0;
    calls.stage[i] = samples.stage[first] ?? 0;
    calls.spec[i] = spec;
    calls.intendedNs[i] = samples.intendedNs[first] ?? NaN;
    calls.doneNs[i] = samples.doneNs[last] ?? NaN;
    calls.lastSentNs[i] = samples.sentNs[last] ?? NaN;
    calls.lastSession[i] = samples.session[last] ?? -1;
    calls.deadlineNs[i] = specs[spec]?.deadlineNs ?? Infinity;
    calls.outcome[i] = samples.outcome[last] ?? 0;
    calls.errorClass[i] = samples.errorClass[last] ?? 0;
    calls.reusedConnection[i] = ((samples.flags[last] ?? 0) & SAMPLE_FLAGS.reusedConnection) === 0 ? 0 : 1;
    calls.warmup[i] = ((samples.flags[first] ?? 0) & SAMPLE_FLAGS.warmup) === 0 ? 0 : 1;
  });
  for (let row = 0; row < samples.length; row++) {
    const i = place[groups.groupOfRow[row] ?? 0] ?? -1;
    if (i < 0) continue;
    calls.attempts[i] = (calls.attempts[i] ?? 0) + 1;
    const sent = samples.sentNs[row] ?? NaN;
    if (!Number.isNaN(sent)) {
      calls.firstSentNs[i] = earlier(calls.firstSentNs[i] ?? NaN, sent);
      calls.lagNs[i] = (calls.lagNs[i] ?? 0) + Math.max(0, sent - (samples.admittedNs[row] ?? sent));
    }
    const started = samples.startedNs[row] ?? NaN;
    if (!Number.isNaN(started)) calls.servedNs[i] = earlier(calls.servedNs[i] ?? NaN, started);
  }
  let doubled = 0;
  let lost = 0;
  order.forEach((group, i) => {
    const beyond = (calls.attempts[i] ?? 0) - (samples.attempt[groups.finalRow[group] ?? 0] ?? 0) - 1;
    if (beyond > 0) doubled += beyond;
    else lost -= beyond;
  });
  const phaseFrom: number[] = [];
  for (let phase = 0, i = 0; phase <= phaseCount; phase++) {
    while (i < n && (calls.phase[i] ?? 0) < phase) i++;
    phaseFrom.push(phase === phaseCount ? n : i);
  }
  const missing = Math.max(0, groups.numbered - groups.count);
  return { ...calls, phaseFrom, doubled, lost, unaccounted: groups.count - n + missing };
}

/** The calls of all phases that a record's tables name. */
export function callsOf(samples: SampleColumns): Calls {
  const { phases, deadlinesNs = [] } = samples.tables;
  return joinCalls(
    samples,
    deadlinesNs.map((deadlineNs) => ({ deadlineNs })),
    phases.length,
  );
}
