import type { Metric } from './metric.js';
import { absent, known } from './reading.js';

const unwatched = absent('the tool list was not watched');

export const contractDrift = {
  definition:
    'Breaking changes of the tool list during the run; of a stretch, the tools whose contract differs ' +
    'from the first one.',
  source: 'schema compatibility rules',
  better: 'lower',
  usual: 'count',
  comparison: { group: 'fidelity', shows: ['count'] },
  dependsOnLoop: false,
  dependsOnLength: false,
  needs: ['contract-watch'],
  per: 'run',
  stats: {
    count: {
      unit: 'count',
      change: 'difference',
      read: ({ drift }) => [drift === null ? unwatched : known(drift.breaking)],
    },
  },
  stretch: {
    count: {
      unit: 'count',
      change: 'difference',
      read: ({ toolsOffContract: n }) => [n === null ? unwatched : known(n)],
    },
  },
} as const satisfies Metric;
