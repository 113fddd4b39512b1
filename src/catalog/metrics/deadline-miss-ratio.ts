import { ofCalls } from './metric.js';
import { shareOfOffered } from './reading.js';

export const deadlineMissRatio = ofCalls({
  definition:
    'Share of the offered calls that were not answered correctly in time: late, failed, shed and ' +
    'unanswered calls all miss.',
  source: 'real-time scheduling',
  better: 'lower',
  usual: 'ratio',
  comparison: { group: 'correctness', shows: ['ratio'] },
  stats: {
    ratio: {
      unit: 'ratio',
      change: 'difference',
      read: ({ offered, good }) => [shareOfOffered(offered - good, offered)],
    },
  },
});
