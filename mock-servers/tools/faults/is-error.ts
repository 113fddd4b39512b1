/** A result that says `isError` after service. */
import { AFTER_EFFECT, answers, type FaultType } from './behaviour.js';

export const isError: FaultType<'is-error'> = {
  parameters: { afterEffect: AFTER_EFFECT },
  concerns: answers,
  make: ({ afterEffect = false }) => ({
    acts: 'answer',
    failsBeforeEffect: !afterEffect,
    turn: (_answer, { tool, callId }) => ({ kind: 'result', text: `${tool.name} failed`, isError: true, callId }),
  }),
};
