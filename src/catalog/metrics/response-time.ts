import type { Metric } from './metric.js';
import type { CallReadings } from './reading.js';
import { durationStats } from './stats.js';

/** Of `ok` calls and of all: neither fast failures nor calls given up may flatter the number. */
const stats = durationStats(({ responseTime }: CallReadings) => [
  { part: 'ok calls', durations: responseTime.ok },
  { part: 'all calls', durations: responseTime.all },
]);

export const responseTime = {
  definition:
    'Time from the intended start of a call to its complete, parsed answer, waits in the client ' +
    'included: free of coordinated omission in an open loop.',
  source: 'Gil Tene, "How NOT to Measure Latency"; wrk2',
  better: 'lower',
  usual: null,
  dependsOnLoop: true,
  dependsOnLength: true,
  needs: [],
  per: 'calls',
  stats,
  stretch: stats,
} as const satisfies Metric;
