import { ofCalls } from './metric.js';
import { shareOfOffered } from './reading.js';

export const errorRatio = ofCalls({
  definition:
    'Share of the offered calls whose last attempt did not end ok; a correct answer that came late is no error.',
  source: 'the RED method',
  better: 'lower',
  usual: 'ratio',
  comparison: { group: 'correctness', shows: ['ratio'] },
  stats: {
    ratio: {
      unit: 'ratio',
      change: 'difference',
      read: ({ offered, outcomes }) => [shareOfOffered(offered - outcomes.ok, offered)],
    },
  },
});
