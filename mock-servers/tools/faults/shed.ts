/** Refusal at the door. */
import { oneOf, wholeFrom, type FaultType } from './behaviour.js';

export const shed: FaultType<'shed'> = {
  parameters: {
    status: oneOf([429, 503]),
    retryAfterS: wholeFrom(0, Number.MAX_SAFE_INTEGER, 'whole seconds from 0', true),
  },
  make: ({ status, retryAfterS = 1 }) => ({ acts: 'refusal', status, retryAfterS }),
};
