/**
 * How late calls left the generator: bars on a logarithmic time axis, so that a handful of late ones is seen beside
 * thousands in time.
 */
import type { LagHistogram } from '../../analysis/index.js';
import { duration } from '../../format/index.js';
import { logMs, logSpan, MS_PER_NS } from './axes.js';
import { render, type Layer } from './render.js';
import { INK, type Chart } from './theme.js';

export async function lagChart(lags: LagHistogram, description: string): Promise<Chart> {
  // What is under the first edge gets a bar of the same width on its left.
  const under = lags.under === 0 ? [] : [{ fromNs: lags.underNs / 10 ** 0.2, toNs: lags.underNs, count: lags.under }];
  const rows = [...under, ...lags.bins]
    .filter(({ count }) => count > 0)
    .map(({ fromNs, toNs, count }) => ({ low: fromNs * MS_PER_NS, high: toNs * MS_PER_NS, count, none: 0.5 }));
  const limitMs = lags.limitNs * MS_PER_NS;
  const across = logMs(logSpan([...rows.flatMap(({ low, high }) => [low, high]), limitMs]));
  const x = { ...across, axis: { ...across.axis, title: 'schedule lag (log scale)' } };
  const most = Math.max(1, ...rows.map(({ count }) => count));
  const y = {
    type: 'quantitative' as const,
    scale: { type: 'log' as const, domain: [0.5, most * 1.5], nice: false, clamp: true },
    axis: { values: [1, 10, 100, 1e3, 1e4, 1e5, 1e6].filter((tick) => tick <= most * 1.5), format: '~s', title: null },
  };
  const layer: Layer[] = [
    {
      data: { values: rows },
      mark: { type: 'rect', color: INK.service, stroke: INK.paper, strokeWidth: 1, aria: false },
      encoding: {
        x: { field: 'low', ...x },
        x2: { field: 'high' },
        y: { field: 'count', ...y },
        y2: { field: 'none' },
      },
    },
    {
      data: { values: [{ x: limitMs }] },
      mark: { type: 'rule', color: INK.deadline, strokeDash: [8, 3], aria: false },
      encoding: { x: { field: 'x', ...x } },
    },
  ];
  const svg = await render({ title: { text: 'Calls (log scale)' }, width: 400, height: 210, layer }, description);
  return {
    svg,
    key: [
      { words: 'calls', colour: INK.service, mark: 'area' },
      { words: `limit of the p99, ${duration(lags.limitNs)}`, colour: INK.deadline, mark: 'dashed' },
    ],
  };
}
