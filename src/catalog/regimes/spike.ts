/** An open loop with a sudden burst. */
import { duration, map, rateOrMultiple } from '../grammar/index.js';
import { isAtLeast } from './load.js';
import { arrivals, NO_TRAITS, NO_WARMUP, phaseHead, phaseTail, phaseText, type Regime } from './regime.js';

const DESCRIPTION = 'Open loop with a sudden burst: base rate, spike, base rate again.';

export const spike: Regime<'spike'> = {
  name: 'spike',
  description: DESCRIPTION,
  traits: NO_TRAITS,
  schema: map({
    ...phaseHead('spike', DESCRIPTION),
    base: rateOrMultiple().describe('The rate before and after the spike.'),
    spike: rateOrMultiple().describe('The rate of the spike.'),
    before: duration('s', '5s').describe('How long the base rate is held before the spike.'),
    for: duration('s', '2s').describe('Length of the spike.'),
    after: duration('s', '15s').describe('How long the base rate is held after the spike.'),
    arrivals: arrivals(),
    ...phaseTail(NO_WARMUP),
  })
    .meta({ title: 'spike', description: DESCRIPTION })
    .transform((text) => {
      const { base, spike: burst } = text;
      return phaseText(text, NO_WARMUP, {
        load: {
          kind: 'stages',
          arrivals: text.arrivals ?? 'constant',
          stages: [
            { label: 'before', rate: base, forNs: text.before },
            { label: 'spike', rate: burst, forNs: text.for },
            { label: 'after', rate: base, forNs: text.after },
          ],
        },
        rates: [
          [['base'], base],
          [['spike'], burst],
        ],
        check: ({ error }, path) => {
          if (!isAtLeast(base, burst)) return;
          error(
            [...path, 'spike'],
            'value',
            'contradiction',
            'the rate of the spike is not above the base rate',
            'raise it, or use "regime: stages" for a dip',
          );
        },
      });
    }),
};
