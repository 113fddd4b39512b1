import type { Metric } from './metric.js';
import { trendOf } from './trend.js';

export const descriptorGrowth = {
  definition: 'How fast the open file descriptors of a process grow in number during a soak phase.',
  source: 'Theil-Sen slope with a block-bootstrap interval',
  better: 'lower',
  usual: 'slope',
  dependsOnLoop: true,
  dependsOnLength: true,
  needs: ['soak'],
  per: 'process',
  stats: { slope: trendOf('descriptors', 'per-hour') },
  stretch: null,
} as const satisfies Metric;
