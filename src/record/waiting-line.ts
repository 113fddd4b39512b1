/**
 * The queue, as a line of waiting calls: what ends a wait, and how old the line gets. The summary, the series and the
 * charts read the age from here.
 *
 * Where the upstream reports when it begins to serve, a call waits from its intended start until then. Where it does
 * not, what happens behind the socket is not seen: the call waits until it is answered. Either way a call that ended
 * without service waited until its end. The age at t is t minus the oldest intended start among the waiting calls.
 */
import type { Calls } from './calls.js';

/** The waiting line of one phase: calls in order of intended start, and when each left it. */
export interface WaitingLine {
  /** What ends a wait. `upstream`: service began. `unanswered`: the answer came; no upstream reported its times. */
  readonly source: 'upstream' | 'unanswered';
  readonly intendedNs: Float64Array;
  readonly leftNs: Float64Array;
}

/** The waiting line of the calls `among`, which are one phase in order of intended start, warm-up included. */
export function waitingLine(calls: Calls, among: Uint32Array): WaitingLine {
  const intendedNs = new Float64Array(among.length);
  const leftNs = new Float64Array(among.length);
  let source: WaitingLine['source'] = 'unanswered';
  among.forEach((i, k) => {
    const served = calls.servedNs[i] ?? NaN;
    const done = calls.doneNs[i] ?? NaN;
    if (!Number.isNaN(served)) source = 'upstream';
    intendedNs[k] = calls.intendedNs[i] ?? NaN;
    leftNs[k] = served < done ? served : done;
  });
  return { source, intendedNs, leftNs };
}

/** Largest age in every window, exact: how old each call got by the window's end or by the end of its wait. */
export function maxAgesNs(
  lines: readonly Pick<WaitingLine, 'intendedNs' | 'leftNs'>[],
  fromNs: number,
  windowNs: number,
  windows: number,
): readonly number[] {
  const ages = new Array<number>(windows).fill(0);
  for (const { intendedNs, leftNs } of lines) {
    // Behind the call that stays longest so far, one that leaves sooner is never the oldest that waits at a window's
    // end.
    let latest = -Infinity;
    for (let k = 0; k < intendedNs.length; k++) {
      const intended = intendedNs[k] ?? NaN;
      const left = leftNs[k] ?? NaN;
      if (!(left > latest)) continue;
      const first = Math.max(0, Math.floor((Math.max(intended, latest) - fromNs) / windowNs));
      const last = Math.min(windows, Math.ceil((left - fromNs) / windowNs)) - 1;
      for (let w = first; w <= last; w++) {
        ages[w] = Math.max(ages[w] ?? 0, Math.min(left, fromNs + (w + 1) * windowNs) - intended);
      }
      latest = left;
    }
  }
  return ages;
}
