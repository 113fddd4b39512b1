import type { Metric } from './metric.js';
import { absent, known } from './reading.js';

export const backlogDrain = {
  definition: 'Time from the end of an overload or a fault to the first empty queue.',
  source: 'fluid queue',
  better: 'lower',
  usual: 'max',
  comparison: { group: 'recovery', shows: ['max'] },
  dependsOnLoop: true,
  dependsOnLength: false,
  needs: [],
  per: 'phase or fault',
  stats: {
    max: {
      unit: 'ns',
      change: 'difference',
      read: (drain) => {
        if (drain === null) return [absent('the end of the fault was never confirmed')];
        return [drain.ns === null ? { kind: 'censored', atLeast: drain.observedNs } : known(drain.ns)];
      },
    },
  },
  stretch: null,
} as const satisfies Metric;
