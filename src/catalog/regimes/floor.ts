/** One call in flight: the queue is empty whenever a call arrives. */
import { phaseLength } from './level.js';
import { fifthAtMost, NO_CHECK, phaseSchema } from './regime.js';

const DESCRIPTION = 'Closed loop with one call in flight: the latency without a queue.';

export const floor = phaseSchema('floor', DESCRIPTION, fifthAtMost(1e9), { for: phaseLength() }, (text) => ({
  load: { kind: 'callers', concurrency: 1, thinkNs: 0, forNs: text.for },
  rates: [],
  check: NO_CHECK,
}));
