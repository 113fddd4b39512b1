/** One level of load below capacity. */
import { levelSchema } from './level.js';
import { fifthAtMost, NO_TRAITS, type Regime } from './regime.js';

const DESCRIPTION = 'One level of load below capacity: a closed loop (concurrency) or an open loop (rate).';

export const steady: Regime<'steady'> = {
  name: 'steady',
  description: DESCRIPTION,
  traits: { ...NO_TRAITS, holdsOneLevel: true, isExpectedStationary: true },
  schema: levelSchema('steady', DESCRIPTION, fifthAtMost(2e9)),
};
