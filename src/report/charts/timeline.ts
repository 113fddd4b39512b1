/**
 * The run on one clock: phases and faults on top, below them calls per second, response times, queue age and calls in
 * flight, all over the same seconds. Fault windows are shaded in every pane; their names stand once, in the strip.
 */
import type { Figures, Timeline } from '../../analysis/index.js';
import { plainText } from '../text.js';
import { faultName } from '../words.js';
import { linearFromZero, linearMs, logMs, logSpan, MS_PER_NS, S_PER_NS, secondsAcross } from './axes.js';
import { render, type Layer, type Pane } from './render.js';
import { CALL_CLASSES, CLASS_LOOK, CLASS_OF, INK, type CallClass, type Chart, type KeyEntry } from './theme.js';

const WIDTH = 966;
/** Mean advance of the system fonts at the strip's size, in pixels a character. */
const CHARACTER_PX = 6.1;
/** Faults named in the strip; all of them are drawn, and listed in the table. */
const MOST_LABELS = 12;

/** Calls per second by class in one window. */
type ClassRates = Partial<Record<CallClass, number>>;

function classRates(timeline: Timeline): readonly ClassRates[] {
  return timeline.fromNs.map((_, index) => {
    const rates: ClassRates = {
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
}

export async function timelineChart(
  figures: Pick<Figures, 'timeline' | 'phases' | 'faults'>,
  description: string,
): Promise<Chart> {
  const { timeline } = figures;
  const windowS = timeline.windowNs * S_PER_NS;
  const startsS = timeline.fromNs.map((ns) => ns * S_PER_NS);
  const fromS = Math.min(startsS[0] ?? 0, ...figures.phases.map((phase) => phase.startNs * S_PER_NS));
  const toS = Math.max((startsS.at(-1) ?? 0) + windowS, ...figures.phases.map((phase) => phase.drainedNs * S_PER_NS));
  const across = (labelled: boolean) => ({ field: 't', ...secondsAcross(fromS, toS, labelled, 'since the run began') });

  const faults = figures.faults
    .map((fault) => ({
      t: (fault.confirmedOnNs ?? fault.plannedOnNs) * S_PER_NS,
      to: (fault.confirmedOffNs ?? fault.plannedOffNs ?? toS / S_PER_NS) * S_PER_NS,
      words: plainText(faultName(fault), 40),
    }))
    .map((fault) => ({ ...fault, to: Math.max(fault.to, fault.t + (toS - fromS) * 0.002) }));
  const boundaries = figures.phases.map((phase) => ({ t: phase.startNs * S_PER_NS }));
  const behind: Layer[] = [
    {
      data: { values: faults },
      mark: { type: 'rect', color: INK.faultBand, aria: false },
      encoding: { x: { field: 't', type: 'quantitative' }, x2: { field: 'to' } },
    },
    {
      data: { values: boundaries },
      mark: { type: 'rule', color: INK.axis, strokeDash: [2, 3], aria: false },
      encoding: { x: { field: 't', type: 'quantitative' } },
    },
  ];
  const pane = (title: string, height: number, labelled: boolean, layers: readonly Layer[]): Pane => ({
    title: { text: title },
    width: WIDTH,
    height,
    layer: [...behind, ...layers],
    encoding: { x: across(labelled) },
    resolve: { scale: { color: 'independent' } },
  });

  const rates = classRates(timeline);
  const present = CALL_CLASSES.filter((drawn) => rates.some((window) => (window[drawn] ?? 0) > 0));
  const stacked = rates.flatMap((window, index) => {
    let below = 0;
    return present.map((drawn) => {
      const from = below;
      below += window[drawn] ?? 0;
      return { t: startsS[index] ?? 0, drawn, y: below, y0: from };
    });
  });
  const offered = timeline.offeredPerSecond.map((perSecond, index) => ({ t: startsS[index] ?? 0, y: perSecond }));
  const mostCalls = Math.max(0, ...offered.map((row) => row.y), ...stacked.map((row) => row.y));
  const throughput = pane('Calls per second, by intended start', 150, false, [
    {
      data: { values: stacked },
      mark: { type: 'area', interpolate: 'step-after', opacity: 0.85, aria: false },
      encoding: {
        y: { field: 'y', ...linearFromZero(mostCalls, '/s') },
        y2: { field: 'y0' },
        color: {
          field: 'drawn',
          type: 'nominal',
          scale: { domain: [...present], range: present.map((drawn) => CLASS_LOOK[drawn].colour) },
          legend: null,
        },
      },
    },
    {
      data: { values: offered },
      mark: {
        type: 'line',
        interpolate: 'step-after',
        color: INK.offered,
        strokeWidth: 1.4,
        strokeDash: [5, 3],
        aria: false,
      },
      encoding: { y: { field: 'y', ...linearFromZero(mostCalls, '/s') } },
    },
  ]);

  const series = responseSeries(timeline, startsS);
  const span = logSpan(series.flatMap((each) => each.rows.map((row) => row.y)));
  const response = pane(
    'Response time from the intended start (log scale)',
    190,
    false,
    series.map((each) => ({
      data: { values: each.rows },
      mark: {
        type: 'line',
        color: each.colour,
        strokeWidth: each.width,
        ...(each.dash === null ? {} : { strokeDash: each.dash }),
        aria: false,
      },
      encoding: { y: { field: 'y', ...logMs(span) } },
    })),
  );

  const ages = timeline.queueAgeMaxNs.map((ns, index) => ({ t: startsS[index] ?? 0, y: ns * MS_PER_NS }));
  const queue = pane('Age of the oldest call not yet in service', 80, false, [
    areaLayer(ages, INK.queue, linearMs(Math.max(0, ...ages.map((row) => row.y)))),
  ]);
  const flights = timeline.inFlightMean.map((mean, index) => ({ t: startsS[index] ?? 0, y: mean }));
  const inFlight = pane('Calls in flight (mean)', 70, true, [
    areaLayer(flights, INK.inFlight, linearFromZero(Math.max(0, ...flights.map((row) => row.y)), '')),
  ]);

  const svg = await render(
    { vconcat: [strip(figures, faults, fromS, toS), throughput, response, queue, inFlight] },
    description,
  );
  const key: KeyEntry[] = [
    { words: 'Calls', colour: INK.text, mark: 'heading' },
    { words: 'offered', colour: INK.offered, mark: 'dashed' },
    ...present.map((drawn): KeyEntry => ({
      words: CLASS_LOOK[drawn].words,
      colour: CLASS_LOOK[drawn].colour,
      mark: 'area',
    })),
    { words: 'Response time', colour: INK.text, mark: 'heading' },
    ...series.map((each): KeyEntry => ({ words: each.words, colour: each.colour, mark: each.key })),
    ...(faults.length > 0 ? [{ words: 'fault confirmed on', colour: INK.faultBand, mark: 'band' } as const] : []),
  ];
  return { svg, key };
}

function areaLayer(
  rows: readonly { readonly t: number; readonly y: number }[],
  colour: string,
  y: ReturnType<typeof linearMs> | ReturnType<typeof linearFromZero>,
): Layer {
  return {
    data: { values: [...rows] },
    mark: {
      type: 'area',
      interpolate: 'step-after',
      color: colour,
      fillOpacity: 0.28,
      line: { color: colour, strokeWidth: 1.2, interpolate: 'step-after' },
      aria: false,
    },
    encoding: { y: { field: 'y', ...y } },
  };
}

interface Series {
  readonly words: string;
  readonly rows: readonly { readonly t: number; readonly y: number | null }[];
  readonly colour: string;
  readonly width: number;
  readonly dash: number[] | null;
  readonly key: KeyEntry['mark'];
}

/**
 * The curves of the response-time pane. Where windows hold too few calls for a p99, the maximum stands in, and the key
 * says so: a pane that went blank in the floor phase would look like a floor of nothing.
 */
function responseSeries(timeline: Timeline, startsS: readonly number[]): readonly Series[] {
  const { responseOk: ok, responseAll: all } = timeline;
  const rows = (values: readonly (number | null)[]) =>
    values.map((ns, index) => ({ t: startsS[index] ?? 0, y: ns === null ? null : ns * MS_PER_NS }));
  const windows = timeline.fromNs.length;
  const known = (values: readonly (number | null)[]) =>
    values.reduce<number>((sum, ns) => sum + (ns === null ? 0 : 1), 0);
  const enough = known(ok.p99Ns) >= windows * 0.5;
  const series: Series[] = [
    { words: 'p50, ok calls', rows: rows(ok.p50Ns), colour: INK.response, width: 1.1, dash: null, key: 'thin' },
    enough
      ? { words: 'p99, ok calls', rows: rows(ok.p99Ns), colour: INK.response, width: 2, dash: null, key: 'line' }
      : { words: 'maximum, ok calls', rows: rows(ok.maxNs), colour: INK.response, width: 2, dash: null, key: 'line' },
    enough
      ? {
          words: 'p99, failures counted at their deadline',
          rows: rows(all.p99Ns),
          colour: INK.counted,
          width: 1.5,
          dash: [5, 3],
          key: 'dashed',
        }
      : {
          words: 'maximum, failures counted at their deadline',
          rows: rows(all.maxNs),
          colour: INK.counted,
          width: 1.5,
          dash: [5, 3],
          key: 'dashed',
        },
  ];
  if (known(ok.p999Ns) > 0)
    series.push({
      words: 'p99.9, ok calls',
      rows: rows(ok.p999Ns),
      colour: INK.response,
      width: 1.3,
      dash: [1.5, 2.5],
      key: 'dotted',
    });
  return series;
}

/** Phases in one row, faults in the row below. */
function strip(
  figures: Pick<Figures, 'phases'>,
  faults: readonly { readonly t: number; readonly to: number; readonly words: string }[],
  fromS: number,
  toS: number,
): Pane {
  const pxPerS = WIDTH / (toS - fromS);
  const named = (words: string, widthS: number): string => {
    const room = Math.floor((widthS * pxPerS - 8) / CHARACTER_PX);
    if (room >= Array.from(words).length) return words;
    return room < 4 ? '' : plainText(words, room);
  };
  // A closed loop gives up its name before its label.
  const namedPhaseBand = ({ phase, loop }: Figures['phases'][number], widthS: number): string => {
    if (loop === 'open') return named(plainText(phase, 40), widthS);
    const label = ' (closed)';
    const name = named(plainText(phase, 40), widthS - (label.length * CHARACTER_PX) / pxPerS);
    return name === '' ? named(label.slice(2, -1), widthS) : `${name}${label}`;
  };
  const phases = figures.phases.map((phase, index) => {
    const t = phase.startNs * S_PER_NS;
    const next = figures.phases[index + 1];
    const to = Math.max(phase.drainedNs, phase.scheduledEndNs) * S_PER_NS;
    const room = (next === undefined ? toS : next.startNs * S_PER_NS) - t;
    return { t, to, parity: index % 2 === 0 ? 'even' : 'odd', words: namedPhaseBand(phase, Math.min(room, to - t)) };
  });
  const x = { field: 't', ...secondsAcross(fromS, toS, false), axis: null };
  const words = (rows: readonly { t: number; words: string }[], y: number, colour: string): Layer => ({
    data: { values: [...rows] },
    mark: {
      type: 'text',
      align: 'left',
      dx: 5,
      baseline: 'middle',
      fontSize: 11,
      color: colour,
      fontWeight: 600,
      aria: false,
    },
    encoding: { x: { field: 't', type: 'quantitative' }, y: { value: y }, text: { field: 'words', type: 'nominal' } },
  });
  const layer: Layer[] = [
    {
      data: { values: phases },
      mark: { type: 'rect', stroke: INK.paper, strokeWidth: 1, aria: false },
      encoding: {
        x: { field: 't', type: 'quantitative' },
        x2: { field: 'to' },
        y: { value: 0 },
        y2: { value: 20 },
        color: {
          field: 'parity',
          type: 'nominal',
          scale: { domain: ['even', 'odd'], range: [INK.phaseEven, INK.phaseOdd] },
          legend: null,
        },
      },
    },
    words(phases, 10, INK.text),
  ];
  const labelled = faultLabels(faults, fromS, pxPerS);
  if (faults.length > 0) {
    layer.push(
      {
        data: { values: [...faults] },
        mark: { type: 'rect', color: INK.fault, aria: false },
        encoding: { x: { field: 't', type: 'quantitative' }, x2: { field: 'to' }, y: { value: 24 }, y2: { value: 28 } },
      },
      ...labelled.map((label): Layer => ({
        data: { values: [{ x: label.px, words: label.words }] },
        mark: {
          type: 'text',
          align: 'left',
          baseline: 'top',
          fontSize: 11,
          fontWeight: 600,
          color: INK.fault,
          aria: false,
        },
        encoding: {
          x: { value: label.px },
          y: { value: 31 + label.row * 13 },
          text: { field: 'words', type: 'nominal' },
        },
      })),
    );
  }
  const rows = labelled.reduce((most, label) => Math.max(most, label.row + 1), 0);
  return { width: WIDTH, height: rows === 0 ? 20 : 31 + rows * 13, layer, encoding: { x } };
}

interface FaultLabel {
  readonly px: number;
  readonly row: number;
  readonly words: string;
}

/**
 * Labels beside their faults, a row lower wherever two would touch; at most `MOST_LABELS`, the rest are in the table.
 */
function faultLabels(
  faults: readonly { readonly t: number; readonly words: string }[],
  fromS: number,
  pxPerS: number,
): readonly FaultLabel[] {
  const rowEnds: number[] = [];
  return faults.slice(0, MOST_LABELS).map(({ t, words }) => {
    const width = Array.from(words).length * CHARACTER_PX * 1.08;
    const px = Math.max(0, Math.min((t - fromS) * pxPerS, WIDTH - width));
    const free = rowEnds.findIndex((end) => end + 8 <= px);
    const row = free === -1 ? rowEnds.length : free;
    rowEnds[row] = px + width;
    return { px, row, words };
  });
}
