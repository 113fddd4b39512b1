/** One level of load below capacity. */
import { levelSchema } from './level.js';
import { fifthAtMost } from './regime.js';

const DESCRIPTION = 'One level of load below capacity: a closed loop (concurrency) or an open loop (rate).';

export const steady = levelSchema('steady', DESCRIPTION, fifthAtMost(2e9));
