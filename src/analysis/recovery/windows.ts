/**
 * A phase cut into windows around a fault, and the normal range of an undisturbed window.
 *
 * A call belongs to the window of its intended start: an arrival during the fault is judged by what became of it,
 * whenever that was, and nothing spills over an edge. A call that did not end `ok` counts at its deadline, so that
 * failing fast does not look like recovering, unless calls fail without any fault too (see `Baseline.latencyOf`). How
 * long the backlog takes to go is reported separately, as the drain.
 */
import type { RecoverySettings } from '../../scenario/index.js';
import { type Calls, isGood, isOk, penalisedResponseNs, responseNs } from '../../record/index.js';
import { NumberList, gather, plainQuantile, select } from '../calls/index.js';
import { ascending } from '../statistics/index.js';

/** Fewer calls than this have no meaningful 99th percentile: their maximum is used. */
export const CALLS_FOR_P99 = 100;
/** What a baseline needs. */
const BASELINE_WINDOWS = 3;
const BASELINE_CALLS = 20;

/** Calls of one window [fromNs, fromNs + length). */
export interface Window {
  readonly fromNs: number;
  readonly offered: number;
  readonly good: number;
  readonly attempts: number;
  /** p99, or the maximum under 100 calls; null without calls. */
  readonly p99Ns: number | null;
  readonly okP99Ns: number | null;
}

/** Sorts the values in place. */
function tailNs(values: Float64Array): number | null {
  const sorted = ascending(values);
  return plainQuantile(sorted, sorted.length < CALLS_FOR_P99 ? 1 : 0.99);
}

/** Consecutive whole windows from `fromNs` that end by `toNs`, over calls in order of intended start. */
export function cut(
  calls: Calls,
  among: Uint32Array,
  fromNs: number,
  toNs: number,
  windowNs: number,
): readonly Window[] {
  const windows: Window[] = [];
  const count = Math.floor((toNs - fromNs) / windowNs + 1e-9);
  const all = new NumberList();
  const ok = new NumberList();
  let next = 0;
  while (next < among.length && (calls.intendedNs[among[next] ?? 0] ?? 0) < fromNs) next++;
  for (let w = 0; w < count; w++) {
    const endNs = fromNs + (w + 1) * windowNs;
    all.clear();
    ok.clear();
    let good = 0;
    let attempts = 0;
    for (; next < among.length; next++) {
      const i = among[next] ?? 0;
      if ((calls.intendedNs[i] ?? 0) >= endNs) break;
      attempts += calls.attempts[i] ?? 0;
      all.push(penalisedResponseNs(calls, i));
      if (isOk(calls, i)) ok.push(responseNs(calls, i));
      if (isGood(calls, i)) good++;
    }
    windows.push({
      fromNs: fromNs + w * windowNs,
      offered: all.length,
      good,
      attempts,
      p99Ns: tailNs(all.taken()),
      okP99Ns: tailNs(ok.taken()),
    });
  }
  return windows;
}

/** The numbers of undisturbed windows. */
export interface Baseline {
  readonly goodputPerSecond: number;
  readonly p99Ns: number;
  readonly windows: number;
  /** Share of the offered calls that were good. */
  readonly goodShare: number;
  /** Highest tail any undisturbed window had by itself. */
  readonly worstWindowNs: number;
  /**
   * Whose latency is compared. `all-calls`: failures count at their deadline. `ok-calls`: some call failed even
   * undisturbed, so its deadline would widen the normal range and hide every fault; failures then count in the goodput
   * alone.
   */
  readonly latencyOf: 'all-calls' | 'ok-calls';
}

const tailOf = (window: Window, latencyOf: Baseline['latencyOf']): number | null =>
  latencyOf === 'all-calls' ? window.p99Ns : window.okP99Ns;

/** The baseline of undisturbed windows over `among`, the calls of those windows; or why there is none. */
export function baselineOf(
  windows: readonly Window[],
  calls: Calls,
  among: Uint32Array,
  windowNs: number,
): Baseline | string {
  const filled = windows.filter((window) => window.offered > 0);
  const offered = filled.reduce((sum, window) => sum + window.offered, 0);
  const good = filled.reduce((sum, window) => sum + window.good, 0);
  if (filled.length < BASELINE_WINDOWS || offered < BASELINE_CALLS) {
    return (
      `too little data before the fault: ${filled.length} windows with ${offered} calls; a baseline ` +
      `needs ${BASELINE_WINDOWS} windows and ${BASELINE_CALLS} calls`
    );
  }
  if (good === 0) return 'no call was good before the fault';
  const ok = select(among, (i) => isOk(calls, i));
  const latencyOf = ok.length === among.length ? 'all-calls' : 'ok-calls';
  return {
    goodputPerSecond: (good * 1e9) / (windows.length * windowNs),
    p99Ns: tailNs(gather(ok, (i) => responseNs(calls, i))) ?? 0,
    windows: windows.length,
    goodShare: good / offered,
    worstWindowNs: Math.max(...filled.map((window) => tailOf(window, latencyOf) ?? 0)),
    latencyOf,
  };
}

/** The normal range of a window. */
export interface NormalRange {
  readonly maxP99Ns: number;
  readonly minGoodputPerSecond: number;
  /** Good calls an undisturbed window would have had. */
  expected(window: Window): number;
  /** Null for a window without calls to compare. */
  contains(window: Window): boolean | null;
}

/**
 * The normal range of a baseline. Latency: the scenario's factor times the baseline's p99, or times the worst
 * undisturbed window when that is higher, because a range narrower than the noise would make noise a degradation.
 * Goodput: the scenario's share of the baseline's; in an open loop scaled to the calls that arrived in the window,
 * because the scatter of arrivals is no fault. Whole calls count: a missing fraction of a call is no degradation.
 */
export function normalRangeOf(
  baseline: Baseline,
  settings: RecoverySettings,
  loop: 'open' | 'closed',
  windowNs: number,
): NormalRange {
  const maxP99Ns = settings.latencyFactor * Math.max(baseline.p99Ns, baseline.worstWindowNs);
  const minGoodputPerSecond = settings.goodputShare * baseline.goodputPerSecond;
  const expected = (window: Window): number =>
    loop === 'open' ? baseline.goodShare * window.offered : (baseline.goodputPerSecond * windowNs) / 1e9;
  return {
    maxP99Ns,
    minGoodputPerSecond,
    expected,
    contains: (window) => {
      if (window.offered === 0 && loop === 'open') return null;
      const tail = tailOf(window, baseline.latencyOf);
      return window.good >= Math.floor(settings.goodputShare * expected(window)) && (tail === null || tail <= maxP99Ns);
    },
  };
}
