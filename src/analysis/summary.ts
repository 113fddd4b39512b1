/**
 * The summary: every derived number of one run, with its unit in its name. This is `summary.json`.
 * Definitions: the metric table of the documentation; percentiles from raw samples only, never from histograms.
 */
import type { RunStatus } from '../record/index.js';
import type { RunAfterFault } from './recovery/after-fault-types.js';
import type { Attribution } from './queue/attribution-types.js';
import type { SideEffects } from './effects/types.js';
import type { DriftSummary } from './contract/types.js';
import type { GrowthSummary } from './stability/growth-types.js';
import type { PhaseHypotheses } from './hypotheses/types.js';
import type { BoundUnit, Gate } from './inputs.js';
import type { CapacitySummary, ScalingSummary } from './capacity/types.js';
import type { Durations } from './calls/duration-types.js';
import type { EffectSummary } from './effects/effect-types.js';
import type { PhaseSummary } from './phases/types.js';
import type { RecoverySummary } from './recovery/types.js';
import type { Validity } from './validity/types.js';

export * from './calls/types.js';
export * from './capacity/types.js';
export * from './calls/duration-types.js';
export * from './effects/effect-types.js';
export * from './phases/types.js';
export * from './recovery/types.js';
export * from './validity/types.js';

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

export interface Summary {
  readonly schema: 'plimsoll/summary-v1';
  readonly runId: string;
  readonly name: string;
  readonly status: RunStatus;
  readonly startedUtc: string;
  readonly durationNs: number;
  readonly scenarioDigest: string;
  readonly loadLine: { readonly perSecond: number; readonly from: 'declared' | 'measured' } | null;
  readonly validity: Validity;
  readonly floor: FloorSummary | null;
  readonly phases: readonly PhaseSummary[];
  /** One for each open-loop phase that was begun and is no search: which queue grew first in it. */
  readonly attributions: readonly Attribution[];
  /** From the closed-loop steady phases; null when there is none. */
  readonly scaling: ScalingSummary | null;
  /** One for each capacity phase that was begun. */
  readonly capacities: readonly CapacitySummary[];
  readonly recoveries: readonly RecoverySummary[];
  readonly afterFault: RunAfterFault;
  /** One for each phase with faults that hypotheses are stated for. */
  readonly hypotheses: readonly PhaseHypotheses[];
  /** How the tool list changed; null when nobody watched it. */
  readonly drift: DriftSummary | null;
  readonly effects: EffectSummary | null;
  readonly sideEffects: SideEffects;
  /** One for each soak phase that was run. */
  readonly growth: readonly GrowthSummary[];
  readonly samples: {
    readonly attempts: number;
    readonly logicalCalls: number;
    /** Logical calls without a last attempt, or missing from the sequence: their end is not known. */
    readonly unaccounted: number;
  };
  /**
   * How well the generator kept up; null where nothing was recorded. `gcShare` is of the time the phases took, drains
   * included.
   */
  readonly generator: {
    readonly loopDelayMaxNs: number | null;
    readonly gcShare: number | null;
    /** Highest rate that this machine was known to offer on time before the run, by its own test. */
    readonly selfCapacityPerSecond: number | null;
    /** Why that is not known; null when it is, or when the record does not say. */
    readonly selfCapacityUnknown: string | null;
    /** Highest rate that a schedule of this run asked for, probes included; null without an open loop. */
    readonly highestRatePerSecond: number | null;
  };
  /**
   * Share of a core lost to others while the machine was probed with a spin loop, the worst of the probes; null when
   * not probed.
   */
  readonly spinLostShare: number | null;
  /** What the run warned of while it went on. */
  readonly warnings: readonly {
    readonly atNs: number;
    readonly code: string;
    readonly what: string;
    readonly remedy: string;
  }[];
}

/** A gate's verdict and why. */
export interface GateResult {
  readonly gate: Gate;
  /**
   * The gate in words: `response-time p99 of steady <= 100 ms`; with ` (closed loop)` where its numbers are a closed
   * loop's.
   */
  readonly text: string;
  readonly verdict: 'pass' | 'regress' | 'inconclusive' | 'invalid';
  /** What was measured, in `unit`; null when there was nothing to measure. */
  readonly measured: number | null;
  /** In `unit`: how fine it was measured. A measured 0 then means less than this. */
  readonly step?: number;
  readonly unit: BoundUnit;
  readonly why: string;
}
