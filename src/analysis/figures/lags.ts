/** How late calls left: the schedule lags of an open-loop phase on a log scale. */
import { traitsOf } from '../../catalog/index.js';
import type { AnalysedPhase } from '../phases/index.js';
import type { LagHistogram } from './types.js';

/** A timer's own error, and the mark on the scale from which calls count as late. */
const LATE_NS = 1_000_000;
/** Lower edge of the first bin above "under": less is the clock's own grain. */
const SHORTEST_NS = 1_000;
const BINS_PER_DECADE = 5;

/** Edge k of the scale: 1 us, 1.58 us, 2.51 us ... */
const edgeNs = (k: number): number => SHORTEST_NS * 10 ** (k / BINS_PER_DECADE);

/** Bin of a lag: -1 is everything under the first edge, exact at the edges themselves. */
function binOf(lagNs: number): number {
  if (lagNs < SHORTEST_NS) return -1;
  const near = Math.floor(Math.log10(lagNs / SHORTEST_NS) * BINS_PER_DECADE);
  if (lagNs < edgeNs(near)) return near - 1;
  return lagNs >= edgeNs(near + 1) ? near + 1 : near;
}

/** First lag behind `from` that is in a higher bin than `bin`. */
function firstAbove(lagsNs: Float64Array, from: number, bin: number): number {
  let low = from + 1;
  let high = lagsNs.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (binOf(lagsNs[middle] as number) > bin) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** A phase's histogram; none for a closed loop, which has no schedule, and a search, whose probes are judged singly. */
export function lagHistogram({ frame, lagsNs }: Pick<AnalysedPhase, 'frame' | 'lagsNs'>): readonly LagHistogram[] {
  const { name, loop, regime } = frame.planned;
  if (loop !== 'open' || traitsOf(regime).searches || lagsNs.length === 0) return [];
  const counts = new Map<number, number>();
  // The lags are in order: the whole of a bin stands together.
  for (let at = 0; at < lagsNs.length;) {
    const bin = binOf(lagsNs[at] as number);
    const end = firstAbove(lagsNs, at, bin);
    counts.set(bin, end - at);
    at = end;
  }
  const first = Math.max(0, Math.min(...[...counts.keys()].filter((bin) => bin >= 0)));
  const last = Math.max(...counts.keys());
  const bins =
    last < 0
      ? []
      : Array.from({ length: last - first + 1 }, (_, at) => ({
          fromNs: edgeNs(first + at),
          toNs: edgeNs(first + at + 1),
          count: counts.get(first + at) ?? 0,
        }));
  return [{ phase: name, limitNs: LATE_NS, underNs: SHORTEST_NS, under: counts.get(-1) ?? 0, bins }];
}
