import type { Metric } from './metric.js';
import { trendOf } from './trend.js';

export const rssGrowth = {
  definition: 'How fast the resident memory of a process grows during a soak phase.',
  source: 'Theil-Sen slope with a block-bootstrap interval',
  better: 'lower',
  usual: 'slope',
  dependsOnLoop: true,
  dependsOnLength: true,
  needs: ['soak'],
  per: 'process',
  stats: { slope: trendOf('rss', 'bytes-per-hour') },
  stretch: null,
} as const satisfies Metric;
