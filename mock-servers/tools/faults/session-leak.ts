/** Sessions that DELETE does not end. */
import type { FaultType } from './behaviour.js';

export const sessionLeak: FaultType<'session-leak'> = {
  parameters: {},
  objection: ({ tool }) => (tool === undefined ? null : 'a session belongs to no tool, so `tool` has no meaning'),
  make: () => ({ acts: 'session-end' }),
};
