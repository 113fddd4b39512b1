/** The run on one clock: calls per second, response times, queue age and calls in flight, with phases and faults. */
import type { Figures, Summary, Timeline } from '../../analysis/index.js';
import { amount, count, duration, exactMoment, maybeDuration, moment, rate } from '../../format/index.js';
import { linearFromZero, linearMs, logMs, logSpan, MS_PER_NS, S_PER_NS, secondsAcross } from '../charts/axes.js';
import { along, area, band, curveKey, DASHED, DOTTED, layer, line, rulesAt, up, type Curve } from '../charts/layers.js';
import { render, type Layer, type Pane } from '../charts/render.js';
import { faultSpans, strip, STRIP_WIDTH, type Clock } from '../charts/strip.js';
import {
  CALL_CLASSES,
  CLASS_STYLE,
  CLASS_OF,
  INK,
  type CallClass,
  type Chart,
  type KeyEntry,
} from '../charts/theme.js';
import { closedAmong, faultName, FROM_SEND, namedPhase, oldestCall, phaseName, UPSTREAM_CALLS } from '../words.js';
import { recoveryWords } from './recovery-words.js';
import { numberColumns, wordColumns, nothing, type Row, type Table, type Topic } from './topic.js';

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

/** Calls per second by class, stacked, one row per window and class. */
function stackedClasses(timeline: Timeline): {
  readonly classes: readonly CallClass[];
  readonly rows: readonly { readonly x: number; readonly drawn: CallClass; readonly y: number; readonly y2: number }[];
} {
  const windows = timeline.fromNs.map((_, index) => {
    const rates: Partial<Record<CallClass, number>> = {
      good: timeline.goodputPerSecond[index] ?? 0,
      late: timeline.latePerSecond[index] ?? 0,
      shed: timeline.shedPerSecond[index] ?? 0,
    };
    for (const { outcome, perSecond } of timeline.failedPerSecond) {
      if (outcome === 'ok') continue;
      const drawn = CLASS_OF[outcome];
      rates[drawn] = (rates[drawn] ?? 0) + (perSecond[index] ?? 0);
    }
    return rates;
  });
  const classes = CALL_CLASSES.filter((drawn) => windows.some((window) => (window[drawn] ?? 0) > 0));
  const rows = windows.flatMap((window, index) => {
    let below = 0;
    return classes.map((drawn) => {
      const y2 = below;
      below += window[drawn] ?? 0;
      return { x: (timeline.fromNs[index] ?? 0) * S_PER_NS, drawn, y: below, y2 };
    });
  });
  return { classes, rows };
}

/** One value per window of the timeline, in seconds and in the scale of its pane. */
function series(timeline: Timeline, values: readonly (number | null)[], scale: number) {
  return values.map((value, index) => ({
    x: (timeline.fromNs[index] ?? 0) * S_PER_NS,
    y: value === null ? null : value * scale,
  }));
}

const highest = (places: readonly { readonly y: number | null }[]): number =>
  places.reduce((top, { y }) => Math.max(top, y ?? 0), 0);

/**
 * The curves of the response-time pane. Where most windows hold too few calls for a p99, the maximum takes its place
 * and the key says so, because an empty pane would read as a response time of zero.
 */
function responseCurves(timeline: Timeline): readonly Curve[] {
  const { responseOk: ok, responseAll: all } = timeline;
  const known = (values: readonly (number | null)[]) => values.filter((ns) => ns !== null).length;
  const curve = (words: string, values: readonly (number | null)[], colour: string, width: number, dash?: object) => ({
    words,
    places: series(timeline, values, MS_PER_NS),
    stroke: { colour, width, ...dash },
  });
  const enough = known(ok.p99Ns) >= timeline.fromNs.length * 0.5;
  const tail = enough ? 'p99' : 'maximum';
  return [
    curve('p50, ok calls', ok.p50Ns, INK.response, 1.1),
    curve(`${tail}, ok calls`, enough ? ok.p99Ns : ok.maxNs, INK.response, 2),
    curve(`${tail}, all calls (failures at their deadline)`, enough ? all.p99Ns : all.maxNs, INK.counted, 1.5, DASHED),
    ...(known(ok.p999Ns) > 0 ? [curve('p99.9, ok calls', ok.p999Ns, INK.response, 1.3, DOTTED)] : []),
  ];
}

function clockOf({ timeline, phases }: Pick<Figures, 'timeline' | 'phases'>): Clock {
  const lastNs = (timeline.fromNs.at(-1) ?? 0) + timeline.windowNs;
  return {
    fromS: Math.min(timeline.fromNs[0] ?? 0, ...phases.map(({ startNs }) => startNs)) * S_PER_NS,
    toS: Math.max(lastNs, ...phases.map(({ drainedNs }) => drainedNs)) * S_PER_NS,
  };
}

function callsPane(timeline: Timeline): { readonly layers: readonly Layer[]; readonly key: readonly KeyEntry[] } {
  const { classes, rows } = stackedClasses(timeline);
  const offered = series(timeline, timeline.offeredPerSecond, 1);
  const y = linearFromZero(Math.max(highest(offered), highest(rows)), '/s');
  const styles = classes.map((drawn) => CLASS_STYLE[drawn]);
  return {
    layers: [
      layer(
        rows,
        { type: 'area', interpolate: 'step-after', opacity: 0.85 },
        {
          y: up(y),
          y2: { field: 'y2' },
          color: {
            field: 'drawn',
            type: 'nominal',
            scale: { domain: [...classes], range: styles.map(({ colour }) => colour) },
            legend: null,
          },
        },
      ),
      line(offered, { colour: INK.offered, width: 1.4, steps: true, ...DASHED }, { y }),
    ],
    key: [
      { words: 'Calls', colour: INK.text, mark: 'heading' },
      { words: 'offered', colour: INK.offered, mark: 'dashed' },
      ...styles.map(({ words, colour }): KeyEntry => ({ words, colour, mark: 'area' })),
    ],
  };
}

export async function timelineChart(
  figures: Pick<Figures, 'timeline' | 'phases' | 'faults'>,
  description: string,
): Promise<Chart> {
  const { timeline, phases } = figures;
  const clock = clockOf(figures);
  const faults = faultSpans(figures.faults, clock);
  const behind = [
    band(faults, INK.faultBand),
    rulesAt(
      phases.map(({ startNs }) => startNs * S_PER_NS),
      { colour: INK.axis, width: 1, dash: [2, 3] },
    ),
  ];
  const pane = (title: string, height: number, layers: readonly Layer[], lowest = false): Pane => ({
    title: { text: title },
    width: STRIP_WIDTH,
    height,
    layer: [...behind, ...layers],
    encoding: { x: along(secondsAcross(clock.fromS, clock.toS, lowest, 'since the start of the run')) },
    resolve: { scale: { color: 'independent' } },
  });
  const calls = callsPane(timeline);
  const curves = responseCurves(timeline);
  const times = logMs(logSpan(curves.flatMap(({ places }) => places.map(({ y }) => y))));
  const ages = series(timeline, timeline.queueAgeMaxNs, MS_PER_NS);
  const inFlight = series(timeline, timeline.inFlightMean, 1);
  const inUpstream = series(timeline, timeline.upstreamCalls, 1).filter(({ y }) => y !== null);
  const counted = linearFromZero(Math.max(highest(inFlight), highest(inUpstream)), '');
  const panes = [
    strip(phases, faults, clock),
    pane('Calls per second, by intended start', 150, calls.layers),
    pane(
      'Response time from the intended start (log scale)',
      190,
      curves.map(({ places, stroke }) => line(places, stroke, { y: times })),
    ),
    pane('Age of the oldest waiting call', 80, [area(ages, INK.queue, { y: linearMs(highest(ages)) })]),
    pane(
      'Calls in flight (mean)',
      70,
      [
        area(inFlight, INK.inFlight, { y: counted }),
        line(inUpstream, { colour: INK.counted, width: 1.4 }, { y: counted }),
      ],
      true,
    ),
  ];
  return {
    svg: await render({ vconcat: panes }, description),
    key: [
      ...calls.key,
      { words: 'Response time', colour: INK.text, mark: 'heading' },
      ...curveKey(curves),
      ...(inUpstream.length > 0
        ? ([
            { words: 'Calls in flight', colour: INK.text, mark: 'heading' },
            { words: UPSTREAM_CALLS, colour: INK.counted, mark: 'thin' },
          ] as const)
        : []),
      ...(faults.length > 0 ? [{ words: 'fault active', colour: INK.faultBand, mark: 'band' } as const] : []),
    ],
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
  place: 'results',
  lead: ({ analysis: { summary, figures } }) =>
    figures.timeline.fromNs.length === 0
      ? null
      : `Windows of ${duration(figures.timeline.windowNs)}, warm-up included. A call counts in the window ` +
        `of its intended start, so curves change before the edge of a fault. ${closedAmong(summary.phases)}`,
  applies: () => true,
  page: ({ analysis: { summary, figures } }) => {
    if (figures.timeline.fromNs.length === 0) return [nothing('No call was recorded.')];
    return [
      {
        kind: 'figure',
        title: 'The run on one clock',
        finding: timelineFinding(summary, figures),
        drawn: 'Calls per second, response time, queue age and calls in flight over the run.',
        draw: (description) => timelineChart(figures, description),
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
