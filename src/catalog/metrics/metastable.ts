import type { Metric } from './metric.js';
import { known, notEstimable } from './reading.js';

export const metastable = {
  definition:
    '1 when goodput stayed below 0.9 of its level before the fault, for a hold time, with the fault ' +
    'gone and the offered rate unchanged; otherwise 0.',
  source: 'Metastable Failures in the Wild, OSDI 2022',
  better: 'lower',
  usual: 'count',
  comparison: { group: 'recovery', shows: [] },
  dependsOnLoop: true,
  dependsOnLength: false,
  needs: ['faults'],
  per: 'fault',
  stats: {
    count: {
      unit: 'count',
      change: 'difference',
      read: ({ afterFault: { metastability } }) => {
        const { verdict, reason } = metastability;
        if (verdict === 'recovered' || verdict === 'metastable') return [known(verdict === 'metastable' ? 1 : 0)];
        return [notEstimable(`whether goodput stayed down is unknown (${reason ?? verdict})`)];
      },
    },
  },
  stretch: null,
} as const satisfies Metric;
