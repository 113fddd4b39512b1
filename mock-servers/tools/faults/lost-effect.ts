/** Acknowledged, not executed. */
import type { BehaviourOf } from './behaviour.js';

export const lostEffect: BehaviourOf<'lost-effect'> = () => ({ acts: 'effect', executions: 0 });
