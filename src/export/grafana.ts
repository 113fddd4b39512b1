/**
 * A dashboard of Grafana over the names of `metrics.txt`, wherever Prometheus has them from: how the numbers of a
 * scenario go from run to run.
 * @see https://github.com/grafana/grafana/blob/main/kinds/dashboard/dashboard_kind.cue
 */
import { METRIC_GROUPS, metricOf, type MetricGroup } from '../catalog/index.js';
import type { Unit } from '../format/index.js';
import { jsonText, type ExportFormat } from './format.js';
import { plainLabel } from './labels.js';
import { familiesOf, type MetricFamily } from './openmetrics.js';

/** As Grafana names the units of OpenMetrics. */
const UNITS: Readonly<Record<Unit, string>> = {
  ns: 's',
  'per-second': 'reqps',
  ratio: 'percentunit',
  multiple: 'none',
  count: 'short',
  'ns-per-second': 'none',
  'bytes-per-hour': 'bytes',
  'per-hour': 'short',
};

const SCHEMA_VERSION = 36;
const DATA_SOURCE = { type: 'prometheus', uid: '${datasource}' } as const;
/** The grid of Grafana is 24 wide. */
const WIDTH = 12;
const COLUMNS = 2;
const HEIGHT = 8;

/** The statistics that are read first, of those that the run has. */
const shownStats = ({ metric, stats }: MetricFamily): readonly string[] =>
  stats.filter((stat) => metricOf(metric).comparison.shows.includes(stat));

function panelOf(family: MetricFamily, id: number, place: { readonly x: number; readonly y: number }): object {
  const { metric, name, unit } = family;
  const stats = shownStats(family);
  return {
    id,
    type: 'timeseries',
    title: `${metric} ${stats.join(', ')}`,
    description: metricOf(metric).definition,
    datasource: DATA_SOURCE,
    gridPos: { h: HEIGHT, w: WIDTH, ...place },
    targets: [
      {
        refId: 'A',
        datasource: DATA_SOURCE,
        // Of all calls: those of one tool have a label more.
        expr: `${name}{stat=~"${stats.map(escaped).join('|')}",tool=""}`,
        legendFormat: stats.length === 1 ? '{{where}}' : '{{where}} {{stat}}',
      },
    ],
    options: { legend: { displayMode: 'list', placement: 'bottom', showLegend: true }, tooltip: { mode: 'multi' } },
    // A run leaves a number that holds until the next.
    fieldConfig: { defaults: { unit: UNITS[unit], custom: { lineInterpolation: 'stepAfter' } }, overrides: [] },
  };
}

/** In a regular expression in a string of PromQL: the dot of `p99.9`. */
const escaped = (stat: string): string => stat.replaceAll('.', '\\\\.');

const titleOf = (group: MetricGroup): string => `${group.charAt(0).toUpperCase()}${group.slice(1)}`.replace('-', ' ');

/** The numbers of a run that are read first, a row of panels for each group that has any. */
export const grafanaDashboard: ExportFormat = {
  file: 'grafana.json',
  contentOf: ({ analysis: { summary } }) => {
    const families = familiesOf(summary).filter((family) => shownStats(family).length > 0);
    let [id, y] = [0, 0];
    const panels = METRIC_GROUPS.flatMap((group): readonly object[] => {
      const own = families.filter(({ metric }) => metricOf(metric).comparison.group === group);
      if (own.length === 0) return [];
      const gridPos = { h: 1, w: WIDTH * COLUMNS, x: 0, y };
      const row = { id: ++id, type: 'row', title: titleOf(group), collapsed: false, gridPos, panels: [] };
      const top = y + 1;
      y = top + Math.ceil(own.length / COLUMNS) * HEIGHT;
      const placed = own.map((family, index) =>
        panelOf(family, ++id, { x: (index % COLUMNS) * WIDTH, y: top + Math.floor(index / COLUMNS) * HEIGHT }),
      );
      return [row, ...placed];
    });
    return jsonText({
      title: `Plimsoll: ${plainLabel(summary.name)}`,
      description: 'Numbers of a scenario from run to run, by the names of metrics.txt.',
      tags: ['plimsoll'],
      style: 'dark',
      timezone: 'browser',
      editable: true,
      graphTooltip: 1,
      schemaVersion: SCHEMA_VERSION,
      time: { from: 'now-30d', to: 'now' },
      templating: {
        list: [{ type: 'datasource', name: 'datasource', label: 'Data source', query: 'prometheus', hide: 0 }],
      },
      panels,
    });
  },
};
