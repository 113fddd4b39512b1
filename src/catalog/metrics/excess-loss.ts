import type { Metric } from './metric.js';
import { known, notEstimable, type Reading, type RunReadings } from './reading.js';

export const excessLoss = {
  definition:
    'While a mock fails some of its calls: share of the calls offered that failed although the fault had not hit ' +
    'them. They are lost by what stands between.',
  source: 'availability of serial systems: what is lost beyond the part that fails',
  better: 'lower',
  usual: 'ratio',
  comparison: { group: 'correctness', shows: ['ratio'] },
  dependsOnLoop: true,
  dependsOnLength: false,
  needs: ['faults'],
  per: 'run',
  stats: {
    ratio: {
      unit: 'ratio',
      change: 'difference',
      read: ({ gateway: { availabilities } }: RunReadings): readonly Reading[] =>
        availabilities.map(({ fault, whole: { offered, excess } }) => ({
          part: fault,
          ...(excess === null || offered === 0
            ? notEstimable('not every call that the fault hit is known')
            : known(excess / offered)),
        })),
    },
  },
  stretch: null,
} as const satisfies Metric;
