/** Latency heatmap: every call by its intended start and its response time. Stalls and second modes show here alone. */
import type { Figures, Heatmap } from '../../analysis/index.js';
import { count, counted, duration, moment } from '../../format/index.js';
import { logMs, logSpan, MS_PER_NS, S_PER_NS, secondsAcross } from '../charts/axes.js';
import { along, band, layer, phaseRules } from '../charts/layers.js';
import { HEAT_STEPS, INK, type Chart, type KeyEntry } from '../charts/theme.js';
import { closedAmong } from '../words.js';
import { nothing, numberColumns, type Table, type Topic } from './topic.js';

/** Marks with which a page still scrolls smoothly. */
export const MOST_CELLS = 5_000;

type HeatFigures = Pick<Figures, 'heatmap' | 'faults' | 'phases'>;

export function heatmapChart(figures: HeatFigures): Chart {
  const { heatmap } = figures;
  const shown = [...heatmap.cells].sort((a, b) => b.count - a.count).slice(0, MOST_CELLS);
  const most = Math.max(1, ...shown.map((cell) => cell.count));
  const edges = stepEdges(most);
  const edgeMs = (row: number): number => (heatmap.latencyEdgesNs[row] ?? 0) * MS_PER_NS;
  const rows = shown.map((cell) => ({
    x: cell.fromNs * S_PER_NS,
    // Slightly wider than its bin, so that no seam shows between neighbours.
    x2: (cell.fromNs + heatmap.timeBinNs * 1.03) * S_PER_NS,
    y: edgeMs(cell.row),
    y2: edgeMs(cell.row + 1),
    step: edges.findLastIndex((edge) => cell.count >= edge),
  }));
  const fromS = Math.min(...rows.map((row) => row.x));
  const toS = Math.max(...rows.map((row) => row.x2));
  const across = secondsAcross(fromS, toS, true, 'intended start, since the start of the run');
  const faults = figures.faults.map((fault) => {
    const off = fault.confirmedOffNs ?? fault.plannedOffNs;
    return { x: (fault.confirmedOnNs ?? fault.plannedOnNs) * S_PER_NS, x2: off === null ? toS : off * S_PER_NS };
  });
  const cells = layer(
    rows,
    { type: 'rect' },
    {
      x: along(across),
      x2: { field: 'x2' },
      y: { field: 'y', ...logMs(logSpan(rows.flatMap((row) => [row.y, row.y2]))) },
      y2: { field: 'y2' },
      color: {
        field: 'step',
        type: 'ordinal',
        scale: { domain: edges.map((_, index) => index), range: [...HEAT_STEPS].slice(0, edges.length) },
        legend: null,
      },
    },
  );
  const layers = [band(faults, INK.faultBand), cells, phaseRules(figures.phases)];
  return {
    picture: (width) => ({ title: { text: 'Response time (log scale)' }, width, height: 220, layer: layers }),
    key: [
      { words: 'Calls per cell', colour: 'var(--ink)', mark: 'heading' },
      ...edges.map((edge, index): KeyEntry => ({
        words: stepWords(edge, edges[index + 1], most),
        colour: HEAT_STEPS[index] ?? 'var(--h8)',
        mark: 'area',
      })),
      ...(faults.length > 0 ? [{ words: 'fault active', colour: INK.faultBand, mark: 'band' } as const] : []),
    ],
  };
}

/** Lower edges of the colour steps: whole counts, about evenly spaced on a log scale, from one call up. */
function stepEdges(most: number): readonly number[] {
  const edges = HEAT_STEPS.map((_, index) => Math.round(most ** (index / HEAT_STEPS.length)));
  return edges.filter((edge, index) => index === 0 || edge > (edges[index - 1] ?? 0));
}

function stepWords(from: number, next: number | undefined, most: number): string {
  const to = next === undefined ? most : next - 1;
  return from === to ? count(from) : `${count(from)}–${count(to)}`;
}

function finding({ cells, latencyEdgesNs }: Heatmap): string {
  const total = cells.reduce((sum, cell) => sum + cell.count, 0);
  const [first, ...rest] = cells;
  if (first === undefined) return 'No call was recorded.';
  const slowest = rest.reduce((top, cell) => (cell.row > top.row ? cell : top), first);
  const [low, high] = [latencyEdgesNs[slowest.row] ?? 0, latencyEdgesNs[slowest.row + 1] ?? 0];
  const times = `${duration(low)} to ${duration(high)}, with intended start at ${moment(slowest.fromNs)}`;
  return `${counted(total, 'call')}; the slowest took ${times}.`;
}

function table({ cells, latencyEdgesNs }: Heatmap): Table {
  const perRow = new Map<number, number>();
  for (const cell of cells) perRow.set(cell.row, (perRow.get(cell.row) ?? 0) + cell.count);
  return {
    kind: 'table',
    caption: 'Calls by response time, whole run',
    columns: numberColumns('From', 'To', 'Calls'),
    rows: [...perRow]
      .sort(([a], [b]) => a - b)
      .map(([row, calls]) => ({
        cells: [duration(latencyEdgesNs[row] ?? 0), duration(latencyEdgesNs[row + 1] ?? 0), count(calls)],
      })),
  };
}

export const heatmap = {
  id: 'heatmap',
  title: 'Latency heatmap',
  label: 'Heatmap',
  place: 'results',
  lead: ({ analysis: { summary, figures } }) =>
    `Intended start against response time, all calls, in bins of ${duration(figures.heatmap.timeBinNs)}. ` +
    `Two bands are two kinds of call, a slope is a queue, a gap is a stall. ${closedAmong(summary.phases)}`,
  headline: ({ analysis: { figures } }) => ({ state: 'quiet', finding: finding(figures.heatmap), key: null }),
  applies: () => true,
  page: ({ analysis: { figures } }) => {
    const map = figures.heatmap;
    if (map.cells.length === 0) return [nothing('No call was recorded.')];
    return [
      {
        kind: 'figure',
        title: 'Response times over the run',
        finding: finding(map),
        drawn: 'Heat map of calls by intended start and response time.',
        chart: () => heatmapChart(figures),
        numbers: [table(map)],
        wide: true,
        note:
          map.cells.length > MOST_CELLS
            ? `${count(MOST_CELLS)} of ${count(map.cells.length)} cells are shown, those with the most calls.`
            : null,
      },
    ];
  },
  markdown: () => [],
  terminal: () => [],
} as const satisfies Topic;
