/** Throughput of closed loops against concurrency, with the Universal Scalability Law fitted to it. */
import { throughputOf, type Fitted, type ScalingSummary } from '../../analysis/index.js';
import { amount, count, counted, rate } from '../../format/index.js';
import { linearFromZero } from '../charts/axes.js';
import { line, points, rulesAt, DASHED } from '../charts/layers.js';
import { INK, type Chart, type KeyEntry } from '../charts/theme.js';
import type { RunView } from '../input.js';
import { phaseName } from '../words.js';
import { lines, numberColumns, present, text, wordColumns, type Figure, type Table, type Topic } from './topic.js';

const CURVE_POINTS = 80;
/** A peak far beyond what was tried would push the measurements into a corner. */
const MOST_BEYOND = 1.6;

type FittedScaling = Extract<ScalingSummary, { kind: 'fitted' }>;

const fitted = ({ value, low, high }: Fitted): string => `${amount(value)} (${amount(low)} to ${amount(high)})`;

/** The fitted law, or why there is none. */
function scalingSentence(scaling: ScalingSummary): string {
  if (scaling.kind === 'refused') {
    const levels = `too few levels of concurrency (${count(scaling.levels)} of ${scaling.neededLevels} needed)`;
    const why = scaling.reason === 'no-fit' ? 'none describes these throughputs' : levels;
    return `No Universal Scalability Law is fitted: ${why}.`;
  }
  const { points: measured, lambdaPerSecond, sigma, kappa, peakConcurrency, peakPerSecond } = scaling;
  const highest = Math.max(...measured.map(({ concurrency }) => concurrency));
  const beyond =
    peakConcurrency !== null && peakConcurrency > highest ? `, beyond the ${count(highest)} that were tried` : '';
  const peak =
    peakConcurrency === null || peakPerSecond === null
      ? 'No peak: nothing is lost to coherence.'
      : `Throughput peaks at ${count(peakConcurrency)} callers with ${rate(peakPerSecond)}${beyond}.`;
  return (
    `One caller gets ${rate(lambdaPerSecond.value)}; contention sigma ${fitted(sigma)}, coherence ` +
    `kappa ${fitted(kappa)}, from ${counted(measured.length, 'phase')}. ${peak}`
  );
}

export function scalingChart(scaling: FittedScaling): Chart {
  const { peakConcurrency, peakPerSecond } = scaling;
  const law = { lambda: scaling.lambdaPerSecond.value, sigma: scaling.sigma.value, kappa: scaling.kappa.value };
  const measured = scaling.points.map((point) => ({ x: point.concurrency, y: point.completedPerSecond }));
  const highest = Math.max(1, ...measured.map((point) => point.x));
  const near = peakConcurrency !== null && peakPerSecond !== null && peakConcurrency <= highest * MOST_BEYOND;
  const peak = near ? [peakConcurrency] : [];
  const to = Math.max(highest, ...peak) * 1.05;
  const curve = Array.from({ length: CURVE_POINTS }, (_, k) => {
    const x = 1 + ((to - 1) * k) / (CURVE_POINTS - 1);
    return { x, y: throughputOf(law, x) };
  });
  const axes = {
    x: linearFromZero(to / 1.08, '', 'callers (closed loop)'),
    y: linearFromZero(Math.max(...[...measured, ...curve].map((point) => point.y)), '/s'),
  };
  const layer = [
    line(curve, { colour: INK.response, width: 1.8 }, axes),
    rulesAt(peak, { colour: INK.deadline, width: 1, ...DASHED }, axes.x),
    points(measured, INK.offered, 60, axes),
  ];
  return {
    picture: { title: { text: 'Calls completed per second' }, width: 400, height: 240, layer },
    key: present<KeyEntry>(
      { words: 'completed, by phase', colour: INK.offered, mark: 'area' },
      { words: 'Universal Scalability Law', colour: INK.response, mark: 'line' },
      peak.length > 0 && { words: 'peak', colour: INK.deadline, mark: 'dashed' },
    ),
  };
}

/** One closed loop alone shows no scaling, and its throughput is in the tables. */
function scalingOf({ analysis }: RunView): ScalingSummary | null {
  const { scaling } = analysis.summary;
  return scaling !== null && scaling.points.length >= 2 ? scaling : null;
}

const figure = (scaling: FittedScaling): Figure => ({
  kind: 'figure',
  title: 'Throughput against concurrency (closed loops)',
  finding: scalingSentence(scaling),
  drawn: 'Throughput against concurrency with the fitted law.',
  chart: () => scalingChart(scaling),
});

const table = ({ points: measured }: ScalingSummary): Table => ({
  kind: 'table',
  caption: 'Throughput by concurrency, closed-loop steady phases',
  columns: [...wordColumns('Phase'), ...numberColumns('Callers', 'Completed')],
  rows: measured.map(({ phase, concurrency, completedPerSecond }) => ({
    cells: [phaseName({ name: phase, loop: 'closed' }, 100), count(concurrency), rate(completedPerSecond)],
  })),
});

export const scaling = {
  id: 'scaling',
  title: 'Scaling',
  label: 'Scaling',
  place: 'results',
  lead: () => null,
  headline: (run) => {
    const found = scalingOf(run);
    const peak = found?.kind === 'fitted' && found.peakConcurrency !== null ? count(found.peakConcurrency) : null;
    return {
      state: 'quiet',
      finding: found === null ? '' : scalingSentence(found),
      key: peak === null ? null : { name: 'peak at callers', value: peak, brief: `${peak} callers` },
    };
  },
  applies: (run) => scalingOf(run) !== null,
  page: (run) => {
    const found = scalingOf(run);
    if (found === null) return [];
    return [found.kind === 'fitted' ? figure(found) : text(scalingSentence(found)), table(found)];
  },
  markdown: (run) => {
    const found = scalingOf(run);
    return found === null ? [] : [text(scalingSentence(found))];
  },
  terminal: (run, columns) => {
    const found = scalingOf(run);
    return found?.kind === 'fitted' ? lines([], `Scaling of closed loops: ${scalingSentence(found)}`, columns) : [];
  },
} as const satisfies Topic;
