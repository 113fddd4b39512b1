import type { Metric, Stats } from './metric.js';
import { ofOffered, type LoadReadings } from './reading.js';

const stats = {
  rate: {
    unit: 'per-second',
    change: 'ratio',
    read: ({ offered: n, completedPerSecond }) => [ofOffered(n === 0 ? null : completedPerSecond)],
  },
} as const satisfies Stats<LoadReadings>;

export const throughput = {
  definition: 'Calls per second that ended ok within the measured window, late ones included.',
  source: 'common usage',
  better: 'higher',
  usual: 'rate',
  comparison: { group: 'throughput', shows: [] },
  dependsOnLoop: true,
  dependsOnLength: true,
  needs: [],
  per: 'phase',
  isIn: ({ offered }) => offered > 0,
  stats,
  stretch: stats,
} as const satisfies Metric;
