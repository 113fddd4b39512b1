/** The stages of `ok` attempts, window by window. */
import type { GatewayRow, SampleColumns } from '../../record/index.js';
import { type StageName, type StageSource, stageReader } from './stage-split.js';

export interface Window {
  readonly fromNs: number;
  readonly calls: number;
  /** Mean of each stage, in their order. */
  readonly meansNs: readonly number[];
  /** Mean of their sum: the response time of the attempts. */
  readonly totalNs: number;
  /** Calls that waited over a millisecond for a slot. */
  readonly slotWaits: number;
}

export interface Windows {
  readonly windowNs: number;
  readonly stages: readonly StageName[];
  /** Those with enough calls, in order. */
  readonly windows: readonly Window[];
  /** How many had enough attempts, and too few of them in `rows`. */
  readonly silent: number;
}

const MOST_WINDOWS = 24;
const SHORTEST_WINDOW_NS = 200_000_000;
/** A mean of fewer calls is not worth comparing. */
const LEAST_CALLS = 5;
const SLOT_WAIT_NS = 1_000_000;

/**
 * Cuts [fromNs, toNs) into at most 24 windows of at least 200 ms. `attempted`: the rows of all attempts, `ok` or not.
 */
export function windowsOf(
  samples: SampleColumns,
  rows: Uint32Array,
  attempted: Uint32Array,
  source: StageSource,
  fromNs: number,
  toNs: number,
): Windows {
  const count = Math.max(1, Math.min(MOST_WINDOWS, Math.floor((toNs - fromNs) / SHORTEST_WINDOW_NS)));
  const windowNs = (toNs - fromNs) / count;
  const sums = Array.from({ length: count }, () => source.stages.map(() => 0));
  const calls = new Array<number>(count).fill(0);
  const slotWaits = new Array<number>(count).fill(0);
  const read = stageReader(samples, source);
  const lengths = new Float64Array(source.stages.length);
  for (const row of rows) {
    const whole = read(row, lengths);
    const w = Math.floor(((samples.intendedNs[row] ?? NaN) - fromNs) / windowNs);
    const sum = sums[w];
    if (!whole || sum === undefined) continue;
    for (let s = 0; s < lengths.length; s++) sum[s] = (sum[s] ?? 0) + (lengths[s] as number);
    calls[w] = (calls[w] ?? 0) + 1;
    if ((lengths[0] ?? 0) > SLOT_WAIT_NS) slotWaits[w] = (slotWaits[w] ?? 0) + 1;
  }
  const windows = sums.flatMap((sum, w): readonly Window[] => {
    const n = calls[w] ?? 0;
    if (n < LEAST_CALLS) return [];
    const meansNs = sum.map((total) => total / n);
    return [
      {
        fromNs: fromNs + w * windowNs,
        calls: n,
        meansNs,
        totalNs: meansNs.reduce((all, mean) => all + mean, 0),
        slotWaits: slotWaits[w] ?? 0,
      },
    ];
  });
  const attempts = new Array<number>(count).fill(0);
  for (const row of attempted) {
    const w = Math.floor(((samples.intendedNs[row] ?? NaN) - fromNs) / windowNs);
    if (w >= 0 && w < count) attempts[w] = (attempts[w] ?? 0) + 1;
  }
  const silent = attempts.filter((n, w) => n >= LEAST_CALLS && (calls[w] ?? 0) < LEAST_CALLS).length;
  return { windowNs, stages: source.stages, windows, silent };
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
