/** A search for the highest rate that the stack sustains. */
import { z } from 'zod';
import { duration, expected, name, rate, share, unknownName, whole } from '../grammar/index.js';
import { arrivals, phaseSchema, type PhaseContext } from './regime.js';

const DESCRIPTION = 'Open-loop search for the highest sustained rate; sets what "x" means in later phases.';

const twoRates = expected('two rates', 'write [50/s, 2k/s]');

const keys = {
  between: z
    .tuple([rate(), rate()], {
      error: (issue) =>
        issue.code === 'invalid_type' || issue.code === 'too_small' || issue.code === 'too_big'
          ? twoRates.error(issue)
          : undefined,
    })
    .meta({ description: 'Lowest and highest rate tried.', examples: [['50/s', '2k/s']] }),
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
};

export const capacity = phaseSchema('capacity', DESCRIPTION, null, keys, (text) => {
  const { without, operating, resolution = 0.05, confirmations = 2, arrivals = 'constant' } = text;
  const [lowPerSecond, highPerSecond] = text.between;
  return {
    load: {
      kind: 'search',
      between: { lowPerSecond, highPerSecond },
      stepNs: text.step,
      resolution,
      confirmations,
      arrivals,
      loss: without === undefined ? null : { service: without, operatingPerSecond: operating ?? null },
    },
    rates: [],
    check: (context) => {
      if (lowPerSecond >= highPerSecond)
        context.error({ key: ['between'] }, 'contradiction', {
          what: 'the lowest rate is not below the highest',
          remedy: 'write the lower one first',
        });
      if (without !== undefined) checkLoss(context, without);
      else if (operating !== undefined)
        context.error({ key: ['operating'] }, 'contradiction', {
          what: 'an operating rate says what must be left when a service is lost, and none is lost here',
          remedy: 'add "without: NAME", or take "operating" out',
        });
    },
  };
});

function checkLoss({ services, target, error }: PhaseContext, without: string): void {
  const service = services.get(without);
  if (service === undefined) error(['without'], 'unknown-service', unknownName('service', without, services.keys()));
  else if (service !== null && 'url' in service)
    error(['without'], 'not-ours', {
      what: `"${without}" is not started by this scenario, so it can't be stopped`,
      remedy: 'name a service this scenario starts',
    });
  else if (without === target)
    error(['without'], 'contradiction', {
      what: `"${without}" is the target itself: without it nothing can be sustained`,
      remedy: 'name one of several replicas or upstreams behind it',
    });
}
