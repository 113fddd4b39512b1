/** Throughput of closed loops against concurrency, with the Universal Scalability Law drawn through it. */
import { throughputOf, type ScalingSummary } from '../../analysis/index.js';
import { linearFromZero } from './axes.js';
import { render, type Layer } from './render.js';
import { INK, type Chart } from './theme.js';

const CURVE_POINTS = 80;
/** A peak far beyond what was tried would push the measurements into a corner. */
const MOST_BEYOND = 1.6;

export async function scalingChart(
  scaling: Extract<ScalingSummary, { kind: 'fitted' }>,
  description: string,
): Promise<Chart> {
  const { points, peakConcurrency, peakPerSecond } = scaling;
  const law = { lambda: scaling.lambdaPerSecond.value, sigma: scaling.sigma.value, kappa: scaling.kappa.value };
  const highest = Math.max(1, ...points.map(({ concurrency }) => concurrency));
  const peak =
    peakConcurrency !== null && peakPerSecond !== null && peakConcurrency <= highest * MOST_BEYOND
      ? [{ x: peakConcurrency, y: peakPerSecond }]
      : [];
  const toX = Math.max(highest, ...peak.map(({ x }) => x)) * 1.05;
  const curve = Array.from({ length: CURVE_POINTS }, (_, k) => 1 + ((toX - 1) * k) / (CURVE_POINTS - 1)).map((n) => ({
    x: n,
    y: throughputOf(law, n),
  }));
  const measured = points.map(({ concurrency, completedPerSecond }) => ({ x: concurrency, y: completedPerSecond }));
  const across = linearFromZero(toX / 1.08, '');
  const x = { field: 'x', ...across, axis: { ...across.axis, title: 'callers (closed loop)', tickCount: 6 } };
  const y = {
    field: 'y',
    ...linearFromZero(Math.max(...measured.map((point) => point.y), ...curve.map((point) => point.y)), '/s'),
  };
  const layer: Layer[] = [
    {
      data: { values: curve },
      mark: { type: 'line', color: INK.response, strokeWidth: 1.8, aria: false },
      encoding: { x, y },
    },
    {
      data: { values: peak },
      mark: { type: 'rule', color: INK.deadline, strokeDash: [5, 3], aria: false },
      encoding: { x },
    },
    {
      data: { values: measured },
      mark: { type: 'point', filled: true, size: 60, color: INK.offered, opacity: 1, aria: false },
      encoding: { x, y },
    },
  ];
  const svg = await render(
    { title: { text: 'Calls completed per second' }, width: 400, height: 240, layer },
    description,
  );
  return {
    svg,
    key: [
      { words: 'completed, by phase', colour: INK.offered, mark: 'area' },
      { words: 'Universal Scalability Law', colour: INK.response, mark: 'line' },
      ...(peak.length === 0 ? [] : [{ words: 'peak', colour: INK.deadline, mark: 'dashed' } as const]),
    ],
  };
}
