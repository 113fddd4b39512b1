import type { Pacer } from './pacer.js';

class RecordedPacer implements Pacer {
  readonly stage = 0;
  readonly #offsetsNs: readonly number[];
  #next = 0;

  constructor(offsetsNs: readonly number[]) {
    this.#offsetsNs = offsetsNs;
  }

  nextNs(): number {
    return this.#offsetsNs[this.#next++] ?? Infinity;
  }
}

/** Recorded arrivals: the offsets one by one, to the nanosecond. */
export function recordedPacer(offsetsNs: readonly number[]): Pacer {
  return new RecordedPacer(offsetsNs);
}
