/** What grew in the processes of a soak phase, look by look. */
import type { GrowthSummary, Summary } from '../../src/analysis/index.js';
import type { Frame } from './frames.js';
import type { Look } from './run-files.js';
import { lineThrough } from './queue.js';

const COLUMNS = [
  ['rss', 'rssBytes'],
  ['descriptors', 'fileDescriptors'],
  ['sockets', 'sockets'],
  ['threads', 'threads'],
  ['sessions', 'sessions'],
] as const;
const HOUR_NS = 3600e9;
const FEWEST = 20;
const MOST_POINTS = 60;

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

type Trend = GrowthSummary['processes'][number]['trends'][number];

function trend(
  quantity: Trend['quantity'],
  column: (typeof COLUMNS)[number][1],
  polls: readonly Look[],
  windowNs: number,
): Trend {
  const told = polls.filter((look) => look[column] !== null);
  const blank = { quantity, polls: told.length, first: null, last: null, slopePerHour: null };
  if (polls.length > 0 && told.length === 0)
    return { ...blank, verdict: 'unknown', reason: polls.at(-1)?.reason ?? 'not told' };
  if (told.length < FEWEST)
    return { ...blank, verdict: 'too-short', reason: `${told.length} of ${FEWEST} polls that a trend needs` };
  const count = Math.min(MOST_POINTS, told.length);
  const points = Array.from({ length: count }, (_, part) => {
    const own = told.slice(Math.floor((part * told.length) / count), Math.floor(((part + 1) * told.length) / count));
    return { x: mean(own.map(({ atNs }) => atNs / HOUR_NS)), y: mean(own.map((look) => look[column] ?? NaN)) };
  });
  const { slope, low, high } = lineThrough(points);
  const grew = slope * (windowNs / HOUR_NS);
  const counts = grew >= (quantity === 'rss' ? 2 ** 20 : 2);
  return {
    quantity,
    polls: told.length,
    first: points[0]?.y ?? null,
    last: points.at(-1)?.y ?? null,
    slopePerHour: { value: slope, low, high },
    verdict: low > 0 && counts ? 'growing' : 'flat',
    reason: null,
  };
}

/** One for each soak phase. */
export function growthNumbers(frames: readonly Frame[], polls: readonly Look[]): Summary['growth'] {
  return frames
    .filter(({ facts }) => facts.regime === 'soak')
    .map(({ facts, startNs, measuredFromNs, scheduledEndNs }) => {
      const during = polls.filter(({ atNs }) => startNs <= atNs && atNs <= scheduledEndNs);
      const names = [...new Set(during.map(({ process, pid }) => `${process}/${pid}`))];
      const processes = names.map((name) => {
        const own = during.filter(({ process, pid }) => `${process}/${pid}` === name);
        const measured = own.filter(({ atNs }) => atNs >= measuredFromNs);
        return {
          process: own[0]?.process ?? '',
          pid: own[0]?.pid ?? NaN,
          trends: COLUMNS.map(([quantity, column]) =>
            trend(quantity, column, measured, scheduledEndNs - measuredFromNs),
          ),
        };
      });
      const verdicts = processes.flatMap(({ trends }) => trends.map(({ verdict }) => verdict));
      const memory = processes.flatMap(({ trends }) => trends.slice(0, 1).map(({ verdict }) => verdict));
      const verdict = verdicts.includes('growing')
        ? 'growing'
        : memory.length === 0 || memory.includes('unknown')
          ? 'unknown'
          : memory.includes('too-short')
            ? 'too-short'
            : 'flat';
      return { phase: facts.name, fromNs: measuredFromNs, toNs: scheduledEndNs, verdict, processes };
    });
}
