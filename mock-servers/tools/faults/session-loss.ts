/** The session table is lost. */
import type { FaultType } from './behaviour.js';

export const sessionLoss: FaultType<'session-loss'> = {
  parameters: {},
  objection: ({ which, tool }) =>
    which === undefined && tool !== undefined
      ? 'tool has no meaning without which: it is no call that loses the sessions'
      : null,
  make: ({ which }, { sessions }) =>
    which === undefined
      ? { acts: 'onset', hit: () => sessions.lose() }
      : {
          acts: 'arrival',
          hit: () => {
            sessions.lose();
            return true;
          },
        },
};
