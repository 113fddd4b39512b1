import { readTime } from './fault-times.js';
import type { Metric } from './metric.js';

export const timeToDetect = {
  definition:
    'Time from the onset of a fault to the end of the first window outside the normal range of latency ' +
    'and goodput.',
  source: 'resilience curves',
  better: 'lower',
  usual: 'max',
  dependsOnLoop: true,
  dependsOnLength: false,
  needs: ['faults'],
  per: 'fault',
  stats: {
    max: { unit: 'ns', read: (fault) => readTime(fault, fault.timeToDetect) },
  },
  stretch: null,
} as const satisfies Metric;
