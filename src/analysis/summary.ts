/**
 * The summary: every derived number of one run, with its unit in its name. This is `summary.json`.
 * Definitions: the metric table of the documentation; percentiles from raw samples only, never from histograms.
 */
import type { RunStatus } from '../record/index.js';
import type { CapacitySummary, ScalingSummary } from './capacity/index.js';
import type { DriftSummary } from './contract/index.js';
import type { EffectSummary, SideEffects } from './effects/index.js';
import type { FloorSummary, GeneratorSummary } from './environment/index.js';
import type { PhaseHypotheses } from './hypotheses/index.js';
import type { PhaseSummary } from './phases/index.js';
import type { Attribution } from './queue/index.js';
import type { RecoverySummary, RunAfterFault } from './recovery/index.js';
import type { GrowthSummary } from './stability/index.js';
import type { Validity } from './validity/index.js';

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
  readonly generator: GeneratorSummary;
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
