import { arrivalOffsetNs, type Stage } from '../../plan/index.js';
import type { Pacer } from './pacer.js';

/**
 * Evenly spaced arrivals: within a stage the i-th comes when i calls are expected by its rate, for i = 0, 1, ... while that is
 * before the stage's end. With a held rate that is at i / rate; on a ramp the gaps shrink or grow with the rate. Each time is
 * computed from the stage's start, so the error is under a nanosecond after an hour as after a second.
 */
export function constantPacer(stages: readonly Stage[]): Pacer {
  let stage = 0;
  let startNs = 0;
  let arrival = 0;
  let given = 0;
  return {
    nextNs() {
      for (;;) {
        const current = stages[stage];
        if (current === undefined) return Infinity;
        const fromStartNs = arrivalOffsetNs(current, arrival);
        if (fromStartNs < current.forNs) {
          arrival++;
          given = stage;
          // Rounded down, so that an arrival stays inside the stage it belongs to.
          return startNs + Math.floor(fromStartNs);
        }
        startNs += current.forNs;
        stage++;
        arrival = 0;
      }
    },
    get stage() {
      return given;
    },
  };
}
