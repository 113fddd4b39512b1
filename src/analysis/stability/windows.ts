/** A stretch of a phase cut into windows of equal length. */
import { type Calls, isOk, penalisedResponseNs } from '../../record/index.js';
import { median } from '../statistics/index.js';

/** Windows in order; a window without calls has no response time. */
export interface StationarityWindows {
  readonly fromNs: number;
  readonly windowNs: number;
  /** Median response time of the calls intended in each window; NaN without any. */
  readonly responseNs: Float64Array;
  /** `ok` calls done in each window, a second. */
  readonly completedPerSecond: Float64Array;
}

/** Cuts `count` windows of `windowNs` from `fromNs`, over calls in any order. */
export function stationarityWindows(
  calls: Calls,
  among: Uint32Array,
  fromNs: number,
  windowNs: number,
  count: number,
): StationarityWindows {
  const responses = Array.from({ length: count }, (): number[] => []);
  const completed = new Float64Array(count);
  for (const i of among) {
    responses[Math.floor(((calls.intendedNs[i] ?? NaN) - fromNs) / windowNs)]?.push(penalisedResponseNs(calls, i));
    const done = Math.floor(((calls.doneNs[i] ?? NaN) - fromNs) / windowNs);
    if (isOk(calls, i) && done >= 0 && done < count) completed[done] = (completed[done] ?? 0) + 1;
  }
  return {
    fromNs,
    windowNs,
    responseNs: Float64Array.from(responses, (values) => median(values)),
    completedPerSecond: completed.map((done) => (done * 1e9) / windowNs),
  };
}
