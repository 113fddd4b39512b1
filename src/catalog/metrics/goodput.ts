import { ofCalls } from './metric.js';
import { ofOffered, shareOfOffered } from './reading.js';

export const goodput = ofCalls({
  definition:
    'Logical calls that were answered correctly within their deadline: per second, counted when they are done, or as ' +
    'a share of those offered.',
  source: 'DistServe: goodput at a service-level objective',
  better: 'higher',
  usual: null,
  comparison: { group: 'throughput', shows: ['rate'] },
  stats: {
    rate: {
      unit: 'per-second',
      change: 'ratio',
      read: ({ offered: n, goodputPerSecond }) => [ofOffered(n === 0 ? null : goodputPerSecond)],
    },
    ratio: { unit: 'ratio', change: 'difference', read: ({ offered, good }) => [shareOfOffered(good, offered)] },
  },
});
