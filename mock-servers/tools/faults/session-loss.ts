/** The session table is lost. */
import type { BehaviourOf } from './behaviour.js';

export const sessionLoss: BehaviourOf<'session-loss'> = ({ which }, { sessions }) =>
  which === undefined
    ? { acts: 'onset', hit: () => sessions.lose() }
    : {
        acts: 'arrival',
        hit: () => {
          sessions.lose();
          return true;
        },
      };
