/** Memory that calls leave behind. */
import { wholeFrom, type FaultType } from './behaviour.js';

/** The machine that is measured must survive the measurement. */
const MOST_BYTES = 256 * 1024 * 1024;

export const memoryLeak: FaultType<'memory-leak'> = {
  parameters: { bytesPerCall: wholeFrom(1, MOST_BYTES, `a whole number of bytes from 1 to ${MOST_BYTES}`) },
  make: ({ bytesPerCall }) => {
    const kept: Buffer[] = [];
    return {
      acts: 'arrival',
      hit: () => {
        if ((kept.length + 1) * bytesPerCall > MOST_BYTES) return false;
        // Written to, because untouched pages would cost no memory.
        kept.push(Buffer.alloc(bytesPerCall, 1));
        return true;
      },
    };
  },
};
