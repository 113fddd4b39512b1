/** What the checks look at, and the limits several of them share. */
import type {
  HealthRow,
  MachineRow,
  Manifest,
  ResourceRow,
  RunEvent,
  RunStatus,
  SampleColumns,
  WorkerRow,
  Calls,
} from '../../record/index.js';
import type { Plan } from '../../plan/index.js';
import type { CapacitySummary } from '../capacity/index.js';
import type { GeneratorSummary, MachineFacts } from '../environment/index.js';
import type { PhaseHypotheses } from '../hypotheses/index.js';
import type { LatenessResults } from '../lateness/index.js';
import type { AnalysedPhase } from '../phases/index.js';
import type { FaultEdges } from '../recovery/index.js';

/** What the checks look at. */
export interface Evidence {
  readonly plan: Plan;
  readonly status: RunStatus;
  readonly manifest: Pick<Manifest, 'samples'> | null;
  readonly attempts: number;
  readonly calls: Calls;
  readonly phases: readonly AnalysedPhase[];
  readonly capacities: readonly CapacitySummary[];
  readonly events: readonly RunEvent[];
  readonly health: readonly HealthRow[];
  readonly resources: readonly ResourceRow[];
  readonly edges: readonly FaultEdges[];
  readonly hypotheses: readonly PhaseHypotheses[];
  readonly generator: GeneratorSummary;
  readonly spinLostShare: number | null;
  readonly machine: MachineFacts;
  readonly machineRows: readonly MachineRow[];
  readonly workerRows: readonly WorkerRow[];
  readonly samples: SampleColumns;
  readonly lateness: LatenessResults['lateness'];
  readonly standstills: LatenessResults['standstills'];
}

/** Share of a core, or of all cores, that went to others: doubtful from here, and worth a word. */
export const CONTENDED = { doubtful: 0.1, warning: 0.02 } as const;
