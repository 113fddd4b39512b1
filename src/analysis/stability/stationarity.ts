/** Stationarity: whether a steady phase was stationary, and from when on. */
import { traitsOf } from '../../catalog/index.js';
import type { Calls } from '../../record/index.js';
import { type PhaseFrame, select } from '../calls/index.js';
import { mserTruncation } from '../statistics/index.js';
import { testStretch } from './tests.js';
import type { Stationarity, StationarityStretch } from './types.js';
import { type StationarityWindows, stationarityWindows } from './windows.js';

/** A shorter stretch says nothing about the long run. */
const SHORTEST_NS = 5_000_000_000;
const MOST_WINDOWS = 40;
const FEWEST_WINDOWS = 16;
const CALLS_A_WINDOW = 20;
/** With fewer windows that count as independent, finding nothing means nothing. */
const FEWEST_EFFECTIVE = 4;

const isCalm = ({ tests }: StationarityStretch): boolean => tests.every(({ finding }) => finding === 'none');
const isSignificant = ({ tests }: StationarityStretch): boolean =>
  tests.every(({ effectiveWindows }) => effectiveWindows >= FEWEST_EFFECTIVE);

/** Index of the first window to keep, by whichever quantity takes longer to settle. */
function truncation({ responseNs, completedPerSecond, windowNs }: StationarityWindows): number {
  const count = responseNs.length;
  const most = Math.min(Math.floor(count / 2), count - FEWEST_WINDOWS, count - Math.ceil(SHORTEST_NS / windowNs));
  // A window without calls is taken to be as long as the one before it.
  const filled = responseNs.map((value, w) =>
    Number.isNaN(value) ? (responseNs.slice(0, w).findLast((earlier) => !Number.isNaN(earlier)) ?? 0) : value,
  );
  return most <= 0 ? 0 : Math.max(mserTruncation(filled, most), mserTruncation(completedPerSecond, most));
}

/** A verdict, and the calls of the chosen stretch where that is not the measured window; null otherwise. */
export interface JudgedStationarity {
  readonly state: Stationarity;
  readonly among: Uint32Array | null;
  /** The chosen stretch, or the measured window. */
  readonly fromNs: number;
  readonly toNs: number;
}

/**
 * Judges a phase.
 * @param firstFaultNs when the first fault of the phase came on, Infinity if none did; the windows before it are judged
 * @returns null for phases of another regime, which are not expected to be stationary
 */
export function stationarityOf(calls: Calls, frame: PhaseFrame, firstFaultNs: number): JudgedStationarity | null {
  if (!traitsOf(frame.planned.regime).isExpectedStationary) return null;
  const fromNs = frame.measuredFromNs;
  const untilNs = Math.min(frame.scheduledEndNs, firstFaultNs);
  const within = select(frame.measured, (i) => (calls.intendedNs[i] ?? NaN) < untilNs);
  const state = judge(calls, frame, within, untilNs);
  const chosen = state.verdict === 'not-judged' ? null : state.chosen;
  if (chosen === null || (chosen.fromNs === fromNs && untilNs === frame.scheduledEndNs))
    return { state, among: null, fromNs, toNs: frame.scheduledEndNs };
  return {
    state,
    among: select(within, (i) => (calls.intendedNs[i] ?? NaN) >= chosen.fromNs),
    fromNs: chosen.fromNs,
    toNs: untilNs,
  };
}

function judge(calls: Calls, frame: PhaseFrame, within: Uint32Array, untilNs: number): Stationarity {
  const fromNs = frame.measuredFromNs;
  if (!frame.ended) return { verdict: 'not-judged', why: 'broken-off' };
  if (untilNs - fromNs < SHORTEST_NS)
    return { verdict: 'not-judged', why: untilNs < frame.scheduledEndNs ? 'fault' : 'too-short' };
  const count = Math.min(MOST_WINDOWS, Math.floor(within.length / CALLS_A_WINDOW));
  if (count < FEWEST_WINDOWS) return { verdict: 'not-judged', why: 'too-few-calls' };
  const windowNs = Math.floor((untilNs - fromNs) / count);
  const windows = stationarityWindows(calls, frame.all, fromNs, windowNs, count);
  if (windows.responseNs.filter((each) => !Number.isNaN(each)).length < FEWEST_WINDOWS)
    return { verdict: 'not-judged', why: 'too-few-calls' };
  const judged = testStretch(windows, 0);
  if (isCalm(judged)) {
    return isSignificant(judged)
      ? { verdict: 'stationary', windowNs, judged, chosen: judged }
      : { verdict: 'undecided', windowNs, judged, chosen: null };
  }
  const first = truncation(windows);
  const rest = first === 0 ? judged : testStretch(windows, first);
  return isCalm(rest) && isSignificant(rest)
    ? { verdict: 'stationary-later', windowNs, judged, chosen: rest }
    : { verdict: 'not-stationary', windowNs, judged, chosen: null };
}
