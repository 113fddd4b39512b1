/** Server metrics: what the servers report of themselves, on the clock of the run. */
import type { Figures, MetricSeries, ServerMetric, Summary } from '../../analysis/index.js';
import { amount, bytes, count, counted, duration, rate } from '../../format/index.js';
import { linear, linearFromZero, S_PER_NS, secondsAcross, type Axis } from '../charts/axes.js';
import { band, line, phaseRules } from '../charts/layers.js';
import { INK, type Chart, type KeyEntry } from '../charts/theme.js';
import { plainText } from '../text.js';
import { namedPhase } from '../words.js';
import { none, numberColumns, present, wordColumns, type Figure, type Table, type Topic } from './topic.js';

type Named = Pick<ServerMetric, 'metric' | 'kind'>;

const nameOf = ({ service, metric, kind }: Named & Pick<ServerMetric, 'service'>): string =>
  `${plainText(service, 40)}: ${plainText(metric, 90)}${kind === 'counter' ? ', per second' : ''}`;

/** What a gauge counts, by the unit that Prometheus has at the end of its name; a moment in time is a plain number. */
const UNIT = /(?<!time|timestamp)_(bytes|seconds)(?:\{|$)/;

function valueText({ kind, metric }: Named, value: number): string {
  if (kind === 'counter') return rate(value);
  const unit = UNIT.exec(metric)?.[1];
  return unit === 'bytes' ? bytes(value) : unit === 'seconds' ? duration(value * 1e9) : amount(value);
}

/** How many of the metric's own unit make one on the axis. */
type Scale = readonly [size: number, unit: string];

const SCALES: Readonly<Record<string, readonly Scale[]>> = {
  bytes: [
    [2 ** 30, ' GiB'],
    [2 ** 20, ' MiB'],
    [2 ** 10, ' KiB'],
    [1, ' B'],
  ],
  seconds: [
    [1, ' s'],
    [1e-3, ' ms'],
    [1e-6, ' µs'],
  ],
};

/** The axis of the values, and what they are divided by on it: the largest unit of which the highest value has one. */
function axisOf({ kind, metric }: Named, low: number, high: number): { readonly per: number; readonly axis: Axis } {
  const scales = kind === 'gauge' ? (SCALES[UNIT.exec(metric)?.[1] ?? ''] ?? []) : [];
  if (scales.length === 0 && low >= 0) return { per: 1, axis: linearFromZero(high, kind === 'counter' ? '/s' : '') };
  const [per, unit] = scales.find(([size]) => Math.max(high, -low) >= size) ?? [1, ''];
  const domain: [number, number] = [(low * 1.08) / per, high > low ? (high * 1.08) / per : 1];
  return { per, axis: linear(domain, unit === '' ? {} : { labelExpr: `format(datum.value, '~r') + '${unit}'` }) };
}

/** In which phase a metric was highest. */
function findingOf(each: ServerMetric, phases: Summary['phases']): string {
  const [highest] = [...each.phases].sort((a, b) => (b.max ?? -Infinity) - (a.max ?? -Infinity));
  return highest === undefined || highest.max === null
    ? 'No poll fell into a phase.'
    : `Highest in ${namedPhase(phases, highest.phase)}: ${valueText(each, highest.max)}.`;
}

export function serverMetricChart(
  figures: Pick<Figures, 'timeline' | 'phases' | 'faults'>,
  series: MetricSeries,
): Chart {
  const { timeline, phases } = figures;
  const fromS = Math.min(timeline.fromNs[0] ?? 0, ...phases.map(({ startNs }) => startNs)) * S_PER_NS;
  const lastNs = (timeline.fromNs.at(-1) ?? 0) + timeline.windowNs;
  const toS = Math.max(lastNs, ...phases.map(({ drainedNs }) => drainedNs)) * S_PER_NS;
  const faults = figures.faults.map((fault) => {
    const off = fault.confirmedOffNs ?? fault.plannedOffNs;
    return { x: (fault.confirmedOnNs ?? fault.plannedOnNs) * S_PER_NS, x2: off === null ? toS : off * S_PER_NS };
  });
  const places = series.points
    .map(({ atNs, value }) => ({ x: atNs * S_PER_NS, y: value }))
    .filter(({ x }) => x >= fromS && x <= toS);
  const values = places.map(({ y }) => y);
  const { per, axis } = axisOf(series, Math.min(0, ...values), Math.max(0, ...values));
  const axes = { x: secondsAcross(fromS, toS, true, 'since the start of the run'), y: axis };
  const drawn = places.map(({ x, y }) => ({ x, y: y / per }));
  const layers = [
    band(faults, INK.faultBand),
    phaseRules(phases),
    line(drawn, { colour: INK.service, width: 1.4 }, axes),
  ];
  return {
    picture: (width) => ({ width, height: 110, layer: layers }),
    key: present<KeyEntry>(
      { words: nameOf(series), colour: INK.service, mark: 'line' },
      faults.length > 0 && { words: 'fault active', colour: INK.faultBand, mark: 'band' },
    ),
  };
}

const table = ({ serverMetrics, phases }: Summary): Table => ({
  kind: 'table',
  caption: 'Metrics of the servers by phase, after its warm-up',
  columns: [...wordColumns('Metric', 'Phase'), ...numberColumns('Mean', 'Lowest', 'Highest', 'Polls')],
  rows: serverMetrics.flatMap((each) =>
    each.phases.map(({ phase, polls, mean, min, max }) => ({
      cells: [
        nameOf(each),
        namedPhase(phases, phase),
        ...[mean, min, max].map((value) => (value === null ? none() : valueText(each, value))),
        count(polls),
      ],
    })),
  ),
});

export const serverMetrics = {
  id: 'server-metrics',
  title: 'Server metrics',
  label: 'Server metrics',
  place: 'results',
  lead: () =>
    'What the servers report of themselves, read once a second from their pages of metrics. Of a counter the rate ' +
    'since the poll before is shown.',
  headline: ({ analysis: { summary } }) => {
    const [first] = summary.serverMetrics;
    const finding = first === undefined ? '' : `${nameOf(first)}. ${findingOf(first, summary.phases)}`;
    const { length } = summary.serverMetrics;
    return {
      state: 'quiet',
      finding,
      key: { name: 'metrics', value: count(length), brief: counted(length, 'metric') },
    };
  },
  applies: ({ analysis }) => analysis.summary.serverMetrics.length > 0,
  page: ({ analysis: { summary, figures } }) => [
    ...summary.serverMetrics.flatMap((each): readonly Figure[] =>
      figures.metricSeries
        .filter(({ service, metric }) => service === each.service && metric === each.metric)
        .map((series) => ({
          kind: 'figure',
          title: nameOf(each),
          finding: findingOf(each, summary.phases),
          drawn: `${nameOf(each)}, over the run, with its phases and faults.`,
          chart: () => serverMetricChart(figures, series),
          wide: true,
        })),
    ),
    table(summary),
  ],
  markdown: () => [],
  terminal: () => [],
} as const satisfies Topic;
