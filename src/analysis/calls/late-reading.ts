/** Answers that were read late: how much of a call's time its answer may have lain unread. */
import type { Calls, RunEvent } from '../../record/index.js';

/** An answer is read within this much of the turn that was late; more is another turn. */
const READ_WITHIN_NS = 1_000_000;

/** The late turns of one load worker, in order of time. */
interface LateTurns {
  readonly expectedNs: Float64Array;
  readonly beganNs: Float64Array;
}

/** The late turns of each load worker of a run, by number; none without events of them. */
function lateTurnsOf(events: readonly RunEvent[], workers: number): readonly LateTurns[] {
  return Array.from({ length: workers }, (_, worker) => {
    const turns = events
      .flatMap((event) =>
        event.type === 'late-turns' && event.worker === worker
          ? event.expectedNs.map((ns, k) => [ns, ns + (event.lateNs[k] ?? 0)] as const)
          : [],
      )
      .sort(([a], [b]) => a - b);
    return { expectedNs: Float64Array.from(turns, ([ns]) => ns), beganNs: Float64Array.from(turns, ([, ns]) => ns) };
  });
}

/**
 * The most by which each entry of `all` was read late by a turn of its load worker that was late, and no standstill:
 * its answer may have come as soon as the turn was expected, though not before the call was sent, nor before its
 * service began. Null where no turn was late. A thread that wakes late from its sleep for an answer is not seen.
 */
export function lateReadingNs(
  calls: Calls,
  all: Uint32Array,
  events: readonly RunEvent[],
  workers: number,
): Float64Array | null {
  if (!events.some(({ type }) => type === 'late-turns')) return null;
  const turns = lateTurnsOf(events, workers);
  return Float64Array.from(all, (i) => {
    const own = turns[(calls.lastSession[i] ?? -1) % workers];
    const doneNs = calls.doneNs[i] ?? NaN;
    if (own === undefined) return 0;
    const at = lastBefore(own.expectedNs, doneNs);
    const [expectedNs, beganNs] = [own.expectedNs[at] ?? Infinity, own.beganNs[at] ?? NaN];
    if (!(doneNs <= beganNs + READ_WITHIN_NS)) return 0;
    const sentNs = calls.lastSentNs[i] ?? NaN;
    const servedNs = calls.servedNs[i] ?? NaN;
    const earliestNs = Math.max(expectedNs, sentNs, Number.isNaN(servedNs) ? -Infinity : servedNs);
    return Math.max(0, Math.min(doneNs, beganNs) - earliestNs) || 0;
  });
}

/** The last of ascending values that is below `limit`; -1 where none is. */
function lastBefore(values: Float64Array, limit: number): number {
  let low = 0;
  let high = values.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((values[middle] ?? Infinity) < limit) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
