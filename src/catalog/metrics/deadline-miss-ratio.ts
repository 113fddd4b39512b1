import type { Metric, Stats } from './metric.js';
import { absent, known, type CallReadings } from './reading.js';

const stats = {
  ratio: {
    unit: 'ratio',
    read: ({ missRatio }) => [missRatio === null ? absent('no calls were offered') : known(missRatio)],
  },
} as const satisfies Stats<CallReadings>;

export const deadlineMissRatio = {
  definition:
    'Share of the offered calls that were not answered correctly in time: late, failed, shed and ' +
    'unanswered calls all miss.',
  source: 'real-time scheduling',
  better: 'lower',
  usual: 'ratio',
  dependsOnLoop: true,
  dependsOnLength: true,
  needs: [],
  per: 'calls',
  stats,
  stretch: stats,
} as const satisfies Metric;
