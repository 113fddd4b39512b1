/** Resource trend: what each process held at the start and at the end of a soak, and whether that grew. */
import type {
  GrowthCurve,
  GrowthQuantity,
  GrowthSummary,
  GrowthTrend,
  GrowthVerdict,
  ProcessGrowth,
  Summary,
} from '../../analysis/index.js';
import { amount, bytes, bytesPerHour, count, duration, perHour, UNKNOWN } from '../../format/index.js';
import { linear, S_PER_NS, secondsAcross } from '../charts/axes.js';
import { band, DASHED, line } from '../charts/layers.js';
import { INK, type Chart, type KeyEntry } from '../charts/theme.js';
import { plainText } from '../text.js';
import { capitalised, namedPhase, type Badge } from '../words.js';
import {
  lines,
  none,
  numberColumns,
  present,
  verdictCell,
  wordColumns,
  type Cell,
  type Figure,
  type Table,
  type Topic,
} from './topic.js';

export const GROWTH_VERDICT: Readonly<Record<GrowthVerdict, Badge>> = {
  growing: { words: 'growing', tone: 'bad', sign: '✗' },
  flat: { words: 'not growing', tone: 'good', sign: '✓' },
  'too-short': { words: 'too short', tone: 'unsure', sign: '?' },
  unknown: { words: 'unknown', tone: 'quiet', sign: '–' },
};

export const QUANTITY_WORDS: Readonly<Record<GrowthQuantity, string>> = {
  rss: 'memory',
  descriptors: 'descriptors',
  sockets: 'sockets',
  threads: 'threads',
  sessions: 'sessions',
};

/** A slope in the unit of its quantity. */
export const growthRate = (quantity: GrowthQuantity, slopePerHour: number): string =>
  quantity === 'rss' ? bytesPerHour(slopePerHour) : perHour(slopePerHour);

/** A value of a quantity: `81.2 MiB`, `14`. */
export function growthCell({ quantity }: Pick<GrowthTrend, 'quantity'>, value: number | null): Cell {
  if (value === null) return none();
  return quantity === 'rss' ? bytes(value) : amount(Math.round(value * 10) / 10);
}

const intervalText = ({ quantity, slopePerHour: slope }: GrowthTrend): string =>
  slope === null ? '' : `${growthRate(quantity, slope.low)} to ${growthRate(quantity, slope.high)}`;

/** `+1.4 MiB/h (−0.2 MiB/h to +3 MiB/h)`, or why there is none. */
function slopeText(trend: GrowthTrend): string {
  const { quantity, slopePerHour, reason } = trend;
  if (slopePerHour === null) return reason ?? UNKNOWN;
  return `${growthRate(quantity, slopePerHour.value)} (${intervalText(trend)})`;
}

/** The memory of a process. */
export const memoryOf = ({ trends }: ProcessGrowth): GrowthTrend | undefined =>
  trends.find(({ quantity }) => quantity === 'rss');

/** The verdict on a soak phase in one sentence. */
export function growthSentence({ verdict, processes, fromNs, toNs }: GrowthSummary): string {
  const over = `over ${duration(toNs - fromNs)} after the warm-up`;
  const memories = processes.flatMap((process) => memoryOf(process) ?? []);
  switch (verdict) {
    case 'growing': {
      const growing = processes.flatMap(({ process, trends }) =>
        trends
          .filter((trend) => trend.verdict === 'growing')
          .map((trend) => `${plainText(process, 60)}: ${QUANTITY_WORDS[trend.quantity]} ${slopeText(trend)}`),
      );
      return `Growing ${over}: ${growing.join('; ')}.`;
    }
    case 'flat': {
      const highest = Math.max(0, ...memories.flatMap(({ slopePerHour }) => slopePerHour?.high ?? []));
      return `Nothing grew ${over}; memory of no process by more than ${bytesPerHour(highest)} (upper bound).`;
    }
    case 'too-short':
      return `Too short for a trend: ${memories.flatMap(({ reason }) => reason ?? [])[0] ?? 'too few polls'}.`;
    case 'unknown':
      return 'No process of this phase could be polled, so its resource trend is unknown.';
  }
}

const MIB = 1024 ** 2;

export function growthChart(curve: GrowthCurve, name: string): Chart {
  const isMemory = curve.quantity === 'rss';
  const scale = isMemory ? 1 / MIB : 1;
  const startNs = curve.points[0]?.atNs ?? 0;
  const place = ({ atNs, value }: GrowthCurve['points'][number]) => ({
    x: (atNs - startNs) * S_PER_NS,
    y: value * scale,
  });
  const held = curve.points.map(place);
  const trend = (curve.trend ?? []).map(place);
  const values = [...held, ...trend].map(({ y }) => y);
  const low = Math.min(...values);
  const high = Math.max(...values);
  // Space of a twentieth of the value, so that the last digit of a flat line does not fill the chart.
  const space = Math.max((high - low) * 0.1, high * 0.05, isMemory ? 1 : 2);
  const toS = held.at(-1)?.x ?? 1;
  const warmS = Math.max(0, Math.min((curve.measuredFromNs - startNs) * S_PER_NS, toS));
  const axes = {
    x: secondsAcross(0, toS, true, 'since the start of the phase'),
    y: linear([Math.max(0, low - space), high + space], {
      labelExpr: `format(datum.value, '~r')${isMemory ? " + ' MiB'" : ''}`,
    }),
  };
  const title = isMemory ? 'Resident memory' : `${capitalised(QUANTITY_WORDS[curve.quantity])} held`;
  const layer = [
    band(warmS > 0 ? [{ x: 0, x2: warmS }] : [], INK.phaseOdd),
    line(held, { colour: INK.service, width: 1.4 }, axes),
    line(trend, { colour: INK.deadline, width: 1.8, ...DASHED }, axes),
  ];
  return {
    picture: { title: { text: title }, width: 400, height: 170, layer },
    key: present<KeyEntry>(
      { words: name, colour: INK.service, mark: 'line' },
      trend.length > 0 && { words: 'trend (Theil-Sen)', colour: INK.deadline, mark: 'dashed' },
      warmS > 0 && { words: 'warm-up, left out', colour: INK.phaseOdd, mark: 'band' },
    ),
  };
}

function figure({ processes }: GrowthSummary, curve: GrowthCurve, phase: string): Figure {
  const trend = processes
    .find(({ process, pid }) => process === curve.process && pid === curve.pid)
    ?.trends.find(({ quantity }) => quantity === curve.quantity);
  const name = `${plainText(curve.process, 60)}, ${QUANTITY_WORDS[curve.quantity]}`;
  return {
    kind: 'figure',
    title: name,
    finding:
      trend === undefined ? 'No trend.' : `${capitalised(GROWTH_VERDICT[trend.verdict].words)}: ${slopeText(trend)}.`,
    drawn: `${name} during ${phase}.`,
    chart: () => growthChart(curve, name),
  };
}

function table(growth: GrowthSummary, phase: string): Table {
  return {
    kind: 'table',
    caption: phase,
    notes: [growthSentence(growth)],
    style: 'dense',
    columns: [
      ...wordColumns('Process', 'Resource'),
      ...numberColumns('At the start', 'At the end'),
      { name: 'Slope', below: '95 % interval' },
      { name: 'Polls', pageOnly: true },
      ...wordColumns('Verdict'),
    ],
    rows: growth.processes.flatMap(({ process, pid, trends }) =>
      trends.map((trend) => ({
        cells: [
          { text: plainText(process, 60), below: `pid ${pid}` },
          QUANTITY_WORDS[trend.quantity],
          growthCell(trend, trend.first),
          growthCell(trend, trend.last),
          trend.slopePerHour === null
            ? none(plainText(trend.reason ?? UNKNOWN, 120))
            : { text: growthRate(trend.quantity, trend.slopePerHour.value), below: intervalText(trend) },
          count(trend.polls),
          verdictCell(GROWTH_VERDICT[trend.verdict]),
        ],
      })),
    ),
  };
}

const tables = ({ growth, phases }: Summary): readonly Table[] =>
  growth.map((each) => table(each, namedPhase(phases, each.phase)));

export const trend = {
  id: 'trend',
  title: 'Resource trend',
  label: 'Trend',
  place: 'results',
  lead: () =>
    'What a process holds while the load stays the same. Growing: the 95 % interval of the slope lies above ' +
    'zero, and over the window it adds at least 1 MiB, or two descriptors, sockets, threads or sessions. ' +
    'Only processes that the run started are polled.',
  headline: ({ analysis: { summary } }) => {
    const growing = summary.growth.find(({ verdict }) => verdict === 'growing') ?? summary.growth[0];
    if (growing === undefined) return { state: 'quiet', finding: '', key: null };
    const { tone, words } = GROWTH_VERDICT[growing.verdict];
    return { state: tone, finding: growthSentence(growing), key: { name: 'resources', value: words } };
  },
  applies: ({ analysis }) => analysis.summary.growth.length > 0,
  page: ({ analysis: { summary, figures } }) => [
    ...summary.growth.flatMap((growth) =>
      figures.growth
        .filter(({ phase }) => phase === growth.phase)
        .map((curve) => figure(growth, curve, namedPhase(summary.phases, growth.phase))),
    ),
    ...tables(summary),
  ],
  markdown: ({ analysis }) => tables(analysis.summary),
  terminal: ({ analysis: { summary } }, columns) =>
    summary.growth.flatMap((growth) => {
      const { sign, tone } = GROWTH_VERDICT[growth.verdict];
      const words = `${namedPhase(summary.phases, growth.phase, 30)}: ${growthSentence(growth)}`;
      return lines([{ text: `${sign} `, tone }], words, columns);
    }),
} as const satisfies Topic;
