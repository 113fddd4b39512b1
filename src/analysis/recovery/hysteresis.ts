/** Whether the way down differs from the way up: the area between the two, over the rate. */
import { traitsOf } from '../../catalog/index.js';
import { rateAt } from '../../plan/index.js';
import type { Calls } from '../../record/index.js';
import type { PhaseFrame, StageFrame } from '../calls/index.js';
import type { Hysteresis, LoopArea, LoopPoint } from './after-fault-types.js';
import { CALLS_FOR_P99, cut } from './windows.js';

/** Parts of a ramp, each a point at its middle rate. */
const RAMP_PARTS = 8;
/** Rates below the peak that a way takes, so that it is more than one step. */
const FEWEST_BELOW_PEAK = 2;

/** What was seen of the calls intended in [fromNs, toNs); null when that is not all measured, or nothing offered. */
function pointOf(
  calls: Calls,
  frame: PhaseFrame,
  fromNs: number,
  toNs: number,
  ratePerSecond: number,
): LoopPoint | null {
  if (fromNs < frame.measuredFromNs || toNs > frame.scheduledEndNs || toNs <= fromNs) return null;
  const [window] = cut(calls, frame.measured, fromNs, toNs, toNs - fromNs);
  if (window === undefined || window.offered === 0) return null;
  return {
    ratePerSecond,
    goodputPerSecond: (window.good * 1e9) / (toNs - fromNs),
    p99Ns: window.offered < CALLS_FOR_P99 ? null : window.p99Ns,
  };
}

/** The points of a stage in order of time: one where the rate is held, equal parts of a ramp. */
function pointsOf(
  calls: Calls,
  frame: PhaseFrame,
  { planned, fromNs, toNs, ratePerSecond }: StageFrame,
): readonly LoopPoint[] {
  if (planned.rampToPerSecond === undefined) {
    const point = pointOf(calls, frame, Math.max(fromNs, frame.measuredFromNs), toNs, ratePerSecond);
    return point === null ? [] : [point];
  }
  const partNs = planned.forNs / RAMP_PARTS;
  return Array.from({ length: RAMP_PARTS }, (_, part) =>
    pointOf(calls, frame, fromNs + part * partNs, fromNs + (part + 1) * partNs, rateAt(planned, (part + 0.5) * partNs)),
  ).filter((point) => point !== null);
}

/** A metric of a point. */
type Metric = (point: LoopPoint) => number;

/** A way as a line through its points. */
function valueAt(way: readonly LoopPoint[], rate: number, metric: Metric): number {
  const next = way.findIndex(({ ratePerSecond }) => ratePerSecond >= rate);
  const [a, b] = [way[Math.max(0, next - 1)], way[next]];
  if (a === undefined || b === undefined) return NaN;
  return b.ratePerSecond === rate
    ? metric(b)
    : metric(a) + ((metric(b) - metric(a)) * (rate - a.ratePerSecond)) / (b.ratePerSecond - a.ratePerSecond);
}

/** Area between two lines, exactly: where they cross, on both sides of the crossing. Both ways ascend in rate. */
export function areaBetween(up: readonly LoopPoint[], down: readonly LoopPoint[], metric: Metric): LoopArea | null {
  const rates = (way: readonly LoopPoint[]): readonly number[] => way.map(({ ratePerSecond }) => ratePerSecond);
  const low = Math.max(Math.min(...rates(up)), Math.min(...rates(down)));
  const high = Math.min(Math.max(...rates(up)), Math.max(...rates(down)));
  if (!(high > low)) return null;
  const knots = [...new Set([...rates(up), ...rates(down)])]
    .filter((rate) => rate >= low && rate <= high)
    .sort((a, b) => a - b);
  const gaps = knots.map((rate) => valueAt(down, rate, metric) - valueAt(up, rate, metric));
  let area = 0;
  for (let k = 1; k < knots.length; k++) {
    const width = (knots[k] ?? NaN) - (knots[k - 1] ?? NaN);
    const [a, b] = [gaps[k - 1] ?? NaN, gaps[k] ?? NaN];
    area += a * b >= 0 ? (width * Math.abs(a + b)) / 2 : (width * (a * a + b * b)) / (2 * (Math.abs(a) + Math.abs(b)));
  }
  return { fromPerSecond: low, toPerSecond: high, area, meanGap: area / (high - low) };
}

const ascends = (way: readonly LoopPoint[]): boolean =>
  way.every(({ ratePerSecond }, k) => ratePerSecond > (way[k - 1]?.ratePerSecond ?? -Infinity));

/** The loop of a phase of stages; null for a phase that has fewer than two. `faulty`: a fault was on in it. */
export function hysteresisOf(calls: Calls, frame: PhaseFrame, faulty: boolean): Hysteresis | null {
  if (!traitsOf(frame.planned.regime).comparesDirections || frame.stages.length < 2) return null;
  const phase = frame.planned.name;
  const nothing: Hysteresis = { phase, up: [], down: [], p99: null, goodput: null, reason: 'fault' };
  if (faulty) return nothing;
  const points = frame.stages.flatMap((stage) => pointsOf(calls, frame, stage));
  const peakRate = Math.max(...points.map(({ ratePerSecond }) => ratePerSecond));
  const first = points.findIndex(({ ratePerSecond }) => ratePerSecond === peakRate);
  const last = points.findLastIndex(({ ratePerSecond }) => ratePerSecond === peakRate);
  // A peak that is one point belongs to both ways; two ramps that meet have one each.
  const up = points.slice(0, first + 1);
  const down = points.slice(last).reverse();
  if (last - first > 1 || !ascends(up) || !ascends(down)) return { ...nothing, reason: 'not-a-loop' };
  if (up.length <= FEWEST_BELOW_PEAK || down.length <= FEWEST_BELOW_PEAK)
    return { ...nothing, up, down, reason: 'too-few-rates' };
  // A line over a rate without a p99 would add an area of its own.
  const withP99 = (way: readonly LoopPoint[]): readonly LoopPoint[] =>
    way.slice(way.findLastIndex(({ p99Ns }) => p99Ns === null) + 1);
  return {
    ...nothing,
    up,
    down,
    p99: areaBetween(withP99(up), withP99(down), ({ p99Ns }) => p99Ns ?? NaN),
    goodput: areaBetween(up, down, ({ goodputPerSecond }) => goodputPerSecond),
    reason: null,
  };
}
