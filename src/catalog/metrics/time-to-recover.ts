import { readTime } from './fault-times.js';
import type { Metric } from './metric.js';

export const timeToRecover = {
  definition:
    'Time from the end of a fault to the first window from which on all stay inside the normal range ' +
    'for a hold time.',
  source: 'resilience curves',
  better: 'lower',
  usual: 'max',
  dependsOnLoop: true,
  dependsOnLength: false,
  needs: ['faults'],
  per: 'fault',
  stats: {
    max: { unit: 'ns', read: (fault) => readTime(fault, fault.timeToRecover) },
  },
  stretch: null,
} as const satisfies Metric;
