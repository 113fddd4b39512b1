/** Side effects and waste: what faults and overload cost besides slow and failed calls. */
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
