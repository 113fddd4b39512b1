/** CPU and memory of each process. */
import type { ProcessCurve } from '../../analysis/index.js';
import { amount, bytes } from '../../format/index.js';
import { linearTicks } from '../drawing/index.js';
import { plainText } from '../text.js';
import type { Moments, PaneId, PaneModel, Track } from './timeline-types.js';

const S_PER_NS = 1e-9;
/** Processes that are drawn: those that used most. */
const MOST_PROCESSES = 4;

/** The names under which the harness watches itself. */
const OWN = { plimsoll: 'load generator', 'fault-engine': 'fault proxy' } as const;
const isOwn = (process: string): process is keyof typeof OWN => Object.hasOwn(OWN, process);

export const processWords = (process: string): string => (isOwn(process) ? OWN[process] : plainText(process, 24));

type Point = ProcessCurve['points'][number];

const highest = ({ points }: ProcessCurve, of: (point: Point) => number | null): number =>
  points.reduce((top, point) => Math.max(top, of(point) ?? 0), 0);

/** Those of the stack first, and the harness's own after them. */
export function drawnProcesses(processes: readonly ProcessCurve[]): readonly ProcessCurve[] {
  const byUse = [...processes].sort((a, b) => highest(b, ({ cores }) => cores) - highest(a, ({ cores }) => cores));
  const shown = byUse.slice(0, MOST_PROCESSES);
  return [...shown.filter(({ process }) => !isOwn(process)), ...shown.filter(({ process }) => isOwn(process))];
}

/** The look of a process's line, the same in both panes. */
export function processLook(process: string, index: number): string {
  if (process === 'plimsoll') return 'generator';
  return process === 'fault-engine' ? 'proxy' : `process${Math.min(index, 2)}`;
}

export function processPanes(processes: readonly ProcessCurve[], moments: Moments): readonly PaneModel[] {
  const shown = drawnProcesses(processes);
  const panes = [
    paneOf('cpu', shown, moments, ({ cores }) => cores),
    paneOf('memory', shown, moments, ({ rssBytes }) => rssBytes),
  ];
  return panes.filter((pane) => pane !== null);
}

const WORDS = {
  cpu: { title: 'CPU', note: 'cores, by process', text: (cores: number): string => amount(cores, 2) },
  memory: { title: 'Memory', note: 'resident, by process', text: (size: number): string => bytes(size) },
} as const;

const MIB = 1024 ** 2;

function paneOf(
  id: Extract<PaneId, 'cpu' | 'memory'>,
  processes: readonly ProcessCurve[],
  moments: Moments,
  of: (point: Point) => number | null,
): PaneModel | null {
  const { title, note, text } = WORDS[id];
  const known = processes.filter(({ points }) => points.some((point) => of(point) !== null));
  if (known.length === 0) return null;
  const scale = id === 'memory' ? MIB : 1;
  const top = Math.max(...known.map((each) => highest(each, of))) / scale;
  const domain = [0, top > 0 ? top * 1.1 : 1] as const;
  return {
    id,
    title,
    note,
    scale: {
      kind: 'linear',
      domain,
      ticks: linearTicks(domain, 2).map((value) => ({ value, label: value === 0 ? '0' : text(value * scale) })),
    },
    shapes: known.map((each, index) => ({
      kind: 'line',
      track: `${id}-${index}`,
      look: processLook(each.process, index),
      places: each.points.map((point) => {
        const value = of(point);
        return { s: point.atNs * S_PER_NS, value: value === null ? null : value / scale };
      }),
    })),
    tracks: known.map((each, index): Track => ({
      id: `${id}-${index}`,
      words: processWords(each.process),
      swatch: { kind: 'line', look: processLook(each.process, index) },
      texts: textsOf(each, moments, of, text),
    })),
  };
}

/** The poll that is next after the start of each window. */
function textsOf(
  { points }: ProcessCurve,
  { fromS, widthS, length }: Moments,
  of: (point: Point) => number | null,
  text: (value: number) => string,
): readonly string[] {
  let next = 0;
  return Array.from({ length }, (_, w) => {
    const atNs = (fromS + w * widthS) / S_PER_NS;
    while (next < points.length - 1 && (points[next]?.atNs ?? Infinity) < atNs) next++;
    const point = points[next];
    const value = point === undefined ? null : of(point);
    return value === null ? '–' : text(value);
  });
}
