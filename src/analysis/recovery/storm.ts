/** The storm after a fault: how much more was sent than before it, and how bursty. */
import type { AfterFault, Burstiness, Storm } from './after-fault-types.js';
import { type AttemptsView, type FaultContext, type Span, isNewConnection, sentRowsOf } from './context.js';

const BIN_NS = 10_000_000;
/** What an index of dispersion needs. */
const FEWEST_BINS = 50;
const FEWEST_ATTEMPTS = 100;

/** How many of the moments lie in each whole part of the stretch. */
function countsOf(momentsNs: readonly number[], { fromNs, toNs }: Span, partNs: number): Float64Array {
  const counts = new Float64Array(Math.max(0, Math.floor((toNs - fromNs) / partNs + 1e-9)));
  for (const ns of momentsNs) {
    const part = Math.floor((ns - fromNs) / partNs);
    if (part >= 0 && part < counts.length) counts[part] = (counts[part] ?? 0) + 1;
  }
  return counts;
}

function peaksOf(momentsNs: readonly number[], before: Span, after: Span, windowNs: number): Storm {
  const peak = (span: Span): number =>
    (countsOf(momentsNs, span, windowNs).reduce((most, count) => Math.max(most, count), 0) * 1e9) / windowNs;
  const [peakBeforePerSecond, peakAfterPerSecond] = [peak(before), peak(after)];
  return {
    peakBeforePerSecond,
    peakAfterPerSecond,
    factor: peakBeforePerSecond === 0 ? null : peakAfterPerSecond / peakBeforePerSecond,
  };
}

/** Peaks of attempts, of new connections and of new sessions; null where there is no whole window before or after. */
export function stormOf(view: AttemptsView, context: FaultContext): AfterFault['storm'] {
  const { before, after } = context;
  const { windowNs } = context.settings;
  if (before === null || after === null || after.toNs - after.fromNs < windowNs) return null;
  const { samples, events } = view;
  const rows = sentRowsOf(view, context);
  const sentNs = (among: Uint32Array): number[] => Array.from(among, (row) => samples.sentNs[row] ?? NaN);
  const sessions = events.filter((event) => event.type === 'session');
  const opened = sessions.filter(({ edge }) => edge === 'opened' || edge === 'reopened').map(({ atNs }) => atNs);
  return {
    attempts: peaksOf(sentNs(rows), before, after, windowNs),
    connections: peaksOf(sentNs(rows.filter((row) => isNewConnection(samples, row))), before, after, windowNs),
    sessions: sessions.length === 0 ? null : peaksOf(opened, before, after, windowNs),
  };
}

/** Variance over mean of counts, or null where they are too few. */
export function dispersionOf(counts: Float64Array): number | null {
  const total = counts.reduce((sum, count) => sum + count, 0);
  if (counts.length < FEWEST_BINS || total < FEWEST_ATTEMPTS) return null;
  const mean = total / counts.length;
  return counts.reduce((sum, count) => sum + (count - mean) ** 2, 0) / (counts.length - 1) / mean;
}

/** Burstiness of the attempts before the fault and just after it. */
export function burstinessOf(view: AttemptsView, context: FaultContext): Burstiness {
  const { before, after } = context;
  const { holdNs } = context.settings;
  const sentNs = Array.from(sentRowsOf(view, context), (row) => view.samples.sentNs[row] ?? NaN);
  const index = (span: Span | null): number | null =>
    span === null ? null : dispersionOf(countsOf(sentNs, span, BIN_NS));
  return {
    binNs: BIN_NS,
    before: index(before),
    after: index(after === null ? null : { fromNs: after.fromNs, toNs: Math.min(after.toNs, after.fromNs + holdNs) }),
  };
}
