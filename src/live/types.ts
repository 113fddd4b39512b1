/** What is shown of a run that goes on. Times are nanoseconds since its epoch. */
import type { Outcome } from '../record/index.js';

/** A quantile of response time. */
export interface LiveQuantile {
  readonly ns: number;
  /** It is at least so large: the call had no good answer, and counts as at least its deadline. */
  readonly isLowerBound: boolean;
}

/** One second of the run, by the calls that ended in it. */
export interface LiveSecond {
  readonly fromNs: number;
  /** Index of the phase, its drain and what follows it included; null before the first. */
  readonly phase: number | null;
  /** `ok` in time, and `ok` after the deadline. */
  readonly good: number;
  readonly late: number;
  readonly failed: Partial<Readonly<Record<Outcome, number>>>;
  /** Null where the calls are too few. The p99 is of the last 662 calls at least. */
  readonly p50: LiveQuantile | null;
  readonly p99: LiveQuantile | null;
  /** Attempts in flight and calls waiting in the client, at its end; null where that is not known. */
  readonly inFlight: number | null;
  readonly queued: number | null;
}

export interface LivePhase {
  readonly index: number;
  readonly name: string;
  readonly startNs: number;
  /** When its schedule ends; null for a search, whose end depends on what it finds. */
  readonly endNs: number | null;
}

export interface LiveFault {
  readonly id: string;
  readonly words: string;
  readonly fromNs: number;
  /** When it was lifted; null while it is active. */
  readonly toNs: number | null;
  /** When the plan lifts it; null: not before the end of the run. */
  readonly plannedToNs: number | null;
}

export interface LiveView {
  /** Of the scenario. */
  readonly name: string;
  readonly phases: readonly LivePhase[];
  /** How many phases the plan has. */
  readonly phasesPlanned: number;
  /** When the schedule of the last phase ends; null where that is not known yet. */
  readonly endNs: number | null;
  readonly faults: readonly LiveFault[];
  /** How often the run has begun: more than once where it is made again. */
  readonly begun: number;
  /** Number of the first second that is kept, from 0. */
  readonly firstSecond: number;
  readonly seconds: readonly LiveSecond[];
  /** Part of the samples was not read, so that counts are too small; quantiles are those of the rest. */
  readonly isPart: boolean;
}
