/** The run in windows of equal length. */
import { OUTCOMES, maxAgesNs, outcomeCode, isGood, isOk, penalisedResponseNs, responseNs } from '../../record/index.js';
import { gather, plainQuantile, select } from '../calls/index.js';
import type { AnalysedPhase, RunParts } from '../phases/index.js';
import { inFlightByWindow, mostUpstreamCalls } from '../queue/index.js';
import { ascending } from '../statistics/index.js';
import { binByIntended, type Bins } from './bins.js';
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

/** Quantiles, window by window, of what `valuesOf` gives for the calls of a window. */
function quantileSeries(
  { order, from }: Bins,
  windows: number,
  valuesOf: (among: Uint32Array) => Float64Array,
): QuantileSeries {
  const sorted = Array.from({ length: windows }, (_, w) => ascending(valuesOf(order.subarray(from[w], from[w + 1]))));
  const quantiles = (q: number, fewest = 0): readonly (number | null)[] =>
    sorted.map((values) => (values.length < fewest ? null : plainQuantile(values, q)));
  return { p50Ns: quantiles(0.5), p99Ns: quantiles(0.99, 100), p999Ns: quantiles(0.999, 1000), maxNs: quantiles(1) };
}

/** The windows of the charts over the run: from the start of the first phase to the last answer. */
export interface RunWindows {
  readonly fromNs: number;
  readonly toNs: number;
  readonly windowNs: number;
  readonly windows: number;
}

export function runWindows(phases: readonly AnalysedPhase[]): RunWindows {
  const fromNs = phases.reduce((least, { frame }) => Math.min(least, frame.startNs), Infinity);
  const toNs = phases.reduce((most, { frame }) => Math.max(most, frame.drainedNs), -Infinity);
  const lengthNs = Math.max(0, phases.length === 0 ? 0 : toNs - fromNs);
  const windowNs = windowLengthNs(lengthNs);
  return { fromNs, toNs, windowNs, windows: Math.ceil(lengthNs / windowNs) };
}

/** The run in these windows. */
export function timelineOf(
  { calls, flights, upstreamCalls }: RunParts,
  phases: readonly AnalysedPhase[],
  { fromNs, windowNs, windows }: RunWindows,
): Timeline {
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
  const fromSendNs = (i: number): number => (calls.doneNs[i] ?? NaN) - (calls.lastSentNs[i] ?? NaN);
  const quantilesOf = (valueOf: (i: number) => number, counts: (i: number) => boolean): QuantileSeries =>
    quantileSeries(bins, windows, (among) => gather(select(among, counts), valueOf));
  const lines = phases.map((phase) => phase.line);
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
    responseOk: quantilesOf(
      (i) => responseNs(calls, i),
      (i) => isOk(calls, i),
    ),
    responseAll: quantilesOf(
      (i) => penalisedResponseNs(calls, i),
      () => true,
    ),
    fromSendOk: quantilesOf(fromSendNs, (i) => isOk(calls, i) && !Number.isNaN(fromSendNs(i))),
    queueAgeMaxNs: maxAgesNs(lines, fromNs, windowNs, windows),
    upstreamCalls: Array.from(
      { length: windows },
      (_, w) => mostUpstreamCalls(upstreamCalls, fromNs + w * windowNs, fromNs + (w + 1) * windowNs)?.max ?? null,
    ),
    inFlightMean: [...inFlightByWindow(flights, fromNs, windowNs, windows)],
  };
}
