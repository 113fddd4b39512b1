/** How long the backlog of an overload took to drain, beside the prediction of the fluid model. */
import { type WaitingLine, type Calls, isOk, responseNs } from '../../record/index.js';
import type { Stack } from '../../scenario/index.js';
import type { PhaseFrame } from '../calls/index.js';
import { type FluidLimit, fluidLimits } from './fluid-limits.js';
import { agesNs, emptiedAt } from './line.js';

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

/** The drain of an overload phase; null for phases without an `overload` stage. */
export function drainOf(
  frame: PhaseFrame,
  calls: Calls,
  line: WaitingLine,
  loadLinePerSecond: number | null,
  stack: Stack,
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
    fluid: fluidDrain(
      overNs,
      over.ratePerSecond,
      after.ratePerSecond,
      capacity,
      fluidLimits(stack, calls, frame.all, over.fromNs, frame.scheduledEndNs),
    ),
  };
}
