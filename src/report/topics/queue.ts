/** Queue age: how old the oldest queued call got, and how a backlog drained. */
import type { AgeAsBefore, FaultBand, PhaseSummary, Timeline } from '../../analysis/index.js';
import { count, duration, maybeDuration, moment, rate, slope, timeUntil } from '../../format/index.js';
import { linearFromZero, linearMs, MS_PER_NS, S_PER_NS, secondsAcross } from '../charts/axes.js';
import { area, band, line } from '../charts/layers.js';
import { INK, type Chart } from '../charts/theme.js';
import { plainText } from '../text.js';
import { capitalised, fluidIgnores, oldestCall, phaseName, UPSTREAM_CALLS } from '../words.js';
import { drawnOf, none, nothing, rowsOf, type Figure, type Table, type Topic } from './topic.js';

/** Growth that a sustained rate may have, in ns per second: a queue that certainly grew grew faster. */
const SUSTAINED_NS_PER_S = 1e6;

export function queueFinding({ queueAge, stages }: PhaseSummary): string {
  const { slope: trend, maxNs } = queueAge;
  // A trend describes one rate: over a rate that rises and falls again it is a line through a hill.
  const grew = trend !== null && trend.low > SUSTAINED_NS_PER_S && stages.length === 0;
  const growth = grew ? `, and grew by ${slope(trend.nsPerSecond)}` : '';
  return `The ${oldestCall([queueAge])} reached an age of ${duration(maxNs)} (source: ${queueAge.source})${growth}.`;
}

/** How the backlog drained, and how many calls the upstream held; null where neither is known. */
function queueNote({ drain, upstreamCalls }: PhaseSummary): string | null {
  const sentences = [
    ...(drain === null ? [] : [drainSentence(drain)]),
    ...(upstreamCalls === null
      ? []
      : [`Most ${UPSTREAM_CALLS}: ${count(upstreamCalls.max)}, at ${moment(upstreamCalls.maxAtNs)}.`]),
  ];
  return sentences.length === 0 ? null : sentences.join(' ');
}

/** When the oldest unanswered call was as young as before the overload. */
function ageSentence({ ns, maxNs, phase }: AgeAsBefore, observedNs: number): string {
  const where = phase === null ? 'before the overload' : `in ${plainText(phase, 40)}`;
  const back = `back at ${duration(maxNs)} or less, its maximum ${where}`;
  return ns === null
    ? `In these ${duration(observedNs)} the age of the oldest unanswered call was never ${back}`
    : `The age of the oldest unanswered call was ${back}, ${duration(ns)} after the overload`;
}

/** How long the backlog took to drain, beside a fluid model of it. */
export function drainSentence(drain: NonNullable<PhaseSummary['drain']>): string {
  const { drainNs, observedNs, emptyWhen, ageAsBefore, fluid } = drain;
  if (observedNs <= 0) return 'The run was cut off before the backlog could drain.';
  const censored =
    emptyWhen === 'none-waiting'
      ? `The backlog had not drained ${duration(observedNs)} after the overload (observation ended)`
      : `For ${duration(observedNs)} after the overload a call was in progress at every moment (observation ended), ` +
        'and without times of the upstream a call that waits is not distinguished from one in service' +
        (ageAsBefore === null ? '' : `. ${ageSentence(ageAsBefore, observedNs)}`);
  const seen = drainNs === null ? censored : `The backlog drained ${duration(drainNs)} after the overload`;
  if (fluid === null) return `${seen}; no fluid model, because no capacity is known that both overloads and drains.`;
  const from = fluid.capacityFrom === 'load-line' ? 'the load line' : 'the highest rate seen';
  return (
    `${seen}; fluid model: ${duration(fluid.drainNs)}${fluidIgnores(fluid.ignores)}, at a capacity of ` +
    `${rate(fluid.capacityPerSecond)} (${from}).`
  );
}

/** Values of the windows over the phase, in seconds since it began; windows without a value are left out. */
function over(timeline: Timeline, phase: PhaseSummary, values: readonly (number | null)[], scale: number) {
  return timeline.fromNs.flatMap((ns, index) => {
    const value = values[index] ?? null;
    if (value === null || ns + timeline.windowNs <= phase.startNs || ns >= phase.drainedNs) return [];
    return [{ x: Math.max(0, (ns + timeline.windowNs / 2 - phase.startNs) * S_PER_NS), y: value * scale }];
  });
}

export function queueChart(timeline: Timeline, phase: PhaseSummary, faults: readonly FaultBand[]): Chart {
  const since = (ns: number): number => (ns - phase.startNs) * S_PER_NS;
  const toS = since(Math.max(phase.drainedNs, phase.scheduledEndNs));
  const rows = over(timeline, phase, timeline.queueAgeMaxNs, MS_PER_NS);
  const inUpstream = over(timeline, phase, timeline.upstreamCalls, 1);
  const overload = phase.stages.find((stage) => stage.label === 'overload');
  const fluid = phase.drain?.fluid ?? null;
  const predicted =
    overload === undefined || fluid === null
      ? []
      : [
          { x: since(overload.fromNs), y: 0 },
          { x: since(overload.fromNs + fluid.peakAgeAfterNs), y: fluid.peakWaitNs * MS_PER_NS },
          { x: since(overload.toNs + fluid.drainNs), y: 0 },
        ].filter((point) => point.x <= toS * 1.5);
  const across = (lowest: boolean) =>
    secondsAcross(0, Math.max(toS, predicted.at(-1)?.x ?? 0), lowest, 'since the start of the phase');
  const x = across(inUpstream.length === 0);
  const y = linearMs(Math.max(0, ...rows.map((row) => row.y), ...predicted.map((row) => row.y)));
  const countAxis = linearFromZero(Math.max(0, ...inUpstream.map((row) => row.y)), '');
  const faulty = faults.flatMap(({ phase: name, confirmedOnNs, confirmedOffNs }) =>
    name === phase.name && confirmedOnNs !== null
      ? [{ x: since(confirmedOnNs), x2: confirmedOffNs === null ? toS : since(confirmedOffNs) }]
      : [],
  );
  const warmS = Math.min(since(phase.measuredFromNs), toS);
  const warmInk = overload === undefined ? INK.phaseOdd : INK.phaseEven;
  const overSpans = overload === undefined ? [] : [{ x: since(overload.fromNs), x2: since(overload.toNs) }];
  const behind = [
    band(warmS > 0 ? [{ x: 0, x2: warmS }] : [], warmInk),
    band(faulty, INK.faultBand),
    band(overSpans, INK.phaseOdd),
  ];
  const layer = [
    ...behind,
    area(rows, INK.queue, { x, y }, false),
    line(predicted, { colour: INK.counted, width: 1.6, dash: [2, 3] }, { x, y }),
  ];
  return {
    picture:
      inUpstream.length === 0
        ? { title: { text: 'Queue age' }, width: 400, height: 170, layer }
        : {
            vconcat: [
              { title: { text: 'Queue age' }, width: 400, height: 120, layer },
              {
                ...{ title: { text: capitalised(UPSTREAM_CALLS) }, width: 400, height: 60 },
                layer: [
                  ...behind,
                  line(inUpstream, { colour: INK.counted, width: 1.4 }, { x: across(true), y: countAxis }),
                ],
              },
            ],
          },
    key: [
      { words: `age of the ${oldestCall([phase.queueAge])}`, colour: INK.queue, mark: 'area' },
      ...(predicted.length > 0
        ? [{ words: 'fluid model: age of the oldest waiting call', colour: INK.counted, mark: 'dotted' } as const]
        : []),
      ...(overload === undefined ? [] : [{ words: 'overload stage', colour: INK.phaseOdd, mark: 'band' } as const]),
      ...(warmS > 0 ? [{ words: 'warm-up, not in the numbers', colour: warmInk, mark: 'band' } as const] : []),
      ...(faulty.length > 0 ? [{ words: 'fault active', colour: INK.faultBand, mark: 'band' } as const] : []),
    ],
  };
}

function drainTable({ drain }: PhaseSummary): readonly Table[] {
  if (drain === null) return [];
  const { peakWaitNs, peakWaitAtNs, longestWaitNs, ageAtEndNs, drainNs, observedNs, ageAsBefore, fluid } = drain;
  return [
    {
      kind: 'table',
      caption: 'Backlog, measured and by the fluid model',
      columns: [{ name: '', kind: 'word' }, { name: 'Measured' }, { name: 'Fluid model' }],
      rows: [
        {
          cells: [
            'Maximum response time, all calls',
            { text: duration(peakWaitNs), below: `at ${moment(peakWaitAtNs)}` },
            'n/a',
          ],
        },
        {
          cells: [
            'Age of the oldest waiting call, at the end of the overload',
            duration(ageAtEndNs),
            maybeDuration(fluid?.ageAtEndNs, 'unknown'),
          ],
        },
        {
          cells: [
            'Longest wait of a call, by its arrival',
            duration(longestWaitNs),
            maybeDuration(fluid?.peakWaitNs, 'unknown'),
          ],
        },
        { cells: ['Drained after', timeUntil(drainNs, observedNs), maybeDuration(fluid?.drainNs, 'unknown')] },
        ...(ageAsBefore === null
          ? []
          : [
              {
                cells: [
                  `Oldest unanswered call as young as before (${duration(ageAsBefore.maxNs)}) after`,
                  timeUntil(ageAsBefore.ns, observedNs),
                  'n/a',
                ],
              },
            ]),
        { cells: ['Capacity', 'n/a', fluid === null ? 'unknown' : rate(fluid.capacityPerSecond)] },
      ],
    },
  ];
}

function figure(phase: PhaseSummary, timeline: Timeline, faults: readonly FaultBand[]): Figure {
  return {
    kind: 'figure',
    title: plainText(phase.name, 100),
    finding: queueFinding(phase),
    drawn: `Queue age over the phase ${plainText(phase.name, 100)}.`,
    chart: () => queueChart(timeline, phase, faults),
    numbers: drainTable(phase),
    note: queueNote(phase),
  };
}

const oldestNs = ({ queueAge }: PhaseSummary): number => queueAge.maxNs;
const OLDEST = 'the oldest calls';

function ageTable(phases: readonly PhaseSummary[]): Table {
  const { rows, notes } = rowsOf(phases, oldestNs, OLDEST);
  return {
    kind: 'table',
    caption: 'Queue age by phase',
    notes,
    columns: [
      { name: 'Phase', kind: 'word' },
      { name: 'Maximum' },
      { name: 'p99 over time' },
      { name: 'Slope', below: '95 % interval' },
      { name: 'Source', below: 'age of the oldest call', kind: 'word' },
    ],
    rows: rows.map(({ queueAge, stages, ...phase }) => {
      const { slope: trend } = queueAge;
      const changed = stages.length === 0 ? '' : '; the rate changed';
      return {
        cells: [
          phaseName(phase),
          duration(queueAge.maxNs),
          duration(queueAge.p99Ns),
          trend === null
            ? none('unknown (under 5 s)')
            : { text: slope(trend.nsPerSecond), below: `${slope(trend.low)} to ${slope(trend.high)}${changed}` },
          {
            text: queueAge.source,
            below:
              queueAge.source === 'upstream' ? 'not yet in service' : 'not yet answered: the upstream reports no times',
          },
        ],
      };
    }),
  };
}

/** Neither an empty queue was seen, nor its oldest call as young as before. */
const isUndrained = (drain: PhaseSummary['drain']): boolean =>
  drain !== null && drain.drainNs === null && (drain.ageAsBefore?.ns ?? null) === null;

export const queue = {
  id: 'queue',
  title: 'Queue age and drain',
  label: 'Queues',
  place: 'results',
  lead: () =>
    'Age of the oldest waiting call, at each moment: not yet in service (source upstream), or unanswered where the ' +
    'upstream reports no times. If it keeps growing, the rate is not sustained.',
  headline: ({ analysis: { summary } }) => {
    const phases = summary.phases.filter((phase) => phase.offered > 0);
    const oldest = phases.reduce<PhaseSummary | null>(
      (top, each) => (top !== null && top.queueAge.maxNs >= each.queueAge.maxNs ? top : each),
      null,
    );
    if (oldest === null) return { state: 'quiet', finding: 'No phase had calls.', key: null };
    return {
      state: isUndrained(oldest.drain) ? 'look' : 'quiet',
      finding: `${phaseName(oldest)}: ${queueFinding(oldest)}`,
      key: { name: 'oldest call', value: duration(oldest.queueAge.maxNs) },
    };
  },
  applies: () => true,
  page: ({ analysis: { summary, figures } }) => {
    const phases = summary.phases.filter((phase) => phase.offered > 0);
    if (phases.length === 0) return [nothing('No phase had calls.')];
    const open = phases.filter(({ loop }) => loop === 'open');
    const { timeline, faults } = figures;
    // A single point is no curve: it stands in the table.
    const curved = open.filter((phase) => over(timeline, phase, timeline.queueAgeMaxNs, MS_PER_NS).length > 1);
    const { drawn, announced } = drawnOf(curved, oldestNs, OLDEST);
    return [...announced, ...drawn.map((phase) => figure(phase, timeline, faults)), ageTable(phases)];
  },
  markdown: () => [],
  terminal: () => [],
} as const satisfies Topic;
