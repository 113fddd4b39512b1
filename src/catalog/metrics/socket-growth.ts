import type { Metric } from './metric.js';
import { trendOf } from './trend.js';

export const socketGrowth = {
  definition: 'How fast the open sockets of a process grow in number during a soak phase.',
  source: 'Theil-Sen slope with a block-bootstrap interval',
  better: 'lower',
  usual: 'slope',
  dependsOnLoop: true,
  dependsOnLength: true,
  needs: ['soak'],
  per: 'process',
  stats: { slope: trendOf('sockets', 'per-hour') },
  stretch: null,
} as const satisfies Metric;
