/**
 * Consequences: what faults and overload do besides making calls slow or wrong.
 *
 * Owns side effects by what tools say of themselves, work done for nobody and how far cancelling reaches, how legible
 * injected faults are to callers, which sessions live through an event, and which resources are given back after a
 * fault. Does not own: the effect account itself (`effects`), recovery of service (`recovery`), or growth without a
 * fault (`growth`).
 */
import { effectsByAnnotation } from './annotations.js';
import { errorVisibilityOf } from './error-visibility.js';
import { resourceRecoveries } from './resources.js';
import type { EffectsInput } from './run.js';
import { sessionSurvivals } from './sessions.js';
import type { SideEffects } from './types.js';
import { cancelPropagation, serviceWork, wastedWork } from './work.js';

export function sideEffectsOf(run: EffectsInput): SideEffects {
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
