/** Sessions that DELETE does not end. */
import type { FaultType } from './behaviour.js';

export const sessionLeak: FaultType<'session-leak'> = {
  parameters: {},
  objection: ({ tool }) => (tool === undefined ? null : 'tool has no meaning: a session belongs to no tool'),
  make: () => ({ acts: 'session-end' }),
};
