/** The two latencies of a call: with coordinated omission corrected, and as closed-loop tools report it. */
import { percent } from '../../format/index.js';
import { ofCalls } from './metric.js';
import type { CallReadings } from './reading.js';
import { durationStats } from './stats.js';

/**
 * Of `ok` calls and of all: neither fast failures nor calls given up may flatter the number. The share that is judged
 * stands beside it.
 */
const latency = (which: 'responseTime' | 'latencyFromSend', definition: string, source: string) =>
  ofCalls({
    definition,
    source,
    better: 'lower',
    usual: null,
    comparison: { group: 'latency', shows: which === 'responseTime' ? ['p50', 'p90', 'p99'] : [] },
    stats: durationStats('ratio', ({ [which]: { ok, all }, offered, outcomes }: CallReadings) => [
      {
        partId: 'ok calls',
        part: outcomes.ok === offered ? 'ok calls' : `ok calls (${percent(outcomes.ok / offered)} of all)`,
        durations: ok,
      },
      { part: 'all calls', durations: all },
    ]),
  });

export const responseTime = latency(
  'responseTime',
  'Time from the intended start of a call to its complete, parsed answer, waits in the client ' +
    'included: free of coordinated omission in an open loop. Judged are `ok` calls, and all calls: among these a ' +
    'call without an answer (shed, failed or given up) counts with its deadline at least and ranks behind all ' +
    'answers, so that a percentile among them is a lower bound, which breaks a smaller limit and passes none.',
  'Gil Tene, "How NOT to Measure Latency"; wrk2',
);
export const latencyFromSend = latency(
  'latencyFromSend',
  'Time from sending the last attempt of a call to its complete answer: uncorrected, so that it ' +
    'includes coordinated omission and is only read beside the response time.',
  'what closed-loop tools report',
);
