/**
 * Consequences: what faults and overload do besides making calls slow or wrong.
 *
 * Owns side effects by what tools say of themselves, work done for nobody and how far cancelling reaches, how legible
 * injected faults are to callers, which sessions live through an event, and which resources are given back after a
 * fault. Does not own: the effect account itself (`effects`), recovery of service (`recovery`), or growth without a
 * fault (`growth`).
 */
import type { Plan } from '../../plan/index.js';
import type { Calls } from '../calls/calls.js';
import type { Executions } from './executions.js';
import type { AnalysisInput } from '../inputs.js';
import type { PhaseFrame } from '../calls/frames.js';
import type { FaultEdges } from '../recovery/recovery.js';
import { effectsByAnnotation } from './annotations.js';
import { errorVisibilityOf } from './error-visibility.js';
import { resourceRecoveries } from './resources.js';
import { sessionSurvivals } from './sessions.js';
import type { SideEffects } from './types.js';
import { cancelPropagation, serviceWork, wastedWork } from './work.js';

export type * from './types.js';

/** What the consequences are told from. */
export interface Aftereffects {
  readonly record: AnalysisInput;
  readonly plan: Plan;
  /** Logical calls, judged by the ledger where there is one. */
  readonly calls: Calls;
  /** Null: nothing is known of effects. */
  readonly executions: Executions | null;
  readonly edges: readonly FaultEdges[];
  readonly frames: readonly PhaseFrame[];
}

export function sideEffectsOf(run: Aftereffects): SideEffects {
  const { record, plan, calls } = run;
  const work = serviceWork(record.work);
  return {
    effectsByAnnotation: effectsByAnnotation(run),
    work,
    wastedWork: wastedWork(work, record.samples, calls, plan.scenario.stack),
    cancelPropagation: cancelPropagation(work, record.samples, plan.scenario.calls),
    errorVisibility: errorVisibilityOf(run),
    sessions: sessionSurvivals(run),
    resources: resourceRecoveries(run),
  };
}
