/** CPU and memory of each process over the run. */
import type { ResourceRow } from '../../record/index.js';
import type { ProcessCurve } from './types.js';

/** Points of a curve: more are closer together than a chart can show. */
const MOST_POINTS = 300;

type Poll = ProcessCurve['points'][number];

/** One curve for each name, the processes of that name together, from the first to the last poll in between. */
export function processCurves(
  resources: readonly ResourceRow[],
  fromNs: number,
  toNs: number,
): readonly ProcessCurve[] {
  const names = [...new Set(resources.map(({ process }) => process))];
  return names.flatMap((process) => {
    const polls = pollsOf(resources.filter((row) => row.process === process)).filter(
      ({ atNs }) => atNs >= fromNs && atNs <= toNs,
    );
    const known = polls.some(({ cores, rssBytes }) => cores !== null || rssBytes !== null);
    return known ? [{ process, points: thinned(polls) }] : [];
  });
}

/** The polls of one name. Usage is what a process used since its poll before, so that its first one has none. */
function pollsOf(rows: readonly ResourceRow[]): readonly Poll[] {
  const before = new Map<number, ResourceRow>();
  const polls = new Map<number, Poll>();
  for (const row of [...rows].sort((a, b) => a.atNs - b.atNs)) {
    const last = before.get(row.pid);
    const used = last === undefined ? null : usedCores(last, row);
    const poll = polls.get(row.atNs) ?? { atNs: row.atNs, cores: null, rssBytes: null };
    polls.set(row.atNs, {
      atNs: row.atNs,
      cores: sum(poll.cores, used),
      rssBytes: sum(poll.rssBytes, row.rssBytes),
    });
    before.set(row.pid, row);
  }
  return [...polls.values()];
}

const sum = (a: number | null, b: number | null): number | null => (a === null ? b : a + (b ?? 0));

const cpuS = ({ cpuUserS, cpuSystemS }: ResourceRow): number | null =>
  cpuUserS === null ? null : cpuUserS + (cpuSystemS ?? 0);

function usedCores(last: ResourceRow, row: ResourceRow): number | null {
  const [from, to] = [cpuS(last), cpuS(row)];
  const seconds = (row.atNs - last.atNs) / 1e9;
  return from === null || to === null || seconds <= 0 ? null : Math.max(0, to - from) / seconds;
}

/** Means of neighbouring polls where there are many. */
function thinned(polls: readonly Poll[]): readonly Poll[] {
  const every = Math.ceil(polls.length / MOST_POINTS);
  if (every <= 1) return polls;
  return Array.from({ length: Math.ceil(polls.length / every) }, (_, part) => {
    const some = polls.slice(part * every, (part + 1) * every);
    return { atNs: some.at(-1)?.atNs ?? 0, cores: mean(some, 'cores'), rssBytes: mean(some, 'rssBytes') };
  });
}

function mean(polls: readonly Poll[], field: 'cores' | 'rssBytes'): number | null {
  const known = polls.flatMap((poll) => poll[field] ?? []);
  return known.length === 0 ? null : known.reduce((all, value) => all + value, 0) / known.length;
}
