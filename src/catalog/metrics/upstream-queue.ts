import type { Metric } from './metric.js';
import { durationStats } from './stats.js';

const missing = 'the upstream does not report its own times';

export const upstreamQueue = {
  definition: 'Time a call waits inside the upstream: from its arrival there to the start of service.',
  source: 'queueing theory: wait before service',
  better: 'lower',
  usual: null,
  comparison: { group: 'latency', shows: [] },
  dependsOnLoop: true,
  dependsOnLength: true,
  needs: [],
  per: 'phase',
  isIn: ({ offered, stageSplit }) => offered > 0 && stageSplit?.source === 'upstream',
  stats: durationStats('difference', ({ stageSplit }) => {
    const own = stageSplit?.stages.find(({ stage }) => stage === 'upstream-queue');
    return [own === undefined ? { missing } : { durations: own.durations }];
  }),
  stretch: null,
} as const satisfies Metric;
