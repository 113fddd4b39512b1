/** What a fault costs the calls of each route, and those that do not pass it. */
import type { Metric } from './metric.js';
import { known, notEstimable, type FaultReadings, type Reading } from './reading.js';

const LACKS: Readonly<Record<string, string>> = {
  'no-untouched-route': 'every call passes the fault',
  'wiring-unknown': 'the target is no part of the stack',
  'no-baseline': 'no calls came before it',
  'too-few-calls': 'too few calls do not pass it',
};

const OF_A_FAULT = {
  better: 'lower',
  usual: 'ratio',
  comparison: { group: 'recovery', shows: ['ratio'] },
  dependsOnLoop: true,
  dependsOnLength: false,
  needs: ['faults'],
  per: 'fault',
  stretch: null,
} as const;

export const blastRadius = {
  ...OF_A_FAULT,
  definition:
    'Share of the goodput that calls which do not pass a fault lost while it was active: 1 - good share during / ' +
    'before.',
  source: 'cell-based architecture: blast radius',
  stats: {
    ratio: {
      unit: 'ratio',
      change: 'difference',
      read: ({ afterFault: { blastRadius: found } }: FaultReadings): readonly Reading[] => [
        found.radius === null
          ? notEstimable(LACKS[found.reason ?? ''] ?? 'the calls around it are not known')
          : known(found.radius),
      ],
    },
  },
} as const satisfies Metric;

export const routeLoss = {
  ...OF_A_FAULT,
  definition:
    'Share of the goodput that the calls of one label lost while a fault was active, label by label: 1 - good share ' +
    'during / before.',
  source: 'partial failure: which routes are hit',
  stats: {
    ratio: {
      unit: 'ratio',
      change: 'difference',
      read: ({ afterFault: { blastRadius: found } }: FaultReadings): readonly Reading[] =>
        found.routes.length < 2
          ? []
          : found.routes.map(({ label, loss }) => ({
              part: label,
              ...(loss === null ? notEstimable('too few calls of it before or during the fault') : known(loss)),
            })),
    },
  },
} as const satisfies Metric;
