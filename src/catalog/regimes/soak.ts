/** One level of load, held long enough to see what grows. */
import { levelSchema } from './level.js';
import { fifthAtMost } from './regime.js';

const DESCRIPTION =
  'One level of load, held for long, and judged by what grows: memory, descriptors, sockets, threads and sessions of ' +
  'every process that the run started.';

// Compilers and heaps settle later than connections do, and would count as growth.
export const soak = levelSchema('soak', DESCRIPTION, fifthAtMost(60e9));
