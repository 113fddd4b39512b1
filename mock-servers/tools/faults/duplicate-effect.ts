/** One call, several executions. */
import { hasEffect, wholeFrom, type FaultType } from './behaviour.js';

export const duplicateEffect: FaultType<'duplicate-effect'> = {
  parameters: { executions: wholeFrom(2, 1000, 'a whole number from 2 to 1000', true) },
  concerns: hasEffect,
  make: ({ executions = 2 }) => ({ acts: 'effect', executions }),
};
