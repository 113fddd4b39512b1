/** What each fault did, and how the stack recovered. */
import type { RecoverySummary, RecoveryWindow, Summary } from '../../analysis/index.js';
import {
  count,
  counted,
  duration,
  exactMoment,
  maybeDuration,
  percent,
  rate,
  recoveryTime,
  UNKNOWN,
} from '../../format/index.js';
import { linearFromZero, logMs, logSpan, MS_PER_NS, S_PER_NS, secondsAcross } from '../charts/axes.js';
import {
  along,
  band,
  boxes,
  curveKey,
  DASHED,
  layer,
  levelsAt,
  line,
  rulesAt,
  SHARED_X,
  up,
  type Curve,
} from '../charts/layers.js';
import { render, type Layer, type Pane } from '../charts/render.js';
import { INK, type Chart, type KeyEntry } from '../charts/theme.js';
import { plainText } from '../text.js';
import { capitalised, faultInPhase, faultName, fluidIgnores, namedPhase } from '../words.js';
import { metastableSentence } from './after-fault.js';
import { hypothesesCell } from './hypotheses.js';
import { namedLines, nothing, type Block, type Line, type Row, type Table, type Topic } from './topic.js';

export interface RecoveryWords {
  readonly recover: { readonly value: string; readonly label: string };
  readonly detect: string;
  readonly drain: string;
  readonly lost: string;
  readonly sentence: string;
  /** In a few words, to go after the name of the fault. */
  readonly short: string;
}

/** A recovery as text. One that never came is a bound, not a number. */
export function recoveryWords(recovery: RecoverySummary): RecoveryWords {
  const { timeToDetect, timeToRecover, drain, dip, windowNs } = recovery;
  const lostCalls = dip === null ? 0 : Math.round(dip.lostGoodCalls);
  const lost = lostCalls > 0 ? ` ${counted(lostCalls, 'successful call')} lost.` : '';
  const words = {
    detect:
      timeToDetect.kind === 'value'
        ? duration(timeToDetect.ns)
        : timeToDetect.kind === 'not-degraded'
          ? 'n/a'
          : UNKNOWN,
    drain:
      drain === null
        ? 'n/a (fault not removed)'
        : drain.ns === null
          ? `> ${duration(drain.observedNs)}`
          : duration(drain.ns),
    lost: dip === null ? UNKNOWN : count(lostCalls),
  };
  const degraded =
    timeToDetect.kind === 'value' ? `degraded within ${duration(timeToDetect.ns)} of the fault` : 'degraded';
  switch (timeToRecover.kind) {
    case 'value': {
      const recovered =
        timeToRecover.ns === 0
          ? `recovered within one ${duration(windowNs)} window of its removal`
          : `recovered ${duration(timeToRecover.ns)} after its removal`;
      return {
        ...words,
        recover: {
          value: recoveryTime(timeToRecover.ns, windowNs),
          label: 'time to recover after the fault was removed',
        },
        sentence: `${capitalised(degraded)}; ${recovered}.${lost}`,
        short: `${degraded}, ${recovered}`,
      };
    }
    case 'censored': {
      const bound = `not recovered within ${duration(timeToRecover.ns)} (observation ended)`;
      return {
        ...words,
        recover: {
          value: `> ${duration(timeToRecover.ns)}`,
          label: 'time to recover: not recovered when the observation ended',
        },
        sentence: `${capitalised(degraded)}; ${bound}.${metastableSentence(recovery.afterFault.metastability)}${lost}`,
        short: `${degraded}, ${bound}`,
      };
    }
    case 'not-degraded':
      return {
        ...words,
        recover: { value: 'n/a', label: 'stayed in the normal range' },
        sentence: `Latency and goodput stayed in the normal range during the fault.${lost}`,
        short: 'stayed in the normal range',
      };
    case 'unknown': {
      const why = recovery.note === null ? 'too little data' : plainText(recovery.note);
      return {
        ...words,
        recover: { value: UNKNOWN, label: 'time to recover' },
        sentence: `Time to recover unknown: ${why}.`,
        short: `time to recover unknown (${why})`,
      };
    }
  }
}

const WIDTH = 966;
/** Labels right of this share of the chart stand left of their rule. */
const TURNS_AT = 0.72;

/** The seconds of a chart, from the moment at which the fault became active. */
interface Span {
  readonly fromS: number;
  readonly toS: number;
  readonly clearS: number;
  /** When the stack had recovered; null if it had not. */
  readonly recoveredS: number | null;
}

function spanOf(
  { timeToRecover, windowNs, clearNs, onsetNs }: RecoverySummary,
  windows: readonly RecoveryWindow[],
): Span {
  const toS = ((windows.at(-1)?.fromNs ?? 0) + windowNs) * S_PER_NS;
  const clearS = clearNs === null ? toS : (clearNs - onsetNs) * S_PER_NS;
  return {
    fromS: (windows[0]?.fromNs ?? 0) * S_PER_NS,
    toS,
    clearS,
    recoveredS: timeToRecover.kind === 'value' ? clearS + timeToRecover.ns * S_PER_NS : null,
  };
}

interface Mark {
  readonly x: number;
  readonly words: string;
  readonly row: number;
}

/** When it was detected and when it had recovered, as rules through every pane. */
function marksOf(
  { timeToDetect, timeToRecover, windowNs }: RecoverySummary,
  { toS, recoveredS }: Span,
): readonly Mark[] {
  return [
    ...(timeToDetect.kind === 'value'
      ? [{ x: timeToDetect.ns * S_PER_NS, words: `time to detect ${duration(timeToDetect.ns)}`, row: 0 }]
      : []),
    ...(recoveredS !== null && timeToRecover.kind === 'value'
      ? [{ x: recoveredS, words: `time to recover ${recoveryTime(timeToRecover.ns, windowNs)}`, row: 1 }]
      : []),
    ...(timeToRecover.kind === 'censored'
      ? [{ x: toS, words: `not recovered within ${duration(timeToRecover.ns)}`, row: 1 }]
      : []),
  ];
}

/** The line of labels above the panes. */
function labelPane(marks: readonly Mark[], { fromS, toS }: Span): Pane {
  const turned = (mark: Mark): boolean => mark.x > fromS + (toS - fromS) * TURNS_AT;
  const labels = (align: 'left' | 'right'): Layer =>
    layer(
      marks.filter((mark) => turned(mark) === (align === 'right')),
      { type: 'text', align, dx: align === 'left' ? 5 : -5, baseline: 'middle', fontWeight: 600 },
      {
        x: SHARED_X,
        y: { field: 'row', type: 'ordinal', scale: { domain: [0, 1] }, axis: null },
        text: { field: 'words', type: 'nominal' },
      },
    );
  return {
    width: WIDTH,
    height: 32,
    encoding: { x: { ...along(secondsAcross(fromS, toS, false)), axis: null } },
    layer: [labels('left'), labels('right')],
  };
}

/** Steps that end with the last window. */
function steps(windows: readonly RecoveryWindow[], windowS: number, of: (window: RecoveryWindow) => number | null) {
  const places = windows.map((window) => ({ x: window.fromNs * S_PER_NS, y: of(window) }));
  const last = places.at(-1);
  return last === undefined ? [] : [...places, { x: last.x + windowS, y: last.y }];
}

/** Goodput windows below the baseline from the onset to the recovery: exactly what was integrated as lost. */
function lostBoxes(recovery: RecoverySummary, windows: readonly RecoveryWindow[], { toS, recoveredS }: Span) {
  const { baseline, dip, windowNs } = recovery;
  if (baseline === null || dip === null) return [];
  return windows
    .map(({ fromNs, goodputPerSecond }) => ({
      x: fromNs * S_PER_NS,
      x2: (fromNs + windowNs) * S_PER_NS,
      y: goodputPerSecond,
      y2: baseline.goodputPerSecond,
    }))
    .filter(({ x, y, y2 }) => x >= 0 && x < (recoveredS ?? toS) && y < y2);
}

/** The layers of one pane and what the key says of them. */
interface PanePart {
  readonly layers: readonly Layer[];
  readonly key: readonly KeyEntry[];
}

function goodputPart(recovery: RecoverySummary, windows: readonly RecoveryWindow[], span: Span): PanePart {
  const { baseline, normalRange: range, windowNs } = recovery;
  const lost = lostBoxes(recovery, windows, span);
  const rates = windows.map(({ goodputPerSecond }) => goodputPerSecond);
  const y = linearFromZero(Math.max(baseline?.goodputPerSecond ?? 0, ...rates), '/s');
  const level = (perSecond: number, dash: object = {}): Layer =>
    levelsAt([perSecond], { colour: INK.baseline, width: 1.2, ...dash }, y, WIDTH);
  const places = steps(windows, windowNs * S_PER_NS, (window) => window.goodputPerSecond);
  return {
    layers: [
      boxes(lost, INK.dip, { y }),
      ...(baseline === null ? [] : [level(baseline.goodputPerSecond)]),
      ...(range === null ? [] : [level(range.minGoodputPerSecond, { dash: [4, 3] })]),
      line(places, { colour: INK.good, width: 1.8, steps: true }, { y }),
    ],
    key: [
      { words: 'goodput', colour: INK.good, mark: 'line' },
      ...(lost.length > 0 ? [{ words: 'successful calls lost', colour: INK.dip, mark: 'band' } as const] : []),
      ...(baseline === null ? [] : [{ words: 'baseline', colour: INK.baseline, mark: 'thin' } as const]),
      ...(range === null
        ? []
        : [{ words: 'limit of the normal range', colour: INK.baseline, mark: 'dashed' } as const]),
    ],
  };
}

/** Null where no call was tried again. */
function retryPart(windows: readonly RecoveryWindow[], windowS: number): PanePart | null {
  if (!windows.some((window) => window.attempts > window.offered)) return null;
  const perCall = steps(windows, windowS, ({ offered, attempts }) => (offered === 0 ? null : attempts / offered));
  const y = linearFromZero(Math.max(...perCall.map((place) => place.y ?? 0)), '');
  return {
    layers: [line(perCall, { colour: INK.queue, width: 1.8, steps: true }, { y })],
    key: [{ words: 'attempts per call', colour: INK.queue, mark: 'line' }],
  };
}

function responsePart(
  { normalRange: range }: RecoverySummary,
  windows: readonly RecoveryWindow[],
  windowS: number,
): PanePart {
  const curve = (words: string, of: (window: RecoveryWindow) => number | null, stroke: Curve['stroke']): Curve => ({
    words,
    places: windows.map((window) => {
      const ns = of(window);
      return { x: window.fromNs * S_PER_NS + windowS / 2, y: ns === null ? null : ns * MS_PER_NS };
    }),
    stroke,
  });
  const curves = [
    curve('p99, ok calls', (window) => window.okP99Ns, { colour: INK.response, width: 1.6 }),
    curve('p99, all calls (failures at their deadline)', (window) => window.p99Ns, {
      colour: INK.counted,
      width: 1.6,
      ...DASHED,
    }),
  ];
  const limits = range === null ? [] : [range.maxP99Ns * MS_PER_NS];
  const span = logSpan([...curves.flatMap(({ places }) => places.map((place) => place.y)), ...limits]);
  const y = logMs(span);
  const normal = layer(
    limits.map((limit) => ({ y: span.domain[0], y2: limit })),
    { type: 'rect', color: INK.baselineBand },
    { x: { value: 0 }, x2: { value: WIDTH }, y: up(y), y2: { field: 'y2' } },
  );
  return {
    layers: [normal, ...curves.map(({ places, stroke }) => line(places, stroke, { y }))],
    key: [
      ...(range === null ? [] : [{ words: 'normal range', colour: INK.baselineBand, mark: 'band' } as const]),
      ...curveKey(curves),
    ],
  };
}

/** Goodput with what was lost, attempts per call where there were retries, and the p99 in its normal range. */
export async function recoveryChart(
  recovery: RecoverySummary,
  windows: readonly RecoveryWindow[],
  description: string,
): Promise<Chart> {
  const windowS = recovery.windowNs * S_PER_NS;
  const span = spanOf(recovery, windows);
  const marks = marksOf(recovery, span);
  const fault = band([{ x: 0, x2: span.clearS }], INK.faultBand);
  const xs = marks.map(({ x }) => x);
  const rules = rulesAt(xs, { colour: INK.text, width: 1, dash: [3, 2] });
  const parts = [
    { title: 'Goodput', height: 120, part: goodputPart(recovery, windows, span) },
    {
      title: 'Retry amplification (attempts per call offered in each window)',
      height: 64,
      part: retryPart(windows, windowS),
    },
    {
      title: 'Response time, p99 of each window (the maximum under 100 calls; log scale)',
      height: 140,
      part: responsePart(recovery, windows, windowS),
    },
  ].flatMap(({ part, ...pane }) => (part === null ? [] : [{ ...pane, ...part }]));
  const panes = parts.map(({ title, height, layers }, index): Pane => {
    const lowest = index === parts.length - 1;
    return {
      title: { text: title },
      width: WIDTH,
      height,
      encoding: { x: along(secondsAcross(span.fromS, span.toS, lowest, 'since the fault became active')) },
      layer: [fault, ...layers, rules],
    };
  });
  return {
    svg: await render({ vconcat: [...(marks.length > 0 ? [labelPane(marks, span)] : []), ...panes] }, description),
    key: [...parts.flatMap(({ key }) => key), { words: 'fault active', colour: INK.faultBand, mark: 'band' }],
  };
}

/** The normal range, the windows it was judged in, and what the fluid model of the drain ignores. */
function noteOf({ normalRange: range, windowNs, holdNs, drain, note }: RecoverySummary): string {
  const normal =
    range === null
      ? 'No normal range'
      : `Normal range: p99 up to ${duration(range.maxP99Ns)}, goodput from ${rate(range.minGoodputPerSecond)}`;
  const ignores = fluidIgnores(drain?.fluidIgnores ?? []);
  const fluid = ignores === '' ? '' : ` Fluid model of the drain${ignores}.`;
  return (
    `${normal}; windows of ${duration(windowNs)}, hold time ` +
    `${duration(holdNs)}.${fluid}${note === null ? '' : ` ${plainText(note)}`}`
  );
}

function table({ recoveries, phases, hypotheses }: Summary): Table {
  const judged = hypotheses.length > 0;
  return {
    kind: 'table',
    caption: 'Time to detect, time to recover and what was lost, by fault',
    columns: [
      { name: 'Fault', kind: 'word' },
      { name: 'Phase', kind: 'word' },
      { name: 'On', pageOnly: true },
      { name: 'Off', pageOnly: true },
      { name: 'Baseline', below: 'goodput, p99', pageOnly: true },
      { name: 'Time to detect' },
      { name: 'Time to recover' },
      { name: 'Backlog drained after', below: 'fluid model' },
      { name: 'Successful calls lost' },
      { name: 'Goodput lost', below: 'at the worst', pageOnly: true },
      ...(judged ? [{ name: 'Steady-state hypotheses', kind: 'word' as const }] : []),
    ],
    rows: recoveries.map((recovery): Row => {
      const { recover, detect, drain, lost } = recoveryWords(recovery);
      const { clearNs, baseline, dip } = recovery;
      const state = hypothesesCell(hypotheses, recovery.phase);
      const fluid = recovery.drain?.fluidNs ?? null;
      return {
        cells: [
          { text: faultName(recovery), below: plainText(recovery.fault) },
          namedPhase(phases, recovery.phase),
          { text: exactMoment(recovery.onsetNs), below: `within ${duration(recovery.onsetUncertaintyNs)}` },
          clearNs === null
            ? 'never'
            : { text: exactMoment(clearNs), below: `within ${maybeDuration(recovery.clearUncertaintyNs, UNKNOWN)}` },
          baseline === null
            ? UNKNOWN
            : {
                text: rate(baseline.goodputPerSecond),
                below: `${duration(baseline.p99Ns)}, ${counted(baseline.windows, 'window')}`,
              },
          detect,
          recovery.timeToRecover.kind === 'value'
            ? recover.value
            : { text: recover.value, below: recoveryNote(recovery) },
          { text: drain, below: fluid === null ? 'no fluid model' : duration(fluid) },
          lost,
          dip === null ? UNKNOWN : percent(dip.depth),
          ...(judged ? [state === null ? 'none' : { text: state.first, below: state.second }] : []),
        ],
      };
    }),
  };
}

function recoveryNote({ timeToRecover }: RecoverySummary): string {
  if (timeToRecover.kind === 'censored') return 'not recovered when the observation ended';
  return timeToRecover.kind === 'not-degraded' ? 'stayed in the normal range' : 'too little data';
}

function blocks(run: { readonly summary: Summary; readonly windowsOf: (fault: string) => readonly RecoveryWindow[] }) {
  return run.summary.recoveries.map((recovery): Block => {
    const windows = run.windowsOf(recovery.fault);
    const { sentence } = recoveryWords(recovery);
    const title = `${faultName(recovery)}, in ${namedPhase(run.summary.phases, recovery.phase)}`;
    if (windows.length === 0)
      return nothing(
        `${title}: ${recovery.note === null ? 'no window of this fault has calls.' : plainText(recovery.note)}`,
      );
    return {
      kind: 'figure',
      title,
      finding: sentence,
      drawn: `Recovery from ${title}.`,
      draw: (description) => recoveryChart(recovery, windows, description),
      numbers: [],
      wide: true,
      note: noteOf(recovery),
    };
  });
}

function recoveryLines(recovery: RecoverySummary, { phases }: Summary, columns: number): readonly Line[] {
  const { recover, detect, lost, short } = recoveryWords(recovery);
  const { kind } = recovery.timeToRecover;
  const words =
    kind === 'value' || kind === 'censored'
      ? `time to recover ` +
        `${recover.value}${kind === 'censored' ? ' (not recovered when the observation ended)' : ''}, time ` +
        `to detect ${detect}`
      : short;
  const metastable = recovery.afterFault.metastability.verdict === 'metastable' ? ', metastable' : '';
  const calls = recovery.dip === null ? '' : `, ${lost} successful calls lost`;
  return namedLines(
    faultInPhase(recovery, phases),
    `${words}${calls}${metastable}`,
    columns,
    kind === 'censored' ? 'bad' : undefined,
  );
}

export const recovery: Topic = {
  id: 'recovery',
  title: 'Recovery',
  place: 'results',
  lead: () =>
    'Windows are aligned to the moment at which the fault was confirmed active. Recovered: back in the ' +
    'normal range for the whole hold time.',
  applies: ({ analysis, plan }) => analysis.summary.recoveries.length > 0 || plan.faults.length > 0,
  page: ({ analysis: { summary, figures } }) =>
    summary.recoveries.length === 0
      ? [nothing('A fault was planned, but none of its edges was recorded.')]
      : [
          ...blocks({
            summary,
            windowsOf: (fault) => figures.recoveries.find((each) => each.fault === fault)?.windows ?? [],
          }),
          table(summary),
        ],
  markdown: ({ analysis: { summary } }) => (summary.recoveries.length === 0 ? [] : [table(summary)]),
  terminal: ({ analysis: { summary } }, columns) =>
    summary.recoveries.flatMap((each) => recoveryLines(each, summary, columns)),
};
