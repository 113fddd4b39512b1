/** The shape of the tail, phase by phase: response time beside latency from send, and how late calls were sent. */
import { traitsOf } from '../../catalog/index.js';
import type { CurvePoint, LagHistogram, PercentileCurves, PhaseSummary } from '../../analysis/index.js';
import { count, counted, duration, factor, percent, quantile, quantileName } from '../../format/index.js';
import { linear, logMs, logSpan, MS_PER_NS, type Axis } from '../charts/axes.js';
import { along, boxes, curveKey, DASHED, DOTTED, layer, levelsAt, line, rulesAt } from '../charts/layers.js';
import type { Layer } from '../charts/render.js';
import { INK, type Chart } from '../charts/theme.js';
import type { RunView } from '../input.js';
import { highestQuantile, phaseOfTail, quantileOf, tailOf } from '../quantiles.js';
import { plainText } from '../text.js';
import { FROM_SEND, FROM_SEND_NOTE, loopWords, measuredPhases, phaseName } from '../words.js';
import { drawnOf, nothing, type Block, type Figure, type Topic } from './topic.js';

/** The tail beside the median; where more than 5 % missed, that leads. */
function percentileFinding(phase: PhaseSummary): string {
  const { ok, all } = phase.responseTime;
  const p50 = quantileOf(ok, 0.5);
  const tail = highestQuantile(ok);
  if (p50?.kind !== 'value' || tail === null || tail.name === quantileName(0.5) || p50.ns <= 0)
    return `Too few ok calls (${count(ok.n)}) to compare the tail with the median.`;
  const missed = phase.missRatio ?? 0;
  const ofAll = quantileOf(all, 0.99);
  return (
    (missed > 0.05 ? `${percent(missed)} of the calls missed; ` : '') +
    `p50 ${duration(p50.ns)}, ${tail.name} ${duration(tail.ns)} (${factor(tail.ns / p50.ns)} ` +
    `the median), of ok calls (${percent(ok.n / phase.offered)} of all)` +
    `${ofAll?.kind === 'censored' ? `; p99 of all calls ${quantile(ofAll)}` : ''}.`
  );
}

/** What the loop, or the wait before the send, hides of it; null where that is nothing. */
function omissionNote(phase: PhaseSummary): string | null {
  if (traitsOf(phase.regime).measuresIdleLatency) return null;
  if (phase.loop === 'closed')
    return 'Closed loop: a caller that waits sends nothing, so waiting is under-counted (coordinated omission).';
  const response = quantileOf(phase.responseTime.ok, 0.99);
  const sent = quantileOf(phase.latencyFromSend.ok, 0.99);
  if (response?.kind !== 'value' || sent?.kind !== 'value' || response.ns <= sent.ns * 1.1) return null;
  return (
    `Counted from the send alone, p99 would be ${duration(sent.ns)} instead of ${duration(response.ns)} ` +
    `(coordinated omission).`
  );
}

export function lagFinding({ scheduleLag }: PhaseSummary, lags: LagHistogram): string {
  const { n, maxNs } = scheduleLag;
  const over = lags.bins.reduce((sum, bin) => (bin.fromNs >= lags.limitNs ? sum + bin.count : sum), 0);
  const p99 = quantileOf(scheduleLag, 0.99);
  const words =
    p99?.kind === 'value'
      ? `Schedule lag p99 ${duration(p99.ns)}, maximum ${duration(maxNs ?? 0)} (${counted(n, 'call')})`
      : `Schedule lag at most ${duration(maxNs ?? 0)} (${counted(n, 'call')})`;
  const late = over === 0 ? '' : `; at least ${counted(over, 'call')} over ${duration(lags.limitNs)}`;
  return `${words}${late}.`;
}

const MOST_DEADLINES = 3;
/** Ticks at 1/(1-q), labelled with the percentile. */
const TICKS = { 2: '50 %', 10: '90 %', 100: '99 %', 1000: '99.9 %', 10000: '99.99 %', 100000: '99.999 %' } as const;

/** Constant expressions: no data becomes part of one. */
const TICK_LABEL = `${Object.entries(TICKS)
  .map(([tick, label]) => `datum.value == ${tick} ? '${label}'`)
  .join(' : ')} : ''`;

export function percentileChart(curves: PercentileCurves): Chart {
  const drawn = (
    [
      ['response time, ok calls', curves.responseOk, { colour: INK.response, width: 2 }],
      ['response time, all calls', curves.responseAll, { colour: INK.counted, width: 1.6, ...DASHED }],
      [`${FROM_SEND}, ok calls`, curves.fromSendOk, { colour: INK.service, width: 1.6, ...DOTTED }],
    ] as const
  )
    .filter(([, points]) => points.length > 1)
    .map(([words, points, stroke]) => ({
      words,
      places: thinned(points).map(({ x, ns }) => ({ x, y: ns * MS_PER_NS })),
      stroke,
    }));
  const places = drawn.flatMap((curve) => curve.places);
  const highestMs = Math.max(0, ...places.map(({ y }) => y));
  // A deadline far above everything measured would flatten the curve that it is shown with.
  const deadlines = curves.deadlinesNs.filter((ns) => ns * MS_PER_NS <= highestMs * 12).slice(0, MOST_DEADLINES);
  const deadlinesMs = deadlines.map((ns) => ns * MS_PER_NS);
  const y = logMs(logSpan([...places.map((place) => place.y), ...deadlinesMs]));
  const to = Math.max(10, Math.max(1, ...places.map(({ x }) => x)) * 1.15);
  const x: Axis = {
    type: 'quantitative',
    scale: { type: 'log', domain: [1, to], nice: false, clamp: true },
    axis: {
      values: Object.keys(TICKS)
        .map(Number)
        .filter((tick) => tick <= to),
      labelExpr: TICK_LABEL,
      title: 'share of calls that took no longer',
      grid: true,
    },
  };
  const labels = deadlines.map((ns) => ({ x: 1, y: ns * MS_PER_NS, words: `deadline ${duration(ns)}` }));
  const layers: Layer[] = [
    levelsAt(deadlinesMs, { colour: INK.deadline, width: 1, dash: [8, 3] }, y),
    layer(
      labels,
      { type: 'text', align: 'left', baseline: 'bottom', dx: 3, dy: -2, color: INK.deadline, fontSize: 10.5 },
      { x: along(x), y: { field: 'y', type: 'quantitative' }, text: { field: 'words', type: 'nominal' } },
    ),
    ...drawn.map((curve) => line(curve.places, curve.stroke, { x, y })),
  ];
  const title = { text: 'Response time (log scale)' };
  return {
    picture: { title, width: 400, height: 210, layer: layers },
    key: curveKey(drawn),
  };
}

/** At most 400 points; the last and highest stays. */
function thinned(points: readonly CurvePoint[]): readonly CurvePoint[] {
  const every = Math.ceil(points.length / 400);
  return every <= 1 ? points : points.filter((_, index) => index % every === 0 || index === points.length - 1);
}

/** Bars on a logarithmic time axis, so that a few late calls are visible beside thousands in time. */
export function lagChart(lags: LagHistogram): Chart {
  // What is under the first edge gets a bar of the same width on its left.
  const under = lags.under === 0 ? [] : [{ fromNs: lags.underNs / 10 ** 0.2, toNs: lags.underNs, count: lags.under }];
  const rows = [...under, ...lags.bins]
    .filter((bin) => bin.count > 0)
    .map((bin) => ({ x: bin.fromNs * MS_PER_NS, x2: bin.toNs * MS_PER_NS, y: bin.count, y2: 0.5 }));
  const limitMs = lags.limitNs * MS_PER_NS;
  const x = logMs(logSpan([...rows.flatMap((row) => [row.x, row.x2]), limitMs]), 'schedule lag (log scale)');
  const most = Math.max(1, ...rows.map((row) => row.y)) * 1.5;
  const y: Axis = {
    ...linear([0.5, most], {
      values: [1, 10, 100, 1e3, 1e4, 1e5, 1e6].filter((tick) => tick <= most),
      format: '~s',
    }),
    scale: { type: 'log', domain: [0.5, most], nice: false, clamp: true },
  };
  const layers = [
    boxes(rows, INK.service, { x, y }, true),
    rulesAt([limitMs], { colour: INK.deadline, width: 1, dash: [8, 3] }, x),
  ];
  return {
    picture: { title: { text: 'Calls (log scale)' }, width: 400, height: 210, layer: layers },
    key: [
      { words: 'calls', colour: INK.service, mark: 'area' },
      { words: `a timer's own error, ${duration(lags.limitNs)}`, colour: INK.deadline, mark: 'dashed' },
    ],
  };
}

function curveFigure(phase: PhaseSummary, curves: PercentileCurves, title: string): Figure {
  const { responseTime, latencyFromSend } = phase;
  const sets = [
    { name: 'Response time, ok calls', durations: responseTime.ok },
    { name: 'Response time, all calls', durations: responseTime.all },
    { name: 'Latency from send, ok calls', durations: latencyFromSend.ok },
    { name: 'Latency from send, all calls', durations: latencyFromSend.all },
  ];
  return {
    kind: 'figure',
    title,
    finding: percentileFinding(phase),
    drawn: `Percentile curve of ${title}.`,
    chart: () => percentileChart(curves),
    newRow: phase.loop === 'open',
    note: omissionNote(phase),
    numbers: [
      {
        kind: 'table',
        caption: 'Quantiles from the raw samples',
        columns: [
          { name: 'Set', kind: 'word' },
          ...responseTime.ok.quantiles.map(({ q }) => ({ name: quantileName(q) })),
        ],
        rows: sets.map(({ name, durations }) => ({ cells: [name, ...durations.quantiles.map(quantile)] })),
      },
    ],
  };
}

function lagFigure(phase: PhaseSummary, lags: LagHistogram, title: string): Figure {
  const rows = [
    ...(lags.under === 0 ? [] : [{ from: '–', to: duration(lags.underNs), calls: lags.under }]),
    ...lags.bins.map((bin) => ({ from: duration(bin.fromNs), to: duration(bin.toNs), calls: bin.count })),
  ];
  const total = rows.reduce((sum, { calls }) => sum + calls, 0);
  return {
    kind: 'figure',
    title: `${title}: schedule lag`,
    finding: lagFinding(phase, lags),
    drawn: `Histogram of the schedule lag of ${title}.`,
    chart: () => lagChart(lags),
    numbers: [
      {
        kind: 'table',
        caption: 'Calls by schedule lag',
        columns: [{ name: 'From' }, { name: 'To' }, { name: 'Calls' }, { name: 'Share' }],
        rows: rows.map(({ from, to, calls }) => ({ cells: [from, to, count(calls), percent(calls / total)] })),
      },
    ],
  };
}

function phaseFigures(phase: PhaseSummary, figures: RunView['analysis']['figures']): readonly Block[] {
  const curves = figures.percentiles.find((each) => each.phase === phase.name);
  const title = `${plainText(phase.name, 100)} (${loopWords(phase)})`;
  if (curves === undefined || [curves.responseOk, curves.responseAll].every((points) => points.length < 2))
    return [nothing(`${title}: ${phase.offered === 0 ? 'no call was measured' : 'too few calls for a curve'}.`)];
  const lags = figures.lags.find((each) => each.phase === phase.name);
  return [curveFigure(phase, curves, title), ...(lags === undefined ? [] : [lagFigure(phase, lags, title)])];
}

export const percentiles = {
  id: 'percentiles',
  title: 'Response time by percentile',
  label: 'Latency',
  place: 'results',
  lead: () =>
    `From the intended start to the answer, which avoids coordinated omission. It stands beside ` +
    `${FROM_SEND_NOTE}, shown for comparison: in an open loop the difference is the wait for a free ` +
    `connection and the schedule lag, which excludes that wait. A curve ends where fewer than ten calls lie ` +
    `beyond it.`,
  headline: ({ analysis: { summary } }) => {
    const phases = measuredPhases(summary).filter(({ offered }) => offered > 0);
    const main = phaseOfTail(phases) ?? phases[0];
    if (main === undefined)
      return { state: 'quiet', finding: 'No phase of a rate of its own was measured.', key: null };
    const tail = tailOf(main.responseTime.all);
    const name = `${tail === undefined ? '' : quantileName(tail.q)} ${plainText(main.name, 24)}`;
    return {
      state: phases.some(({ missRatio }) => (missRatio ?? 0) > 0.05) ? 'look' : 'quiet',
      finding: `${phaseName(main)}: ${percentileFinding(main)}`,
      key: tail === undefined || tail.kind === 'not-estimable' ? null : { name, value: quantile(tail) },
    };
  },
  applies: () => true,
  page: ({ analysis: { summary, figures } }) => {
    const phases = measuredPhases(summary);
    if (phases.length === 0)
      return [
        nothing(
          summary.phases.length === 0
            ? 'No phase was run.'
            : 'The run was a capacity search alone, and each of its probes has its own rate: see Load line.',
        ),
      ];
    const { drawn, announced } = drawnOf(phases, ({ responseTime }) => responseTime.all.n, 'the most calls');
    return [...announced, ...drawn.flatMap((phase) => phaseFigures(phase, figures))];
  },
  markdown: () => [],
  terminal: () => [],
} as const satisfies Topic;
