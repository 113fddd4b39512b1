/** Acknowledged, not executed. */
import { hasEffect, type FaultType } from './behaviour.js';

export const lostEffect: FaultType<'lost-effect'> = {
  parameters: {},
  concerns: hasEffect,
  make: () => ({ acts: 'effect', executions: 0 }),
};
