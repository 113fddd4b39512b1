/**
 * The way up and the way down of a ramp over the same rates: two lines that lie on each other where a stack remembers
 * nothing.
 */
import type { Hysteresis } from '../../analysis/index.js';
import { linearFromZero, logMs, logSpan, MS_PER_NS } from './axes.js';
import { render, type Layer } from './render.js';
import { INK, type Chart } from './theme.js';

/** Null where neither way has two rates with a p99. */
export async function hysteresisChart(
  { up, down }: Pick<Hysteresis, 'up' | 'down'>,
  description: string,
): Promise<Chart | null> {
  const rows = (way: Hysteresis['up']) =>
    way.flatMap(({ ratePerSecond, p99Ns }) => (p99Ns === null ? [] : [{ x: ratePerSecond, y: p99Ns * MS_PER_NS }]));
  const ways = [
    { words: 'way up', rows: rows(up), colour: INK.response, dash: null, key: 'line' as const },
    { words: 'way down', rows: rows(down), colour: INK.counted, dash: [5, 3], key: 'dashed' as const },
  ];
  if (ways.some((way) => way.rows.length < 2)) return null;
  const across = linearFromZero(Math.max(...ways.flatMap((way) => way.rows.map(({ x }) => x))), '/s');
  const x = { field: 'x', ...across, axis: { ...across.axis, title: 'offered rate', tickCount: 6 } };
  const y = { field: 'y', ...logMs(logSpan(ways.flatMap((way) => way.rows.map((row) => row.y)))) };
  const layer = ways.flatMap(({ rows: values, colour, dash }): Layer[] => [
    {
      data: { values },
      mark: {
        type: 'line',
        color: colour,
        strokeWidth: 1.8,
        ...(dash === null ? {} : { strokeDash: dash }),
        aria: false,
      },
      encoding: { x, y },
    },
    {
      data: { values },
      mark: { type: 'point', filled: true, size: 34, color: colour, opacity: 1, aria: false },
      encoding: { x, y },
    },
  ]);
  const svg = await render(
    { title: { text: 'Response time, p99 (failures at their deadline; log scale)' }, width: 400, height: 210, layer },
    description,
  );
  return { svg, key: ways.map(({ words, colour, key }) => ({ words, colour, mark: key })) };
}
