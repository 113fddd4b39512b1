/** The waiting line of a phase, asked moment by moment. */
import type { QueueAge } from '../../src/analysis/index.js';
import type { Call } from './logical-calls.js';
import { plainQuantile } from './durations.js';

export interface Waiting {
  readonly sinceNs: number;
  /** Service began; without upstream stamps: it was answered. A call that never got so far waited until its end. */
  readonly untilNs: number;
}

export interface Line {
  readonly source: QueueAge['source'];
  readonly waiting: readonly Waiting[];
}

/** The waiting line of all calls of a phase, warm-up included. */
export function lineOf(calls: readonly Call[]): Line {
  const source = calls.some(({ startedNs }) => startedNs !== null) ? 'upstream' : 'unanswered';
  const waiting = calls.map((call) => ({
    sinceNs: call.intendedNs,
    untilNs: Math.min(call.startedNs ?? Infinity, call.doneNs),
  }));
  return { source, waiting };
}

/** Q(t): t minus the oldest intended start among those waiting at t, 0 if none. */
export function ageAt(line: Line, atNs: number): number {
  let oldest = atNs;
  for (const { sinceNs, untilNs } of line.waiting)
    if (sinceNs <= atNs && atNs < untilNs) oldest = Math.min(oldest, sinceNs);
  return atNs - oldest;
}

/** The largest age anybody reached within [fromNs, toNs). */
export function longestAge(line: Line, fromNs: number, toNs: number): number {
  let longest = 0;
  for (const { sinceNs, untilNs } of line.waiting) {
    if (untilNs > fromNs && sinceNs < toNs) longest = Math.max(longest, Math.min(untilNs, toNs) - sinceNs);
  }
  return longest;
}

/**
 * First moment from `afterNs` on, up to `untilNs`, at which nothing waits (without stamps: nothing is in the system);
 * null if none. Who comes at the very moment the last one leaves finds the queue empty.
 */
export function firstEmpty(line: Line, afterNs: number, untilNs: number): number | null {
  return firstYoung(line, 0, afterNs, untilNs);
}

/** First moment from `afterNs` on, up to `untilNs`, at which nothing has waited longer than `ageNs`; null if none. */
export function firstYoung(line: Line, ageNs: number, afterNs: number, untilNs: number): number | null {
  const busy = line.waiting.map(({ sinceNs, untilNs: leftNs }) => ({ fromNs: sinceNs + ageNs, toNs: leftNs }));
  const candidates = [afterNs, ...busy.map(({ toNs }) => toNs)]
    .filter((moment) => moment >= afterNs && moment <= untilNs)
    .sort((a, b) => a - b);
  return candidates.find((moment) => !busy.some(({ fromNs, toNs }) => fromNs < moment && moment < toNs)) ?? null;
}

/** How many wait (without stamps: are in the system) at a moment. */
export function backlog(line: Line, atNs: number): number {
  return line.waiting.filter(({ sinceNs, untilNs }) => sinceNs <= atNs && atNs < untilNs).length;
}

const STEP_NS = 10e6;
const PARTS = 60;
const SHORTEST_TREND_NS = 5e9;
const BATCHES = 12;

const median = (values: readonly number[]): number => {
  const sorted = Float64Array.from(values).sort();
  const middle = sorted.length / 2;
  return sorted.length % 2 === 1
    ? (sorted[Math.floor(middle)] ?? NaN)
    : ((sorted[middle - 1] ?? NaN) + (sorted[middle] ?? NaN)) / 2;
};

interface Point {
  readonly x: number;
  readonly y: number;
}

/** Theil and Sen's line: the median of the slopes of all pairs, through the median of what is left. */
function theilSen(points: readonly Point[]): { readonly slope: number; readonly intercept: number } {
  const slopes: number[] = [];
  points.forEach((a, i) => {
    for (const b of points.slice(i + 1)) slopes.push((b.y - a.y) / (b.x - a.x));
  });
  const slope = median(slopes);
  return { slope, intercept: median(points.map(({ x, y }) => y - slope * x)) };
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/** The age every 10 ms over a slice of the schedule. */
function looksAt(line: Line, fromNs: number, toNs: number): readonly Point[] {
  const polls: Point[] = [];
  for (let t = fromNs; t <= toNs; t += STEP_NS) polls.push({ x: (t - fromNs) / 1e9, y: ageAt(line, t) });
  return polls;
}

/** Who came first leaves first, at the same moments: what its trend is taken of. */
function inOrderOfArrival({ source, waiting }: Line): Line {
  const since = waiting.map(({ sinceNs }) => sinceNs).sort((a, b) => a - b);
  const until = waiting.map(({ untilNs }) => untilNs).sort((a, b) => a - b);
  return { source, waiting: since.map((sinceNs, i) => ({ sinceNs, untilNs: until[i] ?? NaN })) };
}

/**
 * The trend of an age looked at in equal steps: a line through 60 points, each the mean age and the mean time of its
 * share of the looks; through the looks themselves where there are fewer.
 */
function trend(polls: readonly Point[]): QueueAge['slope'] {
  const parts = Math.min(PARTS, polls.length);
  const points = Array.from({ length: parts }, (_, part) => {
    const own = polls.slice(Math.floor((part * polls.length) / parts), Math.floor(((part + 1) * polls.length) / parts));
    return { x: mean(own.map(({ x }) => x)), y: mean(own.map(({ y }) => y)) };
  });
  const { slope, low, high } = lineThrough(points);
  return { nsPerSecond: slope, low, high };
}

/** 97.5 % points of Student's t by the points a line goes through, less the two it uses up. */
const STUDENT: Readonly<Record<number, number>> = { 6: 2.446912, 7: 2.364624, 8: 2.306004, 9: 2.262157, 10: 2.228139 };

/**
 * The line through some points. Its interval: the points in twelve batches (or each a batch, where there are fewer), a
 * least-squares line through the batches, and its standard error, widened where neighbouring batches lie on the same
 * side of it.
 */
export function lineThrough(points: readonly Point[]): {
  readonly slope: number;
  readonly low: number;
  readonly high: number;
} {
  const { slope } = theilSen(points);
  const count = Math.min(BATCHES, points.length);
  const batches = Array.from({ length: count }, (_, batch) => {
    const own = points.slice(
      Math.floor((batch * points.length) / count),
      Math.floor(((batch + 1) * points.length) / count),
    );
    return { x: mean(own.map(({ x }) => x)), y: mean(own.map(({ y }) => y)) };
  });
  const centre = { x: mean(batches.map(({ x }) => x)), y: mean(batches.map(({ y }) => y)) };
  const sum = (of: (batch: Point, index: number) => number): number =>
    batches.map(of).reduce((all, each) => all + each, 0);
  const spreadX = sum(({ x }) => (x - centre.x) ** 2);
  const least = sum(({ x, y }) => (x - centre.x) * (y - centre.y)) / spreadX;
  const off = batches.map(({ x, y }) => y - centre.y - least * (x - centre.x));
  const spread = sum((_, i) => (off[i] ?? NaN) ** 2);
  if (spread === 0) return { slope, low: slope, high: slope };
  const alike =
    (off.slice(1).reduce((all, each, i) => all + each * (off[i] ?? NaN), 0) / spread + 2 / count) / (1 - 4 / count);
  const rho = Math.max(0, Math.min(0.9, alike));
  const error = Math.sqrt(spread / (count - 2) / spreadX) * Math.sqrt((1 + rho) / (1 - rho));
  const half = (STUDENT[count - 2] ?? NaN) * error;
  return { slope, low: slope - half, high: slope + half };
}

/** The age over a slice of the schedule. */
export function queueAge(line: Line, fromNs: number, toNs: number): QueueAge {
  const polls = looksAt(line, fromNs, toNs);
  return {
    source: line.source,
    maxNs: longestAge(line, fromNs, toNs),
    p99Ns:
      plainQuantile(
        polls.map(({ y }) => y),
        0.99,
      ) ?? 0,
    slope: toNs - fromNs < SHORTEST_TREND_NS ? null : trend(looksAt(inOrderOfArrival(line), fromNs, toNs)),
  };
}
