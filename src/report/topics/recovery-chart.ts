/** The recovery curve: goodput, retries and response time by window, from the moment when the fault became active. */
import type { RecoverySummary, RecoveryWindow } from '../../analysis/index.js';
import { duration, recoveryTime } from '../../format/index.js';
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
import type { Layer, Pane } from '../charts/render.js';
import { INK, NARROW_PANE_WIDTH, WIDE_PANE_WIDTH, type Chart, type KeyEntry } from '../charts/theme.js';
import { present } from './topic.js';

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

function spanOf(recovery: RecoverySummary, windows: readonly RecoveryWindow[]): Span {
  const { timeToRecover, windowNs, clearNs, onsetNs } = recovery;
  const toS = ((windows.at(-1)?.fromNs ?? 0) + windowNs) * S_PER_NS;
  const clearS = clearNs === null ? toS : (clearNs - onsetNs) * S_PER_NS;
  const recoveredS = timeToRecover.kind === 'value' ? clearS + timeToRecover.ns * S_PER_NS : null;
  return { fromS: (windows[0]?.fromNs ?? 0) * S_PER_NS, toS, clearS, recoveredS };
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
  const recovered = recoveredS !== null && timeToRecover.kind === 'value' && recoveryTime(timeToRecover.ns, windowNs);
  return present(
    timeToDetect.kind === 'value' && {
      x: timeToDetect.ns * S_PER_NS,
      words: `time to detect ${duration(timeToDetect.ns)}`,
      row: 0,
    },
    recovered !== false && { x: recoveredS ?? toS, words: `time to recover ${recovered}`, row: 1 },
    timeToRecover.kind === 'censored' && {
      x: toS,
      words: `not recovered within ${duration(timeToRecover.ns)}`,
      row: 1,
    },
  );
}

/** The line of labels above the panes. */
function labelPane(marks: readonly Mark[], { fromS, toS }: Span, width: number): Pane {
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
  const encoding = { x: { ...along(secondsAcross(fromS, toS, false)), axis: null } };
  return { width, height: 32, encoding, layer: [labels('left'), labels('right')] };
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

function goodputPart(
  recovery: RecoverySummary,
  windows: readonly RecoveryWindow[],
  span: Span,
  width: number,
): PanePart {
  const { baseline, normalRange: range, windowNs } = recovery;
  const lost = lostBoxes(recovery, windows, span);
  const rates = windows.map(({ goodputPerSecond }) => goodputPerSecond);
  const y = linearFromZero(Math.max(baseline?.goodputPerSecond ?? 0, ...rates), '/s');
  const level = (perSecond: number, dash: object = {}): Layer =>
    levelsAt([perSecond], { colour: INK.baseline, width: 1.2, ...dash }, y, width);
  const places = steps(windows, windowNs * S_PER_NS, (window) => window.goodputPerSecond);
  return {
    layers: present(
      boxes(lost, INK.dip, { y }),
      baseline !== null && level(baseline.goodputPerSecond),
      range !== null && level(range.minGoodputPerSecond, { dash: [4, 3] }),
      line(places, { colour: INK.good, width: 1.8, steps: true }, { y }),
    ),
    key: present<KeyEntry>(
      { words: 'goodput', colour: INK.good, mark: 'line' },
      lost.length > 0 && { words: 'successful calls lost', colour: INK.dip, mark: 'band' },
      baseline !== null && { words: 'baseline', colour: INK.baseline, mark: 'thin' },
      range !== null && { words: 'limit of the normal range', colour: INK.baseline, mark: 'dashed' },
    ),
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
  width: number,
): PanePart {
  const curve = (words: string, of: (window: RecoveryWindow) => number | null, colour: string, dash = {}): Curve => ({
    words,
    places: windows.map((window) => {
      const ns = of(window);
      return { x: window.fromNs * S_PER_NS + windowS / 2, y: ns === null ? null : ns * MS_PER_NS };
    }),
    stroke: { colour, width: 1.6, ...dash },
  });
  const curves = [
    curve('p99, ok calls', ({ okP99Ns }) => okP99Ns, INK.response),
    curve('p99, all calls (failures at their deadline)', ({ p99Ns }) => p99Ns, INK.counted, DASHED),
  ];
  const limits = range === null ? [] : [range.maxP99Ns * MS_PER_NS];
  const span = logSpan([...curves.flatMap(({ places }) => places.map((place) => place.y)), ...limits]);
  const y = logMs(span);
  const normal = layer(
    limits.map((limit) => ({ y: span.domain[0], y2: limit })),
    { type: 'rect', color: INK.baselineBand },
    { x: { value: 0 }, x2: { value: width }, y: up(y), y2: { field: 'y2' } },
  );
  return {
    layers: [normal, ...curves.map(({ places, stroke }) => line(places, stroke, { y }))],
    key: present<KeyEntry>(
      range !== null && { words: 'normal range', colour: INK.baselineBand, mark: 'band' },
      ...curveKey(curves),
    ),
  };
}

/** Goodput with what was lost, attempts per call where there were retries, and the p99 in its normal range. */
export function recoveryChart(recovery: RecoverySummary, windows: readonly RecoveryWindow[]): Chart {
  const windowS = recovery.windowNs * S_PER_NS;
  const span = spanOf(recovery, windows);
  const marks = marksOf(recovery, span);
  const fault = band([{ x: 0, x2: span.clearS }], INK.faultBand);
  const xs = marks.map(({ x }) => x);
  const rules = rulesAt(xs, { colour: INK.text, width: 1, dash: [3, 2] });
  const retries = retryPart(windows, windowS);
  const parts = (width: number) =>
    present(
      { title: 'Goodput', height: 120, ...goodputPart(recovery, windows, span, width) },
      retries && { title: 'Retry amplification (attempts per call offered in each window)', height: 64, ...retries },
      {
        title: 'Response time, p99 of each window (the maximum under 100 calls; log scale)',
        height: 140,
        ...responsePart(recovery, windows, windowS, width),
      },
    );
  const panes = (width: number): Pane[] => [
    ...(marks.length > 0 ? [labelPane(marks, span, width)] : []),
    ...parts(width).map(({ title, height, layers }, index, { length }): Pane => {
      const across = secondsAcross(span.fromS, span.toS, index === length - 1, 'since the fault became active');
      return {
        title: { text: width === NARROW_PANE_WIDTH ? shortTitle(title) : title },
        width,
        height,
        encoding: { x: along(across) },
        layer: [fault, ...layers, rules],
      };
    }),
  ];
  return {
    picture: (width) => ({ vconcat: panes(width) }),
    key: [
      ...parts(WIDE_PANE_WIDTH).flatMap(({ key }) => key),
      { words: 'fault active', colour: INK.faultBand, mark: 'band' },
    ],
  };
}

/** A title without what it says in brackets. */
const shortTitle = (title: string): string => title.replace(/ \(.*/, '').replace(/, p99 of each window$/, ', p99');
