import type { Pacer } from './pacer.js';

/** Arrivals as somebody recorded them: the offsets one by one, to the nanosecond. */
export function recordedPacer(offsetsNs: readonly number[]): Pacer {
  let next = 0;
  return {
    nextNs: () => offsetsNs[next++] ?? Infinity,
    stage: 0,
  };
}
