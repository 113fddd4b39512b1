/** An open loop with a sudden burst. */
import { duration, rateOrMultiple } from '../grammar/index.js';
import { isAtLeast } from './load.js';
import { arrivals, NO_WARMUP, phaseSchema } from './regime.js';

const DESCRIPTION = 'Open loop with a sudden burst: base rate, spike, base rate again.';

const keys = {
  base: rateOrMultiple().describe('The rate before and after the spike.'),
  spike: rateOrMultiple().describe('The rate of the spike.'),
  before: duration('s', '5s').describe('How long the base rate is held before the spike.'),
  for: duration('s', '2s').describe('Length of the spike.'),
  after: duration('s', '15s').describe('How long the base rate is held after the spike.'),
  arrivals: arrivals(),
};

export const spike = phaseSchema('spike', DESCRIPTION, NO_WARMUP, keys, (text) => {
  const { base, spike: burst, arrivals = 'constant' } = text;
  return {
    load: {
      kind: 'stages',
      arrivals,
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
    check: ({ error }) => {
      if (!isAtLeast(base, burst)) return;
      error(['spike'], 'contradiction', {
        what: 'the rate of the spike is not above the base rate',
        remedy: 'raise it, or use "regime: stages" for a dip',
      });
    },
  };
});
