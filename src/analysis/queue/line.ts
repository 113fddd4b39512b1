/** The age of the line of waiting calls over time, its trend, and when the line is empty. */
import type { WaitingLine } from '../../record/index.js';
import { plainQuantile } from '../calls/index.js';
import { growthInterval, trendInterval, type TrendInterval } from '../statistics/index.js';

export interface QueueAge {
  /**
   * Whose age it is. `upstream`: of the oldest call not yet in service, by the times that the upstream reports.
   * `unanswered`: of the oldest unanswered call, because it reports none.
   */
  readonly source: WaitingLine['source'];
  /** Over the slice's schedule, exact. */
  readonly maxNs: number;
  /** 99th percentile over time (sampled every 10 ms of the slice). */
  readonly p99Ns: number;
  /**
   * Theil-Sen slope in ns of age per second, with a 95 % interval (`statistics/trend`), of the age as if calls left in
   * order of arrival; null under 5 s of data.
   */
  readonly slope: { readonly nsPerSecond: number; readonly low: number; readonly high: number } | null;
}

/** Distance of the moments at which the age is sampled for its quantile over time. */
export const AGE_SAMPLE_NS = 10_000_000;
/** Moments the trend is fitted to: means over equal parts of the slice. */
const TREND_POINTS = 60;
const TREND_NEEDS_NS = 5_000_000_000;

/** Largest age at any moment of [fromNs, toNs], exact: each oldest call is oldest of all just before it leaves. */
export function maxAgeNs(line: WaitingLine, fromNs: number, toNs: number): number {
  let max = 0;
  for (let k = 0; k < line.intendedNs.length; k++) {
    const intended = line.intendedNs[k] ?? NaN;
    const left = line.leftNs[k] ?? NaN;
    if (left < fromNs || intended > toNs) continue;
    max = Math.max(max, Math.min(left, toNs) - intended);
  }
  return max;
}

/** The age at equally spaced moments `fromNs`, `fromNs + stepNs`, ... up to `toNs`. */
export function agesNs(line: WaitingLine, fromNs: number, toNs: number, stepNs: number): Float64Array {
  const moments = toNs < fromNs ? 0 : Math.floor((toNs - fromNs) / stepNs) + 1;
  const ages = new Float64Array(moments);
  let oldest = 0;
  for (let m = 0; m < moments; m++) {
    const t = fromNs + m * stepNs;
    while (oldest < line.leftNs.length && (line.leftNs[oldest] ?? NaN) <= t) oldest++;
    const intended = line.intendedNs[oldest] ?? Infinity;
    ages[m] = intended < t ? t - intended : 0;
  }
  return ages;
}

/** Age over a slice of the schedule. */
export function queueAge(line: WaitingLine, fromNs: number, toNs: number): QueueAge {
  const ages = agesNs(line, fromNs, toNs, AGE_SAMPLE_NS);
  const trend = toNs - fromNs < TREND_NEEDS_NS ? null : trendOf(agesInOrder(line, fromNs, toNs));
  return {
    source: line.source,
    maxNs: maxAgeNs(line, fromNs, toNs),
    p99Ns: plainQuantile(ages.slice().sort(), 0.99) ?? 0,
    slope: trend,
  };
}

/** Growth of the age over a slice of any length; its bounds say what a short one is worth. Null under eight samples. */
export function ageGrowth(line: WaitingLine, fromNs: number, toNs: number): QueueAge['slope'] {
  return slopeOf(growthInterval(agesInOrder(line, fromNs, toNs), AGE_SAMPLE_NS / 1e9));
}

/**
 * The ages that the same arrivals and departures have in order of arrival. Whether a queue grows does not depend on who
 * in it is served first, but the age of its oldest does: under a server that takes its connections as they come it
 * rises and falls by seconds.
 */
const agesInOrder = (line: WaitingLine, fromNs: number, toNs: number): Float64Array =>
  agesNs({ ...line, leftNs: line.leftNs.slice().sort() }, fromNs, toNs, AGE_SAMPLE_NS);

const slopeOf = (trend: TrendInterval | null): QueueAge['slope'] =>
  trend === null ? null : { nsPerSecond: trend.slope, low: trend.low, high: trend.high };

function trendOf(ages: Float64Array): QueueAge['slope'] {
  const points = Math.min(TREND_POINTS, ages.length);
  const seconds = new Float64Array(points);
  const means = new Float64Array(points);
  for (let p = 0; p < points; p++) {
    const from = Math.floor((p * ages.length) / points);
    const to = Math.floor(((p + 1) * ages.length) / points);
    let sum = 0;
    for (let m = from; m < to; m++) sum += ages[m] ?? 0;
    means[p] = sum / (to - from);
    seconds[p] = (((from + to - 1) / 2) * AGE_SAMPLE_NS) / 1e9;
  }
  return slopeOf(trendInterval(seconds, means));
}

/** When, and in what sense, a queue was empty again. */
export interface Emptied {
  /** First moment at or after the asked one; null when that was never while the schedule ran. */
  readonly atNs: number | null;
  readonly emptyWhen: 'none-waiting' | 'none-in-system';
}

/**
 * First moment at or after `afterNs` at which nothing waits. Without upstream stamps that is the first moment with no
 * call in the system at all: never too early, and late by about a service time.
 */
export function emptiedAt(line: WaitingLine, afterNs: number, untilNs: number): Emptied {
  const emptyWhen = line.source === 'upstream' ? 'none-waiting' : 'none-in-system';
  return { atNs: noOlderAt(line, 0, afterNs, untilNs), emptyWhen };
}

/** First moment of [afterNs, untilNs] at which no waiting call is older than `ageNs`; null: there is none. */
export function noOlderAt(line: WaitingLine, ageNs: number, afterNs: number, untilNs: number): number | null {
  let olderUntil = afterNs;
  for (let k = 0; k < line.leftNs.length; k++) {
    // Calls come in order of intended start: those that follow are too young as well.
    if ((line.intendedNs[k] ?? NaN) + ageNs >= olderUntil) break;
    olderUntil = Math.max(olderUntil, line.leftNs[k] ?? 0);
  }
  return olderUntil <= untilNs ? olderUntil : null;
}

/** How many calls waited (or, without upstream stamps, were in the system) at a moment. */
export function backlogAt(line: WaitingLine, atNs: number): number {
  let backlog = 0;
  for (let k = 0; k < line.leftNs.length; k++) {
    if ((line.intendedNs[k] ?? Infinity) > atNs) break;
    if ((line.leftNs[k] ?? 0) > atNs) backlog++;
  }
  return backlog;
}
