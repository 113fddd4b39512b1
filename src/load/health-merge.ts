/** The health of a generator of several threads as one row a second. */
import type { HealthRow } from '../record/index.js';

const most = (values: readonly (number | null)[]): number | null =>
  values.reduce((max, each) => (each === null ? max : Math.max(max ?? each, each)), null);

/**
 * Rows of several threads for the same second: the worst of what is late or stands still (a p99 over all calls is at
 * most the largest of the threads' own), the sum of what is counted.
 */
export function mergedHealth(rows: readonly [HealthRow, ...HealthRow[]]): HealthRow {
  const sum = (of: (row: HealthRow) => number): number => rows.reduce((total, row) => total + of(row), 0);
  return {
    atNs: Math.max(...rows.map(({ atNs }) => atNs)),
    lagP99Ns: most(rows.map(({ lagP99Ns }) => lagP99Ns)),
    lagMaxNs: most(rows.map(({ lagMaxNs }) => lagMaxNs)),
    loopDelayMaxNs: Math.max(...rows.map(({ loopDelayMaxNs }) => loopDelayMaxNs)),
    gcNs: Math.max(...rows.map(({ gcNs }) => gcNs)),
    inFlight: sum(({ inFlight }) => inFlight),
    queued: sum(({ queued }) => queued),
  };
}

/** Merges the n-th row of each thread. A thread that has finished its segment is no longer waited for. */
export class HealthMerger {
  readonly #waiting: HealthRow[][];
  readonly #finished: boolean[];
  readonly #emit: (row: HealthRow) => void;

  constructor(threads: number, emit: (row: HealthRow) => void) {
    this.#waiting = Array.from({ length: threads }, () => []);
    this.#finished = new Array<boolean>(threads).fill(false);
    this.#emit = emit;
  }

  add(thread: number, row: HealthRow): void {
    this.#waiting[thread]?.push(row);
    this.#emitComplete();
  }

  /** This thread sends no more rows of this segment. */
  finish(thread: number): void {
    this.#finished[thread] = true;
    this.#emitComplete();
  }

  /** The next segment begins. */
  restart(): void {
    this.#finished.fill(false);
  }

  #emitComplete(): void {
    while (this.#waiting.every((rows, thread) => rows.length > 0 || this.#finished[thread] === true)) {
      const [first, ...rest] = this.#waiting.flatMap((rows) => rows.shift() ?? []);
      if (first === undefined) return;
      this.#emit(mergedHealth([first, ...rest]));
    }
  }
}
