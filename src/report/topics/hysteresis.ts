/** Hysteresis: phases whose rate rises and falls again, compared at the same rates. */
import type { Hysteresis, Summary } from '../../analysis/index.js';
import { amount, duration, rate, UNKNOWN } from '../../format/index.js';
import { linearFromZero, logMs, logSpan, MS_PER_NS } from '../charts/axes.js';
import { curveKey, DASHED, line, points } from '../charts/layers.js';
import { INK, type Chart } from '../charts/theme.js';
import { namedPhase } from '../words.js';
import { none, wordColumns, type Cell, type Figure, type Topic } from './topic.js';

const WHY: Readonly<Record<Exclude<Hysteresis['reason'], null>, string>> = {
  'not-a-loop': 'the rate does not rise to one peak and fall again',
  'too-few-rates': 'fewer than two rates below the peak in one direction',
  fault: 'a fault was active',
};

/** Two lines that coincide where a stack has no hysteresis. Null where one has fewer than two rates with a p99. */
export function hysteresisChart({ up, down }: Pick<Hysteresis, 'up' | 'down'>): Chart | null {
  const places = (way: Hysteresis['up']) =>
    way.flatMap(({ ratePerSecond, p99Ns }) => (p99Ns === null ? [] : [{ x: ratePerSecond, y: p99Ns * MS_PER_NS }]));
  const ways = [
    { words: 'rate rising', places: places(up), stroke: { colour: INK.response, width: 1.8 } },
    { words: 'rate falling', places: places(down), stroke: { colour: INK.counted, width: 1.8, ...DASHED } },
  ];
  if (ways.some((way) => way.places.length < 2)) return null;
  const all = ways.flatMap((way) => way.places);
  const axes = {
    x: linearFromZero(Math.max(...all.map(({ x }) => x)), '/s', 'offered rate'),
    y: logMs(logSpan(all.map(({ y }) => y))),
  };
  const layer = ways.flatMap((way) => [
    line(way.places, way.stroke, axes),
    points(way.places, way.stroke.colour, 34, axes),
  ]);
  const title = { text: 'Response time, p99 (failures at their deadline; log scale)' };
  return { picture: { title, width: 400, height: 210, layer }, key: curveKey(ways) };
}

function gapSentence({ p99 }: Hysteresis): string {
  return p99 === null
    ? 'Rising and falling rates have no rate in common with a p99.'
    : `From ${rate(p99.fromPerSecond)} to ${rate(p99.toPerSecond)} the p99 of the falling rate differs by ` +
        `${duration(p99.meanGap)} on average.`;
}

function figure(loop: Hysteresis, title: string): Figure {
  return {
    kind: 'figure',
    title,
    finding: gapSentence(loop),
    drawn: `p99 of the response time over the rate, rising and falling, of ${title}.`,
    chart: () => hysteresisChart(loop),
  };
}

function cells({ up, reason, p99, goodput }: Hysteresis): readonly Cell[] {
  if (reason !== null) return [none(), { text: UNKNOWN, below: WHY[reason] }, none(), none()];
  const [lowest, highest] = [up[0]?.ratePerSecond ?? NaN, up.at(-1)?.ratePerSecond ?? NaN];
  const rates = `${rate(lowest)} to ${rate(highest)}`;
  if (goodput === null) return [rates, none('no rate in common'), none(), none()];
  const below = `goodput ${amount(goodput.area)} (calls/s)²`;
  if (p99 === null) {
    const gap = { text: UNKNOWN, below: 'under 100 calls at a rate' };
    return [rates, gap, rate(goodput.meanGap), { text: '–', below }];
  }
  const from = p99.fromPerSecond === lowest ? '' : `from ${rate(p99.fromPerSecond)}`;
  const area = `${duration(p99.area)} × calls/s`;
  return [rates, { text: duration(p99.meanGap), below: from }, rate(goodput.meanGap), { text: area, below }];
}

const loops = ({ afterFault }: Summary): readonly Hysteresis[] =>
  afterFault.hysteresis.filter(({ reason }) => reason === null);

export const hysteresis = {
  id: 'hysteresis',
  title: 'Hysteresis',
  label: 'Hysteresis',
  place: 'results',
  lead: () =>
    'The same rates while the load rises and while it falls. Without hysteresis both give the same response ' +
    'times; the area between the curves measures it.',
  headline: ({ analysis: { summary } }) => {
    const [loop] = loops(summary);
    const gap = loop?.p99 ?? null;
    return {
      state: 'quiet',
      finding: loop === undefined ? '' : `${namedPhase(summary.phases, loop.phase)}: ${gapSentence(loop)}`,
      key: gap === null ? null : { name: 'p99 differs by', value: duration(gap.meanGap) },
    };
  },
  applies: ({ analysis }) => loops(analysis.summary).length > 0,
  page: ({ analysis: { summary } }) => [
    ...loops(summary).map((loop) => figure(loop, namedPhase(summary.phases, loop.phase))),
    {
      kind: 'table',
      caption: 'Mean difference between rising and falling load, over the rates that both have',
      columns: [
        ...wordColumns('Phase'),
        { name: 'Rates' },
        { name: 'p99 differs by', below: 'failures at their deadline' },
        { name: 'Goodput differs by' },
        { name: 'Area', below: 'p99 over the rate' },
      ],
      rows: summary.afterFault.hysteresis.map((loop) => ({
        cells: [namedPhase(summary.phases, loop.phase), ...cells(loop)],
      })),
    },
  ],
  markdown: ({ analysis: { summary } }) =>
    loops(summary).map((loop) => ({
      kind: 'text',
      text: `${namedPhase(summary.phases, loop.phase)}: ${gapSentence(loop)}`,
    })),
  terminal: () => [],
} as const satisfies Topic;
