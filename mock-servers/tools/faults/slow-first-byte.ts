/** The head of the answer leaves late. */
import type { BehaviourOf } from './behaviour.js';

export const slowFirstByte: BehaviourOf<'slow-first-byte'> = ({ delayNs }) => ({ acts: 'head', delayNs });
