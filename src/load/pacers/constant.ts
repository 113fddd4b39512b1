import { arrivalOffsetNs, type Stage } from '../../plan/index.js';
import type { Pacer } from './pacer.js';

class ConstantPacer implements Pacer {
  stage = 0;
  readonly #stages: readonly Stage[];
  #current = 0;
  #startNs = 0;
  #arrival = 0;

  constructor(stages: readonly Stage[]) {
    this.#stages = stages;
  }

  nextNs(): number {
    for (;;) {
      const current = this.#stages[this.#current];
      if (current === undefined) return Infinity;
      const fromStartNs = arrivalOffsetNs(current, this.#arrival);
      if (fromStartNs < current.forNs) {
        this.#arrival++;
        this.stage = this.#current;
        // Rounded down, so that an arrival stays inside the stage it belongs to.
        return this.#startNs + Math.floor(fromStartNs);
      }
      this.#startNs += current.forNs;
      this.#current++;
      this.#arrival = 0;
    }
  }
}

/**
 * Evenly spaced arrivals: within a stage the i-th comes when i calls are expected by its rate, for i = 0, 1, ... while
 * that is before the stage's end. With a held rate that is at i / rate; on a ramp the gaps shrink or grow with the
 * rate. Each time is computed from the stage's start, so the error is under a nanosecond after an hour as after a
 * second.
 */
export function constantPacer(stages: readonly Stage[]): Pacer {
  return new ConstantPacer(stages);
}
