import type { Metric } from './metric.js';
import { durationStats } from './stats.js';

export const scheduleLag = {
  definition:
    'How late the generator sent a call: sent minus intended, without the wait for a connection or ' +
    'session the call was entitled to wait for.',
  source: 'wrk2; MLPerf LoadGen',
  better: 'lower',
  usual: 'p99',
  comparison: { group: 'latency', shows: [] },
  dependsOnLoop: true,
  dependsOnLength: false,
  needs: [],
  per: 'phase',
  isIn: ({ offered }) => offered > 0,
  stats: durationStats('difference', ({ scheduleLag: durations }) => [{ durations }]),
  stretch: null,
} as const satisfies Metric;
