/** The head of the answer leaves late. */
import { wholeFrom, type FaultType } from './behaviour.js';

export const slowFirstByte: FaultType<'slow-first-byte'> = {
  parameters: { delayNs: wholeFrom(1, Number.MAX_SAFE_INTEGER, 'whole nanoseconds from 1') },
  make: ({ delayNs }) => ({ acts: 'head', delayNs }),
};
