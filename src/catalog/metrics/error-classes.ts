import type { Metric, Stats } from './metric.js';
import { absent, known, type CallReadings } from './reading.js';

const stats = {
  count: {
    unit: 'count',
    read: ({ offered, errorClasses }) => [offered === 0 ? absent('no calls were offered') : known(errorClasses.length)],
  },
} as const satisfies Stats<CallReadings>;

export const errorClasses = {
  definition: 'Number of different error classes among the last attempts of the calls.',
  source: 'failure-mode counting',
  better: 'lower',
  usual: 'count',
  dependsOnLoop: true,
  dependsOnLength: true,
  needs: [],
  per: 'calls',
  stats,
  stretch: stats,
} as const satisfies Metric;
