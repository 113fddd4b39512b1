/** Sessions that DELETE does not end. */
import type { BehaviourOf } from './behaviour.js';

export const sessionLeak: BehaviourOf<'session-leak'> = () => ({ acts: 'session-end' });
