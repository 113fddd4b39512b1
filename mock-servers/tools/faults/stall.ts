/** The workers stand still. */
import type { BehaviourOf } from './behaviour.js';

export const stall: BehaviourOf<'stall'> = ({ which, forNs = Infinity }, { workingTime }) => {
  const owner = {};
  const end = (nowNs: number): void => workingTime.end(owner, nowNs);
  if (which === undefined) {
    return {
      acts: 'span',
      lastsNs: forNs,
      begin: (nowNs, fromNs, untilNs) => workingTime.begin(owner, nowNs, fromNs, untilNs),
      end,
    };
  }
  return {
    acts: 'arrival',
    hit: (receivedNs) => {
      workingTime.begin(owner, receivedNs, receivedNs, receivedNs + forNs);
      return true;
    },
    end,
  };
};
