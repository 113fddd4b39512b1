/** One call, several executions. */
import type { BehaviourOf } from './behaviour.js';

export const duplicateEffect: BehaviourOf<'duplicate-effect'> = ({ executions = 2 }) => ({
  acts: 'effect',
  executions,
});
