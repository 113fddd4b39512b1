import type { Metric, Stats } from './metric.js';
import { absent, known, type CallReadings } from './reading.js';

const stats = {
  ratio: {
    unit: 'ratio',
    read: ({ offered, outcomes }) => [
      offered === 0 ? absent('no calls were offered') : known(1 - outcomes.ok / offered),
    ],
  },
} as const satisfies Stats<CallReadings>;

export const errorRatio = {
  definition:
    'Share of the offered calls whose last attempt did not end ok; a correct answer that came late is ' + 'no error.',
  source: 'the RED method',
  better: 'lower',
  usual: 'ratio',
  dependsOnLoop: true,
  dependsOnLength: true,
  needs: [],
  per: 'calls',
  stats,
  stretch: stats,
} as const satisfies Metric;
