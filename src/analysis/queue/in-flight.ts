/** Attempts between sent and done, and what follows from counting them: Little's law and the peak throughput. */
import type { SampleColumns } from '../../record/index.js';
import { NumberList } from '../calls/index.js';
import { ascending } from '../statistics/index.js';

const PEAK_WINDOW_NS = 10_000_000_000;

/** The attempts of one phase that were sent: two columns, in no order. */
export interface Flights {
  readonly sentNs: Float64Array;
  readonly doneNs: Float64Array;
}

/** Collects the flights of every phase in one pass. */
export function flightsByPhase(samples: SampleColumns, phaseCount: number): readonly Flights[] {
  const counts = new Uint32Array(phaseCount);
  for (let row = 0; row < samples.length; row++) {
    const phase = samples.phase[row] ?? 0;
    if (phase < phaseCount && !Number.isNaN(samples.sentNs[row] ?? NaN)) counts[phase] = (counts[phase] ?? 0) + 1;
  }
  const flights = Array.from(counts, (count) => ({ sentNs: new Float64Array(count), doneNs: new Float64Array(count) }));
  const next = new Uint32Array(phaseCount);
  for (let row = 0; row < samples.length; row++) {
    const phase = samples.phase[row] ?? 0;
    const sent = samples.sentNs[row] ?? NaN;
    const flight = flights[phase];
    if (flight === undefined || Number.isNaN(sent)) continue;
    const k = next[phase] ?? 0;
    flight.sentNs[k] = sent;
    flight.doneNs[k] = samples.doneNs[row] ?? NaN;
    next[phase] = k + 1;
  }
  return flights;
}

export interface InFlight {
  /** Time average over [fromNs, toNs), exact. */
  readonly mean: number;
  readonly max: number;
  /** |L - X W| / L; null when nothing was in flight. */
  readonly consistencyError: number | null;
  /** Mean time from sent to done of the attempts done in the window; null without any. */
  readonly meanResidenceNs: number | null;
  /** Attempts done in the window. */
  readonly completions: number;
}

/**
 * What was in flight over a window. The mean number L is an integral over the window, throughput X and mean residence W
 * are taken from the attempts that ended in it: three counts that agree only when as much entered as left (Little,
 * Operations Research 9, 1961).
 */
export function inFlight(flights: Flights, fromNs: number, toNs: number): InFlight {
  const { sentNs, doneNs } = flights;
  let area = 0;
  let residence = 0;
  let completions = 0;
  const entered = new NumberList();
  const left = new NumberList();
  for (let k = 0; k < sentNs.length; k++) {
    const sent = sentNs[k] ?? NaN;
    const done = doneNs[k] ?? NaN;
    const overlap = Math.min(done, toNs) - Math.max(sent, fromNs);
    if (overlap > 0) {
      area += overlap;
      entered.push(Math.max(sent, fromNs));
      left.push(Math.min(done, toNs));
    }
    if (done >= fromNs && done < toNs) {
      completions++;
      residence += done - sent;
    }
  }
  const length = toNs - fromNs;
  const mean = length > 0 ? area / length : 0;
  return {
    mean,
    max: mostAtOnce(ascending(entered.taken()), ascending(left.taken())),
    consistencyError: area > 0 ? Math.abs(area - residence) / area : null,
    meanResidenceNs: completions > 0 ? residence / completions : null,
    completions,
  };
}

function mostAtOnce(entered: Float64Array, left: Float64Array): number {
  let most = 0;
  let gone = 0;
  for (let k = 0; k < entered.length; k++) {
    // One that leaves as another enters does not overlap with it.
    while (gone < left.length && (left[gone] ?? Infinity) <= (entered[k] ?? 0)) gone++;
    most = Math.max(most, k + 1 - gone);
  }
  return most;
}

/** Time averages of the number in flight over consecutive windows of `windowNs` from `fromNs`: exact, in one pass. */
export function inFlightByWindow(
  flights: readonly Flights[],
  fromNs: number,
  windowNs: number,
  windows: number,
): Float64Array {
  const area = new Float64Array(windows);
  // Windows a flight covers wholly are counted by where they begin and end.
  const covering = new Int32Array(windows + 1);
  for (const { sentNs, doneNs } of flights) {
    for (let k = 0; k < sentNs.length; k++) {
      const from = Math.max(0, ((sentNs[k] ?? NaN) - fromNs) / windowNs);
      const to = Math.min(windows, ((doneNs[k] ?? NaN) - fromNs) / windowNs);
      if (!(to > from)) continue;
      const first = Math.floor(from);
      const last = Math.min(windows - 1, Math.floor(to));
      if (first === last) {
        area[first] = (area[first] ?? 0) + to - from;
        continue;
      }
      area[first] = (area[first] ?? 0) + first + 1 - from;
      area[last] = (area[last] ?? 0) + to - last;
      covering[first + 1] = (covering[first + 1] ?? 0) + 1;
      covering[last] = (covering[last] ?? 0) - 1;
    }
  }
  let covered = 0;
  for (let w = 0; w < windows; w++) {
    covered += covering[w] ?? 0;
    area[w] = (area[w] ?? 0) + covered;
  }
  return area;
}

/**
 * Most of the given (ascending) moments in any window of 10 s within [fromNs, toNs], a second; over all of it when
 * shorter.
 */
export function peakPerSecond(sortedNs: Float64Array, fromNs: number, toNs: number): number {
  const length = Math.min(PEAK_WINDOW_NS, toNs - fromNs);
  if (length <= 0) return 0;
  let most = 0;
  let first = 0;
  for (let k = 0; k < sortedNs.length; k++) {
    const at = sortedNs[k] ?? NaN;
    if (at < fromNs || at > toNs) {
      first = k + 1;
      continue;
    }
    while (first < k && at - (sortedNs[first] ?? at) >= length) first++;
    most = Math.max(most, k - first + 1);
  }
  return (most * 1e9) / length;
}
