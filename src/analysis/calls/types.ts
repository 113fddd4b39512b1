/** What is told of a slice of calls. */
import type { ErrorClass, Outcome } from '../../record/index.js';
import type { FluidLimit } from '../queue/fluid-limits.js';
import type { Durations } from './duration-types.js';

export type StageName =
  'client-queue' | 'send-lag' | 'outbound' | 'upstream-queue' | 'service' | 'return' | 'wait' | 'read';

/** Where the response time of `ok` attempts went. The stages of each attempt sum to its response time. */
export interface StageSplit {
  /**
   * `upstream`: the upstream reports its own stamps (six stages). `generator`: it does not (client-queue, send-lag,
   * wait, read).
   */
  readonly source: 'upstream' | 'generator';
  readonly n: number;
  /** Attempts left out because a stage came out negative: a clock problem, never printed as a number. */
  readonly clockProblems: number;
  readonly stages: readonly { readonly stage: StageName; readonly durations: Durations }[];
}

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
  readonly goodputPerSecond: number;
  /** good / offered; null when nothing was offered. */
  readonly goodRatio: number | null;
  /** 1 - on-time ok / offered; null when nothing was offered. */
  readonly missRatio: number | null;
  /**
   * done - intended of logical calls. The headline. `ok`: right answers, late ones included. `all`: until the caller
   * knew, whatever it was; a call given up at its deadline is censored there.
   */
  readonly responseTime: { readonly ok: Durations; readonly all: Durations };
  /** done - sent of final attempts that were sent: what a closed eye would see. Never shown alone. */
  readonly latencyFromSend: { readonly ok: Durations; readonly all: Durations };
  /** attempts / logical calls; null when nothing was offered. */
  readonly retryAmplification: number | null;
}

export interface QueueAge {
  /**
   * What ends a call's wait. `upstream`: service began (or the call ended without). `generator`: it was sent, because
   * the upstream reports no stamps; what waits inside the target is then not seen here.
   */
  readonly source: 'upstream' | 'generator';
  /** Over the slice's schedule, exact. */
  readonly maxNs: number;
  /** 99th percentile over time (sampled every 10 ms of the slice). */
  readonly p99Ns: number;
  /** Theil-Sen slope in ns of age per second, with a 95 % interval (`statistics/trend`); null under 5 s of data. */
  readonly slope: { readonly nsPerSecond: number; readonly low: number; readonly high: number } | null;
}

export interface ToolStats extends CallStats {
  readonly label: string;
  readonly tool: string;
}

export interface StageStats extends CallStats {
  readonly label: string;
  /** Rate at the stage's start, and all along unless it is a ramp; of a replay its mean. */
  readonly ratePerSecond: number;
  /** Rate at the end of a ramp; null where the rate is held. */
  readonly rampToPerSecond: number | null;
  readonly fromNs: number;
  readonly toNs: number;
  readonly queueAge: QueueAge;
}

/** How an open-loop backlog went away (overload phases). */
export interface Drain {
  /** Longest response time of any call of the phase, and the run time at which its call was intended. */
  readonly peakWaitNs: number;
  readonly peakWaitAtNs: number;
  /**
   * End of the overload stage to the first moment with an empty queue; null: never while the schedule ran (censored).
   */
  readonly drainNs: number | null;
  /** What "empty" means: nothing waits for service, or, without upstream stamps, nothing is in the system at all. */
  readonly emptyWhen: 'none-waiting' | 'none-in-system';
  /** How long was looked: the censoring bound. */
  readonly observedNs: number;
  /** T (rho_over - 1) / (1 - rho), with the capacity it used; null when no capacity is known or rho >= 1. */
  readonly fluid: {
    readonly drainNs: number;
    readonly peakWaitNs: number;
    readonly capacityPerSecond: number;
    readonly capacityFrom: 'load-line' | 'observed';
    readonly ignores: readonly FluidLimit[];
  } | null;
}
