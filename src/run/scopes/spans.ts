import type { Generator } from '../../load/index.js';
import type { Scope } from '../../scopes/index.js';
import { readSpans, receiveSpans, type ReadSpans, type SpanReceiver } from '../../spans/index.js';
import type { RunContext } from '../context.js';

/** A tracer sends what it has every 5 s, in all official SDKs unless that is changed. */
const LONGEST_BATCH_MS = 6_000;
const POLL_MS = 100;
/** Of an interrupted run. */
const SHORT_WAIT_MS = 1_000;

/** Where the servers of the stack send their spans; null where the scenario receives none. */
export const spanReceiver: Scope<RunContext, SpanReceiver | null> = {
  name: 'closing the receiver of spans',
  start: ({ scenario: { stack } }) => (stack.spans === undefined ? null : receiveSpans(stack.spans.port)),
  collect: null,
  stop: { withinMs: 2_000, act: async (receiver) => receiver?.close() },
};

interface Needs {
  readonly run: RunContext;
  readonly receiver: SpanReceiver | null;
  readonly generator: Pick<Generator, 'live'>;
}

/**
 * The spans of the load, once it is over. Tracers send in batches: they are waited for until every call that was made
 * has one, or until the last batch must have come.
 */
export const serverSpans: Scope<Needs, object> = {
  name: 'the spans of the servers',
  start: () => ({}),
  collect: async (_, { run, receiver, generator }) => {
    const { trace } = run.scenario.protocol;
    if (receiver === null || trace === null) return;
    run.listener.step('waiting for the last spans');
    const completed = generator.live()?.completed ?? Infinity;
    const epochUnixNs = BigInt(Date.parse(run.epoch.utc)) * 1_000_000n;
    const until = performance.now() + (run.interrupt.aborted ? SHORT_WAIT_MS : LONGEST_BATCH_MS);
    const all: ReadSpans[] = [];
    const seen = new Set<number>();
    for (;;) {
      const read = readSpans(receiver.taken(), trace, epochUnixNs);
      all.push(read);
      for (const { callId } of read.rows) seen.add(callId);
      if (seen.size >= completed || performance.now() >= until) break;
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
    warnOfNone(run, all);
    const sum = (of: (read: ReadSpans) => number): number => all.reduce((total, read) => total + of(read), 0);
    run.record.spans({
      rows: all.flatMap(({ rows }) => rows),
      work: run.scenario.stack.spans?.work ?? null,
      foreign: sum(({ foreign }) => foreign),
      unread: receiver.refused + sum(({ unreadable }) => unreadable),
    });
  },
  stop: null,
};

/** Nothing of a server's own times is known then, and a report does not say why. */
function warnOfNone({ warn }: RunContext, all: readonly ReadSpans[]): void {
  if (all.some(({ rows }) => rows.length > 0)) return;
  const foreign = all.reduce((sum, read) => sum + read.foreign, 0);
  warn(
    'no-spans',
    foreign === 0
      ? 'no span came from a server'
      : `${foreign} spans came, and none has the trace context of a call of this run`,
    foreign === 0
      ? 'let its tracer export to ${spans.url} over HTTP (OTEL_EXPORTER_OTLP_ENDPOINT), and flush when it is stopped'
      : 'let the server take the context from the header traceparent, or from _meta.traceparent of the request',
  );
}
