import { unknownOf } from './fault-times.js';
import type { Metric } from './metric.js';
import { known } from './reading.js';

export const dipArea = {
  definition: 'Good calls lost to a fault: the goodput below its level before, summed from onset to recovery.',
  source: 'resilience triangle (Bruneau)',
  better: 'lower',
  usual: 'count',
  comparison: { group: 'recovery', shows: ['count'] },
  dependsOnLoop: true,
  dependsOnLength: false,
  needs: ['faults'],
  per: 'fault',
  stats: {
    count: {
      unit: 'count',
      change: 'difference',
      read: (fault) => [fault.dip === null ? unknownOf(fault) : known(fault.dip.lostGoodCalls)],
    },
  },
  stretch: null,
} as const satisfies Metric;
