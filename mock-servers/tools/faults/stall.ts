/** The workers stand still. */
import { wholeFrom, type FaultType } from './behaviour.js';

export const stall: FaultType<'stall'> = {
  parameters: { forNs: wholeFrom(1, Number.MAX_SAFE_INTEGER, 'whole nanoseconds from 1', true) },
  objection: ({ which, tool, forNs }) => {
    if (which !== undefined && forNs === undefined)
      return 'forNs must say how long each lasts when which chooses calls';
    if (which === undefined && tool !== undefined)
      return 'tool has no meaning without which: the whole server stands still';
    return null;
  },
  make: ({ which, forNs = Infinity }, { workingTime }) => {
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
  },
};
