/** The two latencies of a call: with coordinated omission corrected, and as closed-loop tools report it. */
import { ofCalls } from './metric.js';
import type { CallReadings } from './reading.js';
import { durationStats } from './stats.js';

/** Of `ok` calls and of all: neither fast failures nor calls given up may flatter the number. */
const latency = (which: 'responseTime' | 'latencyFromSend', definition: string, source: string) =>
  ofCalls({
    definition,
    source,
    better: 'lower',
    usual: null,
    stats: durationStats(({ [which]: { ok, all } }: CallReadings) => [
      { part: 'ok calls', durations: ok },
      { part: 'all calls', durations: all },
    ]),
  });

export const responseTime = latency(
  'responseTime',
  'Time from the intended start of a call to its complete, parsed answer, waits in the client ' +
    'included: free of coordinated omission in an open loop.',
  'Gil Tene, "How NOT to Measure Latency"; wrk2',
);
export const latencyFromSend = latency(
  'latencyFromSend',
  'Time from sending the last attempt of a call to its complete answer: uncorrected, so that it ' +
    'includes coordinated omission and is only read beside the response time.',
  'what closed-loop tools report',
);
