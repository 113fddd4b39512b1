/** Takes the accounts of the mocks' work over a run: before it, at the edges of faults, and after it. */
import type { WorkRow } from '../record/index.js';
import type { RunningStack } from '../stack/index.js';

export class WorkCounters {
  readonly #stack: Pick<RunningStack, 'work'>;
  readonly #keep: (rows: readonly WorkRow[]) => void;
  #taking: Promise<void> = Promise.resolve();

  constructor(stack: Pick<RunningStack, 'work'>, keep: (rows: readonly WorkRow[]) => void) {
    this.#stack = stack;
    this.#keep = keep;
  }

  /**
   * One after another, in the background unless it is waited for. Never rejects: what can't be reached gives no rows.
   */
  take(when: 'begin' | 'edge' | 'end'): Promise<void> {
    this.#taking = this.#taking.then(async () => this.#keep(await this.#stack.work(when)));
    return this.#taking;
  }
}
