/** HTTP 500 after service. */
import type { BehaviourOf } from './behaviour.js';

export const error: BehaviourOf<'error'> = ({ afterEffect = false }) => ({
  acts: 'answer',
  failsBeforeEffect: !afterEffect,
  needsOwnHead: true,
  turn: () => ({ kind: 'http-error', status: 500 }),
});
