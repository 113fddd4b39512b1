/** A result that says `isError` after service. */
import type { BehaviourOf } from './behaviour.js';

export const isError: BehaviourOf<'is-error'> = ({ afterEffect = false }) => ({
  acts: 'answer',
  failsBeforeEffect: !afterEffect,
  turn: (_answer, { tool, callId }) => ({ kind: 'result', text: `${tool.name} failed`, isError: true, callId }),
});
