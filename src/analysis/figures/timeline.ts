/** The run in windows of equal length. */
import { OUTCOMES, maxAgesNs, outcomeCode } from '../../record/index.js';
import {
  type Calls,
  gather,
  isGood,
  isOk,
  penalisedResponseNs,
  plainQuantile,
  responseNs,
  select,
} from '../calls/index.js';
import type { AnalysedPhase, RunParts } from '../phases/index.js';
import { inFlightByWindow } from '../queue/index.js';
import { ascending } from '../statistics/index.js';
import type { QuantileSeries, Timeline } from './types.js';

const MOST_WINDOWS = 600;
/** Window lengths a reader can count in, from 250 ms up; beyond the last, whole multiples of it. */
const WINDOW_NS = [0.25e9, 0.5e9, 1e9, 2e9, 5e9, 10e9, 15e9, 30e9, 60e9] as const;

const SHED = outcomeCode('shed');
const OK = outcomeCode('ok');

/** The shortest window length that cuts `lengthNs` into no more windows than a chart can carry. */
export function windowLengthNs(lengthNs: number, mostWindows = MOST_WINDOWS): number {
  const longest = WINDOW_NS[WINDOW_NS.length - 1] ?? 60e9;
  return (
    WINDOW_NS.find((window) => lengthNs <= window * mostWindows) ??
    longest * Math.ceil(lengthNs / (longest * mostWindows))
  );
}

/** Entries of `Calls` sorted into windows: window w holds `order[from[w]]` to `order[from[w + 1] - 1]`. */
interface Bins {
  readonly order: Uint32Array;
  readonly from: Uint32Array;
}

function binByIntended(calls: Calls, fromNs: number, windowNs: number, windows: number): Bins {
  const windowOf = (i: number): number => Math.floor(((calls.intendedNs[i] ?? NaN) - fromNs) / windowNs);
  const inside = (w: number): boolean => w >= 0 && w < windows;
  const from = new Uint32Array(windows + 1);
  for (let i = 0; i < calls.length; i++) {
    const w = windowOf(i);
    if (inside(w)) from[w + 1] = (from[w + 1] ?? 0) + 1;
  }
  for (let w = 0; w < windows; w++) from[w + 1] = (from[w + 1] ?? 0) + (from[w] ?? 0);
  const next = from.slice();
  const order = new Uint32Array(from[windows] ?? 0);
  for (let i = 0; i < calls.length; i++) {
    const w = windowOf(i);
    if (!inside(w)) continue;
    const place = next[w] ?? 0;
    order[place] = i;
    next[w] = place + 1;
  }
  return { order, from };
}

interface MutableQuantiles {
  readonly p50Ns: (number | null)[];
  readonly p99Ns: (number | null)[];
  readonly p999Ns: (number | null)[];
  readonly maxNs: (number | null)[];
}

const noQuantiles = (): MutableQuantiles => ({ p50Ns: [], p99Ns: [], p999Ns: [], maxNs: [] });

function addWindow(series: MutableQuantiles, values: Float64Array): void {
  ascending(values);
  series.p50Ns.push(plainQuantile(values, 0.5));
  series.p99Ns.push(values.length < 100 ? null : plainQuantile(values, 0.99));
  series.p999Ns.push(values.length < 1000 ? null : plainQuantile(values, 0.999));
  series.maxNs.push(plainQuantile(values, 1));
}

/**
 * Response times of the calls of every window, `ok` alone and with failures at their deadline, and the latency from
 * send of the `ok` ones.
 */
function quantileSeries(
  calls: Calls,
  bins: Bins,
  windows: number,
): { readonly ok: QuantileSeries; readonly all: QuantileSeries; readonly service: QuantileSeries } {
  const ok = noQuantiles();
  const all = noQuantiles();
  const service = noQuantiles();
  for (let w = 0; w < windows; w++) {
    const among = bins.order.subarray(bins.from[w], bins.from[w + 1]);
    addWindow(
      all,
      gather(among, (i) => penalisedResponseNs(calls, i)),
    );
    const right = select(among, (i) => isOk(calls, i));
    addWindow(
      ok,
      gather(right, (i) => responseNs(calls, i)),
    );
    addWindow(
      service,
      gather(
        select(right, (i) => !Number.isNaN((calls.doneNs[i] ?? NaN) - (calls.lastSentNs[i] ?? NaN))),
        (i) => (calls.doneNs[i] ?? NaN) - (calls.lastSentNs[i] ?? NaN),
      ),
    );
  }
  return { ok, all, service };
}

/** The timeline from the start of the first phase to the last answer. */
export function timelineOf({ calls, flights }: RunParts, phases: readonly AnalysedPhase[]): Timeline {
  const fromNs = phases.reduce((least, { frame }) => Math.min(least, frame.startNs), Infinity);
  const toNs = phases.reduce((most, { frame }) => Math.max(most, frame.drainedNs), -Infinity);
  const lengthNs = Math.max(0, phases.length === 0 ? 0 : toNs - fromNs);
  const windowNs = windowLengthNs(lengthNs);
  const windows = Math.ceil(lengthNs / windowNs);
  const bins = binByIntended(calls, fromNs, windowNs, windows);
  const zeros = (): number[] => new Array<number>(windows).fill(0);
  const offered = zeros();
  const good = zeros();
  const late = zeros();
  const shed = zeros();
  const failed = OUTCOMES.map(zeros);
  const perWindow = 1e9 / windowNs;
  for (let w = 0; w < windows; w++) {
    const add = (series: number[] | undefined): void => {
      if (series !== undefined) series[w] = (series[w] ?? 0) + perWindow;
    };
    for (const i of bins.order.subarray(bins.from[w], bins.from[w + 1])) {
      const outcome = calls.outcome[i] ?? 0;
      add(offered);
      if (outcome === SHED) add(shed);
      else if (outcome !== OK) add(failed[outcome]);
      else add(isGood(calls, i) ? good : late);
    }
  }
  const quantiles = quantileSeries(calls, bins, windows);
  return {
    windowNs,
    fromNs: Array.from({ length: windows }, (_, w) => fromNs + w * windowNs),
    offeredPerSecond: offered,
    goodputPerSecond: good,
    latePerSecond: late,
    shedPerSecond: shed,
    failedPerSecond: OUTCOMES.flatMap((outcome, code) => {
      const perSecond = failed[code] ?? [];
      return perSecond.some((rate) => rate > 0) ? [{ outcome, perSecond }] : [];
    }),
    responseOk: quantiles.ok,
    responseAll: quantiles.all,
    fromSendOk: quantiles.service,
    queueAgeMaxNs: maxAgesNs(
      phases.map((phase) => phase.line),
      fromNs,
      windowNs,
      windows,
    ),
    inFlightMean: [...inFlightByWindow(flights, fromNs, windowNs, windows)],
  };
}
