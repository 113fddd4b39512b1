/** A quantity of one process over a soak phase, with the fitted trend. */
import type { GrowthCurve } from '../../analysis/index.js';
import { QUANTITY_WORDS } from '../growth.js';
import { S_PER_NS, secondsAcross } from './axes.js';
import { render, type Layer } from './render.js';
import { INK, type Chart } from './theme.js';

const MIB = 1024 ** 2;

export async function growthChart(curve: GrowthCurve, name: string, description: string): Promise<Chart> {
  const isMemory = curve.quantity === 'rss';
  const scale = isMemory ? 1 / MIB : 1;
  const startNs = curve.points[0]?.atNs ?? 0;
  const at = ({ atNs, value }: GrowthCurve['points'][number]) => ({ t: (atNs - startNs) * S_PER_NS, y: value * scale });
  const points = curve.points.map(at);
  const line = (curve.trend ?? []).map(at);
  const values = [...points, ...line].map(({ y }) => y);
  const low = Math.min(...values);
  const high = Math.max(...values);
  // Room of a twentieth of the value, so that the last digit of a flat line does not look like a mountain.
  const room = Math.max((high - low) * 0.1, high * 0.05, isMemory ? 1 : 2);
  const toS = points.at(-1)?.t ?? 1;
  const x = { field: 't', ...secondsAcross(0, toS, true, 'since the phase began') };
  const y = {
    field: 'y',
    type: 'quantitative' as const,
    scale: { domain: [Math.max(0, low - room), high + room], nice: false, zero: false, clamp: true },
    axis: {
      title: null,
      tickCount: 4,
      labelExpr: isMemory ? "format(datum.value, '~r') + ' MiB'" : "format(datum.value, '~r')",
    },
  };
  const warmS = Math.max(0, (curve.measuredFromNs - startNs) * S_PER_NS);
  const layer: Layer[] = [
    {
      data: { values: warmS > 0 ? [{ t: 0, to: Math.min(warmS, toS) }] : [] },
      mark: { type: 'rect', color: INK.phaseOdd, aria: false },
      encoding: { x, x2: { field: 'to' } },
    },
    {
      data: { values: points },
      mark: { type: 'line', color: INK.service, strokeWidth: 1.4, aria: false },
      encoding: { x, y },
    },
    {
      data: { values: line },
      mark: { type: 'line', color: INK.deadline, strokeWidth: 1.8, strokeDash: [5, 3], aria: false },
      encoding: { x, y },
    },
  ];
  const svg = await render(
    {
      title: {
        text: isMemory
          ? 'Resident memory'
          : `${QUANTITY_WORDS[curve.quantity]} held`.replace(/^./, (first) => first.toUpperCase()),
      },
      width: 400,
      height: 170,
      layer,
    },
    description,
  );
  return {
    svg,
    key: [
      { words: name, colour: INK.service, mark: 'line' },
      ...(line.length > 0 ? [{ words: 'trend (Theil-Sen)', colour: INK.deadline, mark: 'dashed' } as const] : []),
      ...(warmS > 0 ? [{ words: 'warm-up, left out', colour: INK.phaseOdd, mark: 'band' } as const] : []),
    ],
  };
}
