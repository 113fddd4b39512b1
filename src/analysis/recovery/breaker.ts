/** The state of a circuit breaker before the upstream, inferred from its refusals. */
import { errorClassCode, outcomeCode, type ErrorClass } from '../../record/index.js';
import { countOf, select } from '../calls/index.js';
import type { Breaker, BreakerSpan } from './after-fault-types.js';
import { type AttemptsView, type FaultContext, sentRowsOf } from './context.js';

/** Explicit refusals, unlike a broken connection or a timeout. */
const DECLARED: ReadonlySet<number> = new Set(
  (['http-429', 'http-503', 'http-5xx', 'rpc-error'] satisfies ErrorClass[]).map(errorClassCode),
);
/** Faults that refuse calls by themselves. */
const REFUSING: readonly string[] = ['shed', 'error', 'rpc-error'];
/** Quick: within this share of the deadline. */
const QUICK_SHARE = 0.1;
const OPEN_SHARE = 0.9;
const HALF_OPEN_SHARE = 0.1;
const FEWEST_ATTEMPTS = 5;
const FEWEST_WINDOWS = 2;
const FEWEST_STAMPED = 20;
const STAMPED_SHARE = 0.9;
const OK = outcomeCode('ok');

interface Seen {
  attempts: number;
  refused: number;
  reached: number;
  /** Failed, and not quickly. */
  slow: number;
}

/** Whether the upstream reports, in undisturbed windows, which attempts reached it. */
function reportsReception(view: AttemptsView, { before }: FaultContext, rows: Uint32Array): boolean {
  const { samples } = view;
  const { fromNs, toNs } = before ?? { fromNs: Infinity, toNs: Infinity };
  const isCalm = (sentNs: number): boolean => sentNs >= fromNs && sentNs < toNs;
  const calm = select(rows, (row) => isCalm(samples.sentNs[row] ?? NaN) && samples.outcome[row] === OK);
  const stamped = countOf(calm, (row) => !Number.isNaN(samples.receivedNs[row] ?? NaN));
  return calm.length >= FEWEST_STAMPED && stamped >= STAMPED_SHARE * calm.length;
}

/** What came of the attempts sent in each whole window from the onset on. */
function seenIn(
  view: AttemptsView,
  { onNs, during, after, settings: { windowNs } }: FaultContext,
  rows: Uint32Array,
): readonly Seen[] {
  const { samples, specs } = view;
  const toNs = after?.toNs ?? during.toNs;
  const length = Math.max(0, Math.floor((toNs - onNs) / windowNs + 1e-9));
  const windows = Array.from({ length }, (): Seen => ({ attempts: 0, refused: 0, reached: 0, slow: 0 }));
  for (const row of rows) {
    const sentNs = samples.sentNs[row] ?? NaN;
    const window = windows[Math.floor((sentNs - onNs) / windowNs)];
    if (window === undefined) continue;
    const quick =
      (samples.doneNs[row] ?? NaN) - sentNs <= QUICK_SHARE * (specs[samples.spec[row] ?? -1]?.deadlineNs ?? Infinity);
    const reached = !Number.isNaN(samples.receivedNs[row] ?? NaN);
    window.attempts++;
    if (reached) window.reached++;
    if (!reached && quick && DECLARED.has(samples.errorClass[row] ?? 0)) window.refused++;
    if (!quick && samples.outcome[row] !== OK) window.slow++;
  }
  return windows;
}

/** The state of a window by itself; refusals beside successes are `half-open` until the neighbours are compared. */
function stateOf({ attempts, refused, reached }: Seen): BreakerSpan['state'] {
  if (attempts < FEWEST_ATTEMPTS) return 'unclear';
  if (reached === 0 && refused >= OPEN_SHARE * attempts) return 'open';
  return reached > 0 && refused >= HALF_OPEN_SHARE * attempts ? 'half-open' : 'closed';
}

/** Joins neighbours of one state. */
function joined(
  windows: readonly Seen[],
  states: readonly BreakerSpan['state'][],
  windowNs: number,
): readonly BreakerSpan[] {
  const spans: BreakerSpan[] = [];
  windows.forEach(({ attempts, refused, reached }, w) => {
    const state = states[w] ?? 'unclear';
    const last = spans.at(-1);
    if (last?.state === state)
      spans[spans.length - 1] = {
        ...last,
        toNs: (w + 1) * windowNs,
        attempts: last.attempts + attempts,
        refused: last.refused + refused,
        reached: last.reached + reached,
      };
    else spans.push({ state, fromNs: w * windowNs, toNs: (w + 1) * windowNs, attempts, refused, reached });
  });
  return spans;
}

/** Infers a breaker from the attempts of one fault. */
export function breakerOf(view: AttemptsView, context: FaultContext): Breaker {
  const { planned, onNs, clearNs, before } = context;
  const { windowNs } = context.settings;
  if (REFUSING.includes(planned.type)) return { kind: 'unknown', reason: 'fault-refuses' };
  if (before === null) return { kind: 'unknown', reason: 'no-baseline' };
  const rows = sentRowsOf(view, context);
  if (!reportsReception(view, context, rows)) return { kind: 'unknown', reason: 'no-stamps' };
  const windows = seenIn(view, context, rows);
  const states = windows.map(stateOf);
  const spans = joined(windows, states, windowNs);

  const confirmed = spans.filter(({ state, fromNs, toNs }) => {
    if (state !== 'open' || toNs - fromNs < FEWEST_WINDOWS * windowNs) return false;
    const slowBefore = windows.slice(0, Math.round(fromNs / windowNs)).reduce((sum, { slow }) => sum + slow, 0);
    const openSinceClearNs =
      clearNs === null ? 0 : toNs - Math.max(fromNs, Math.ceil((clearNs - onNs) / windowNs) * windowNs);
    return slowBefore >= FEWEST_ATTEMPTS || openSinceClearNs >= FEWEST_WINDOWS * windowNs;
  });
  if (confirmed.length === 0) return { kind: 'none' };
  // Half-open is only what lies beside an open stretch: elsewhere a full queue refuses some and serves others.
  const settled = spans.map((span, index): BreakerSpan['state'] => {
    if (span.state === 'open') return confirmed.includes(span) ? 'open' : 'unclear';
    if (span.state !== 'half-open') return span.state;
    return [spans[index - 1], spans[index + 1]].some((beside) => beside !== undefined && confirmed.includes(beside))
      ? 'half-open'
      : 'closed';
  });
  const perWindow = windows.map(
    (_, w) =>
      settled[spans.findIndex(({ fromNs, toNs }) => w * windowNs >= fromNs && w * windowNs < toNs)] ?? 'unclear',
  );
  return { kind: 'inferred', spans: joined(windows, perWindow, windowNs) };
}
