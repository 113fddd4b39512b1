/** HTTP 500 after service. */
import { AFTER_EFFECT, type FaultType } from './behaviour.js';

export const error: FaultType<'error'> = {
  parameters: { afterEffect: AFTER_EFFECT },
  make: ({ afterEffect = false }) => ({
    acts: 'answer',
    failsBeforeEffect: !afterEffect,
    needsOwnHead: true,
    turn: () => ({ kind: 'http-error', status: 500 }),
  }),
};
