/** The stages of attempts, window by window. */
import type { GatewayRow, SampleColumns } from '../../record/index.js';
import type { StageReader } from './stage-split.js';

export interface Window {
  readonly fromNs: number;
  readonly calls: number;
  /** Mean of each stage over all attempts, in their order: 0 for one that never got there. */
  readonly meansNs: readonly number[];
  /** Mean of their sum: the response time of the attempts. */
  readonly totalNs: number;
  /** Calls that waited over a millisecond for a slot. */
  readonly slotWaits: number;
  /** Attempts that ended in a stage without going on. */
  readonly ended: number;
}

export interface Windows {
  readonly windowNs: number;
  /** Those with enough attempts, in order. */
  readonly windows: readonly Window[];
}

const MOST_WINDOWS = 24;
const FEWEST_WINDOWS = 6;
const SHORTEST_WINDOW_NS = 200_000_000;
/** A mean of fewer calls is not worth comparing. */
const LEAST_CALLS = 5;
const SLOT_WAIT_NS = 1_000_000;

/**
 * Cuts [fromNs, toNs) into at most 24 windows of at least 200 ms, by intended start; into fewer, where a quarter of
 * those would have too few calls.
 */
export function windowsOf(
  samples: SampleColumns,
  rows: Uint32Array,
  reader: StageReader,
  fromNs: number,
  toNs: number,
  count = Math.max(1, Math.min(MOST_WINDOWS, Math.floor((toNs - fromNs) / SHORTEST_WINDOW_NS))),
): Windows {
  const { stages, read } = reader;
  const windowNs = (toNs - fromNs) / count;
  const sums = Array.from({ length: count }, () => ({
    stagesNs: stages.map(() => 0),
    calls: 0,
    slotWaits: 0,
    ended: 0,
  }));
  const lengths = new Float64Array(stages.length);
  for (const row of rows) {
    const end = read(row, lengths);
    const sum = sums[Math.floor(((samples.intendedNs[row] ?? NaN) - fromNs) / windowNs)];
    if (end < 0 || sum === undefined) continue;
    for (let s = 0; s < lengths.length; s++) sum.stagesNs[s] = (sum.stagesNs[s] ?? 0) + (lengths[s] || 0);
    sum.calls++;
    if ((lengths[0] ?? 0) > SLOT_WAIT_NS) sum.slotWaits++;
    if (end < stages.length) sum.ended++;
  }
  const windows = sums.flatMap(({ stagesNs, calls, slotWaits, ended }, w): readonly Window[] => {
    if (calls < LEAST_CALLS) return [];
    const meansNs = stagesNs.map((total) => total / calls);
    const totalNs = meansNs.reduce((all, mean) => all + mean, 0);
    return [{ fromNs: fromNs + w * windowNs, calls, meansNs, totalNs, slotWaits, ended }];
  });
  const fewer = Math.floor(count / 2);
  return windows.length * 4 < count * 3 && fewer >= FEWEST_WINDOWS
    ? windowsOf(samples, rows, reader, fromNs, toNs, fewer)
    : { windowNs, windows };
}

/**
 * Mean time a call spent in a gateway, of the gateway's rows that begin within the windows; null when there are none.
 */
export function meanInGatewayNs(
  rows: readonly GatewayRow[],
  gateway: string,
  windows: readonly Window[],
  windowNs: number,
): number | null {
  let calls = 0;
  let totalNs = 0;
  for (const row of rows) {
    if (
      row.gateway !== gateway ||
      !windows.some(({ fromNs }) => row.fromNs >= fromNs && row.fromNs < fromNs + windowNs)
    )
      continue;
    calls += row.forwarded;
    totalNs += row.queueNs + row.serviceNs;
  }
  return calls === 0 ? null : totalNs / calls;
}
