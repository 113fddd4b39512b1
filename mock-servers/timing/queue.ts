/**
 * The queue as arithmetic: c workers, one FIFO line, in virtual time (Lindley's recursion, in the multi-server form of
 * Kiefer and Wolfowitz, 1955). No clock and no timer, so a test can replay what a mock did.
 */
import type { QueueShape } from '../../src/protocol/index.js';

/** What the queue did with one arrival. Times are nanoseconds on the clock the arrivals are given in. */
export type Admission =
  | { readonly kind: 'admitted'; readonly startNs: number; readonly finishNs: number }
  /** The line was at its bound. */
  | { readonly kind: 'full' };

export interface QueueModel {
  /**
   * One arrival, served for `serviceNs`: start = max(arrival, earliest free worker), finish = start + service.
   * Arrivals must come in order of time.
   */
  arrive(atNs: number, serviceNs: number): Admission;
}

const FULL: Admission = { kind: 'full' };

/** A fresh, empty queue. Each arrival costs O(log workers). */
export function queueModel(options: QueueShape): QueueModel {
  const free = new FreeTimes(options.workers);
  const waiting = new StartTimes();
  const capacity = options.queueCapacity ?? Infinity;
  return {
    arrive(atNs, serviceNs) {
      const freeNs = free.earliest;
      waiting.forgetUntil(atNs);
      // A free worker takes the call past the line, so a bound of 0 still serves c calls at once.
      if (freeNs > atNs && waiting.count >= capacity) return FULL;
      const startNs = Math.max(atNs, freeNs);
      const finishNs = startNs + serviceNs;
      free.replaceEarliest(finishNs);
      if (startNs > atNs) waiting.append(startNs);
      return { kind: 'admitted', startNs, finishNs };
    },
  };
}

/** When each worker gets free: a binary min-heap of fixed size. */
export class FreeTimes {
  readonly #heap: Float64Array;

  constructor(workers: number) {
    this.#heap = new Float64Array(workers).fill(-Infinity);
  }

  get earliest(): number {
    return this.#at(0);
  }

  replaceEarliest(freeNs: number): void {
    const heap = this.#heap;
    let hole = 0;
    for (;;) {
      let child = 2 * hole + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && this.#at(child + 1) < this.#at(child)) child += 1;
      if (this.#at(child) >= freeNs) break;
      heap[hole] = this.#at(child);
      hole = child;
    }
    heap[hole] = freeNs;
  }

  #at(index: number): number {
    return this.#heap[index] ?? Infinity;
  }
}

/** Start times of the calls in line: a ring, because FIFO starts never decrease. */
class StartTimes {
  #ring = new Float64Array(64);
  #head = 0;
  count = 0;

  /** Drops the calls whose service has begun at `nowNs`. */
  forgetUntil(nowNs: number): void {
    while (this.count > 0 && (this.#ring[this.#head] ?? Infinity) <= nowNs) {
      this.#head = (this.#head + 1) & (this.#ring.length - 1);
      this.count -= 1;
    }
  }

  append(startNs: number): void {
    const ring = this.#ring;
    if (this.count === ring.length) {
      const larger = new Float64Array(ring.length * 2);
      larger.set(ring.subarray(this.#head), 0);
      larger.set(ring.subarray(0, this.#head), ring.length - this.#head);
      this.#ring = larger;
      this.#head = 0;
    }
    this.#ring[(this.#head + this.count) & (this.#ring.length - 1)] = startNs;
    this.count += 1;
  }
}
