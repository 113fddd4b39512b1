/**
 * Whether a steady phase was steady: windows, trend, level shift and truncation by their definitions, with quadratic
 * sums.
 */
import type { SteadyState, SteadyStretch, SteadyTest } from '../../src/analysis/index.js';
import type { Frame } from './frames.js';
import { isOk, responseNs, type Call } from './logical-calls.js';

interface Point {
  readonly fromNs: number;
  readonly seconds: number;
  readonly y: number;
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
const ascending = (values: readonly number[]): readonly number[] => [...Float64Array.from(values).sort()];

function median(values: readonly number[]): number {
  const sorted = ascending(values);
  const half = sorted.length / 2;
  return sorted.length % 2 === 1
    ? (sorted[half - 0.5] ?? NaN)
    : ((sorted[half - 1] ?? NaN) + (sorted[half] ?? NaN)) / 2;
}

/** Mean rank among equals: how many are smaller, and half of those alike. */
const ranksOf = (values: readonly number[]): readonly number[] =>
  values.map(
    (value) =>
      values.filter((other) => other < value).length + (values.filter((other) => other === value).length + 1) / 2,
  );

/** Lag-1 autocorrelation of the ranks, corrected for its bias in short series; between 0 and 0.99. */
function correlationOf(residuals: readonly number[]): number {
  const n = residuals.length;
  const off = ranksOf(residuals).map((rank) => rank - (n + 1) / 2);
  const variance = sum(off.map((x) => x * x));
  if (variance === 0) return 0;
  const r = sum(off.slice(1).map((x, i) => x * (off[i] ?? NaN))) / variance;
  return Math.min(0.99, Math.max(0, (n * r + 2) / (n - 4)));
}

/** Theil-Sen, and the ranks among the slopes that 2.576 standard deviations of Kendall's S leave on either side. */
function trendOf(points: readonly Point[]) {
  const n = points.length;
  const slopes = ascending(
    points.flatMap((a, i) => points.slice(i + 1).map((b) => (b.y - a.y) / (b.seconds - a.seconds))),
  );
  const value = median(slopes);
  const intercept = median(points.map(({ seconds, y }) => y - value * seconds));
  const left = points.map(({ seconds, y }) => y - intercept - value * seconds);
  const correlation = correlationOf(left);
  let inflation = 1;
  for (let lag = 1; lag <= n - 3; lag++)
    inflation += (2 / (n * (n - 1) * (n - 2))) * (n - lag) * (n - lag - 1) * (n - lag - 2) * correlation ** lag;
  const reach = 2.576 * Math.sqrt(((n * (n - 1) * (2 * n + 5)) / 18) * inflation);
  const [low, high] = [
    slopes[Math.floor((slopes.length - reach) / 2)] ?? null,
    slopes[Math.ceil((slopes.length + reach) / 2)] ?? null,
  ];
  return { value, low, high, left, correlation };
}

/** The split with the largest Pettitt statistic, each side an eighth of the points at least. */
function shiftOf(points: readonly Point[]) {
  const n = points.length;
  const y = points.map((point) => point.y);
  const ranks = ranksOf(y);
  const shortest = Math.max(2, Math.ceil(n / 8));
  const splits = Array.from({ length: n - 2 * shortest + 1 }, (_, k) => shortest + k);
  const statistics = splits.map((t) => Math.abs(2 * sum(ranks.slice(0, t)) - t * (n + 1)));
  const largest = Math.max(...statistics);
  const at = splits[statistics.indexOf(largest)] ?? NaN;
  const [before, after] = [median(y.slice(0, at)), median(y.slice(at))];
  const left = y.map((value, i) => value - (i < at ? before : after));
  const correlation = correlationOf(left);
  const p = Math.min(
    1,
    2 * Math.exp((-6 * largest ** 2 * (1 - correlation)) / ((n ** 3 + n ** 2) * (1 + correlation))),
  );
  return { shift: { atNs: points[at]?.fromNs ?? NaN, before, after, p }, left, correlation };
}

const size = (values: readonly number[]): number => sum(values.map(Math.abs));

function testOf(quantity: SteadyTest['quantity'], points: readonly Point[], seconds: number): SteadyTest {
  const level = median(points.map(({ y }) => y));
  const limit = quantity === 'response-time' ? Math.max(0.2 * level, 1e6) : 0.1 * level;
  const { value, low, high, ...trend } = trendOf(points);
  const { shift, ...levels } = shiftOf(points);
  const trends = ((low !== null && low > 0) || (high !== null && high < 0)) && Math.abs(value * seconds) > limit;
  const shifts = shift.p < 0.005 && Math.abs(shift.after - shift.before) > limit;
  const stepFits = size(levels.left) < size(trend.left);
  const r = stepFits ? levels.correlation : trend.correlation;
  return {
    quantity,
    windows: points.length,
    level,
    slopePerSecond: { value, low, high },
    shift,
    effectiveWindows: (points.length * (1 - r)) / (1 + r),
    finding: trends && shifts ? (stepFits ? 'shift' : 'trend') : shifts ? 'shift' : trends ? 'trend' : 'none',
  };
}

/**
 * Truncation with the least sum of squares about the mean of the rest over its length squared; of equal ones the
 * earliest.
 */
function mser(y: readonly number[], most: number): number {
  const statistics = Array.from({ length: most + 1 }, (_, d) => {
    const rest = y.slice(d);
    const mean = sum(rest) / rest.length;
    return sum(rest.map((value) => (value - mean) ** 2)) / rest.length ** 2;
  });
  return statistics.indexOf(Math.min(...statistics));
}

export interface Steadiness {
  readonly state: SteadyState | null;
  /** Calls of the chosen stretch and its length, where that is not the measured window. */
  readonly chosen: { readonly calls: readonly Call[]; readonly seconds: number } | null;
}

/** The verdict on a phase; `calls` with its warm-up. */
export function steadiness(frame: Frame, calls: readonly Call[], firstFaultNs: number | null): Steadiness {
  if (frame.facts.regime !== 'steady') return { state: null, chosen: null };
  const fromNs = frame.measuredFromNs;
  const untilNs = firstFaultNs === null ? frame.scheduledEndNs : Math.min(frame.scheduledEndNs, firstFaultNs);
  const not = (why: Extract<SteadyState, { verdict: 'not-judged' }>['why']): Steadiness => ({
    state: { verdict: 'not-judged', why },
    chosen: null,
  });
  if (untilNs - fromNs < 5e9) return not(untilNs < frame.scheduledEndNs ? 'fault' : 'too-short');
  const within = calls.filter(({ warmup, intendedNs }) => !warmup && intendedNs < untilNs);
  const count = Math.min(40, Math.floor(within.length / 20));
  if (count < 16) return not('too-few-calls');

  const windowNs = Math.floor((untilNs - fromNs) / count);
  const windows = Array.from({ length: count }, (_, w) => {
    const inside = (t: number): boolean => t >= fromNs + w * windowNs && t < fromNs + (w + 1) * windowNs;
    const took = calls
      .filter(({ intendedNs }) => inside(intendedNs))
      .map((call) => (isOk(call) ? responseNs(call) : Math.max(responseNs(call), call.deadlineNs)));
    const done = calls.filter((call) => isOk(call) && inside(call.doneNs)).length;
    return {
      fromNs: fromNs + w * windowNs,
      seconds: ((w + 0.5) * windowNs) / 1e9,
      responseNs: took.length === 0 ? null : median(took),
      perSecond: (done * 1e9) / windowNs,
    };
  });
  const stretch = (first: number): SteadyStretch => {
    const kept = windows.slice(first);
    const seconds = (kept.length * windowNs) / 1e9;
    const answered = kept.flatMap(({ responseNs: y, ...when }) => (y === null ? [] : [{ ...when, y }]));
    return {
      fromNs: fromNs + first * windowNs,
      toNs: fromNs + count * windowNs,
      tests: [
        testOf('response-time', answered, seconds),
        testOf(
          'throughput',
          kept.map(({ perSecond: y, ...when }) => ({ ...when, y })),
          seconds,
        ),
      ],
    };
  };
  const calm = ({ tests }: SteadyStretch): boolean => tests.every(({ finding }) => finding === 'none');
  const sure = ({ tests }: SteadyStretch): boolean => tests.every(({ effectiveWindows }) => effectiveWindows >= 4);

  const judged = stretch(0);
  if (calm(judged) && !sure(judged))
    return { state: { verdict: 'undecided', windowNs, judged, chosen: null }, chosen: null };
  let first = 0;
  if (!calm(judged)) {
    const most = Math.max(0, Math.min(Math.floor(count / 2), count - 16, count - Math.ceil(5e9 / windowNs)));
    const levels: number[] = [];
    for (const { responseNs: y } of windows) levels.push(y ?? levels.at(-1) ?? 0);
    first = Math.max(
      mser(levels, most),
      mser(
        windows.map(({ perSecond }) => perSecond),
        most,
      ),
    );
    if (!calm(stretch(first)) || !sure(stretch(first)))
      return { state: { verdict: 'none', windowNs, judged, chosen: null }, chosen: null };
  }
  const chosen = first === 0 ? judged : stretch(first);
  return {
    state: { verdict: first === 0 ? 'steady' : 'late', windowNs, judged, chosen },
    chosen:
      first === 0 && untilNs === frame.scheduledEndNs
        ? null
        : {
            calls: within.filter(({ intendedNs }) => intendedNs >= chosen.fromNs),
            seconds: (untilNs - chosen.fromNs) / 1e9,
          },
  };
}
