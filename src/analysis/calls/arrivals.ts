/**
 * Whether the calls of an open loop arrived as the scenario says: evenly, or as a Poisson process.
 *
 * Compared is when each call left, without the wait for a free slot that a slow target causes: intended start plus
 * schedule lag. What a lag did to the numbers is judged by itself, so only times well above the lags count, and none of
 * a standstill.
 */
import { SAMPLE_FLAGS, type SampleColumns } from '../../record/index.js';
import type { Arrivals } from '../../scenario/index.js';
import { ascending } from '../statistics/index.js';
import { plainQuantile } from './durations.js';
import type { PhaseFrame } from './frames.js';
import { NumberList } from './selection.js';
import type { Standstill } from './standstills.js';

/** How the departures of one phase compare with the declared process. */
export interface ArrivalFit {
  readonly process: Arrivals;
  /** Length and number of the windows the departures were counted in; windows lie within one stage. */
  readonly windowNs: number;
  readonly windows: number;
  /**
   * Pearson's index of dispersion: mean over the windows of (count - expected)^2 / expected. About 1 for a Poisson
   * process, about 0 for an even one, and more than both when calls arrive in bursts or not at the rate.
   */
  readonly dispersion: number;
  /** Where the dispersion must lie. */
  readonly low: number;
  readonly high: number;
  /**
   * Poisson: largest distance (Kolmogorov and Smirnov) between the gaps above `aboveNs`, less that, and the exponential
   * distribution, which forgets what it has waited; and the limit. Null for even arrivals, and with too few such gaps.
   */
  readonly gaps: {
    readonly n: number;
    readonly aboveNs: number;
    readonly distance: number;
    readonly limit: number;
  } | null;
}

/** Windows are this many times as long as calls were late at p99, so that lateness moves few calls over an edge. */
const WINDOW_LAGS = 20;
const LEAST_LAG_NS = 1_000_000;
/** After a standstill what is due leaves in one go, within this time. */
const CATCHING_UP_NS = 50_000_000;
const CALLS_A_WINDOW = 10;
const FEWEST_WINDOWS = 30;
/**
 * Even arrivals scatter by one call a window and what lateness adds; a quarter of a Poisson process' scatter is more
 * than that.
 */
const EVEN_HIGH = 0.25;
/**
 * Standard deviations of the index of n Poisson windows, sqrt(2 / n), that chance is allowed; and a deviation that
 * matters.
 */
const SIGMAS = 5;
const POISSON_MATTERS = 0.3;
const FEWEST_GAPS = 100;
/**
 * Kolmogorov's limit for a false alarm in 100 000 runs is 2.47 / sqrt(n); a smaller distance than 0.05 doesn't matter.
 */
const KS_SCALE = 2.5;
const KS_MATTERS = 0.05;

interface Stretch {
  readonly fromNs: number;
  readonly toNs: number;
  readonly perNs: number;
}

/** When the first attempts of a phase left, ascending. */
function departuresNs(samples: SampleColumns, phase: number): Float64Array {
  const times = new NumberList();
  for (let row = 0; row < samples.length; row++) {
    if (
      samples.phase[row] !== phase ||
      samples.attempt[row] !== 0 ||
      ((samples.flags[row] ?? 0) & SAMPLE_FLAGS.warmup) !== 0
    )
      continue;
    const lag = (samples.sentNs[row] ?? NaN) - (samples.admittedNs[row] ?? NaN);
    times.push((samples.intendedNs[row] ?? NaN) + (Number.isNaN(lag) ? 0 : lag));
  }
  return ascending(times.taken());
}

/** Largest distance between some waits and the exponential distribution with this rate. */
function distanceFromExponential(sorted: Float64Array, perNs: number): number {
  let distance = 0;
  sorted.forEach((wait, i) => {
    const expected = 1 - Math.exp(-wait * perNs);
    distance = Math.max(distance, expected - i / sorted.length, (i + 1) / sorted.length - expected);
  });
  return distance;
}

/**
 * Compares a phase with its declared arrivals. Null for a closed loop, a capacity search (its probes are judged one by
 * one), a replay, a schedule with ramps, and where fewer than 30 windows fit in.
 * @param lagsNs the lags of the phase, ascending.
 */
export function arrivalFit(
  samples: SampleColumns,
  frame: PhaseFrame,
  lagsNs: Float64Array,
  standstills: readonly Standstill[],
): ArrivalFit | null {
  const segment = frame.planned.segment;
  if (
    segment?.loop !== 'open' ||
    segment.arrivals === 'recorded' ||
    frame.stages.some(({ planned }) => planned.rampToPerSecond !== undefined)
  )
    return null;
  const stretches = frame.stages.map(({ fromNs, toNs, ratePerSecond }): Stretch => ({
    fromNs: Math.max(fromNs, frame.measuredFromNs),
    toNs,
    perNs: ratePerSecond / 1e9,
  }));
  const slowest = Math.min(...stretches.map(({ perNs }) => perNs));
  const shortest = Math.min(...stretches.map(({ fromNs, toNs }) => toNs - fromNs));
  const lagNs = Math.max(LEAST_LAG_NS, plainQuantile(lagsNs, 0.99) ?? 0);
  // However late they were: a phase is judged unless it is too short for that.
  const windowNs = Math.max(
    Math.min(WINDOW_LAGS * lagNs, shortest / FEWEST_WINDOWS),
    WINDOW_LAGS * LEAST_LAG_NS,
    CALLS_A_WINDOW / slowest,
  );
  const isDisturbed = (fromNs: number, toNs: number): boolean =>
    standstills.some((each) => each.fromNs < toNs && each.toNs + CATCHING_UP_NS > fromNs);
  const times = departuresNs(samples, frame.planned.index);
  let windows = 0;
  let sum = 0;
  const waits = new NumberList();
  const aboveNs = lagNs;
  for (const { fromNs, toNs, perNs } of stretches) {
    const count = Math.max(0, Math.floor((toNs - fromNs) / windowNs + 1e-9));
    const counts = new Float64Array(count);
    let before = NaN;
    for (const time of times) {
      if (time < fromNs || time >= toNs) continue;
      const w = Math.floor((time - fromNs) / windowNs);
      if (w < count) counts[w] = (counts[w] ?? 0) + 1;
      // In units of the stage's mean gap, so that the waits of all stages are of one kind.
      if (time - before > aboveNs && !isDisturbed(before, time)) waits.push((time - before - aboveNs) * perNs);
      before = time;
    }
    const expected = windowNs * perNs;
    counts.forEach((each, w) => {
      if (isDisturbed(fromNs + w * windowNs, fromNs + (w + 1) * windowNs)) return;
      sum += (each - expected) ** 2 / expected;
      windows++;
    });
  }
  if (windows < FEWEST_WINDOWS) return null;
  const process = segment.arrivals;
  const spread = Math.max(POISSON_MATTERS, SIGMAS * Math.sqrt(2 / windows));
  const gaps = process === 'poisson' && waits.length >= FEWEST_GAPS;
  return {
    process,
    windowNs,
    windows,
    dispersion: sum / windows,
    low: process === 'constant' ? 0 : Math.max(0, 1 - spread),
    high: process === 'constant' ? EVEN_HIGH : 1 + spread,
    gaps: gaps
      ? {
          n: waits.length,
          aboveNs,
          distance: distanceFromExponential(ascending(waits.taken()), 1),
          limit: Math.max(KS_MATTERS, KS_SCALE / Math.sqrt(waits.length)),
        }
      : null,
  };
}
