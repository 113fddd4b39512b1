/** The summary of a phase, of its stages and of its tools. */
import type { RegimeName } from '../../catalog/index.js';
import type { ArrivalFit, CallStats, Durations } from '../calls/index.js';
import type { Drain, QueueAge, StageSplit, UpstreamCalls } from '../queue/index.js';
import type { Stationarity } from '../stability/index.js';

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

/**
 * One phase. A capacity phase as a whole has no calls of its own here (`offered` is 0 and nothing is estimable): its
 * probes are its `stages`, each measured after its own warm-up; the verdicts on them are in `Summary.capacities`.
 */
export interface PhaseSummary extends CallStats {
  readonly index: number;
  readonly name: string;
  readonly regime: RegimeName;
  readonly loop: 'open' | 'closed';
  readonly concurrency: number | null;
  /** Phase start, end of warm-up, end of schedule, everything answered. Run time. */
  readonly startNs: number;
  readonly measuredFromNs: number;
  readonly scheduledEndNs: number;
  readonly drainedNs: number;
  /** Logical calls of the warm-up, kept in the samples and left out here. */
  readonly warmupCalls: number;
  /** Open loop: the rate of the schedule over the measured window. */
  readonly scheduledPerSecond: number | null;
  readonly offeredPerSecond: number;
  /** `ok` calls, late ones included, done within the measured window. */
  readonly completedPerSecond: number;
  /** Most completions in any 10 s window (or the whole window when shorter) per second; never a headline. */
  readonly peakPerSecond: number;
  readonly scheduleLag: Durations;
  /** Open loop: whether the calls left as the scenario's arrivals say; null where that is not judged. */
  readonly arrivals: ArrivalFit | null;
  readonly stageSplit: StageSplit | null;
  readonly queueAge: QueueAge;
  /** Null: no mock behind the target reported its counters meanwhile. */
  readonly upstreamCalls: UpstreamCalls | null;
  readonly inFlight: { readonly mean: number; readonly max: number };
  /**
   * Largest difference between what a load worker counted as in flight over the measured window, by its own sum and
   * another clock, and what its samples give; null where that is not known.
   */
  readonly consistencyError: number | null;
  readonly newConnections: number;
  /** Measured calls that were intended outside of every fault and of the hold time after it. */
  readonly outsideFaults: { readonly offered: number; readonly ok: number; readonly good: number };
  /** Steady phases only: whether they were stationary, and from when on. */
  readonly stationarity: Stationarity | null;
  /** The calls of the stationary stretch, where that is not the measured window of all else here; null otherwise. */
  readonly stationaryStats: CallStats | null;
  readonly stages: readonly StageStats[];
  readonly drain: Drain | null;
  readonly tools: readonly ToolStats[];
}
