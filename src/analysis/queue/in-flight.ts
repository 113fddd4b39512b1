/** Attempts between sent and done, what follows from counting them, and whether the workers counted the same. */
import type { SampleColumns, WorkerRow } from '../../record/index.js';
import { NumberList } from '../calls/index.js';
import { ascending } from '../statistics/index.js';

const PEAK_WINDOW_NS = 10_000_000_000;

/** The attempts of one phase that were sent: two columns, in no order. */
export interface Flights {
  readonly sentNs: Float64Array;
  readonly doneNs: Float64Array;
  readonly session: Int32Array;
}

/** Collects the flights of every phase in one pass. */
export function flightsByPhase(samples: SampleColumns, phaseCount: number): readonly Flights[] {
  const counts = new Uint32Array(phaseCount);
  for (let row = 0; row < samples.length; row++) {
    const phase = samples.phase[row] ?? 0;
    if (phase < phaseCount && !Number.isNaN(samples.sentNs[row] ?? NaN)) counts[phase] = (counts[phase] ?? 0) + 1;
  }
  const flights = Array.from(counts, (count) => ({
    sentNs: new Float64Array(count),
    doneNs: new Float64Array(count),
    session: new Int32Array(count),
  }));
  const next = new Uint32Array(phaseCount);
  for (let row = 0; row < samples.length; row++) {
    const phase = samples.phase[row] ?? 0;
    const sent = samples.sentNs[row] ?? NaN;
    const flight = flights[phase];
    if (flight === undefined || Number.isNaN(sent)) continue;
    const k = next[phase] ?? 0;
    flight.sentNs[k] = sent;
    flight.doneNs[k] = samples.doneNs[row] ?? NaN;
    flight.session[k] = samples.session[row] ?? -1;
    next[phase] = k + 1;
  }
  return flights;
}

export interface InFlight {
  /** Time average over [fromNs, toNs), exact. */
  readonly mean: number;
  readonly max: number;
}

/** What was in flight over a window: its mean is the integral over the window. */
export function inFlight(flights: Pick<Flights, 'sentNs' | 'doneNs'>, fromNs: number, toNs: number): InFlight {
  const { sentNs, doneNs } = flights;
  let area = 0;
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
  }
  const length = toNs - fromNs;
  return {
    mean: length > 0 ? area / length : 0,
    max: mostAtOnce(ascending(entered.taken()), ascending(left.taken())),
  };
}

/**
 * A worker reads its two clocks one after the other, and may stand still in between: for the 10 ms that another process
 * is given on a busy core, which must stay within the limit of 5 %.
 */
const LEAST_COMPARED_NS = 200e6;

/**
 * Largest difference, among the workers, between two books of what was in flight over a window: N, which the worker
 * summed up as it went, in the time of another clock; and R, the time in flight of its samples, clipped to the window
 * (Little, Operations Research 9, 1961: N is the same as R however unsteady the window is). Sessions are dealt out to
 * the workers in turn. Null where a worker reported too little or over too short a time, or nothing was in flight.
 */
export function consistencyErrorOf(
  { sentNs, doneNs, session }: Flights,
  rows: readonly WorkerRow[],
  fromNs: number,
  toNs: number,
): number | null {
  const workers = Math.max(0, ...rows.map(({ worker }) => worker + 1));
  const errors = Array.from({ length: workers }, (_, worker) => {
    const own = rows.filter((row) => row.worker === worker);
    const first = own.findLast(({ atNs }) => atNs <= fromNs) ?? own[0];
    const last = own.find(({ atNs }) => atNs >= toNs) ?? own.at(-1);
    if (first === undefined || last === undefined || last.atNs - first.atNs < LEAST_COMPARED_NS) return null;
    const clock = (last.otherClockNs - first.otherClockNs) / (last.atNs - first.atNs);
    const counted = (last.flownNs - first.flownNs) * clock;
    let recorded = 0;
    for (let k = 0; k < sentNs.length; k++) {
      if ((session[k] ?? -1) % workers !== worker) continue;
      recorded += Math.max(0, Math.min(doneNs[k] ?? NaN, last.atNs) - Math.max(sentNs[k] ?? NaN, first.atNs));
    }
    const larger = Math.max(counted, recorded);
    return larger > 0 ? Math.abs(counted - recorded) / larger : null;
  });
  const known = errors.filter((error) => error !== null);
  return known.length < workers || known.length === 0 ? null : Math.max(...known);
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
  flights: readonly Pick<Flights, 'sentNs' | 'doneNs'>[],
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
