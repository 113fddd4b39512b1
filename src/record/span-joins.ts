/**
 * Times of the servers out of the spans that their tracers reported.
 *
 * Spans carry the wall clock of their server, which many tracers read in whole milliseconds: of no use for moments of
 * the run. Their lengths are exact. So the time of an attempt that its spans do not cover is divided evenly between the
 * way there and the way back, as with any durations that a server reports.
 */
import type { SampleColumns } from './columns.js';
import type { SpanJoins } from './events.js';
import { outcomeCode } from './outcome.js';
import type { SpanRow } from './rows.js';

export interface GivenSpans {
  readonly rows: readonly SpanRow[];
  /** What the names of the spans begin with that are the work; null: all of a server's time is service. */
  readonly work: string | null;
  readonly foreign: number;
  readonly unread: number;
}

/** Tracers that read a clock in milliseconds date what follows on a span up to this much before its end, or after. */
const CLOCK_STEP_NS = 1_000_000;
/** Endings of attempts to which a whole answer came. */
const ANSWERED = new Set(
  (['ok', 'tool', 'semantic', 'effect', 'shed', 'auth', 'session', 'protocol'] as const).map(outcomeCode),
);

/** One execution of a call by the servers: from its first span to its last. */
interface Execution {
  readonly startNs: number;
  readonly lengthNs: number;
  /** From its start to that of the work, and how long that took; null where no span is the work. */
  readonly work: { readonly queueNs: number; readonly serviceNs: number } | null;
}

/**
 * Gives answered attempts without times of an upstream those of their spans, in place.
 *
 * The attempts of one call share a trace, and nothing else in a span says which attempt it belongs to: they are joined
 * in their order, and only where a call was executed as often as it was sent.
 */
export function joinSpans(columns: SampleColumns, { rows, work, foreign, unread }: GivenSpans): SpanJoins {
  const ofCalls = new Map<number, SpanRow[]>();
  for (const row of rows) {
    const known = ofCalls.get(row.callId);
    if (known === undefined) ofCalls.set(row.callId, [row]);
    else known.push(row);
  }
  const attempts = sentAttempts(columns);
  const counts = { joined: 0, withQueue: 0, longer: 0, uneven: 0 };
  let answered = 0;
  for (const [callId, sent] of attempts) {
    const open = sent.filter((row) => isOpen(columns, row));
    answered += open.length;
    const spans = ofCalls.get(callId);
    if (spans === undefined) continue;
    const executions = executionsOf(spans, work);
    if (executions.length !== sent.length) {
      counts.uneven += open.length;
      continue;
    }
    sent.forEach((row, index) => {
      const execution = executions[index];
      if (execution === undefined || !isOpen(columns, row)) return;
      if (!placed(columns, row, execution)) counts.longer++;
      else {
        counts.joined++;
        if (execution.work !== null) counts.withQueue++;
      }
    });
  }
  const calls = [...ofCalls.keys()].filter((callId) => attempts.has(callId)).length;
  return { calls, answered, ...counts, foreign, unread, work };
}

/** Rows of the attempts of each call that were sent, in the order in which they were. */
function sentAttempts({ callId, sentNs, length }: SampleColumns): ReadonlyMap<number, readonly number[]> {
  const found = new Map<number, number[]>();
  for (let row = 0; row < length; row++) {
    if (Number.isNaN(sentNs[row])) continue;
    const rows = found.get(callId[row] ?? -1);
    if (rows === undefined) found.set(callId[row] ?? -1, [row]);
    else rows.push(row);
  }
  for (const rows of found.values()) rows.sort((a, b) => (sentNs[a] ?? 0) - (sentNs[b] ?? 0));
  return found;
}

/** Whether a whole answer came that brought no times of its own. */
const isOpen = ({ outcome, receivedNs }: SampleColumns, row: number): boolean =>
  ANSWERED.has(outcome[row] ?? -1) && Number.isNaN(receivedNs[row]);

/**
 * The span of a server ends when its answer has left it, which the client may have read by then: what lies behind the
 * work counts only as far as there is time for it. Starts are exact to a step of the clock, and so is the queue.
 */
function placed(columns: SampleColumns, row: number, { lengthNs, work }: Execution): boolean {
  const sent = columns.sentNs[row] ?? NaN;
  const spentNs = (columns.doneNs[row] ?? NaN) - sent;
  const beyondNs = (work === null ? lengthNs : work.queueNs + work.serviceNs) - spentNs;
  if (!(beyondNs < CLOCK_STEP_NS) || (work !== null && work.serviceNs > spentNs)) return false;
  const usedNs = Math.min(lengthNs, spentNs);
  const serviceNs = work?.serviceNs ?? usedNs;
  const received = sent + (spentNs - usedNs) / 2;
  const started = received + Math.min(work?.queueNs ?? 0, usedNs - serviceNs);
  columns.receivedNs[row] = Math.round(received);
  columns.startedNs[row] = Math.round(started);
  columns.finishedNs[row] = Math.round(started + serviceNs);
  return true;
}

/**
 * The executions of a call, in order. Each begins with a span whose parent was not reported; such spans that overlap,
 * as those of a server and of the framework that it runs in, are of one execution.
 */
function executionsOf(spans: readonly SpanRow[], work: string | null): readonly Execution[] {
  const byId = new Map(spans.map((span) => [span.spanId, span]));
  const endOf = ({ startNs, durationNs }: SpanRow): number => startNs + durationNs;
  const firsts = spans
    .filter(({ parentId }) => parentId === null || !byId.has(parentId))
    .sort((a, b) => a.startNs - b.startNs);
  const groups: { readonly startNs: number; endNs: number; readonly first: Set<string> }[] = [];
  for (const span of firsts) {
    const last = groups.at(-1);
    if (last !== undefined && span.startNs < last.endNs + CLOCK_STEP_NS) {
      last.endNs = Math.max(last.endNs, endOf(span));
      last.first.add(span.spanId);
    } else groups.push({ startNs: span.startNs, endNs: endOf(span), first: new Set([span.spanId]) });
  }
  return groups.map(({ startNs, endNs, first }) => {
    const lengthNs = endNs - startNs;
    const done =
      work === null ? [] : spans.filter((span) => span.name.startsWith(work) && first.has(firstOf(span, byId)));
    if (done.length === 0) return { startNs, lengthNs, work: null };
    const beganNs = Math.min(...done.map((span) => span.startNs));
    const spannedNs = done.length === 1 ? (done[0]?.durationNs ?? 0) : Math.max(...done.map(endOf)) - beganNs;
    // Lengths are exact, and where within one another they lie is so to a step of the clock.
    const serviceNs = Math.min(lengthNs, spannedNs);
    const queueNs = Math.min(lengthNs - serviceNs, Math.max(0, beganNs - startNs));
    return { startNs, lengthNs, work: { queueNs, serviceNs } };
  });
}

/** The span that the execution of a span begins with. */
function firstOf(span: SpanRow, byId: ReadonlyMap<string, SpanRow>): string {
  let at = span;
  // Parents in a circle would be a fault of the tracer.
  for (let steps = 0; steps < byId.size; steps++) {
    const parent = at.parentId === null ? undefined : byId.get(at.parentId);
    if (parent === undefined) break;
    at = parent;
  }
  return at.spanId;
}
