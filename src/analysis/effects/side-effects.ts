/** Side effects and waste: what faults and overload cost besides slow and failed calls. */
import type { Topic } from '../topic.js';
import { effectsByAnnotation } from './annotations.js';
import { errorVisibilityOf } from './error-visibility.js';
import { resourceRecoveries } from './resources.js';
import { cutStreamsOf } from './cut-streams.js';
import type { EffectsInput } from './run.js';
import { sessionSurvivals } from './sessions.js';
import type { SideEffects } from './types.js';
import { cancelPropagation, serviceWork, wastedWork } from './work.js';

export interface SideEffectsPart {
  readonly sideEffects: SideEffects;
}

export const sideEffectsTopic: Topic<EffectsInput, SideEffectsPart, object> = {
  name: 'side effects',
  compute: (run) => {
    const { record, plan, calls } = run;
    const work = serviceWork(record.work);
    const sideEffects = {
      effectsByAnnotation: effectsByAnnotation(run),
      work,
      wastedWork: wastedWork(work, record.samples, calls, plan.scenario.stack),
      cancelPropagation: cancelPropagation(work, record.samples, plan.scenario.calls),
      cutStreams: cutStreamsOf(run),
      errorVisibility: errorVisibilityOf(run),
      sessions: sessionSurvivals(run),
      resources: resourceRecoveries(run),
    };
    return { summary: { sideEffects }, results: {} };
  },
};
