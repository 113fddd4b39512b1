/** What running phases takes. */
import type { RunEpoch } from '../clock/index.js';
import type { MachineJudge } from '../calibration/index.js';
import type { Generator } from '../load/index.js';
import type { Plan, PlannedPhase } from '../plan/index.js';
import type { RunEvent } from '../record/index.js';
import type { JoinedShard } from '../shards/index.js';
import type { RunningStack } from '../stack/index.js';
import type { SpoolTap } from './spool-tap.js';

/** What the phases of a run need of the shard that it is. */
export type SharedRun = Pick<JoinedShard, 'index' | 'of' | 'shiftNs' | 'publish' | 'receive' | 'take' | 'begin'>;

export interface PhasesSetup {
  readonly plan: Plan;
  readonly generator: Generator;
  readonly stack: RunningStack;
  readonly epoch: RunEpoch;
  readonly event: (event: RunEvent) => void;
  /** Hands over what the generator spooled while a probe ran. */
  readonly tap: SpoolTap;
  /** Which of several processes this is; null: there is no other. */
  readonly shard: SharedRun | null;
  readonly begun: (phase: PlannedPhase, startNs: number) => void;
  /** A probe of a capacity search begins. */
  readonly probing: (text: string) => void;
  /** The standstills of our own processes so far. */
  readonly standstills: () => readonly RunEvent[];
  readonly interrupt: AbortSignal;
  readonly machineSource: MachineJudge['source'];
}
