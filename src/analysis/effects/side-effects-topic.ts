import type { Topic } from '../topic.js';
import type { EffectsInput } from './run.js';
import { sideEffectsOf } from './side-effects.js';
import type { SideEffects } from './types.js';

export interface SideEffectsPart {
  readonly sideEffects: SideEffects;
}

export const sideEffectsTopic: Topic<EffectsInput, SideEffectsPart, object> = {
  name: 'side effects',
  compute: (run) => ({ summary: { sideEffects: sideEffectsOf(run) }, results: {} }),
};
