/** Response time against the share of calls that took no longer: the shape of the tail, one phase a picture. */
import type { CurvePoint, PercentileCurves } from '../../analysis/index.js';
import { duration } from '../../format/index.js';
import { logMs, logSpan, MS_PER_NS } from './axes.js';
import { render, type Layer } from './render.js';
import { INK, type Chart, type KeyEntry } from './theme.js';

const MOST_DEADLINES = 3;
/** Ticks at 1/(1-q); the labels are the percentiles they stand for. */
const X_LABEL =
  "datum.value == 2 ? '50 %' : datum.value == 10 ? '90 %' : datum.value == 100 ? '99 %' : datum.value == 1000 ? '99.9 %' : datum.value == 10000 ? '99.99 %' : datum.value == 100000 ? '99.999 %' : ''";

export async function percentileChart(curves: PercentileCurves, description: string): Promise<Chart> {
  const drawn = [
    {
      words: 'response time, ok calls',
      points: curves.responseOk,
      colour: INK.response,
      dash: null,
      key: 'line' as const,
    },
    { words: 'all outcomes', points: curves.responseAll, colour: INK.counted, dash: [5, 3], key: 'dashed' as const },
    {
      words: 'service view, ok calls',
      points: curves.serviceOk,
      colour: INK.service,
      dash: [1.5, 2.5],
      key: 'dotted' as const,
    },
  ].filter((each) => each.points.length > 1);
  const highest = Math.max(1, ...drawn.flatMap((each) => each.points.map((point) => point.x)));
  const highestNs = Math.max(0, ...drawn.flatMap((each) => each.points.map((point) => point.ns)));
  // A deadline far above everything measured would flatten the curve it is there to judge.
  const deadlines = curves.deadlinesNs.filter((ns) => ns <= highestNs * 12).slice(0, MOST_DEADLINES);
  const span = logSpan([
    ...drawn.flatMap((each) => each.points.map((point) => point.ns * MS_PER_NS)),
    ...deadlines.map((ns) => ns * MS_PER_NS),
  ]);
  const to = Math.max(10, highest * 1.15);
  const x = {
    field: 'x',
    type: 'quantitative' as const,
    scale: { type: 'log' as const, domain: [1, to], nice: false, clamp: true },
    axis: {
      values: [2, 10, 100, 1_000, 10_000, 100_000].filter((tick) => tick <= to),
      labelExpr: X_LABEL,
      title: 'share of calls that took no longer',
      grid: true,
    },
  };
  const layer: Layer[] = [
    {
      data: { values: deadlines.map((ns) => ({ y: ns * MS_PER_NS, words: `deadline ${duration(ns)}` })) },
      mark: { type: 'rule', color: INK.deadline, strokeDash: [8, 3], aria: false },
      encoding: { y: { field: 'y', ...logMs(span) } },
    },
    {
      data: { values: deadlines.map((ns) => ({ x: 1, y: ns * MS_PER_NS, words: `deadline ${duration(ns)}` })) },
      mark: {
        type: 'text',
        align: 'left',
        baseline: 'bottom',
        dx: 3,
        dy: -2,
        color: INK.deadline,
        fontSize: 10.5,
        aria: false,
      },
      encoding: { x, y: { field: 'y', type: 'quantitative' }, text: { field: 'words', type: 'nominal' } },
    },
    ...drawn.map((each): Layer => ({
      data: { values: thinned(each.points).map((point) => ({ x: point.x, y: point.ns * MS_PER_NS })) },
      mark: {
        type: 'line',
        color: each.colour,
        strokeWidth: each.dash === null ? 2 : 1.6,
        ...(each.dash === null ? {} : { strokeDash: each.dash }),
        aria: false,
      },
      encoding: { x, y: { field: 'y', ...logMs(span) } },
    })),
  ];
  const svg = await render(
    { title: { text: 'Response time (log scale)' }, width: 400, height: 210, layer },
    description,
  );
  return { svg, key: drawn.map((each): KeyEntry => ({ words: each.words, colour: each.colour, mark: each.key })) };
}

/** At most 400 points; the last, highest ones stay. */
function thinned(points: readonly CurvePoint[]): readonly CurvePoint[] {
  const every = Math.ceil(points.length / 400);
  return every <= 1 ? points : points.filter((_, index) => index % every === 0 || index === points.length - 1);
}
