/** The load line: each capacity search with its probes and their evidence. */
import type { CapacityProbe, CapacitySummary, StageStats } from '../../analysis/index.js';
import { count, duration, maybeDuration, percent, quantile, rate, UNKNOWN } from '../../format/index.js';
import { quantileOf } from '../quantiles.js';
import { displayWidth, plainText, wrapped } from '../text.js';
import { FROM_SEND } from '../words.js';
import { goodputChart, PROBE, slopeChart } from './load-line-charts.js';
import {
  fitWords,
  goodputSentence,
  kneeSentence,
  loadLineSentence,
  loadLineValue,
  slopeFinding,
  slopeWords,
} from './load-line-words.js';
import {
  lines,
  none,
  nothing,
  text,
  verdictCell,
  type Block,
  type Line,
  type Row,
  type Table,
  type TextBlock,
  type Topic,
} from './topic.js';

const BLIND =
  'The upstream reports no timing, so this is the age of the oldest call without an answer: its own queue is not ' +
  'visible in any other way.';

function searchBlocks(search: CapacitySummary, stages: readonly StageStats[]): readonly Block[] {
  const name = plainText(search.phase, 100);
  const sentence = loadLineSentence(search);
  if (search.probes.length === 0) return [nothing(`${name}: no probe was judged. ${sentence}`)];
  const blind = search.probes.some((probe) => probe.evidence.queueAge.source === 'unanswered');
  return [
    {
      kind: 'figure',
      title: `${name}: goodput against offered rate`,
      finding: kneeSentence(search),
      drawn: `Goodput against offered rate of each probe of ${name}.`,
      chart: () => goodputChart(search),
      note: sentence,
    },
    {
      kind: 'figure',
      title: `${name}: did the queue grow?`,
      finding: slopeFinding(search),
      drawn: `Slope of the queue age of each probe of ${name}.`,
      chart: () => slopeChart(search),
      note: noteOf(fitWords(search), blind ? BLIND : null),
    },
    probeTable(search, stages),
  ];
}

/** Those sentences that there are; null without any. */
function noteOf(...sentences: readonly (string | null)[]): string | null {
  const known = sentences.filter((words) => words !== null);
  return known.length === 0 ? null : known.join(' ');
}

/** `stages`: the calls of each probe, in the same order. */
function probeTable(search: CapacitySummary, stages: readonly StageStats[]): Table {
  return {
    kind: 'table',
    caption: `Probes of ${plainText(search.phase, 100)}, in order`,
    style: 'dense',
    columns: [
      { name: 'Probe', kind: 'word' },
      { name: 'Rate' },
      { name: 'Verdict', kind: 'word' },
      { name: 'Offered', below: 'calls' },
      { name: 'Completed', pageOnly: true },
      { name: 'Goodput', below: 'missed' },
      { name: 'p99, all calls', below: FROM_SEND, pageOnly: true },
      { name: 'Oldest queued call', pageOnly: true },
      { name: 'Queue age slope', below: '95 % interval' },
      { name: 'Schedule lag', below: 'p99', pageOnly: true },
      { name: 'Why', kind: 'text' },
    ],
    rows: search.probes.map((probe, index): Row => probeRow(probe, stages[index])),
  };
}

function probeRow(probe: CapacityProbe, stage: StageStats | undefined): Row {
  const { evidence, purpose, ratePerSecond, verdict, why } = probe;
  const { value, interval } = slopeWords(probe);
  return {
    cells: [
      { text: count(probe.probe + 1), below: `${purpose}, ${duration(probe.scheduledEndNs - probe.startNs)}` },
      rate(ratePerSecond),
      verdictCell(PROBE[verdict]),
      { text: rate(evidence.offeredPerSecond), below: count(evidence.offered) },
      rate(evidence.completedPerSecond),
      {
        text: rate(evidence.goodputPerSecond),
        below: evidence.missRatio === null ? 'none offered' : percent(evidence.missRatio),
      },
      evidence.responseP99Ns === null
        ? none('too few samples')
        : {
            text: duration(evidence.responseP99Ns),
            below: stage === undefined ? UNKNOWN : quantile(quantileOf(stage.latencyFromSend.all, 0.99)),
          },
      duration(evidence.queueAge.maxNs),
      interval === null ? value : { text: value, below: interval },
      maybeDuration(evidence.scheduleLagP99Ns, 'n/a'),
      // The columns show why a probe passed; a failure is worth its words.
      verdict === 'passed' ? '' : plainText(why.join('; '), 400),
    ],
  };
}

function markdownOf(search: CapacitySummary): readonly TextBlock[] {
  if (search.probes.length === 0) return [];
  const goodput = goodputSentence(search);
  return [text(kneeSentence(search)), ...(goodput === null ? [] : [text(goodput)]), probeTable(search, [])];
}

function searchLines(search: CapacitySummary, columns: number): readonly Line[] {
  const name = `${plainText(search.phase, 30)}: `;
  const indent = displayWidth(name);
  const value = loadLineValue(search);
  const bad = search.ended !== 'found' && search.ended !== 'high-passed';
  const [first = '', ...rest] = wrapped(
    `${value === null ? '' : `${value}. `}${loadLineSentence(search)}`,
    columns - indent,
  );
  const span = (words: string) => (bad ? { text: words, tone: 'unsure' as const } : { text: words });
  // That a short search finds no knee is not worth a line.
  const knee = search.knee.kind === 'none' && search.knee.reason === 'too-few-rates' ? [] : [kneeSentence(search)];
  const blank = { text: ' '.repeat(indent) };
  return [
    [{ text: name, tone: 'strong' }, span(first)],
    ...rest.map((words): Line => [blank, span(words)]),
    ...[...knee, goodputSentence(search) ?? ''].flatMap((words) =>
      words === '' ? [] : lines([blank], words, columns, 'quiet'),
    ),
  ];
}

export const loadLine = {
  id: 'load-line',
  title: 'Load line',
  label: 'Load line',
  place: 'results',
  lead: () =>
    'A rate is sustained when the age of the oldest waiting call is shown not to grow (the interval of its slope ' +
    'includes 0 and stays below the limit) and at most 1 % of the calls miss, while the load generator keeps its ' +
    'schedule. It is not when the slope is shown to exceed the limit, or more than 1 % to miss. Anything else is ' +
    'undecided.',
  headline: ({ analysis: { summary } }) => {
    const [search] = summary.capacities;
    if (search === undefined) return { state: 'quiet', finding: '', key: null };
    const value = loadLineValue(search);
    const isFound = search.ended === 'found' || search.ended === 'high-passed';
    return {
      state: isFound ? 'quiet' : 'unsure',
      finding: loadLineSentence(search),
      key: { name: 'load line', value: value ?? 'unknown' },
    };
  },
  applies: ({ analysis }) => analysis.summary.capacities.length > 0,
  page: ({ analysis: { summary } }) =>
    summary.capacities.flatMap((search) =>
      searchBlocks(search, summary.phases.find(({ name }) => name === search.phase)?.stages ?? []),
    ),
  markdown: ({ analysis }) => analysis.summary.capacities.flatMap(markdownOf),
  terminal: ({ analysis }, columns) => analysis.summary.capacities.flatMap((search) => searchLines(search, columns)),
} as const satisfies Topic;
