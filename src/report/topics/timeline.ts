/** The run on one clock in numbers, and the calls in flight; its picture is on the first screen. */
import type { Figures, Summary, Timeline } from '../../analysis/index.js';
import { amount, count, duration, exactMoment, maybeDuration, moment, rate } from '../../format/index.js';
import { linearFromZero, S_PER_NS, secondsAcross } from '../charts/axes.js';
import { area, band, line, phaseRules } from '../charts/layers.js';
import { INK, type Chart, type KeyEntry } from '../charts/theme.js';
import { closedAmong, faultName, FROM_SEND, namedPhase, oldestCall, phaseName, UPSTREAM_CALLS } from '../words.js';
import { recoveryWords } from './recovery-words.js';
import { numberColumns, present, wordColumns, nothing, type Row, type Table, type Topic } from './topic.js';

/** Rows of the table under the chart. */
const MOST_ROWS = 60;

/** When the oldest call was how old, and how each of the first faults ended. */
export function timelineFinding({ phases: summaries, recoveries }: Summary, { timeline, phases }: Figures): string {
  const ages = timeline.queueAgeMaxNs;
  const oldestNs = Math.max(...ages);
  const at = timeline.fromNs[ages.indexOf(oldestNs)];
  const phase = phases.find(
    (band) => at !== undefined && at >= band.startNs - timeline.windowNs && at <= band.drainedNs,
  );
  const own = summaries.filter(({ name }) => phase === undefined || name === phase.phase);
  const where = phase === undefined ? '' : ` in ${phaseName({ name: phase.phase, loop: phase.loop })}`;
  const parts = [
    ...(at === undefined
      ? []
      : [
          `The ${oldestCall(own.map(({ queueAge }) => queueAge))} reached an age of ` +
            `${duration(oldestNs)} at ${moment(at)}${where}`,
        ]),
    ...recoveries.slice(0, 2).map((recovery) => `${faultName(recovery)}: ${recoveryWords(recovery).short}`),
  ];
  return parts.length === 0 ? 'No call was recorded.' : `${parts.join('; ')}.`;
}

/** Calls in flight and in the upstream: what the first screen leaves out of the clock. */
export function inFlightChart(figures: Pick<Figures, 'timeline' | 'phases' | 'faults'>): Chart {
  const { timeline, phases } = figures;
  const fromS = Math.min(timeline.fromNs[0] ?? 0, ...phases.map(({ startNs }) => startNs)) * S_PER_NS;
  const lastNs = (timeline.fromNs.at(-1) ?? 0) + timeline.windowNs;
  const toS = Math.max(lastNs, ...phases.map(({ drainedNs }) => drainedNs)) * S_PER_NS;
  const series = (values: readonly (number | null)[]) =>
    values.map((value, index) => ({ x: (timeline.fromNs[index] ?? 0) * S_PER_NS, y: value }));
  const faults = figures.faults.map((fault) => {
    const off = fault.confirmedOffNs ?? fault.plannedOffNs;
    return { x: (fault.confirmedOnNs ?? fault.plannedOnNs) * S_PER_NS, x2: off === null ? toS : off * S_PER_NS };
  });
  const inFlight = series(timeline.inFlightMean);
  const inUpstream = series(timeline.upstreamCalls).filter(({ y }) => y !== null);
  const highest = [...inFlight, ...inUpstream].reduce((top, { y }) => Math.max(top, y ?? 0), 0);
  const axes = {
    x: secondsAcross(fromS, toS, true, 'since the start of the run'),
    y: linearFromZero(highest, ''),
  };
  const layers = [
    band(faults, INK.faultBand),
    phaseRules(phases),
    area(inFlight, INK.inFlight, axes),
    line(inUpstream, { colour: INK.counted, width: 1.4 }, axes),
  ];
  const title = { text: 'Calls in flight (mean)' };
  return {
    picture: (width) => ({ title, width, height: 110, layer: layers }),
    key: present<KeyEntry>(
      { words: 'calls in flight', colour: INK.inFlight, mark: 'area' },
      inUpstream.length > 0 && { words: UPSTREAM_CALLS, colour: INK.counted, mark: 'line' },
      faults.length > 0 && { words: 'fault active', colour: INK.faultBand, mark: 'band' },
    ),
  };
}

/** Windows in groups, so that the table stays readable: mean rates and the highest of each time. */
function timelineTable(timeline: Timeline): Table {
  const every = Math.ceil(timeline.fromNs.length / MOST_ROWS);
  const rows: Row[] = [];
  for (let from = 0; from < timeline.fromNs.length; from += every) {
    const mean = (values: readonly number[]): number => {
      const part = values.slice(from, from + every);
      return part.reduce((sum, value) => sum + value, 0) / Math.max(1, part.length);
    };
    const worst = (values: readonly (number | null)[]): string => {
      const known = values.slice(from, from + every).filter((value) => value !== null);
      return maybeDuration(known.length === 0 ? null : Math.max(...known), '–');
    };
    const most = (values: readonly (number | null)[]): string => {
      const known = values.slice(from, from + every).filter((value) => value !== null);
      return known.length === 0 ? '–' : count(Math.max(...known));
    };
    rows.push({
      cells: [
        moment(timeline.fromNs[from] ?? 0),
        rate(mean(timeline.offeredPerSecond)),
        rate(mean(timeline.goodputPerSecond)),
        rate(mean(timeline.latePerSecond)),
        rate(mean(timeline.shedPerSecond)),
        rate(timeline.failedPerSecond.reduce((sum, { perSecond }) => sum + mean(perSecond), 0)),
        worst(timeline.responseOk.p50Ns),
        worst(timeline.fromSendOk.p50Ns),
        worst(timeline.responseOk.maxNs),
        worst(timeline.fromSendOk.maxNs),
        worst(timeline.responseAll.maxNs),
        worst(timeline.queueAgeMaxNs),
        amount(mean(timeline.inFlightMean)),
        most(timeline.upstreamCalls),
      ],
    });
  }
  return {
    kind: 'table',
    caption: every === 1 ? 'Every window' : `Windows in groups of ${count(every)}: mean rates, highest times`,
    columns: [
      'From',
      'Offered',
      'Good',
      'Late',
      'Shed',
      'Failed',
      'p50, ok',
      `p50, ok, ${FROM_SEND}`,
      'Maximum, ok',
      `Maximum, ok, ${FROM_SEND}`,
      'Maximum, all calls',
      'Queue age',
      'In flight',
      'In the upstream',
    ].map((name) => ({ name })),
    rows,
  };
}

function faultTable(faults: Figures['faults'], phases: Summary['phases']): Table {
  const edge = (ns: number | null): string => (ns === null ? 'never' : exactMoment(ns));
  return {
    kind: 'table',
    caption: 'Faults: when each edge was planned and when the fault engine confirmed it',
    columns: [
      ...wordColumns('Fault', 'Phase'),
      ...numberColumns('On, planned', 'On, confirmed', 'Off, planned', 'Off, confirmed'),
    ],
    rows: faults.map((fault) => ({
      cells: [
        { text: faultName(fault), below: fault.fault },
        namedPhase(phases, fault.phase),
        exactMoment(fault.plannedOnNs),
        edge(fault.confirmedOnNs),
        edge(fault.plannedOffNs),
        edge(fault.confirmedOffNs),
      ],
    })),
  };
}

export const timeline = {
  id: 'timeline',
  title: 'Timeline',
  label: 'Timeline',
  place: 'results',
  lead: ({ analysis: { summary, figures } }) =>
    figures.timeline.fromNs.length === 0
      ? null
      : `Windows of ${duration(figures.timeline.windowNs)}, warm-up included. A call counts in the window ` +
        `of its intended start, so curves change before the edge of a fault. ${closedAmong(summary.phases)}`,
  headline: ({ analysis: { summary, figures } }) => ({
    state: 'quiet',
    finding: timelineFinding(summary, figures),
    key: { name: 'windows of', value: duration(figures.timeline.windowNs) },
  }),
  applies: () => true,
  page: ({ analysis: { summary, figures } }) => {
    if (figures.timeline.fromNs.length === 0) return [nothing('No call was recorded.')];
    return [
      {
        kind: 'figure',
        title: 'Calls in flight over the run',
        finding: timelineFinding(summary, figures),
        drawn: 'Calls in flight over the run.',
        chart: () => inFlightChart(figures),
        numbers: [
          timelineTable(figures.timeline),
          ...(figures.faults.length === 0 ? [] : [faultTable(figures.faults, summary.phases)]),
        ],
        wide: true,
      },
    ];
  },
  markdown: () => [],
  terminal: () => [],
} as const satisfies Topic;
