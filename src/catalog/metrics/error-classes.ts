import { ofCalls } from './metric.js';
import { ofOffered } from './reading.js';

export const errorClasses = ofCalls({
  definition: 'Number of different error classes among the last attempts of the calls.',
  source: 'failure-mode counting',
  better: 'lower',
  usual: 'count',
  comparison: { group: 'correctness', shows: [] },
  stats: {
    count: {
      unit: 'count',
      change: 'difference',
      read: ({ offered: n, errorClasses }) => [ofOffered(n === 0 ? null : errorClasses.length)],
    },
  },
});
