/** Resources: CPU and memory of every process over the run. */
import type { Figures, ProcessCurve } from '../../analysis/index.js';
import { amount, bytes } from '../../format/index.js';
import { linear, S_PER_NS, secondsAcross, type Axis } from '../charts/axes.js';
import { band, curveKey, DASHED, DOTTED, line, type Curve, type Stroke } from '../charts/layers.js';
import { INK, PANE_WIDTH, type Chart } from '../charts/theme.js';
import { plainText } from '../text.js';
import { none, numberColumns, wordColumns, type Cell, type Figure, type Table, type Topic } from './topic.js';

const MIB = 1024 ** 2;

/** The names under which the harness watches itself. */
const OWN: Readonly<Record<string, string>> = { plimsoll: 'load generator', 'fault-engine': 'fault proxy' };

/** Dashes and colours, in the order of the processes: the first four are apart without their colour. */
const STROKES: readonly [Stroke, ...Stroke[]] = [
  { colour: INK.response, width: 2 },
  { colour: INK.counted, width: 1.7, ...DASHED },
  { colour: INK.service, width: 1.8, ...DOTTED },
  { colour: INK.good, width: 1.6, dash: [9, 3, 2, 3] },
  { colour: INK.muted, width: 1.2 },
];

type Point = ProcessCurve['points'][number];

const QUANTITIES = {
  cores: {
    title: 'CPU, cores used',
    of: ({ cores }: Point): number | null => cores,
    text: (value: number): string => `${amount(value, 2)} cores`,
    unit: '',
    scale: 1,
  },
  memory: {
    title: 'Resident memory',
    of: ({ rssBytes }: Point): number | null => rssBytes,
    text: (value: number): string => bytes(value),
    unit: ' MiB',
    scale: MIB,
  },
} as const;
type Quantity = keyof typeof QUANTITIES;

const processName = (process: string): string => {
  const own = Object.hasOwn(OWN, process) ? OWN[process] : undefined;
  return own === undefined ? plainText(process, 40) : `${own} (${plainText(process, 40)})`;
};

const known = ({ points }: ProcessCurve, quantity: Quantity): readonly number[] =>
  points.flatMap((point) => QUANTITIES[quantity].of(point) ?? []);

/** The stack first, and what belongs to the harness after it. */
const inOrder = ({ processes }: Pick<Figures, 'processes'>): readonly ProcessCurve[] =>
  [...processes].sort((a, b) => Number(Object.hasOwn(OWN, a.process)) - Number(Object.hasOwn(OWN, b.process)));

function resourceChart(figures: Pick<Figures, 'processes' | 'faults'>, quantity: Quantity): Chart | null {
  const { title, of, unit, scale } = QUANTITIES[quantity];
  const curves = inOrder(figures)
    .filter((each) => known(each, quantity).length > 1)
    .map(({ process, points }, index): Curve => ({
      words: processName(process),
      places: points.map((point) => {
        const value = of(point);
        return { x: point.atNs * S_PER_NS, y: value === null ? null : value / scale };
      }),
      stroke: STROKES[index % STROKES.length] ?? STROKES[0],
    }));
  const places = curves.flatMap((curve) => curve.places);
  if (places.length === 0) return null;
  const [fromS, toS] = [Math.min(...places.map(({ x }) => x)), Math.max(...places.map(({ x }) => x))];
  const most = places.reduce((top, { y }) => Math.max(top, y ?? 0), 0);
  const axes: { readonly x: Axis; readonly y: Axis } = {
    x: secondsAcross(fromS, toS, true, 'since the start of the run'),
    y: linear([0, most > 0 ? most * 1.08 : 1], { labelExpr: `format(datum.value, '~r') + '${unit}'` }),
  };
  const faults = figures.faults.map((fault) => {
    const off = fault.confirmedOffNs ?? fault.plannedOffNs;
    return { x: (fault.confirmedOnNs ?? fault.plannedOnNs) * S_PER_NS, x2: off === null ? toS : off * S_PER_NS };
  });
  const layer = [band(faults, INK.faultBand), ...curves.map(({ places: own, stroke }) => line(own, stroke, axes))];
  return {
    picture: { title: { text: title }, width: PANE_WIDTH, height: 170, layer },
    key: [
      ...curveKey(curves),
      ...(faults.length > 0 ? [{ words: 'fault active', colour: INK.faultBand, mark: 'band' } as const] : []),
    ],
  };
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/** The process that had most of something, and how much; null where none reports it. */
function most(
  figures: Pick<Figures, 'processes'>,
  quantity: Quantity,
): { readonly process: string; readonly value: number } | null {
  const tops = inOrder(figures).flatMap((each) => {
    const values = known(each, quantity);
    return values.length === 0 ? [] : [{ process: each.process, value: Math.max(...values) }];
  });
  const [first, ...rest] = tops;
  return first === undefined ? null : rest.reduce((top, next) => (next.value > top.value ? next : top), first);
}

function finding(figures: Pick<Figures, 'processes'>, quantity: Quantity): string {
  const top = most(figures, quantity);
  if (top === null) return 'No process reports it.';
  const { text } = QUANTITIES[quantity];
  return `${processName(top.process)} used most: ${text(top.value)} at its highest.`;
}

const figure = (figures: Figures, quantity: Quantity): Figure => ({
  kind: 'figure',
  title: QUANTITIES[quantity].title,
  finding: finding(figures, quantity),
  drawn: `${QUANTITIES[quantity].title} of each process over the run.`,
  chart: () => resourceChart(figures, quantity),
});

function table(figures: Figures): Table {
  const cells = (each: ProcessCurve, quantity: Quantity): readonly Cell[] => {
    const values = known(each, quantity);
    const { text } = QUANTITIES[quantity];
    return values.length === 0 ? [none(), none()] : [text(mean(values)), text(Math.max(...values))];
  };
  return {
    kind: 'table',
    caption: 'CPU and memory by process, over the run',
    columns: [
      ...wordColumns('Process'),
      ...numberColumns('CPU, mean', 'CPU, highest', 'Memory, mean', 'Memory, highest'),
    ],
    rows: inOrder(figures).map((each) => ({
      cells: [processName(each.process), ...cells(each, 'cores'), ...cells(each, 'memory')],
    })),
  };
}

export const resources = {
  id: 'resources',
  title: 'Resources',
  label: 'Resources',
  place: 'results',
  lead: () => 'Polled about once a second. Processes of one name are added up; CPU is the mean since the poll before.',
  headline: ({ analysis: { figures } }) => {
    const top = most(figures, 'cores');
    return {
      state: 'quiet',
      finding: `CPU: ${finding(figures, 'cores')} Memory: ${finding(figures, 'memory')}`,
      key: top === null ? null : { name: 'CPU at most', value: QUANTITIES.cores.text(top.value) },
    };
  },
  applies: ({ analysis: { figures } }) => figures.processes.length > 0,
  page: ({ analysis: { figures } }) => [figure(figures, 'cores'), figure(figures, 'memory'), table(figures)],
  markdown: () => [],
  terminal: () => [],
} as const satisfies Topic;
