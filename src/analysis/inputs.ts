/** What the analysis is given, and the names it borrows from the scenario. */
export type { BoundUnit, FaultType, Gate, HypothesisMetric } from '../scenario/index.js';
import type {
  EffectRow,
  GatewayRow,
  HealthRow,
  Manifest,
  ResourceRow,
  RunEvent,
  RunStatus,
  SampleColumns,
  FaultHitRow,
  ToolRow,
  WorkRow,
} from '../record/index.js';

/** The part of a run record that numbers are made from. A `RunRecord` fits. */
export interface AnalysisInput {
  readonly header: {
    readonly runId: string;
    readonly name: string;
    readonly scenarioDigest: string;
    readonly startedUtc: string;
  };
  readonly manifest: Pick<Manifest, 'samples'> | null;
  readonly status: RunStatus;
  /** As read from disk, so of any shape: what is not found in it counts as not known. */
  readonly envelope: unknown;
  readonly samples: SampleColumns;
  readonly events: readonly RunEvent[];
  readonly health: readonly HealthRow[];
  readonly resources: readonly ResourceRow[];
  readonly effects: readonly EffectRow[];
  readonly gateways: readonly GatewayRow[];
  /** Null: nobody told. */
  readonly affected: readonly FaultHitRow[] | null;
  readonly tools: readonly ToolRow[] | null;
  readonly work: readonly WorkRow[] | null;
}
