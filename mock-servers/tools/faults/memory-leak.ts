/** Memory that calls leave behind. */
import { MAX_LEAK_BYTES } from '../../../src/protocol/index.js';
import type { BehaviourOf } from './behaviour.js';

export const memoryLeak: BehaviourOf<'memory-leak'> = ({ bytesPerCall }) => {
  const leaked: Buffer[] = [];
  return {
    acts: 'arrival',
    hit: () => {
      if ((leaked.length + 1) * bytesPerCall > MAX_LEAK_BYTES) return false;
      // Written to, because untouched pages would cost no memory.
      leaked.push(Buffer.alloc(bytesPerCall, 1));
      return true;
    },
  };
};
