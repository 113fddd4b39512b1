import type { Metric, Stats } from './metric.js';
import { absent, known, type CallReadings } from './reading.js';

const none = absent('no calls were offered');

const stats = {
  rate: {
    unit: 'per-second',
    read: ({ offered, goodputPerSecond }) => [offered === 0 ? none : known(goodputPerSecond)],
  },
  ratio: { unit: 'ratio', read: ({ goodRatio }) => [goodRatio === null ? none : known(goodRatio)] },
} as const satisfies Stats<CallReadings>;

export const goodput = {
  definition:
    'Logical calls that were answered correctly within their deadline: per second, or as a share of ' +
    'those offered.',
  source: 'DistServe: goodput at a service-level objective',
  better: 'higher',
  usual: null,
  dependsOnLoop: true,
  dependsOnLength: true,
  needs: [],
  per: 'calls',
  stats,
  stretch: stats,
} as const satisfies Metric;
