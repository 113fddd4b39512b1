/** A search for the highest rate that the stack sustains. */
import { z } from 'zod';
import { suggestion } from '../../problem/index.js';
import { describeValue, duration, map, name, problemMessage, rate, share, whole, type Path } from '../grammar/index.js';
import type { Search } from './load.js';
import {
  arrivals,
  NO_TRAITS,
  NO_WARMUP,
  phaseHead,
  phaseText,
  type PhaseContext,
  type PhaseText,
  type Regime,
} from './regime.js';

const DESCRIPTION = 'Open-loop search for the highest sustained rate; sets what "x" means in later phases.';
const DEFAULTS = { resolution: 0.05, confirmations: 2 } as const;

const between = z
  .tuple([rate(), rate()], {
    error: (issue) =>
      issue.code === 'invalid_type' || issue.code === 'too_small' || issue.code === 'too_big'
        ? problemMessage('wrong-type', `expected two rates, found ${describeValue(issue.input)}`, 'write [50/s, 2k/s]')
        : undefined,
  })
  .meta({ description: 'Lowest and highest rate tried.', examples: [['50/s', '2k/s']] });

export const capacity: Regime<'capacity'> = {
  name: 'capacity',
  description: DESCRIPTION,
  traits: { ...NO_TRAITS, searches: true },
  schema: map({
    ...phaseHead('capacity', DESCRIPTION),
    between,
    step: duration('s', '2s').describe('Length of one probe.'),
    resolution: share('5%')
      .describe('The search ends when the bracket between passed and failed is this narrow. Default: 5%.')
      .optional(),
    confirmations: whole(1, 10).describe('How often the found rate must pass again. Default: 2.').optional(),
    without: name('backend-2')
      .describe(
        'A service of this scenario, such as one replica, that is stopped during this search: it finds what the ' +
          'stack sustains without it, and does not set what "x" means. Default: none.',
      )
      .optional(),
    operating: rate()
      .describe(
        'The rate the stack is operated at: what is left above it without the stopped service is the recovery ' +
          'capacity. Default: none.',
      )
      .optional(),
    arrivals: arrivals(),
  })
    .meta({ title: 'capacity', description: DESCRIPTION })
    .transform((text) => {
      const [lowPerSecond, highPerSecond] = text.between;
      const { without, operating } = text;
      const search: Search = {
        kind: 'search',
        between: { lowPerSecond, highPerSecond },
        stepNs: text.step,
        resolution: text.resolution ?? DEFAULTS.resolution,
        confirmations: text.confirmations ?? DEFAULTS.confirmations,
        arrivals: text.arrivals ?? 'constant',
        loss: without === undefined ? null : { service: without, operatingPerSecond: operating ?? null },
      };
      const check: PhaseText['check'] = (context, path) => {
        if (lowPerSecond >= highPerSecond)
          context.error(
            [...path, 'between'],
            'key',
            'contradiction',
            'the lowest rate is not below the highest',
            'write the lower one first',
          );
        if (without !== undefined) checkLoss(context, path, without);
        else if (operating !== undefined)
          context.error(
            [...path, 'operating'],
            'key',
            'contradiction',
            'an operating rate says what must be left when a service is lost, and none is lost here',
            'add "without: NAME", or take "operating" out',
          );
      };
      return phaseText(text, NO_WARMUP, { load: search, rates: [], check });
    }),
};

function checkLoss({ services, target, error }: PhaseContext, path: Path, without: string): void {
  const service = services.get(without);
  const wrong = (code: string, what: string, remedy: string): void =>
    error([...path, 'without'], 'value', code, what, remedy);
  if (service === undefined)
    wrong('unknown-service', `there is no service "${without}"`, suggestion(without, [...services.keys()], 'services'));
  else if (service !== null && 'url' in service)
    wrong(
      'not-ours',
      `"${without}" is not started by this scenario, so it can't be stopped`,
      'name a service this scenario starts',
    );
  else if (without === target)
    wrong(
      'contradiction',
      `"${without}" is the target itself: without it nothing can be sustained`,
      'name one of several replicas or upstreams behind it',
    );
}
