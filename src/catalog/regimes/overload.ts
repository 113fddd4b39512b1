/** An open loop above capacity, then a lower rate at which the backlog drains. */
import { duration, map, rateOrMultiple } from '../grammar/index.js';
import { isAtLeast } from './load.js';
import { arrivals, NO_TRAITS, NO_WARMUP, phaseHead, phaseTail, phaseText, type Regime } from './regime.js';

const DESCRIPTION = 'Open loop above capacity, then a lower rate at which the backlog drains.';

const stage = () =>
  map({
    rate: rateOrMultiple().describe('Rate of the stage.'),
    for: duration('s', '10s').describe('Length of the stage.'),
  });

export const overload: Regime<'overload'> = {
  name: 'overload',
  description: DESCRIPTION,
  traits: { ...NO_TRAITS, measuresDrain: true },
  schema: map({
    ...phaseHead('overload', DESCRIPTION),
    for: duration('s', '8s').describe('Length of the overload.'),
    rate: rateOrMultiple().describe('Rate of the overload; 1.5x is one and a half times the load line.'),
    before: stage().describe('A lower rate before the overload, on the same schedule. Default: none.').optional(),
    after: stage().describe('The lower rate after the overload, and how long it is held.'),
    arrivals: arrivals(),
    ...phaseTail(NO_WARMUP),
  })
    .meta({ title: 'overload', description: DESCRIPTION })
    .transform((text) => {
      const { before, rate, after } = text;
      const rest = [
        { label: 'overload', rate, forNs: text.for },
        { label: 'after', rate: after.rate, forNs: after.for },
      ] as const;
      return phaseText(text, NO_WARMUP, {
        load: {
          kind: 'stages',
          arrivals: text.arrivals ?? 'constant',
          stages: before === undefined ? rest : [{ label: 'before', rate: before.rate, forNs: before.for }, ...rest],
        },
        rates: [
          ...(before === undefined ? [] : [[['before', 'rate'], before.rate] as const]),
          [['rate'], rate],
          [['after', 'rate'], after.rate],
        ],
        check: ({ error, warn }, path) => {
          for (const [key, lower] of [['before', before] as const, ['after', after] as const]) {
            if (lower === undefined || !isAtLeast(lower.rate, rate)) continue;
            error(
              [...path, key, 'rate'],
              'value',
              'contradiction',
              `the rate ${key} the overload is not below the overload's`,
              'lower it, so that a backlog can drain',
            );
          }
          if (rate.kind === 'relative' && rate.timesLoadLine <= 1)
            warn(
              [...path, 'rate'],
              'value',
              'no-overload',
              `${rate.timesLoadLine}x the load line is no overload`,
              'write more than 1x, or use "regime: steady"',
            );
        },
      });
    }),
};
