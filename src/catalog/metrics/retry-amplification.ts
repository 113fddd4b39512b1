import type { Metric, Stats } from './metric.js';
import { absent, known, type CallReadings } from './reading.js';

const stats = {
  ratio: {
    unit: 'multiple',
    read: ({ retryAmplification }) => [
      retryAmplification === null ? absent('no calls were offered') : known(retryAmplification),
    ],
  },
} as const satisfies Stats<CallReadings>;

export const retryAmplification = {
  definition:
    'Attempts per logical call: 1x without retries; (1 - p^(r+1)) / (1 - p) for failure probability p ' +
    'and at most r retries.',
  source: 'Google SRE book: handling overload',
  better: 'lower',
  usual: 'ratio',
  dependsOnLoop: true,
  dependsOnLength: true,
  needs: [],
  per: 'calls',
  stats,
  stretch: stats,
} as const satisfies Metric;
