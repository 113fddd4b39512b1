/** Trend and level shift of a windowed quantity, and whether they matter. */
import { kendallTrend, levelShift, median } from '../statistics/index.js';
import type { StationarityQuantity, StationarityStretch, StationarityTest } from './types.js';
import type { StationarityWindows } from './windows.js';

/** Standard deviations of the 99 % interval. */
const Z = 2.576;
const SHIFT_P = 0.005;
/** A level lasts at least this share of the windows. */
const SHORTEST_LEVEL = 1 / 8;
/**
 * Smallest change that matters, as a share of the level. Below 1 ms of response time the generator itself is not
 * vouched for: that is the lag it may have.
 */
const MATERIAL = {
  'response-time': { share: 0.2, least: 1_000_000 },
  throughput: { share: 0.1, least: 0 },
} as const satisfies Record<StationarityQuantity, { share: number; least: number }>;

interface Point {
  readonly x: number;
  readonly y: number;
  readonly fromNs: number;
}

const absoluteSum = (values: readonly number[]): number => values.reduce((sum, value) => sum + Math.abs(value), 0);

function test(quantity: StationarityQuantity, points: readonly Point[], lengthS: number): StationarityTest | null {
  const x = points.map((point) => point.x);
  const y = points.map((point) => point.y);
  const trend = kendallTrend(x, y, Z);
  if (trend === null) return null;
  const shift = levelShift(y, Math.max(2, Math.ceil(points.length * SHORTEST_LEVEL)));
  const level = median(y);
  const { share, least } = MATERIAL[quantity];
  const limit = Math.max(share * Math.abs(level), least);
  const trends = ((trend.low ?? -1) > 0 || (trend.high ?? 1) < 0) && Math.abs(trend.line.slope) * lengthS > limit;
  const shifts = shift !== null && shift.p < SHIFT_P && Math.abs(shift.after - shift.before) > limit;
  const leftByTrend = absoluteSum(points.map((point) => point.y - trend.line.intercept - trend.line.slope * point.x));
  const leftByShift =
    shift === null ? Infinity : absoluteSum(y.map((value, i) => value - (i < shift.at ? shift.before : shift.after)));
  const byShift = shift !== null && leftByShift < leftByTrend;
  const correlation = byShift ? shift.correlation : trend.correlation;
  return {
    quantity,
    windows: points.length,
    level,
    slopePerSecond: { value: trend.line.slope, low: trend.low, high: trend.high },
    shift:
      shift === null
        ? null
        : { atNs: points[shift.at]?.fromNs ?? NaN, before: shift.before, after: shift.after, p: shift.p },
    effectiveWindows: (points.length * (1 - correlation)) / (1 + correlation),
    finding: shifts && (!trends || byShift) ? 'shift' : trends ? 'trend' : 'none',
  };
}

/** Tests the windows from the `first` one on. */
export function testStretch(
  { fromNs, windowNs, responseNs, completedPerSecond }: StationarityWindows,
  first: number,
): StationarityStretch {
  const count = responseNs.length;
  const pointsOf = (values: Float64Array): readonly Point[] =>
    Array.from(values, (y, w) => ({ x: ((w + 0.5) * windowNs) / 1e9, y, fromNs: fromNs + w * windowNs })).filter(
      ({ y }, w) => w >= first && !Number.isNaN(y),
    );
  const lengthS = ((count - first) * windowNs) / 1e9;
  const response = test('response-time', pointsOf(responseNs), lengthS);
  const throughput = test('throughput', pointsOf(completedPerSecond), lengthS);
  const tests = [response, throughput].filter((each) => each !== null);
  return { fromNs: fromNs + first * windowNs, toNs: fromNs + count * windowNs, tests };
}
