import type { Metric } from './metric.js';
import type { CallReadings } from './reading.js';
import { durationStats } from './stats.js';

const stats = durationStats(({ latencyFromSend }: CallReadings) => [
  { part: 'ok calls', durations: latencyFromSend.ok },
  { part: 'all calls', durations: latencyFromSend.all },
]);

export const latencyFromSend = {
  definition:
    'Time from sending the last attempt of a call to its complete answer: uncorrected, so that it ' +
    'includes coordinated omission and is only read beside the response time.',
  source: 'what closed-loop tools report',
  better: 'lower',
  usual: null,
  dependsOnLoop: true,
  dependsOnLength: true,
  needs: [],
  per: 'calls',
  stats,
  stretch: stats,
} as const satisfies Metric;
