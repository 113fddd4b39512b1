/** Every call, by time and by how long it took. */
import { count, duration } from '../../../format/index.js';
import { heatmapChart, MOST_CELLS } from '../../charts/heatmap.js';
import { heatmapFinding } from '../../findings.js';
import type { RunView } from '../../input.js';
import { closedAmong } from '../../words.js';
import type { Markup } from '../markup.js';
import { figure, nothing, section, table } from '../parts.js';

export async function heatmapSection({ analysis: { summary, figures } }: RunView): Promise<Markup> {
  const { heatmap } = figures;
  if (heatmap.cells.length === 0) return section('heatmap', 'Every call', null, nothing('No call was recorded.'));
  const finding = heatmapFinding(heatmap);
  const chart = await heatmapChart(heatmap, `Heat map of calls by intended start and response time. ${finding}`);
  const perRow = new Map<number, number>();
  for (const cell of heatmap.cells) perRow.set(cell.row, (perRow.get(cell.row) ?? 0) + cell.count);
  return section(
    'heatmap',
    'Every call',
    `Intended start against response time, all outcomes, in bins of ${duration(heatmap.timeBinNs)}. Two bands are two kinds of call; a slope is a queue; a gap is a stall. ${closedAmong(summary.phases)}`,
    [
      figure({
        title: 'Response times over the run (log scale, darker or brighter is more calls)',
        finding,
        chart,
        wide: true,
        ...(heatmap.cells.length > MOST_CELLS
          ? { note: `The fullest ${count(MOST_CELLS)} of ${count(heatmap.cells.length)} cells are drawn.` }
          : {}),
        numbers: table({
          caption: 'Calls by response time, whole run',
          columns: [{ name: 'From' }, { name: 'To' }, { name: 'Calls' }],
          rows: [...perRow.entries()]
            .sort(([a], [b]) => a - b)
            .map(([row, calls]) => ({
              cells: [
                duration(heatmap.latencyEdgesNs[row] ?? 0),
                duration(heatmap.latencyEdgesNs[row + 1] ?? 0),
                count(calls),
              ],
            })),
        }),
      }),
    ],
  );
}
