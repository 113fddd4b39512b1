/** Calls that a mock received, joined with those of the load by what of each request had arrived. */
import { expect, it } from 'vitest';
import { traceIdsOf, traceparentOf } from '../../src/catalog/index.js';
import type { ReceivedCall } from '../../src/stack/index.js';
import { upstreamCallRows } from '../../src/run/upstream-calls.js';

const trace = traceIdsOf(7);
const of = (call: number): string => traceparentOf(trace, call);

/** A request of call 5 as it arrived. */
const rowOf = (arrived: Partial<ReceivedCall>) => {
  const received: ReceivedCall = {
    ...{ service: 'alpha', arrival: 0, call: '5', tool: 'search', session: 's', connection: 1, receivedNs: '3000' },
    ...{ virtualStartNs: null, virtualFinishNs: null, actualFinishNs: null, serviceNs: '0', authorization: null },
    outcome: 'ok',
    ...{ traceparent: of(5), traceHeader: of(5), argumentCall: 5 },
    ...arrived,
  };
  const target = { kind: 'http', url: 'http://127.0.0.1:1/mcp', headers: {} } as const;
  return upstreamCallRows([received], { trace, target, monotonicEpochNs: 1_000n })[0];
};

it.each([
  ['as it was sent', {}, { callId: 5, joinedBy: 'meta', customMeta: true, metaTrace: true, headerTrace: true }],
  ['without its own key', { call: null }, { callId: 5, joinedBy: 'traceparent', customMeta: false, metaTrace: true }],
  [
    'without _meta',
    { call: null, traceparent: null },
    { callId: 5, joinedBy: 'traceparent', metaTrace: false, headerTrace: true },
  ],
  [
    'with its arguments alone',
    { call: null, traceparent: null, traceHeader: null },
    { callId: 5, joinedBy: 'argument', otherTrace: false },
  ],
  [
    'with nothing that names it',
    { call: null, traceparent: null, traceHeader: null, argumentCall: null },
    { callId: null, joinedBy: null },
  ],
  [
    'with the trace context of another call',
    { call: null, traceparent: of(2), traceHeader: null },
    { callId: 5, joinedBy: 'argument', metaTrace: false, otherTrace: true },
  ],
  [
    'with the trace context of another run',
    { call: null, traceparent: traceparentOf(traceIdsOf(8), 2), traceHeader: null },
    { callId: 5, joinedBy: 'argument', metaTrace: false, otherTrace: false },
  ],
  ['with the id of another call', { call: '2' }, { callId: 5, joinedBy: 'traceparent', customMeta: false }],
])('a request that arrived %s', (_what, arrived, expected) => {
  expect(rowOf(arrived)).toMatchObject({ receivedNs: 2000, session: 0, clientToken: null, ...expected });
});
