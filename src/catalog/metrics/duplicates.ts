import { effectCount } from './effect-count.js';
import type { Metric } from './metric.js';

export const duplicates = {
  definition: 'Executions beyond the first of calls that must have exactly one effect.',
  source: "end-to-end exactly-once accounting against the upstream's ledger",
  better: 'lower',
  usual: 'count',
  dependsOnLoop: false,
  dependsOnLength: false,
  needs: ['effects'],
  per: 'run',
  stats: { count: effectCount(({ duplicates }) => duplicates) },
  stretch: null,
} as const satisfies Metric;
