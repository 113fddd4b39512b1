/** An open loop above capacity, then a lower rate at which the backlog drains. */
import { duration, map, rateOrMultiple } from '../grammar/index.js';
import { isAtLeast } from './load.js';
import { arrivals, NO_WARMUP, phaseSchema, type PlacedRate } from './regime.js';
import { stageLength } from './stages.js';

const DESCRIPTION = 'Open loop above capacity, then a lower rate at which the backlog drains.';

const stage = () => map({ rate: rateOrMultiple().describe('Rate of the stage.'), for: stageLength() });

const keys = {
  for: duration('s', '8s').describe('Length of the overload.'),
  rate: rateOrMultiple().describe('Rate of the overload; 1.5x is one and a half times the load line.'),
  before: stage().describe('A lower rate before the overload, on the same schedule. Default: none.').optional(),
  after: stage().describe('The lower rate after the overload, and how long it is held.'),
  arrivals: arrivals(),
};

export const overload = phaseSchema('overload', DESCRIPTION, NO_WARMUP, keys, (text) => {
  const { before, rate, after, arrivals = 'constant' } = text;
  const rest = [
    { label: 'overload', rate, forNs: text.for },
    { label: 'after', rate: after.rate, forNs: after.for },
  ] as const;
  const beforeRate: readonly PlacedRate[] = before === undefined ? [] : [[['before', 'rate'], before.rate]];
  return {
    load: {
      kind: 'stages',
      arrivals,
      stages: before === undefined ? rest : [{ label: 'before', rate: before.rate, forNs: before.for }, ...rest],
    },
    rates: [...beforeRate, [['rate'], rate], [['after', 'rate'], after.rate]],
    check: ({ error, warn }) => {
      for (const [key, lower] of [['before', before] as const, ['after', after] as const]) {
        if (lower === undefined || !isAtLeast(lower.rate, rate)) continue;
        error([key, 'rate'], 'contradiction', {
          what: `the rate ${key} the overload is not below the overload's`,
          remedy: 'lower it, so that a backlog can drain',
        });
      }
      if (rate.kind === 'relative' && rate.timesLoadLine <= 1)
        warn(['rate'], 'no-overload', {
          what: `${rate.timesLoadLine}x the load line is no overload`,
          remedy: 'write more than 1x, or use "regime: steady"',
        });
    },
  };
});
