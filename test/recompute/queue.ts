/** The waiting line of a phase, asked moment by moment. */
import type { QueueAge } from '../../src/analysis/index.js';
import type { Random } from '../../src/random/index.js';
import type { Call } from './logical-calls.js';
import { plainQuantile } from './durations.js';

export interface Waiting {
  readonly sinceNs: number;
  /** Service began; without upstream stamps: it was sent. A call that never got so far waited until its end. */
  readonly untilNs: number;
  readonly doneNs: number;
}

export interface Line {
  readonly source: QueueAge['source'];
  readonly waiting: readonly Waiting[];
}

/** The waiting line of all calls of a phase, warm-up included. */
export function lineOf(calls: readonly Call[]): Line {
  const source = calls.some(({ startedNs }) => startedNs !== null) ? 'upstream' : 'generator';
  const waiting = calls.map((call) => ({
    sinceNs: call.intendedNs,
    untilNs: (source === 'upstream' ? call.startedNs : call.firstSentNs) ?? call.doneNs,
    doneNs: call.doneNs,
  }));
  return { source, waiting };
}

/** Q(t): t minus the oldest intended start among those waiting at t, 0 if none. */
export function ageAt(line: Line, atNs: number): number {
  let oldest = atNs;
  for (const { sinceNs, untilNs } of line.waiting) if (sinceNs <= atNs && atNs < untilNs) oldest = Math.min(oldest, sinceNs);
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
 * First moment from `afterNs` on, up to `untilNs`, at which nothing waits (without stamps: nothing is in the system); null if
 * none. Who comes at the very moment the last one leaves finds the queue empty.
 */
export function firstEmpty(line: Line, afterNs: number, untilNs: number): number | null {
  const busy = line.waiting.map(({ sinceNs, untilNs: startedNs, doneNs }) => ({ fromNs: sinceNs, toNs: line.source === 'upstream' ? startedNs : doneNs }));
  const candidates = [afterNs, ...busy.map(({ toNs }) => toNs)].filter((moment) => moment >= afterNs && moment <= untilNs).sort((a, b) => a - b);
  return candidates.find((moment) => !busy.some(({ fromNs, toNs }) => fromNs < moment && moment < toNs)) ?? null;
}

/** How many wait (without stamps: are in the system) at a moment. */
export function backlog(line: Line, atNs: number): number {
  return line.waiting.filter(({ sinceNs, untilNs, doneNs }) => sinceNs <= atNs && atNs < (line.source === 'upstream' ? untilNs : doneNs)).length;
}

const STEP_NS = 10e6;
const PARTS = 60;
const SHORTEST_TREND_NS = 5e9;
const DRAWS = 200;

const median = (values: readonly number[]): number => {
  const sorted = Float64Array.from(values).sort();
  const middle = sorted.length / 2;
  return sorted.length % 2 === 1 ? (sorted[Math.floor(middle)] ?? NaN) : ((sorted[middle - 1] ?? NaN) + (sorted[middle] ?? NaN)) / 2;
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
  const looks: Point[] = [];
  for (let t = fromNs; t <= toNs; t += STEP_NS) looks.push({ x: (t - fromNs) / 1e9, y: ageAt(line, t) });
  return looks;
}

/** The trend of the age over a slice of any length; null where it was looked at fewer than eight times. */
export function ageTrend(line: Line, fromNs: number, toNs: number, random: Random): QueueAge['slope'] {
  const looks = looksAt(line, fromNs, toNs);
  return looks.length < 8 ? null : trend(looks, random);
}

/**
 * The trend of an age looked at in equal steps: a line through 60 points, each the mean age and the mean time of its share of
 * the looks; through the looks themselves where there are fewer.
 */
function trend(looks: readonly Point[], random: Random): QueueAge['slope'] {
  const parts = Math.min(PARTS, looks.length);
  const points = Array.from({ length: parts }, (_, part) => {
    const own = looks.slice(Math.floor((part * looks.length) / parts), Math.floor(((part + 1) * looks.length) / parts));
    return { x: mean(own.map(({ x }) => x)), y: mean(own.map(({ y }) => y)) };
  });
  const { slope, low, high } = lineThrough(points, random);
  return { nsPerSecond: slope, low, high };
}

/** The line through some points; its interval by drawing blocks of neighbouring residuals, as many as the root of the points, 200 times. */
export function lineThrough(points: readonly Point[], random: Random): { readonly slope: number; readonly low: number; readonly high: number } {
  const line = theilSen(points);
  const residuals = points.map(({ x, y }) => y - line.intercept - line.slope * x);
  const block = Math.ceil(Math.sqrt(points.length));
  const slopes = Array.from({ length: DRAWS }, () => {
    const drawn: number[] = [];
    while (drawn.length < points.length) {
      const from = random.below(points.length - block + 1);
      drawn.push(...residuals.slice(from, from + block));
    }
    return theilSen(points.map(({ x }, i) => ({ x, y: line.intercept + line.slope * x + (drawn[i] ?? NaN) }))).slope;
  });
  slopes.sort((a, b) => a - b);
  const at = (share: number): number => slopes[Math.round(share * (DRAWS - 1))] ?? NaN;
  // An interval holds what it is the interval of.
  return { slope: line.slope, low: Math.min(line.slope, at(0.025)), high: Math.max(line.slope, at(0.975)) };
}

/** The age over a slice of the schedule. */
export function queueAge(line: Line, fromNs: number, toNs: number, random: Random): QueueAge {
  const looks = looksAt(line, fromNs, toNs);
  return {
    source: line.source,
    maxNs: longestAge(line, fromNs, toNs),
    p99Ns: plainQuantile(looks.map(({ y }) => y), 0.99) ?? 0,
    slope: toNs - fromNs < SHORTEST_TREND_NS ? null : trend(looks, random),
  };
}
