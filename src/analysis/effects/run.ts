/** What the measures of side effects read. */
import type { Plan } from '../../plan/index.js';
import type { Executions, Calls } from '../../record/index.js';
import type { PhaseFrame } from '../calls/index.js';
import type { AnalysisInput } from '../input.js';
import type { FaultEdges } from '../recovery/index.js';

export interface EffectsInput {
  readonly record: AnalysisInput;
  readonly plan: Plan;
  /** Logical calls, judged by the ledger where there is one. */
  readonly calls: Calls;
  /** Null: nothing is known of effects. */
  readonly executions: Executions | null;
  readonly edges: readonly FaultEdges[];
  readonly frames: readonly PhaseFrame[];
}
