/** The floor beside the machine's own, and how well the generator kept up. */
import type { Durations } from '../calls/index.js';

/** The floor beside the machine's own. */
export interface FloorSummary {
  readonly phase: string;
  readonly responseTimeOk: Durations;
  readonly loopbackReference: {
    readonly tcpEchoP50Ns: number | null;
    readonly httpNoopP50Ns: number | null;
    /** Our own client against a constant answer: the harness's share. */
    readonly harnessP50Ns: number | null;
  } | null;
}

/** How well the generator kept up; null where nothing was recorded. `gcShare`: of the phases' time, drains included. */
export interface GeneratorSummary {
  readonly loopDelayMaxNs: number | null;
  readonly gcShare: number | null;
  /** Highest rate that this machine was known to offer on time before the run, by its own test. */
  readonly selfCapacityPerSecond: number | null;
  /** Why that is not known; null when it is, or when the record does not say. */
  readonly selfCapacityUnknown: string | null;
  /** Highest rate that a schedule of this run asked for, probes included; null without an open loop. */
  readonly highestRatePerSecond: number | null;
}

/** What processes that have no part in the run used of the machine's cores while calls were measured. */
export interface OtherProcessesSummary {
  /** Mean over the measured time of all phases. */
  readonly meanCores: number;
  /** Cores that the machine has. */
  readonly ofCores: number;
}
