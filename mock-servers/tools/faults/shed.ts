/** Refusal at the door. */
import type { BehaviourOf } from './behaviour.js';

export const shed: BehaviourOf<'shed'> = ({ status, retryAfterS = 1 }) => ({ acts: 'refusal', status, retryAfterS });
