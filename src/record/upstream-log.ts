/** Where attempts were that no answer came back from, by the upstreams' own logs of their calls. */
import { SAMPLE_FLAGS, type SampleColumns } from './columns.js';

/** One call in the log of an upstream, in run time; NaN: it did not get that far. */
export interface LoggedCall {
  readonly callId: number;
  readonly receivedNs: number;
  readonly startedNs: number;
  readonly finishedNs: number;
}

/**
 * Gives the attempts that were sent from `sinceNs` on and brought no times of the upstream those of its log, in place.
 * One call may have several attempts: the log's rows of a call that no answer brought are given, in their order, each
 * to the latest attempt that had been sent by then. What is marked and has no times never came.
 */
export function locateAttempts(columns: SampleColumns, log: readonly LoggedCall[], sinceNs: number): void {
  const { callId, sentNs, receivedNs, startedNs, finishedNs, flags } = columns;
  const open = new Map<number, number[]>();
  for (let row = 0; row < columns.length; row++) {
    if (!Number.isNaN(receivedNs[row]) || !((sentNs[row] ?? NaN) >= sinceNs)) continue;
    flags[row] = (flags[row] ?? 0) | SAMPLE_FLAGS.upstreamLog;
    const call = callId[row] ?? -1;
    const rows = open.get(call);
    if (rows === undefined) open.set(call, [row]);
    else rows.push(row);
  }
  if (open.size === 0) return;
  // Times that an answer brought belong to the attempt that has them.
  const answered = new Set<string>();
  for (let row = 0; row < columns.length; row++)
    if (open.has(callId[row] ?? -1) && !Number.isNaN(receivedNs[row]))
      answered.add(`${callId[row]} ${receivedNs[row]}`);
  for (const logged of [...log].sort((a, b) => a.receivedNs - b.receivedNs)) {
    const rows = open.get(logged.callId);
    if (rows === undefined || answered.has(`${logged.callId} ${logged.receivedNs}`)) continue;
    let latest = -1;
    rows.forEach((row, k) => {
      const sent = sentNs[row] ?? NaN;
      if (sent <= logged.receivedNs && (latest < 0 || sent > (sentNs[rows[latest] as number] ?? NaN))) latest = k;
    });
    const [row] = latest < 0 ? [] : rows.splice(latest, 1);
    if (row === undefined) continue;
    receivedNs[row] = logged.receivedNs;
    startedNs[row] = logged.startedNs;
    finishedNs[row] = logged.finishedNs;
  }
}
