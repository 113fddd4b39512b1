/** The load line: each capacity search with its probes and their evidence. */
import { traitsOf } from '../../catalog/index.js';
import type { CapacityProbe, CapacitySummary, PhaseSummary, StageStats, Summary } from '../../analysis/index.js';
import {
  count,
  counted,
  duration,
  maybeDuration,
  percent,
  quantile,
  rate,
  slope,
  UNKNOWN,
} from '../../format/index.js';
import { linearFromZero, type Axis } from '../charts/axes.js';
import { along, band, DASHED, layer, levelsAt, line, rulesAt, up } from '../charts/layers.js';
import { render, type Layer } from '../charts/render.js';
import { INK, type Chart, type KeyEntry } from '../charts/theme.js';
import { quantileOf } from '../quantiles.js';
import { displayWidth, plainText, wrapped } from '../text.js';
import { capitalised, FROM_SEND, type Badge } from '../words.js';
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

interface ProbeBadge extends Badge {
  readonly colour: string;
  readonly shape: string;
}

const PROBE: Readonly<Record<CapacityProbe['verdict'], ProbeBadge>> = {
  passed: { words: 'passed', tone: 'good', sign: '✓', colour: INK.good, shape: 'circle' },
  failed: { words: 'failed', tone: 'bad', sign: '✗', colour: INK.deadline, shape: 'cross' },
  undecided: { words: 'undecided', tone: 'unsure', sign: '?', colour: INK.queue, shape: 'diamond' },
  invalid: { words: 'invalid', tone: 'quiet', sign: '!', colour: INK.muted, shape: 'triangle-up' },
};

/** The search of a phase; undefined when the phase is no capacity phase. */
export function searchOf(summary: Summary, phase: Pick<PhaseSummary, 'name' | 'regime'>): CapacitySummary | undefined {
  return traitsOf(phase.regime).searches ? summary.capacities.find((search) => search.phase === phase.name) : undefined;
}

/** The load line: `154/s`, `≥ 1,000/s`, `< 50/s`; null when nothing is known of it. */
export function loadLineValue({ ended, passedPerSecond, failedPerSecond }: CapacitySummary): string | null {
  if (passedPerSecond === null)
    return failedPerSecond === null || ended !== 'low-failed' ? null : `< ${rate(failedPerSecond)}`;
  return failedPerSecond === null ? `≥ ${rate(passedPerSecond)}` : rate(passedPerSecond);
}

/** What a search found and how sure it is. */
export function loadLineSentence(search: CapacitySummary): string {
  const without = search.without === null ? [] : [`Without ${plainText(search.without, 100)}.`];
  return [...without, found(search), ...recoveryCapacity(search)].join(' ');
}

/** What remains for the backlog when a service is lost, as an interval. */
function recoveryCapacity({ recovery, without }: CapacitySummary): readonly string[] {
  if (recovery === null || without === null) return [];
  const { operatingPerSecond, lowPerSecond, highPerSecond, headroom } = recovery;
  const operating = `at the operating rate of ${rate(operatingPerSecond)}`;
  if (lowPerSecond <= 0) return [`No headroom ${operating}: a backlog grows until the service is back.`];
  const left =
    highPerSecond === null ? `at least ${rate(lowPerSecond)}` : `${rate(lowPerSecond)} to ${rate(highPerSecond)}`;
  return [`Recovery capacity ${operating}: ${left} (headroom ${percent(headroom, 2)}).`];
}

function found(search: CapacitySummary): string {
  const { ended, passedPerSecond: passed, failedPerSecond: failed, passedProbes, failedProbes } = search;
  const made = counted(search.probes.length, 'probe');
  const sustained = passed === null ? 'no rate was shown to be sustained' : `${rate(passed)} is sustained`;
  const ends = `${sustained}, ${failed === null ? 'none was shown not to be' : `${rate(failed)} is not`}`;
  const why = plainText(search.probes.at(-1)?.why.join('; ') ?? '', 300);
  const interval =
    passed === null || failed === null
      ? `${capitalised(ends)}.`
      : `${capitalised(ends)}: the load line lies between, within ${percent(failed / passed - 1, 2)}.`;
  const known = `${interval}${undecidedWords(search)}`;
  const by = (end: number | null, support: number): readonly string[] =>
    end !== null && support < 2 ? [rate(end)] : [];
  const once = [...by(passed, passedProbes), ...by(failed, failedProbes)];
  switch (ended) {
    case 'found':
      return `${known} Both ends were confirmed (${made}).`;
    case 'budget':
      return (
        `${known} The search used up its budget (${made})` +
        `${once.length === 0 ? '' : `; ${once.join(' and ')} ${once.length === 1 ? 'was' : 'were'} not confirmed`}.`
      );
    case 'high-passed':
      return (
        `The highest rate of the search, ${rate(passed ?? NaN)}, is sustained: the load line ` +
        `is at least that (${made}).`
      );
    case 'low-failed':
      return `The lowest rate of the search is not sustained (${made}): ${why}.`;
    case 'generator':
      return (
        `The search ended at the limit of the load generator, not of the target (${made}; ${sustained}): ` +
        `${why === '' ? 'the schedule was not kept' : why}.`
      );
    case 'interrupted':
    case null:
      return `The search was interrupted (${made}): ${ends}.${undecidedWords(search)}`;
  }
}

/** Rates inside the interval that could not be decided. */
function undecidedWords({ undecidedPerSecond: rates }: CapacitySummary): string {
  return rates.length === 0 ? '' : ` Undecided: ${rates.map((each) => rate(each)).join(', ')}.`;
}

/** Slope of the queue age with its interval, or why there is none. */
export function slopeWords({ evidence }: CapacityProbe): { readonly value: string; readonly interval: string | null } {
  const trend = evidence.queueAge.slope;
  if (trend === null) return { value: 'too short', interval: null };
  return { value: slope(trend.nsPerSecond), interval: `${slope(trend.low)} to ${slope(trend.high)}` };
}

/**
 * Goodput per offered rate, from the lowest; probes at one rate as their mean, invalid ones left out. Null without any.
 */
function goodputSentence({ probes }: CapacitySummary): string | null {
  const usable = probes.filter(({ verdict }) => verdict !== 'invalid');
  const rates = [...new Set(usable.map(({ ratePerSecond }) => ratePerSecond))].sort((a, b) => a - b);
  if (rates.length === 0) return null;
  const pairs = rates.map((wanted) => {
    const here = usable.filter(({ ratePerSecond }) => ratePerSecond === wanted).map(({ evidence }) => evidence);
    const mean = (of: (evidence: CapacityProbe['evidence']) => number): string =>
      rate(here.reduce((sum, each) => sum + of(each), 0) / here.length);
    return `${mean((each) => each.goodputPerSecond)} of ${mean((each) => each.offeredPerSecond)}`;
  });
  return `Goodput of offered: ${pairs.join(', ')}.`;
}

/** Where goodput stopped growing with the rate, or why that is unknown. */
export function kneeSentence({ knee, failedPerSecond }: Pick<CapacitySummary, 'knee' | 'failedPerSecond'>): string {
  if (knee.kind === 'found') {
    const sentence =
      `Saturation (knee) at ${rate(knee.ratePerSecond)}: up to there at least 90 % of each ` +
      `increase in offered load came back as goodput.`;
    // A probe may fail by a queue that grows, while in its few seconds the calls are still answered in time.
    return failedPerSecond !== null && knee.ratePerSecond >= failedPerSecond
      ? `${sentence} That rate is not sustained: the queue already grew at ${rate(failedPerSecond)}.`
      : sentence;
  }
  switch (knee.reason) {
    case 'too-few-rates':
      return `Saturation (knee) unknown: too few rates (${knee.rates} of ${knee.neededRates} needed).`;
    case 'still-growing':
      return 'No saturation: goodput grew with the rate up to the highest that was tried.';
    case 'never-grew':
      return 'No knee: even at the lowest rate less than 90 % came back as goodput.';
  }
}

/** The steepest growth that still passed, beside the gentlest that did not. */
function slopeFinding({ probes }: CapacitySummary): string {
  const bound = (probe: CapacityProbe): number => probe.evidence.queueAge.slope?.high ?? 0;
  const extreme = (verdict: CapacityProbe['verdict'], steeper: 1 | -1): CapacityProbe | undefined =>
    probes
      .filter((probe) => probe.verdict === verdict && probe.evidence.queueAge.slope !== null)
      .sort((a, b) => steeper * (bound(b) - bound(a)))[0];
  const words = (probe: CapacityProbe | undefined, what: string): readonly string[] =>
    probe === undefined
      ? []
      : [`${what} at ${rate(probe.ratePerSecond)}: ${slopeWords(probe).value} (${slopeWords(probe).interval ?? ''})`];
  const parts = [
    ...words(extreme('passed', 1), 'steepest slope that passed'),
    ...words(extreme('failed', -1), 'gentlest slope that failed'),
  ];
  return parts.length === 0 ? 'No probe was long enough for a trend.' : `${capitalised(parts.join('; '))}.`;
}

const MS_PER_S = 1e-6;
/** Places at which the curve of a fit is drawn. */
const FIT_PLACES = 60;

/** What the fit says of the capacity. */
function fitWords({ fitted }: CapacitySummary): string {
  return fitted === null
    ? ''
    : ` All probes together fit a capacity of ${rate(fitted.value)} (95 % interval ${rate(fitted.low)} to ` +
        `${rate(fitted.high)}).`;
}

/** What both charts of a search share: the rates across, the verdicts, and the interval that holds the load line. */
function shared({ probes, passedPerSecond, failedPerSecond }: CapacitySummary) {
  const most = Math.max(1, ...probes.map((probe) => probe.ratePerSecond)) * 1.06;
  const present = (Object.keys(PROBE) as CapacityProbe['verdict'][]).filter((verdict) =>
    probes.some((probe) => probe.verdict === verdict),
  );
  const scale = (range: string[]) => ({
    field: 'verdict',
    type: 'nominal' as const,
    scale: { domain: [...present], range },
    legend: null,
  });
  return {
    most,
    x: linearFromZero(most, '/s', 'offered rate'),
    color: scale(present.map((verdict) => PROBE[verdict].colour)),
    shape: scale(present.map((verdict) => PROBE[verdict].shape)),
    key: present.map((verdict): KeyEntry => ({
      words: `probe ${PROBE[verdict].words}`,
      colour: PROBE[verdict].colour,
      mark: 'area',
    })),
    bracket: band(passedPerSecond === null ? [] : [{ x: passedPerSecond, x2: failedPerSecond ?? most }], INK.phaseEven),
  };
}

/** Goodput against what was offered, with the line on which nothing is lost. */
async function goodputChart(search: CapacitySummary, description: string): Promise<Chart> {
  const { most, x, color, shape, key, bracket } = shared(search);
  const y = linearFromZero(most, '/s');
  const rows = search.probes.map(({ evidence, verdict }) => ({
    x: evidence.offeredPerSecond,
    y: evidence.goodputPerSecond,
    done: evidence.completedPerSecond,
    verdict,
  }));
  const { knee } = search;
  const ideal = [0, most].map((at) => ({ x: at, y: at }));
  const layers: Layer[] = [
    bracket,
    line(ideal, { colour: INK.offered, width: 1.2, ...DASHED }, { x, y }),
    layer(
      rows,
      { type: 'tick', orient: 'horizontal', color: INK.response, thickness: 2, bandSize: 12 },
      { x: along(x), y: { field: 'done', ...y } },
    ),
    layer(rows, { type: 'point', filled: true, size: 70, opacity: 0.9 }, { x: along(x), y: up(y), color, shape }),
    ...(knee.kind === 'found'
      ? [rulesAt([knee.ratePerSecond], { colour: INK.service, width: 1.6, dash: [2, 3] }, x)]
      : []),
  ];
  const svg = await render({ title: { text: 'Goodput' }, width: 400, height: 240, layer: layers }, description);
  return {
    svg,
    key: [
      ...key,
      ...(knee.kind === 'found' ? [{ words: 'knee', colour: INK.service, mark: 'dotted' } as const] : []),
      { words: 'completed, late ones included', colour: INK.response, mark: 'line' },
      { words: 'goodput = offered', colour: INK.offered, mark: 'dashed' },
      ...(search.passedPerSecond === null
        ? []
        : [{ words: 'interval of the load line', colour: INK.phaseEven, mark: 'band' } as const]),
    ],
  };
}

/** The slope of the queue age with its interval, on a scale that shows a millisecond and a second alike. */
async function slopeChart(search: CapacitySummary, description: string): Promise<Chart> {
  const { most, x, color, shape, key, bracket } = shared(search);
  const rows = search.probes.flatMap(({ ratePerSecond, evidence: { queueAge }, verdict }) =>
    queueAge.slope === null
      ? []
      : [
          {
            x: ratePerSecond,
            y: queueAge.slope.nsPerSecond * MS_PER_S,
            low: queueAge.slope.low * MS_PER_S,
            high: queueAge.slope.high * MS_PER_S,
            verdict,
          },
        ],
  );
  const limit = search.slopeLimitNsPerSecond * MS_PER_S;
  const { fitted } = search;
  const fit = (at: number): number => (fitted === null ? 0 : 1000 * Math.max(0, 1 - fitted.value / at));
  const curve = Array.from({ length: FIT_PLACES }, (_, k) => (most * (k + 1)) / FIT_PLACES);
  const highest = Math.max(3 * limit, ...rows.map(({ high }) => high)) * 1.2;
  const lowest = Math.min(0, ...rows.map(({ low }) => low));
  const y: Axis = {
    type: 'quantitative',
    scale: { type: 'symlog', constant: 1, domain: [lowest, highest], nice: false, clamp: true },
    axis: {
      values: [-1000, -100, -10, -1, 0, 1, 10, 100, 1000].filter((tick) => tick >= lowest && tick <= highest),
      labelExpr: "format(datum.value, '~r') + ' ms/s'",
      title: null,
    },
  };
  const layers: Layer[] = [
    bracket,
    ...(fitted === null
      ? []
      : [
          line(
            curve.map((at) => ({ x: at, y: fit(at) })),
            { colour: INK.service, width: 1.2 },
            { x, y },
          ),
        ]),
    levelsAt([limit], { colour: INK.deadline, width: 1, dash: [8, 3] }, y),
    layer(
      rows,
      { type: 'rule', strokeWidth: 2 },
      { x: along(x), y: { field: 'low', ...y }, y2: { field: 'high' }, color },
    ),
    layer(rows, { type: 'point', filled: true, size: 55, opacity: 0.9 }, { x: along(x), y: up(y), color, shape }),
  ];
  const title = { text: 'Slope of the queue age (log scale beyond 1 ms/s)' };
  return {
    svg: await render({ title, width: 400, height: 240, layer: layers }, description),
    key: [
      ...key,
      { words: `limit, ${slope(search.slopeLimitNsPerSecond)}`, colour: INK.deadline, mark: 'dashed' },
      ...(fitted === null ? [] : [{ words: 'fit: 1 - capacity / rate', colour: INK.service, mark: 'thin' } as const]),
    ],
  };
}

function searchBlocks(search: CapacitySummary, stages: readonly StageStats[]): readonly Block[] {
  const name = plainText(search.phase, 100);
  const sentence = loadLineSentence(search);
  if (search.probes.length === 0) return [nothing(`${name}: no probe was judged. ${sentence}`)];
  const blind = search.probes.some((probe) => probe.evidence.queueAge.source === 'unanswered');
  return [
    {
      kind: 'figure',
      title: `${name}: goodput against offered rate`,
      finding: `${sentence} ${kneeSentence(search)}`,
      drawn: `Goodput against offered rate of each probe of ${name}.`,
      draw: (description) => goodputChart(search, description),
    },
    {
      kind: 'figure',
      title: `${name}: did the queue grow?`,
      finding: `${slopeFinding(search)}${fitWords(search)}`,
      drawn: `Slope of the queue age of each probe of ${name}.`,
      draw: (description) => slopeChart(search, description),
      note: blind
        ? 'The upstream reports no timing, so this is the age of the oldest call without an answer: its own ' +
          'queue is not visible in any other way.'
        : null,
    },
    probeTable(search, stages),
  ];
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

export const loadLine: Topic = {
  id: 'load-line',
  title: 'Load line',
  place: 'results',
  lead: () =>
    'A rate is sustained when the age of the oldest waiting call is shown not to grow (the interval of its slope ' +
    'includes 0 and stays below the limit) and at most 1 % of the calls miss, while the load generator keeps its ' +
    'schedule. It is not when the slope is shown to exceed the limit, or more than 1 % to miss. Anything else is ' +
    'undecided.',
  applies: ({ analysis }) => analysis.summary.capacities.length > 0,
  page: ({ analysis: { summary } }) =>
    summary.capacities.flatMap((search) =>
      searchBlocks(search, summary.phases.find(({ name }) => name === search.phase)?.stages ?? []),
    ),
  markdown: ({ analysis }) => analysis.summary.capacities.flatMap(markdownOf),
  terminal: ({ analysis }, columns) => analysis.summary.capacities.flatMap((search) => searchLines(search, columns)),
};
