/** A search for the highest rate that the stack sustains. */
import { z } from 'zod';
import { NS_PER_MS, NS_PER_S } from '../../clock/index.js';
import { scenarioDuration } from '../../format/index.js';
import { choice, duration, expected, list, name, oneOf, rate, share, unknownName, whole } from '../grammar/index.js';
import { arrivals, phaseSchema, type PhaseContext } from './regime.js';

const DESCRIPTION = 'Open-loop search for the highest sustained rate; sets what "x" means in later phases.';

/** Fewer can't show both ends of an interval and confirm them. */
const LEAST_STEPS = 4;

/** How much proof a verdict takes. The gentler the growth that counts, the longer the probes that can show it. */
const PROOF = {
  short: { slopeLimitNsPerSecond: 10 * NS_PER_MS, longestSteps: 4, budgetNs: 60 * NS_PER_S },
  long: { slopeLimitNsPerSecond: NS_PER_MS, longestSteps: 16, budgetNs: 600 * NS_PER_S },
} as const;

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
  step: duration('s', '2s').describe(
    'Length of one probe. The first ones are half as long; where a verdict takes it, up to 4 times as long.',
  ),
  budget: duration('s', '60s')
    .describe(
      'Time for all probes together, pauses included. Then the search ends with the interval that it has. ' +
        'Default: 60s, and 10m with "confirm: long".',
    )
    .optional(),
  resolution: share('10%')
    .describe(
      'The search ends when the interval from the highest rate shown to be sustained to the lowest shown not to be ' +
        'is this narrow. Default: 10%.',
    )
    .optional(),
  confirm: oneOf('proof', ['short', 'long'])
    .describe(
      'Growth of the queue age that counts: 10 ms a second (short), or 1 ms a second (long), which takes probes of ' +
        'up to 16 steps. Default: short.',
    )
    .optional(),
  confirmations: whole(1, 10).describe('How often the found rate must pass again. Default: 1.').optional(),
  without: choice([name('backend-2'), list(name('backend-2'), 'services of this scenario', 1)], (input) =>
    Array.isArray(input) ? 1 : 0,
  )
    .describe(
      'A service of this scenario, or a list of them, such as one replica or all but one, stopped during this ' +
        'search: it finds what the stack sustains without them, and does not set what "x" means. Default: none.',
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
  const { operating, resolution = 0.1, confirmations = 1, arrivals = 'constant' } = text;
  const [lowPerSecond, highPerSecond] = text.between;
  const proof = PROOF[text.confirm ?? 'short'];
  const services = typeof text.without === 'string' ? [text.without] : (text.without ?? []);
  const budgetNs = text.budget ?? proof.budgetNs;
  return {
    load: {
      kind: 'search',
      between: { lowPerSecond, highPerSecond },
      stepNs: text.step,
      ...proof,
      budgetNs,
      resolution,
      confirmations,
      arrivals,
      loss: text.without === undefined ? null : { services, operatingPerSecond: operating ?? null },
    },
    rates: [],
    check: (context) => {
      if (lowPerSecond >= highPerSecond)
        context.error({ key: ['between'] }, 'contradiction', {
          what: 'the lowest rate is not below the highest',
          remedy: 'write the lower one first',
        });
      if (budgetNs < LEAST_STEPS * text.step)
        context.error([text.budget === undefined ? 'step' : 'budget'], 'contradiction', {
          what: `the budget ends before ${LEAST_STEPS} probes of ${scenarioDuration(text.step)}`,
          remedy: 'shorten "step", or give a longer budget',
        });
      if (text.without !== undefined) checkLoss(context, text.without);
      else if (operating !== undefined)
        context.error({ key: ['operating'] }, 'contradiction', {
          what: 'an operating rate says what must be left when a service is lost, and none is lost here',
          remedy: 'add "without: NAME", or take "operating" out',
        });
    },
  };
});

function checkLoss({ services, target, error }: PhaseContext, written: string | readonly string[]): void {
  const names = typeof written === 'string' ? [written] : written;
  names.forEach((without, index) => {
    const at = typeof written === 'string' ? ['without'] : ['without', index];
    const service = services.get(without);
    if (service === undefined) error(at, 'unknown-service', unknownName('service', without, services.keys()));
    else if (names.indexOf(without) < index)
      error(at, 'duplicate-name', { what: `"${without}" is there twice`, remedy: 'name each once' });
    else if (service !== null && 'url' in service)
      error(at, 'not-ours', {
        what: `"${without}" is not started by this scenario, so it can't be stopped`,
        remedy: 'name a service this scenario starts',
      });
    else if (without === target)
      error(at, 'contradiction', {
        what: `"${without}" is the target itself: without it nothing can be sustained`,
        remedy: 'name one of several replicas or upstreams behind it',
      });
  });
}
