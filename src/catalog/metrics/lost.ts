import { effectCount } from './effect-count.js';
import type { Metric } from './metric.js';

export const lost = {
  definition: 'Calls that were acknowledged and never executed.',
  source: "end-to-end exactly-once accounting against the upstream's ledger",
  better: 'lower',
  usual: 'count',
  dependsOnLoop: false,
  dependsOnLength: false,
  needs: ['effects'],
  per: 'run',
  stats: { count: effectCount(({ lost }) => lost) },
  stretch: null,
} as const satisfies Metric;
