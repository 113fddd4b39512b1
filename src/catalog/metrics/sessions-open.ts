import type { Metric, Stats } from './metric.js';
import { absent, known, type StretchReadings } from './reading.js';

const stats = {
  ratio: {
    unit: 'ratio',
    change: 'difference',
    read: ({ sessions: { fewest, opened: n } }) => [n === 0 ? absent('no session was opened') : known(fewest / n)],
  },
} as const satisfies Stats<StretchReadings>;

export const sessionsOpen = {
  definition: 'The fewest sessions open at a time, as a share of all that were ever opened.',
  source: 'session survival',
  better: 'higher',
  usual: 'ratio',
  comparison: { group: 'resources', shows: ['ratio'] },
  dependsOnLoop: false,
  dependsOnLength: false,
  needs: [],
  per: 'stretch',
  stats,
  stretch: stats,
} as const satisfies Metric;
