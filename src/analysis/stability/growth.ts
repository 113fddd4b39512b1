/**
 * Growth over a soak phase: the trend of each process's memory, descriptors, sockets, threads and sessions.
 *
 * A garbage-collected heap rises and falls, so neighbouring polls depend on each other: the slope is
 * Theil-Sen's over means of equal parts of the window, its interval that of batch means (`statistics/trend`).
 */
import { traitsOf } from '../../catalog/index.js';
import type { ResourceRow } from '../../record/index.js';
import type { PhaseFrame } from '../calls/index.js';
import { partMeans, theilSen, trendInterval } from '../statistics/index.js';
import type {
  GrowthCurve,
  GrowthQuantity,
  GrowthSummary,
  GrowthTrend,
  GrowthVerdict,
  ProcessGrowth,
} from './growth-types.js';

/** Where a row holds each quantity. */
export const RESOURCE_FIELDS = {
  rss: 'rssBytes',
  descriptors: 'fileDescriptors',
  sockets: 'sockets',
  threads: 'threads',
  sessions: 'sessions',
} as const satisfies Record<GrowthQuantity, keyof ResourceRow>;
const QUANTITIES = Object.keys(RESOURCE_FIELDS) as readonly GrowthQuantity[];

/** Polls that a trend needs. */
const LEAST_POLLS = 20;
/** Parts of the window whose means the trend is fitted to. */
const PARTS = 60;
const NS_PER_HOUR = 3_600e9;
/**
 * Growth over the window that is worth the word: less is a page here and one more thread there (a single step of one
 * makes a slope of one a window).
 */
const materialOf = (quantity: GrowthQuantity): number => (quantity === 'rss' ? 1024 ** 2 : 2);
/** Points of a curve in a chart. */
const MOST_POINTS = 400;

/** A soak phase's numbers and the curves worth drawing: memory of every process, and whatever else grew. */
export interface Growth {
  readonly summary: GrowthSummary;
  readonly curves: readonly GrowthCurve[];
}

/** Growth of every soak phase that was run, in order. */
export function growthOf(frames: readonly PhaseFrame[], resources: readonly ResourceRow[]): readonly Growth[] {
  return frames
    .filter(({ planned }) => traitsOf(planned.regime).judgesGrowth)
    .map((frame) => ofPhase(frame, resources));
}

function ofPhase(frame: PhaseFrame, resources: readonly ResourceRow[]): Growth {
  const { startNs, measuredFromNs: fromNs, scheduledEndNs: toNs, planned } = frame;
  const during = resources.filter(({ atNs }) => atNs >= startNs && atNs <= toNs);
  const groups = byProcess(during);
  const processes = groups.map((rows): ProcessGrowth => {
    const measured = rows.filter(({ atNs }) => atNs >= fromNs);
    const trends = QUANTITIES.map((quantity) => trendOf(quantity, measured, toNs - fromNs));
    return { process: rows[0]?.process ?? '', pid: rows[0]?.pid ?? 0, trends };
  });
  return {
    summary: { phase: planned.name, fromNs, toNs, verdict: verdictOf(processes), processes },
    curves: processes.flatMap((growth, index) =>
      growth.trends
        .filter(({ quantity, verdict }) => quantity === 'rss' || verdict === 'growing')
        .flatMap((trend) => curveOf(planned.name, growth, trend, groups[index] ?? [], fromNs)),
    ),
  };
}

/** The rows of each process and pid, in order of first sight. */
export function byProcess(rows: readonly ResourceRow[]): readonly (readonly ResourceRow[])[] {
  const keyOf = ({ process, pid }: ResourceRow): string => `${process}/${pid}`;
  return [...new Set(rows.map(keyOf))].map((key) => rows.filter((row) => keyOf(row) === key));
}

/** The polls that report a quantity, as hours and values. */
function seriesOf(
  quantity: GrowthQuantity,
  rows: readonly ResourceRow[],
): { readonly hours: Float64Array; readonly values: Float64Array } {
  const polls = rows.flatMap((row) => {
    const value = row[RESOURCE_FIELDS[quantity]];
    return typeof value === 'number' ? [{ atNs: row.atNs, value }] : [];
  });
  return {
    hours: Float64Array.from(polls, ({ atNs }) => atNs / NS_PER_HOUR),
    values: Float64Array.from(polls, ({ value }) => value),
  };
}

function trendOf(quantity: GrowthQuantity, rows: readonly ResourceRow[], windowNs: number): GrowthTrend {
  const { hours, values } = seriesOf(quantity, rows);
  const polls = values.length;
  const none = { quantity, polls, first: null, last: null, slopePerHour: null } as const;
  if (polls === 0 && rows.length > 0)
    return { ...none, verdict: 'unknown', reason: rows.at(-1)?.reason ?? 'not reported' };
  if (polls < LEAST_POLLS)
    return { ...none, verdict: 'too-short', reason: `${polls} of ${LEAST_POLLS} polls that a trend needs` };
  const x = partMeans(hours, PARTS);
  const y = partMeans(values, PARTS);
  // Most counts never change: the rounding of a mean is no interval.
  const trend = y.every((value) => value === y[0]) ? { slope: 0, low: 0, high: 0 } : trendInterval(x, y);
  if (trend === null) return { ...none, verdict: 'too-short', reason: 'all polls have the same time' };
  const grew = trend.slope * (windowNs / NS_PER_HOUR);
  return {
    quantity,
    polls,
    first: y[0] ?? null,
    last: y.at(-1) ?? null,
    slopePerHour: { value: trend.slope, low: trend.low, high: trend.high },
    verdict: trend.low > 0 && grew >= materialOf(quantity) ? 'growing' : 'flat',
    reason: null,
  };
}

function verdictOf(processes: readonly ProcessGrowth[]): GrowthVerdict {
  if (processes.some(({ trends }) => trends.some(({ verdict }) => verdict === 'growing'))) return 'growing';
  const memory = processes.flatMap(({ trends }) =>
    trends.filter(({ quantity }) => quantity === 'rss').map(({ verdict }) => verdict),
  );
  return (
    (['unknown', 'too-short'] as const).find((verdict) => memory.includes(verdict)) ??
    (memory.length === 0 ? 'unknown' : 'flat')
  );
}

function curveOf(
  phase: string,
  { process, pid }: ProcessGrowth,
  { quantity, slopePerHour }: GrowthTrend,
  rows: readonly ResourceRow[],
  fromNs: number,
): readonly GrowthCurve[] {
  const { hours, values } = seriesOf(quantity, rows);
  if (values.length === 0) return [];
  const x = partMeans(hours, MOST_POINTS);
  const y = partMeans(values, MOST_POINTS);
  const points = Array.from(x, (hour, index) => ({ atNs: hour * NS_PER_HOUR, value: y[index] ?? NaN }));
  const trend = slopePerHour === null ? null : lineOf(quantity, rows, fromNs);
  return [{ phase, process, pid, quantity, measuredFromNs: fromNs, points, trend }];
}

/** The fitted line from the first to the last measured poll. */
function lineOf(quantity: GrowthQuantity, rows: readonly ResourceRow[], fromNs: number): GrowthCurve['trend'] {
  const measured = rows.filter(({ atNs }) => atNs >= fromNs);
  const { hours, values } = seriesOf(quantity, measured);
  const line = theilSen(partMeans(hours, PARTS), partMeans(values, PARTS));
  const [first, last] = [hours[0], hours.at(-1)];
  if (line === null || first === undefined || last === undefined) return null;
  const at = (hour: number) => ({ atNs: hour * NS_PER_HOUR, value: line.intercept + line.slope * hour });
  return [at(first), at(last)];
}
