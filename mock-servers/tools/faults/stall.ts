/** The workers stand still. */
import { wholeFrom } from './behaviour.js';
import type { FaultType } from './behaviour.js';

export const stall: FaultType<'stall'> = {
  parameters: { forNs: wholeFrom(1, Number.MAX_SAFE_INTEGER, 'whole nanoseconds from 1', true) },
  objection: ({ which, tool, forNs }) => {
    if (which !== undefined && forNs === undefined) return 'with `which`, `forNs` must say how long each lasts';
    if (which === undefined && tool !== undefined) return 'without `which` the whole server stands still, so `tool` has no meaning';
    return null;
  },
  make: ({ which, forNs = Infinity }, { workingTime, now }) => {
    const owner = {};
    const end = (nowNs: number): void => workingTime.end(owner, nowNs);
    if (which === undefined) {
      return {
        acts: 'span',
        begin: (fromNs, untilNs) => workingTime.begin(owner, now(), fromNs, Math.min(untilNs, fromNs + forNs)),
        end,
      };
    }
    return {
      acts: 'arrival',
      strike: (receivedNs) => {
        workingTime.begin(owner, receivedNs, receivedNs, receivedNs + forNs);
        return true;
      },
      end,
    };
  },
};
