/** What the queue and the misses of one probe, or of several at one rate, show of that rate. */
import type { ProbeEvidence, ProbeVerdict } from '../../record/index.js';
import { proportionInterval } from '../statistics/index.js';

/** In whole calls of a hundred, so that exactly 1 % is within the budget whatever doubles make of it. */
export const MOST_MISSED_OF_HUNDRED = 1;
/** A slope so much of the limit off 0 is none: any server gets a little slower or faster over seconds. */
const LEVEL_SHARE = 0.01;

/** Of the queue and of the misses: kept within the limit, shown to break it, or neither. */
export interface Shown {
  readonly queue: ProbeVerdict;
  readonly misses: ProbeVerdict;
  readonly verdict: ProbeVerdict;
}

/**
 * A queue is bounded when the interval of its age's slope includes 0 and lies below the limit, and diverges when it
 * lies above the limit. Misses keep the budget when at most 1 % missed, and break it when the interval of Clopper and
 * Pearson rules 1 % out. A rate has passed when both are kept, and failed when one is broken.
 */
export function shownBy(probes: readonly ProbeEvidence[], limitNsPerSecond: number): Shown {
  const level = LEVEL_SHARE * limitNsPerSecond;
  const slope = pooledSlope(probes.flatMap(({ queueAge }) => queueAge.slope ?? []));
  const queue =
    slope === null
      ? 'undecided'
      : slope.low > limitNsPerSecond
        ? 'failed'
        : slope.low <= level && slope.high >= -level && slope.high <= limitNsPerSecond
          ? 'passed'
          : 'undecided';
  const offered = probes.reduce((sum, each) => sum + each.offered, 0);
  const missed = offered - probes.reduce((sum, { good }) => sum + good, 0);
  const misses =
    missed * 100 <= MOST_MISSED_OF_HUNDRED * offered
      ? 'passed'
      : proportionInterval(missed, offered).low * 100 > MOST_MISSED_OF_HUNDRED
        ? 'failed'
        : 'undecided';
  const both = [queue, misses];
  const verdict = both.includes('failed') ? 'failed' : both.includes('undecided') ? 'undecided' : 'passed';
  return { queue, misses, verdict };
}

type Slope = NonNullable<ProbeEvidence['queueAge']['slope']>;

/** Slopes whose mean squared distance, in standard errors, is more than this contradict each other. */
const MOST_APART = 4;
/** Half of an interval is at least this when slopes are pooled: none is exact. In ns of age per second. */
const LEAST_HALF_NS = 500_000;

/**
 * Several slopes at one rate as one: each bound by the means weighted with its own half. Of slopes that contradict each
 * other a minority is left out, from the one furthest from the median: a hiccup of the machine. What still does widens
 * the interval (Birge, Physical Review 40, 1932).
 */
function pooledSlope(slopes: readonly Slope[], toLeaveOut = Math.floor((slopes.length - 1) / 2)): Slope | null {
  const [first] = slopes;
  if (first === undefined || slopes.length === 1) return first ?? null;
  const bound = (halfOf: (slope: Slope) => number) => {
    const weights = slopes.map((slope) => Math.max(LEAST_HALF_NS, halfOf(slope)) ** -2);
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    const mean = slopes.reduce((sum, { nsPerSecond }, i) => sum + nsPerSecond * (weights[i] ?? 0), 0) / total;
    const squares = slopes.reduce((sum, { nsPerSecond }, i) => sum + (nsPerSecond - mean) ** 2 * (weights[i] ?? 0), 0);
    // A half is about two standard errors.
    const apart = (4 * squares) / (slopes.length - 1);
    return { mean, apart, half: Math.sqrt((apart > MOST_APART ? apart : 1) / total) };
  };
  const below = bound(({ nsPerSecond, low }) => nsPerSecond - low);
  const above = bound(({ nsPerSecond, high }) => high - nsPerSecond);
  if (toLeaveOut > 0 && Math.max(below.apart, above.apart) > MOST_APART) {
    const ordered = [...slopes].sort((a, b) => a.nsPerSecond - b.nsPerSecond);
    const median = ordered[ordered.length >> 1]?.nsPerSecond ?? NaN;
    ordered.sort((a, b) => Math.abs(a.nsPerSecond - median) - Math.abs(b.nsPerSecond - median));
    return pooledSlope(ordered.slice(0, -1), toLeaveOut - 1);
  }
  return { nsPerSecond: above.mean, low: below.mean - below.half, high: above.mean + above.half };
}
