/** What must be undone, in reverse order, each step bounded in time, whatever happened before it. */
import { messageOf } from '../problem/index.js';

export interface ClosingStep {
  readonly name: string;
  readonly withinMs: number;
  readonly act: () => Promise<unknown>;
}

export class Closing {
  readonly #steps: ClosingStep[] = [];
  readonly #tell: (what: string) => void;

  /** `tell` hears of every step that failed or took too long. */
  constructor(tell: (what: string) => void) {
    this.#tell = tell;
  }

  /** Adds a step; steps run last in, first out. */
  add(step: ClosingStep): void {
    this.#steps.push(step);
  }

  /** Runs every step that has not run yet. Never throws. */
  async all(): Promise<void> {
    for (let step = this.#steps.pop(); step !== undefined; step = this.#steps.pop()) {
      const { name, act, withinMs } = step;
      let hammer: NodeJS.Timeout | undefined;
      const late = new Promise<'late'>((resolve) => {
        hammer = setTimeout(() => resolve('late'), withinMs);
      });
      try {
        if ((await Promise.race([act(), late])) === 'late')
          this.#tell(`${name} took more than ${withinMs} ms and was left`);
      } catch (thrown) {
        this.#tell(`${name} failed: ${messageOf(thrown)}`);
      } finally {
        clearTimeout(hammer);
      }
    }
  }
}
