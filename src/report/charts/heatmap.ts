/**
 * Every call by when it was meant to start and how long it took. Stalls and second modes show here and nowhere else.
 */
import type { Heatmap } from '../../analysis/index.js';
import { count } from '../../format/index.js';
import { logMs, logSpan, MS_PER_NS, S_PER_NS, secondsAcross } from './axes.js';
import { render } from './render.js';
import { HEAT_STEPS, type Chart, type KeyEntry } from './theme.js';

/** Marks a page still scrolls smoothly with. */
export const MOST_CELLS = 5_000;

export async function heatmapChart(heatmap: Heatmap, description: string): Promise<Chart> {
  const shown = [...heatmap.cells].sort((a, b) => b.count - a.count).slice(0, MOST_CELLS);
  const most = Math.max(1, ...shown.map((cell) => cell.count));
  const edges = stepEdges(most);
  const rows = shown.map((cell) => ({
    t: cell.fromNs * S_PER_NS,
    // A hair wider than its bin, so that no seam of paper shows between neighbours.
    to: (cell.fromNs + heatmap.timeBinNs * 1.03) * S_PER_NS,
    low: (heatmap.latencyEdgesNs[cell.row] ?? 0) * MS_PER_NS,
    high: (heatmap.latencyEdgesNs[cell.row + 1] ?? 0) * MS_PER_NS,
    step: edges.findLastIndex((edge) => cell.count >= edge),
  }));
  const span = logSpan(rows.flatMap((row) => [row.low, row.high]));
  const fromS = Math.min(...rows.map((row) => row.t));
  const toS = Math.max(...rows.map((row) => row.to));
  const svg = await render(
    {
      title: { text: 'Response time (log scale)' },
      width: 966,
      height: 220,
      data: { values: rows },
      mark: { type: 'rect', aria: false },
      encoding: {
        x: { field: 't', ...secondsAcross(fromS, toS, true, 'intended start, since the run began') },
        x2: { field: 'to' },
        y: { field: 'low', ...logMs(span) },
        y2: { field: 'high' },
        color: {
          field: 'step',
          type: 'ordinal',
          scale: { domain: edges.map((_, index) => index), range: [...HEAT_STEPS].slice(0, edges.length) },
          legend: null,
        },
      },
    },
    description,
  );
  return {
    svg,
    key: edges.map((edge, index): KeyEntry => ({
      words: stepWords(edge, edges[index + 1], most),
      colour: HEAT_STEPS[index] ?? 'var(--h8)',
      mark: 'area',
    })),
  };
}

/** Lower edges of the colour steps: whole counts, about evenly spaced on a log scale, from one call up. */
function stepEdges(most: number): readonly number[] {
  const edges = HEAT_STEPS.map((_, index) => Math.round(most ** (index / HEAT_STEPS.length)));
  return edges.filter((edge, index) => index === 0 || edge > (edges[index - 1] ?? 0));
}

function stepWords(from: number, next: number | undefined, most: number): string {
  const to = next === undefined ? most : next - 1;
  return from === to ? `${count(from)}` : `${count(from)}–${count(to)}`;
}
