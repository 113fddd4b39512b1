/** The health of a generator of several threads as one row a second. */
import { mergedHealth, type HealthRow } from '../record/index.js';

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
