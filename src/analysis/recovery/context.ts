/** What all measures after a fault read: the run's attempts, and the stretches of a phase around one fault. */
import type { PlannedFault } from '../../plan/index.js';
import {
  SAMPLE_FLAGS,
  errorClassCode,
  outcomeCode,
  type RunEvent,
  type SampleColumns,
  type WaitingLine,
  type Calls,
} from '../../record/index.js';
import type { CallSpec, RecoverySettings, RetryOn, Stack } from '../../scenario/index.js';
import { type PhaseFrame, rowsByGroup, select } from '../calls/index.js';
import type { Baseline } from './windows.js';

/** Nanoseconds since the run's epoch: [fromNs, toNs). */
export interface Span {
  readonly fromNs: number;
  readonly toNs: number;
}

/** The run, as the measures of every fault need it. */
export interface AttemptsView {
  readonly samples: SampleColumns;
  readonly calls: Calls;
  readonly specs: readonly CallSpec[];
  readonly stack: Stack;
  readonly events: readonly RunEvent[];
  /** Rows that were sent, by phase; none of phases without a fault. */
  readonly sentRows: ReadonlyMap<number, Uint32Array>;
  /** For each entry of `calls`: how many of its attempts failed in a way its policy tries again. */
  readonly retriable: Uint32Array;
}

/** One fault with a confirmed onset. */
export interface FaultContext {
  readonly planned: PlannedFault;
  readonly frame: PhaseFrame;
  readonly line: WaitingLine;
  readonly settings: RecoverySettings;
  readonly loadLinePerSecond: number | null;
  readonly baseline: Baseline | null;
  readonly onNs: number;
  readonly clearNs: number | null;
  /** Whole windows without a fault; null when there is none. */
  readonly before: Span | null;
  readonly during: Span;
  /** Null without a confirmed clear. */
  readonly after: Span | null;
}

const OK = outcomeCode('ok');
const TIMED_OUT = errorClassCode('attempt-timeout');

/** Whether a policy tries an attempt again that ended so. But for a timeout, it names outcomes. */
function retries(spec: CallSpec | undefined, outcome: number, errorClass: number): boolean {
  const again = (on: RetryOn): boolean => (on === 'timeout' ? errorClass === TIMED_OUT : outcome === outcomeCode(on));
  return spec?.retry?.on.some(again) ?? false;
}

/** Where a logical call stands in `calls`, by its number; -1 when it is not among them. */
function placesOf(calls: Calls): (callId: number) => number {
  let highest = -1;
  for (let i = 0; i < calls.length; i++) highest = Math.max(highest, calls.callId[i] as number);
  // Calls are numbered from 0, so a flat table does; a damaged record with wild numbers falls back to a map.
  if (highest >= Math.max(1024, calls.length * 8)) {
    const places = new Map(Array.from(calls.callId, (callId, i) => [callId, i]));
    return (callId) => places.get(callId) ?? -1;
  }
  const table = new Int32Array(highest + 1).fill(-1);
  for (let i = 0; i < calls.length; i++) table[calls.callId[i] as number] = i;
  return (callId) => table[callId] ?? -1;
}

/** Indexes the attempts of a run, once for all of its faults. */
export function attemptsView(
  run: Pick<AttemptsView, 'samples' | 'calls' | 'specs' | 'stack' | 'events'>,
  faults: readonly PlannedFault[],
): AttemptsView {
  const { samples, calls, specs } = run;
  const retriable = new Uint32Array(calls.length);
  const phases = [...new Set(faults.map(({ phaseIndex }) => phaseIndex))];
  const groupOfPhase = new Map(phases.map((phase, group) => [phase, group]));
  const sent = rowsByGroup(samples.length, phases.length, (row) =>
    Number.isNaN(samples.sentNs[row] ?? NaN) ? -1 : (groupOfPhase.get(samples.phase[row] ?? -1) ?? -1),
  );
  if (faults.length > 0 && specs.some(({ retry }) => retry !== null)) countRetriable(retriable, run);
  return {
    ...run,
    sentRows: new Map(phases.map((phase, group) => [phase, sent[group] ?? new Uint32Array(0)])),
    retriable,
  };
}

/** Counts, for each call, its attempts that its policy tries again. */
function countRetriable(
  retriable: Uint32Array,
  { samples, calls, specs }: Pick<AttemptsView, 'samples' | 'calls' | 'specs'>,
): void {
  const placeOf = placesOf(calls);
  for (let row = 0; row < samples.length; row++) {
    const [outcome, errorClass] = [samples.outcome[row] ?? 0, samples.errorClass[row] ?? 0];
    if (outcome === OK || !retries(specs[samples.spec[row] ?? -1], outcome, errorClass)) continue;
    const place = placeOf(samples.callId[row] ?? -1);
    if (place >= 0) retriable[place] = (retriable[place] ?? 0) + 1;
  }
}

/** Entries of `Calls` that were intended in a stretch of the phase. */
export function intendedIn({ calls }: AttemptsView, { frame }: FaultContext, { fromNs, toNs }: Span): Uint32Array {
  return select(frame.all, (i) => (calls.intendedNs[i] ?? NaN) >= fromNs && (calls.intendedNs[i] ?? NaN) < toNs);
}

/** Rows of the phase's attempts that were sent. */
export const sentRowsOf = ({ sentRows }: AttemptsView, { frame }: FaultContext): Uint32Array =>
  sentRows.get(frame.planned.index) ?? new Uint32Array(0);

/** True for an attempt that opened a connection of its own. */
export const isNewConnection = (samples: SampleColumns, row: number): boolean =>
  ((samples.flags[row] ?? 0) & SAMPLE_FLAGS.reusedConnection) === 0;
