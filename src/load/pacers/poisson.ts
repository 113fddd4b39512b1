import { arrivalOffsetNs, expectedBetween, type Stage } from '../../plan/index.js';
import type { Random } from '../../random/index.js';
import type { Pacer } from './pacer.js';

/**
 * A Poisson process with the stages' rates, ramps included, by time change: arrivals of a unit-rate process, each mapped back
 * through the integral of the rate (Cinlar, Introduction to Stochastic Processes, 1975, section 4.7). So a stage's boundary needs
 * no case of its own: the gap that crosses it is stretched by each rate over its own part.
 */
export function poissonPacer(stages: readonly Stage[], random: Random): Pacer {
  let stage = 0;
  let startNs = 0;
  /** Expected arrivals from the segment's start to the start of this stage, and to the arrival given last. */
  let expectedAtStart = 0;
  let expected = 0;
  let given = 0;
  return {
    nextNs() {
      expected += random.exponential(1);
      for (;;) {
        const current = stages[stage];
        if (current === undefined) return Infinity;
        const expectedInStage = expectedBetween(current, 0, current.forNs);
        const intoStage = expected - expectedAtStart;
        if (intoStage < expectedInStage) {
          given = stage;
          // Rounded down, and held off the end where the inverse rounds up, so that an arrival stays inside its stage.
          return startNs + Math.min(Math.floor(arrivalOffsetNs(current, intoStage)), current.forNs - 1);
        }
        startNs += current.forNs;
        expectedAtStart += expectedInStage;
        stage++;
      }
    },
    get stage() {
      return given;
    },
  };
}
