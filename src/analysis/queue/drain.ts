/** How long the backlog of an overload took to drain, beside the prediction of the fluid model. */
import { type WaitingLine, type Calls, isOk, responseNs } from '../../record/index.js';
import type { Stack } from '../../scenario/index.js';
import type { PhaseFrame } from '../calls/index.js';
import { type FluidLimit, fluidLimits } from './fluid-limits.js';
import { agesNs, emptiedAt, maxAgeNs, noOlderAt } from './line.js';

/**
 * When the oldest unanswered call was as young again as before an overload. Without upstream stamps a call that waits
 * is not distinguished from one in service, so that the queue of a server that always has a call in service is never
 * seen empty; its age is seen all the same.
 */
export interface AgeAsBefore {
  /** End of the overload to the first moment with no unanswered call older than `maxNs`; null: there was none. */
  readonly ns: number | null;
  /** Largest age of the oldest unanswered call before the overload. */
  readonly maxNs: number;
  /** The earlier phase that it is of; null: of the lower rate with which the phase of the overload began. */
  readonly phase: string | null;
}

/** A slice of a phase, and the phase's waiting line. */
export interface LineSlice {
  readonly phase: string | null;
  readonly line: WaitingLine;
  readonly fromNs: number;
  readonly toNs: number;
}

/** How the backlog of an overload drained (open loop). */
export interface Drain {
  /** Longest response time of any call of the phase, and the run time at which its call was intended. */
  readonly peakWaitNs: number;
  readonly peakWaitAtNs: number;
  /** Longest wait of a call, by its arrival, and age of the oldest waiting call at the end of the overload. */
  readonly longestWaitNs: number;
  readonly ageAtEndNs: number;
  /**
   * End of the overload stage to the first moment with an empty queue; null: never while the schedule ran (censored).
   */
  readonly drainNs: number | null;
  /** What "empty" means: nothing waits for service, or, without upstream stamps, nothing is in the system at all. */
  readonly emptyWhen: 'none-waiting' | 'none-in-system';
  /** How long the drain was observed: the censoring bound. */
  readonly observedNs: number;
  /** Null with upstream stamps, and where no lower rate was held before the overload. */
  readonly ageAsBefore: AgeAsBefore | null;
  /** T (rho_over - 1) / (1 - rho), with the capacity it used; null when no capacity is known or rho >= 1. */
  readonly fluid: {
    readonly drainNs: number;
    /**
     * Two quantities: the wait of a call by its arrival climbs at rho - 1 and peaks at the end of the overload; the age
     * of the oldest waiting call climbs at 1 - 1/rho, is `ageAtEndNs` at that end, and peaks at the same height later,
     * `peakAgeAfterNs` after the start of the overload.
     */
    readonly peakWaitNs: number;
    readonly ageAtEndNs: number;
    readonly peakAgeAfterNs: number;
    readonly capacityPerSecond: number;
    readonly capacityFrom: 'load-line' | 'observed';
    readonly ignores: readonly FluidLimit[];
  } | null;
}

/** A rate that the target sustains: known, or estimated. */
export interface Capacity {
  readonly perSecond: number;
  readonly from: 'load-line' | 'observed';
}

/**
 * Prediction of the fluid model for an overload of rho_over for T and then rho < 1: the longest wait is
 * T (rho_over - 1), and it is gone after T (rho_over - 1) / (1 - rho). Null when rho >= 1 or no capacity is known.
 */
export function fluidDrain(
  overNs: number,
  overPerSecond: number,
  afterPerSecond: number,
  capacity: Capacity | null,
  ignores: readonly FluidLimit[] = [],
): Drain['fluid'] {
  if (capacity === null || capacity.perSecond <= 0) return null;
  const rho = afterPerSecond / capacity.perSecond;
  if (rho >= 1) return null;
  const peakWaitNs = overNs * Math.max(0, overPerSecond / capacity.perSecond - 1);
  return {
    drainNs: peakWaitNs / (1 - rho),
    peakWaitNs,
    ageAtEndNs: (peakWaitNs * capacity.perSecond) / overPerSecond,
    peakAgeAfterNs: overNs + peakWaitNs,
    capacityPerSecond: capacity.perSecond,
    capacityFrom: capacity.from,
    ignores,
  };
}

/** What a drain is judged with, beside the calls of its phase. */
export interface DrainContext {
  readonly loadLinePerSecond: number | null;
  readonly stack: Stack;
  /** The last phase at one rate below that of the overload; null without one. */
  readonly earlier: LineSlice | null;
}

/** The drain of an overload phase; null for phases without an `overload` stage. */
export function drainOf(
  frame: PhaseFrame,
  calls: Calls,
  line: WaitingLine,
  { loadLinePerSecond, stack, earlier }: DrainContext,
): Drain | null {
  const over = frame.stages.find((stage) => stage.label === 'overload');
  const after = frame.stages.find((stage) => stage.label === 'after');
  if (over === undefined || after === undefined || frame.all.length === 0) return null;
  let peakWaitNs = -Infinity;
  let peakWaitAtNs = over.fromNs;
  let completed = 0;
  for (const i of frame.all) {
    const response = responseNs(calls, i);
    if (response > peakWaitNs) {
      peakWaitNs = response;
      peakWaitAtNs = calls.intendedNs[i] ?? NaN;
    }
    const done = calls.doneNs[i] ?? NaN;
    if (isOk(calls, i) && done >= over.fromNs && done < over.toNs) completed++;
  }
  const overNs = over.toNs - over.fromNs;
  const observed = overNs > 0 ? (completed * 1e9) / overNs : 0;
  const capacity: Capacity | null =
    loadLinePerSecond !== null
      ? { perSecond: loadLinePerSecond, from: 'load-line' }
      : observed > 0
        ? { perSecond: observed, from: 'observed' }
        : null;
  const emptied = emptiedAt(line, over.toNs, frame.scheduledEndNs);
  return {
    peakWaitNs,
    peakWaitAtNs,
    longestWaitNs: line.leftNs.reduce((most, left, k) => Math.max(most, left - (line.intendedNs[k] ?? left)), 0),
    ageAtEndNs: agesNs(line, over.toNs, over.toNs, 1)[0] ?? 0,
    drainNs: emptied.atNs === null ? null : emptied.atNs - over.toNs,
    emptyWhen: emptied.emptyWhen,
    observedNs: frame.scheduledEndNs - over.toNs,
    ageAsBefore:
      emptied.emptyWhen === 'none-in-system'
        ? ageAsBefore(line, sliceBefore(frame, line) ?? earlier, over.toNs, frame.scheduledEndNs)
        : null,
    fluid: fluidDrain(
      overNs,
      over.ratePerSecond,
      after.ratePerSecond,
      capacity,
      fluidLimits(stack, calls, frame.all, over.fromNs, frame.scheduledEndNs),
    ),
  };
}

/** The lower rate before the overload on the same schedule; null without one. */
function sliceBefore({ stages }: PhaseFrame, line: WaitingLine): LineSlice | null {
  const before = stages.find((stage) => stage.label === 'before');
  return before === undefined ? null : { phase: null, line, fromNs: before.fromNs, toNs: before.toNs };
}

function ageAsBefore(
  line: WaitingLine,
  before: LineSlice | null,
  afterNs: number,
  untilNs: number,
): AgeAsBefore | null {
  if (before === null || before.line.source !== line.source) return null;
  const maxNs = maxAgeNs(before.line, before.fromNs, before.toNs);
  if (maxNs <= 0) return null;
  const atNs = noOlderAt(line, maxNs, afterNs, untilNs);
  return { ns: atNs === null ? null : atNs - afterNs, maxNs, phase: before.phase };
}
