/** Latency breakdown: the stages of the response time, and which queue grew first. */
import {
  growthRank,
  mainAttribution,
  type Attribution,
  type Figures,
  type PhaseSummary,
  type StageBars,
  type StageName,
  type StageSplit,
  type Summary,
} from '../../analysis/index.js';
import { count, counted, duration, percent } from '../../format/index.js';
import { along, layer } from '../charts/layers.js';
import { linear } from '../charts/axes.js';
import { INK, type Chart } from '../charts/theme.js';
import { quantileText } from '../quantiles.js';
import { plainText } from '../text.js';
import { attributionSentence, endedRows, placeWords } from './breakdown-words.js';
import { spanNotes } from './span-words.js';
import { phaseName, STAGE_WORDS } from '../words.js';
import {
  drawnOf,
  namedLines,
  none,
  nothing,
  rowsOf,
  text,
  type Drawn,
  type Figure,
  type Row,
  type Table,
  type Topic,
} from './topic.js';

const splitOf = (phases: Summary['phases'], { phase }: Attribution): StageSplit | null =>
  phases.find(({ name }) => name === phase)?.stageSplit ?? null;

const GROWING = 'a growing queue, or the earliest';

const totalOf = (bar: StageBars): number => bar.stages.reduce((sum, { meanNs }) => sum + meanNs, 0);

/** The largest stage of each phase. */
function stagesFinding(bars: readonly StageBars[]): string {
  const largest = bars.flatMap((bar) => {
    const [first, ...rest] = bar.stages;
    if (first === undefined) return [];
    const top = rest.reduce((most, stage) => (stage.meanNs > most.meanNs ? stage : most), first);
    const total = totalOf(bar);
    const share = percent(Math.round((top.meanNs / total) * 100) / 100);
    return [
      `${STAGE_WORDS[top.stage]} in ${phaseName({ name: bar.phase, loop: bar.loop })} (${share} of ${duration(total)})`,
    ];
  });
  return `Largest stage of the mean time of an attempt, whatever became of it: ${largest.join(', ')}.`;
}

const COLOURS: Readonly<Record<StageName, string>> = {
  'client-queue': 'var(--s-client-queue)',
  'schedule-lag': 'var(--s-schedule-lag)',
  'outbound-hop': 'var(--s-outbound-hop)',
  'upstream-queue': 'var(--s-upstream-queue)',
  service: 'var(--s-service)',
  'return-hop': 'var(--s-return-hop)',
  wait: 'var(--s-upstream-queue)',
  read: 'var(--s-return-hop)',
  unlocated: INK.axis,
};
const ORDER = Object.keys(COLOURS) as StageName[];
/** Of a letter in a segment, and beside its words. */
const LETTER_WIDTH = 6.4;
const LABEL_ROOM = 10;

/** What a segment carries: its stage and share, so that it is known without its colour; less where it is narrow. */
export function segmentLabel(stage: StageName, share: number, width: number): string {
  const size = `${Math.round(share * 100)} %`;
  const fits = (text: string): boolean => text.length * LETTER_WIDTH + LABEL_ROOM <= share * width;
  return [`${STAGE_WORDS[stage]} ${size}`, STAGE_WORDS[stage], size].find(fits) ?? '';
}

/** One bar per phase, as shares of its mean, with the mean written at its end. */
function stagesChart(bars: readonly StageBars[]): Chart {
  const rows = bars.flatMap((bar, index) => {
    const total = totalOf(bar);
    let below = 0;
    return bar.stages.map(({ stage, meanNs }) => {
      const x = below;
      below += meanNs / total;
      return { bar: index, stage, x, x2: below, middle: (x + below) / 2 };
    });
  });
  const ends = bars.map((bar, index) => ({
    bar: index,
    words: phaseName({ name: bar.phase, loop: bar.loop }, 28),
    total: `mean ${duration(totalOf(bar))}`,
  }));
  const present = ORDER.filter((stage) => rows.some((row) => row.stage === stage && row.x2 > row.x));
  const y = {
    field: 'bar',
    type: 'ordinal' as const,
    axis: null,
    scale: { paddingInner: 0.55, paddingOuter: 0.45 },
  };
  const x = linear([0, 1], {
    labelExpr: "format(datum.value * 100, '~r') + ' %'",
    title: 'share of the mean time of an attempt',
    tickCount: 5,
    domain: false,
    ticks: false,
    grid: true,
  });
  const color = {
    field: 'stage',
    type: 'nominal' as const,
    scale: { domain: [...present], range: present.map((stage) => COLOURS[stage]) },
    legend: null,
  };
  const label = (align: 'left' | 'right', field: string, colour: string, width: number) =>
    layer(
      ends,
      { type: 'text', align, baseline: 'bottom', dy: -13, color: colour, fontWeight: align === 'left' ? 600 : 400 },
      { x: { value: align === 'left' ? 0 : width }, y, text: { field, type: 'nominal' } },
    );
  const layers = (width: number) => [
    layer(rows, { type: 'bar', stroke: INK.paper, strokeWidth: 1 }, { x: along(x), x2: { field: 'x2' }, y, color }),
    layer(
      rows.map((row) => ({ ...row, label: segmentLabel(row.stage, row.x2 - row.x, width) })),
      { type: 'text', color: 'var(--on-stage)', fontSize: 10.5, fontWeight: 600 },
      { x: { field: 'middle', ...x }, y, text: { field: 'label', type: 'nominal' } },
    ),
    label('left', 'words', INK.text, width),
    label('right', 'total', INK.muted, width),
  ];
  return {
    picture: (width) => ({ width, height: { step: 44 }, layer: layers(width) }),
    key: present.map((stage) => ({ words: STAGE_WORDS[stage], colour: COLOURS[stage], mark: 'area' })),
  };
}

/** The bars of the chart, and a sentence where other phases have one too. */
const drawnBars = ({ stageSplits }: Pick<Figures, 'stageSplits'>): Drawn<StageBars> =>
  drawnOf(
    stageSplits.filter((bar) => totalOf(bar) > 0),
    totalOf,
    'the longest mean time',
  );

function stageTable(phases: Summary['phases']): Table {
  return {
    kind: 'table',
    caption: 'Stages by phase: time of all attempts in each, and where those ended that did not go on',
    columns: [
      { name: 'Phase', kind: 'word' },
      { name: 'Stage', kind: 'word' },
      { name: 'Mean' },
      { name: 'p50' },
      { name: 'p99' },
    ],
    rows: phases.flatMap((phase): readonly Row[] => {
      const split = phase.stageSplit;
      if (split === null || split.n === 0) return [];
      const total = split.stages.reduce((sum, { meanNs }) => sum + meanNs, 0);
      return [
        { cells: [phaseName(phase), counted(split.n, 'attempt'), duration(total), '', ''], total: true },
        ...split.stages.map(({ stage, meanNs, durations }) => ({
          cells: [
            '',
            STAGE_WORDS[stage],
            duration(meanNs),
            quantileText(durations, 0.5),
            quantileText(durations, 0.99),
          ],
        })),
        ...endedRows(split).map(({ words, share }) => ({ cells: ['', words, share, '', ''] })),
      ];
    }),
  };
}

function figure(summary: Summary, { drawn: bars, announced }: Drawn<StageBars>): Figure {
  const isDrawn = ({ name }: PhaseSummary): boolean =>
    announced.length === 0 || bars.some(({ phase }) => phase === name);
  const negative = summary.phases.reduce((sum, phase) => sum + (phase.stageSplit?.clockProblems ?? 0), 0);
  const blind = summary.phases.some((phase) => phase.stageSplit?.source === 'generator');
  const notes = [
    ...(negative === 0 ? [] : [`${count(negative)} attempts are left out: a stage was negative, a clock problem.`]),
    ...(blind
      ? ['Where the upstream reports no timing, its queue and service time are one stage: the wait for the first byte.']
      : []),
    ...spanNotes(summary),
  ];
  return {
    kind: 'figure',
    title: 'Stages of the mean time of an attempt by phase',
    finding: stagesFinding(bars),
    drawn: 'Stage split of the mean time of an attempt by phase.',
    chart: () => stagesChart(bars),
    numbers: [stageTable(summary.phases.filter(isDrawn))],
    wide: true,
    note: notes.length === 0 ? null : notes.join(' '),
  };
}

/** Open-loop phases alone: a closed loop slows down with what it waits for, so no queue can grow in it. */
function attributionTable({ attributions, phases }: Summary): Table {
  const { rows, notes } = rowsOf(attributions, growthRank, GROWING);
  return {
    kind: 'table',
    caption: 'First growing queue, by open-loop phase',
    notes,
    columns: [
      { name: 'Phase', kind: 'word' },
      { name: 'First growing queue', kind: 'word' },
      { name: 'Since', below: 'phase start' },
      { name: 'Calls that waited', below: 'for a free connection' },
      { name: 'Time in gateways', below: 'before, grown', kind: 'word' },
      { name: 'Finding', kind: 'text' },
    ],
    rows: rows.map((found) => ({
      cells: [
        plainText(found.phase, 100),
        placeWords(found),
        found.onsetNs === null
          ? none()
          : duration(found.onsetNs - (phases.find(({ name }) => name === found.phase)?.startNs ?? 0)),
        found.slotWaitShare === null ? none() : percent(found.slotWaitShare),
        found.gateways.length === 0
          ? none('not reported')
          : found.gateways
              .map(({ gateway, calmNs, grownNs }) => {
                const times = [calmNs, grownNs].map((ns) => (ns === null ? '–' : duration(ns)));
                return `${plainText(gateway, 60)} ${times.join(', ')}`;
              })
              .join('; '),
        attributionSentence(found, splitOf(phases, found)),
      ],
    })),
  };
}

export const breakdown = {
  id: 'breakdown',
  title: 'Latency breakdown',
  label: 'Breakdown',
  place: 'results',
  lead: () =>
    'The stages of each attempt add up to its response time, to the nanosecond. One that was given up, shed or ' +
    'failed counts in the stage it ended in.',
  headline: ({ analysis: { summary, figures } }) => {
    const main = mainAttribution(summary);
    const bars = drawnBars(figures).drawn;
    if (main === null)
      return {
        state: 'quiet',
        finding: bars.length === 0 ? 'No attempt carried the timing of its stages.' : stagesFinding(bars),
        key: null,
      };
    const isNamed = main.firstGrowing !== 'none' && main.firstGrowing !== 'unknown';
    return {
      state: isNamed ? 'look' : 'quiet',
      finding: `${plainText(main.phase, 60)}: ${attributionSentence(main, splitOf(summary.phases, main))}`,
      key: { name: 'first growing queue', value: isNamed && main.onsetNs === null ? 'none grew' : placeWords(main) },
    };
  },
  applies: () => true,
  page: ({ analysis: { summary, figures } }) => {
    const bars = drawnBars(figures);
    return [
      ...bars.announced,
      bars.drawn.length === 0 ? nothing('No attempt carried the timing of its stages.') : figure(summary, bars),
      ...(summary.attributions.length === 0 ? [] : [attributionTable(summary)]),
    ];
  },
  markdown: ({ analysis: { summary } }) => {
    const { rows, notes } = rowsOf(summary.attributions, growthRank, GROWING);
    if (rows.length === 0) return [];
    return [
      ...notes.map(text),
      {
        kind: 'list',
        items: rows.map((found) => ({
          name: plainText(found.phase),
          text: attributionSentence(found, splitOf(summary.phases, found)),
        })),
      },
    ];
  },
  terminal: ({ analysis: { summary } }, columns) =>
    summary.attributions
      .filter(
        (found) =>
          (found.firstGrowing !== 'none' && found.firstGrowing !== 'unknown') ||
          endedRows(splitOf(summary.phases, found)).length > 0,
      )
      .flatMap((found) =>
        namedLines(
          plainText(found.phase, 30),
          attributionSentence(found, splitOf(summary.phases, found)),
          columns,
          'unsure',
        ),
      ),
} as const satisfies Topic;
