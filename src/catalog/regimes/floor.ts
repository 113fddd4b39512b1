/** One call in flight: the queue is empty whenever a call arrives. */
import { map } from '../grammar/index.js';
import {
  fifthAtMost,
  NO_CHECK,
  NO_TRAITS,
  phaseHead,
  phaseLength,
  phaseTail,
  phaseText,
  type Regime,
} from './regime.js';

const DESCRIPTION = 'Closed loop with one call in flight: the latency without a queue.';
const WARMUP = fifthAtMost(1e9);

export const floor: Regime<'floor'> = {
  name: 'floor',
  description: DESCRIPTION,
  traits: { ...NO_TRAITS, measuresIdleLatency: true, holdsOneLevel: true },
  schema: map({ ...phaseHead('floor', DESCRIPTION), for: phaseLength(), ...phaseTail(WARMUP) })
    .meta({ title: 'floor', description: DESCRIPTION })
    .transform((text) =>
      phaseText(text, WARMUP, {
        load: { kind: 'callers', concurrency: 1, thinkNs: 0, forNs: text.for },
        rates: [],
        check: NO_CHECK,
      }),
    ),
};
