import { arrivalOffsetNs, expectedBetween, type Stage } from '../../plan/index.js';
import type { Random } from '../../random/index.js';
import type { Pacer } from './pacer.js';

class PoissonPacer implements Pacer {
  stage = 0;
  readonly #stages: readonly Stage[];
  readonly #random: Random;
  #current = 0;
  #startNs = 0;
  /** Expected arrivals from the segment's start to the start of this stage, and to the arrival given last. */
  #expectedAtStart = 0;
  #expected = 0;

  constructor(stages: readonly Stage[], random: Random) {
    this.#stages = stages;
    this.#random = random;
  }

  nextNs(): number {
    this.#expected += this.#random.exponential(1);
    for (;;) {
      const current = this.#stages[this.#current];
      if (current === undefined) return Infinity;
      const expectedInStage = expectedBetween(current, 0, current.forNs);
      const intoStage = this.#expected - this.#expectedAtStart;
      if (intoStage < expectedInStage) {
        this.stage = this.#current;
        // Rounded down, and held off the end where the inverse rounds up, so that an arrival stays inside its stage.
        return this.#startNs + Math.min(Math.floor(arrivalOffsetNs(current, intoStage)), current.forNs - 1);
      }
      this.#startNs += current.forNs;
      this.#expectedAtStart += expectedInStage;
      this.#current++;
    }
  }
}

/**
 * A Poisson process with the stages' rates, ramps included, by time change: arrivals of a unit-rate process, each
 * mapped back through the integral of the rate (Cinlar, Introduction to Stochastic Processes, 1975, section 4.7). So a
 * stage's boundary needs no case of its own: the gap that crosses it is stretched by each rate over its own part.
 */
export function poissonPacer(stages: readonly Stage[], random: Random): Pacer {
  return new PoissonPacer(stages, random);
}
