import type { Metric } from './metric.js';
import { trendOf } from './trend.js';

export const sessionGrowth = {
  definition: 'How fast the MCP sessions that a server holds grow in number during a soak phase.',
  source: 'Theil-Sen slope with a block-bootstrap interval',
  better: 'lower',
  usual: 'slope',
  dependsOnLoop: true,
  dependsOnLength: true,
  needs: ['soak'],
  per: 'process',
  stats: { slope: trendOf('sessions', 'per-hour') },
  stretch: null,
} as const satisfies Metric;
