/** Rows of seconds, of shard after shard: what all have together in each second is kept, and nothing else. Pure. */
import { mergedHealth, type HealthRow, type MachineRow, type SeriesRow } from '../record/index.js';

/** Seconds of a run that shards are added to, one after another. */
export class Seconds<Row> {
  readonly #keyOf: (row: Row) => number;
  readonly #both: (before: Row, row: Row) => Row;
  readonly #rows = new Map<number, Row>();

  /** @param both what two shards have together in one second; of many, two at a time in their order. */
  constructor(keyOf: (row: Row) => number, both: (before: Row, row: Row) => Row) {
    this.#keyOf = keyOf;
    this.#both = both;
  }

  add(rows: readonly Row[]): void {
    for (const row of rows) {
      const key = this.#keyOf(row);
      const before = this.#rows.get(key);
      this.#rows.set(key, before === undefined ? row : this.#both(before, row));
    }
  }

  /** In order of time. */
  inOrder(): readonly Row[] {
    return [...this.#rows].sort(([a], [b]) => a - b).map(([, row]) => row);
  }
}

/** Health of the generator: the worst of what is late, the sum of what is counted. */
export const healthSeconds = (): Seconds<HealthRow> =>
  new Seconds<HealthRow>(
    ({ atNs }) => Math.round(atNs / 1e9),
    (before, row) => mergedHealth([before, row]),
  );

/**
 * Counts are summed, ages are the largest. `inFlightMax` is the sum of the shards' own largest numbers, which is what
 * was in flight at most.
 */
export const seriesSeconds = (): Seconds<SeriesRow> => new Seconds<SeriesRow>(({ fromNs }) => fromNs, summed);

/** Each second with the health of all generators in it. */
export function withHealth(series: readonly SeriesRow[], health: readonly HealthRow[]): readonly SeriesRow[] {
  const healthOf = new Map(health.map((row) => [Math.max(0, Math.round(row.atNs / 1e9) - 1), row]));
  return series.map((row) => ({ ...row, health: healthOf.get(Math.round(row.fromNs / 1e9)) ?? null }));
}

function summed(a: SeriesRow, b: SeriesRow): SeriesRow {
  const outcomes = { ...a.outcomes };
  for (const [name, count] of Object.entries(b.outcomes) as [keyof SeriesRow['outcomes'], number][])
    outcomes[name] = (outcomes[name] ?? 0) + count;
  return {
    fromNs: a.fromNs,
    phase: a.phase ?? b.phase,
    stage: a.stage ?? b.stage,
    offered: a.offered + b.offered,
    sent: a.sent + b.sent,
    outcomes,
    onTime: a.onTime + b.onTime,
    late: a.late + b.late,
    inFlightMax: a.inFlightMax + b.inFlightMax,
    queueAgeMaxNs: Math.max(a.queueAgeMaxNs, b.queueAgeMaxNs),
    faultsActive: [...new Set([...a.faultsActive, ...b.faultsActive])],
    health: null,
  };
}

/** The machine that others kept most from working; one shard speaks for all of its machine. */
export const machineSeconds = (): Seconds<MachineRow> =>
  new Seconds<MachineRow>(
    ({ atNs }) => Math.floor(atNs / 1e9),
    (before, row) => (rankOf(row) > rankOf(before) ? row : before),
  );

const rankOf = ({ waitingShare, othersCores }: MachineRow): number => (waitingShare ?? 0) * 1_000 + (othersCores ?? -1);
