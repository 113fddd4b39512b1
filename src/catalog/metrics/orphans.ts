import { effectCount } from './effect-count.js';
import type { Metric } from './metric.js';

export const orphans = {
  definition: 'Calls that were executed while their caller saw a failure.',
  source: "end-to-end exactly-once accounting against the upstream's ledger",
  better: 'lower',
  usual: 'count',
  dependsOnLoop: false,
  dependsOnLength: false,
  needs: ['effects'],
  per: 'run',
  stats: { count: effectCount(({ orphans }) => orphans) },
  stretch: null,
} as const satisfies Metric;
