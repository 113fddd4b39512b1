/** The rows of several shards as those of one run. Pure. */
import type { ResourceRow, RunEvent, WorkerRow } from '../record/index.js';

/** What a shard wrote down, its times moved to those of shard 0. */
export interface Moved<Row> {
  readonly shard: number;
  readonly rows: readonly Row[];
}

/** Rows with all their times moved by what `shiftAt` says of them. */
export function moved<Row extends { readonly atNs: number }>(
  rows: readonly Row[],
  shiftAt: (atNs: number) => number,
): readonly Row[] {
  return rows.map((row) => {
    const shiftNs = shiftAt(row.atNs);
    if (shiftNs === 0) return row;
    const entries = Object.entries(row as Readonly<Record<string, unknown>>).map(([name, value]): [string, unknown] => {
      if (!MOMENTS.has(name)) return [name, value];
      if (typeof value === 'number') return [name, value + shiftNs];
      return [name, Array.isArray(value) ? (value as unknown[]).map((each) => Number(each) + shiftNs) : value];
    });
    return Object.fromEntries(entries) as unknown as Row;
  });
}

/** Fields of rows that hold moments. Faults and what the contract's watch saw are shard 0's alone. */
const MOMENTS: ReadonlySet<string> = new Set(['atNs', 'fromNs', 'expectedNs']);

const byTime = (a: { readonly atNs: number }, b: { readonly atNs: number }): number => a.atNs - b.atNs;

/** All rows in order of time; of one moment, those of the lower shard first. */
export const inOrderOfTime = <Row extends { readonly atNs: number }>(shards: readonly Moved<Row>[]): readonly Row[] =>
  shards.flatMap(({ rows }) => rows).sort(byTime);

/**
 * What happened. The run, its phases and stages, the stack and its faults are those of shard 0; a phase is over
 * when it is over in every shard. Sessions, standstills and failures are those of all. Warnings name their shard.
 */
export function mergedEvents(shards: readonly Moved<RunEvent>[]): readonly RunEvent[] {
  const first = shards.find(({ shard }) => shard === 0)?.rows ?? [];
  const lastNs = new Map<string, number>();
  for (const { rows } of shards) {
    const keyOf = phaseEdges();
    for (const event of rows) {
      const key = keyOf(event);
      if (key !== null) lastNs.set(key, Math.max(lastNs.get(key) ?? 0, event.atNs));
    }
  }
  const keyOf = phaseEdges();
  const ofFirst = first.map((event): RunEvent => {
    const key = keyOf(event);
    return key === null || event.type !== 'phase' || event.edge === 'start'
      ? event
      : { ...event, atNs: lastNs.get(key) ?? event.atNs };
  });
  const known = new Set(first.flatMap((event) => (event.type === 'warning' ? [event.what] : [])));
  const ofOthers = shards
    .filter(({ shard }) => shard > 0)
    .flatMap(({ shard, rows }) => rows.flatMap((event) => ofOther(event, shard, known)));
  const all = [...ofFirst, ...ofOthers].sort(byTime);
  const end = all.findIndex((event) => event.type === 'run' && event.edge !== 'start');
  const [last] = end < 0 ? [] : all.splice(end, 1);
  // The end is the last thing that happens, whichever shard is longest about it.
  return last === undefined ? all : [...all, { ...last, atNs: Math.max(last.atNs, all.at(-1)?.atNs ?? 0) }];
}

/** Names the edges of phases, of event after event of a shard: a search begins and ends its phase once a probe. */
function phaseEdges(): (event: RunEvent) => string | null {
  const seen = new Map<string, number>();
  return (event) => {
    if (event.type !== 'phase') return null;
    const edge = `${event.phase} ${event.edge}`;
    const nth = (seen.get(edge) ?? 0) + 1;
    seen.set(edge, nth);
    return `${edge} ${nth}`;
  };
}

/** What an event of another shard than 0 adds. */
function ofOther(event: RunEvent, shard: number, known: ReadonlySet<string>): readonly RunEvent[] {
  switch (event.type) {
    case 'session':
    case 'standstill':
    case 'late-turns':
    case 'failure-example':
    case 'foreign-answer':
    case 'server-requests':
    case 'session-turnover':
    case 'early-end':
      return [event];
    case 'warning':
      // What holds for all shards alike is said once.
      return known.has(event.what) ? [] : [{ ...event, what: `shard ${shard}: ${event.what}` }];
    case 'run':
    case 'phase':
    case 'stage':
    case 'fault':
    case 'service':
    case 'gateway':
    case 'preflight':
    case 'engine':
    case 'contract':
    case 'drift':
    case 'probe':
    case 'search-end':
    case 'load-line':
    case 'spans':
      return [];
  }
}

/** Processes of all shards; the generator of each under a name of its own. */
export const mergedResources = (shards: readonly Moved<ResourceRow>[]): readonly ResourceRow[] =>
  inOrderOfTime(
    shards.map(({ shard, rows }) => ({
      shard,
      rows: rows.map((row) => (shard > 0 ? { ...row, process: `${row.process} (shard ${shard})` } : row)),
    })),
  );

export const mergedWorkers = (shards: readonly Moved<WorkerRow>[]): readonly WorkerRow[] => inOrderOfTime(shards);
