/**
 * Answers that wait for their moment: never early, and a late one does not make the next one later, because every
 * moment was computed beforehand.
 */
import { NS_PER_MS } from '../../src/clock/index.js';
import type { MockClock } from './mock-clock.js';

/** Something that is due at a moment. Equal moments go in the order of `sequence`. */
export interface Due {
  readonly dueNs: number;
  readonly sequence: number;
}

/**
 * The last stretch before a moment is waited for in a loop of setImmediate, which keeps reading sockets but takes a
 * core. At most this share of the time may go into that; past it, answers wait for the next millisecond instead.
 */
const BUSY_SHARE = 0.5;
const BUSY_CREDIT_NS = 50 * NS_PER_MS;

export class DueAnswers<T extends Due> {
  readonly #clock: Pick<MockClock, 'now' | 'wake'>;
  readonly #deliver: (answer: T, nowNs: number) => void;
  readonly #heap: T[] = [];
  /** Takes back that this is woken. */
  #sleep: (() => void) | null = null;
  #immediate: NodeJS.Immediate | null = null;
  #busyCreditNs = BUSY_CREDIT_NS;
  #accountedNs: number;
  readonly #onWake = (): void => {
    this.#sleep = null;
    this.#account(false);
    this.#deliverDue();
    this.#arm();
  };
  readonly #onImmediate = (): void => {
    this.#immediate = null;
    this.#account(true);
    this.#deliverDue();
    this.#arm();
  };

  /** `deliver` gets an answer that is due and the moment at which it was found to be. */
  constructor(clock: Pick<MockClock, 'now' | 'wake'>, deliver: (answer: T, nowNs: number) => void) {
    this.#clock = clock;
    this.#deliver = deliver;
    this.#accountedNs = clock.now();
  }

  /** All that wait, in no particular order. */
  get waiting(): readonly T[] {
    return this.#heap;
  }

  /** Delivers `answer` when it is due: within this call when that moment has come. */
  add(answer: T): void {
    this.#push(answer);
    this.#deliverDue();
    if (this.#heap[0] !== answer || this.#immediate !== null) return;
    this.#stay();
    this.#account(false);
    this.#arm();
  }

  /** Lets `change` give answers that wait other moments, and waits for those. */
  reschedule(change: (answer: T) => void): void {
    const answers = this.#heap.splice(0);
    for (const answer of answers) {
      change(answer);
      this.#push(answer);
    }
    this.#stay();
    this.#account(false);
    // What is due already is delivered by the loop, never within this call.
    if (this.#immediate === null) this.#arm();
  }

  /** Forgets all that wait. */
  stop(): void {
    this.#stay();
    if (this.#immediate !== null) clearImmediate(this.#immediate);
    this.#immediate = null;
    this.#heap.length = 0;
  }

  /** Delivers all whose moment has come, in order of their moments. */
  #deliverDue(): void {
    for (;;) {
      const [first] = this.#heap;
      if (first === undefined) return;
      const nowNs = this.#clock.now();
      if (first.dueNs > nowNs) return;
      this.#removeFirst();
      this.#deliver(first, nowNs);
    }
  }

  #arm(): void {
    const [first] = this.#heap;
    if (first === undefined) return;
    const { now, wake } = this.#clock;
    const wakeNs = first.dueNs - wake.leadNs;
    if (wakeNs - now() >= wake.leastNs) {
      // Being woken early only means asking again.
      this.#sleep = wake.at(wakeNs, this.#onWake);
    } else if (this.#busyCreditNs > 0) {
      this.#immediate = setImmediate(this.#onImmediate);
    } else {
      const timer = setTimeout(this.#onWake, 1);
      this.#sleep = () => clearTimeout(timer);
    }
  }

  /** Is not woken any more. */
  #stay(): void {
    this.#sleep?.();
    this.#sleep = null;
  }

  #account(busy: boolean): void {
    const nowNs = this.#clock.now();
    const elapsed = nowNs - this.#accountedNs;
    this.#accountedNs = nowNs;
    const credit = this.#busyCreditNs + elapsed * (busy ? BUSY_SHARE - 1 : BUSY_SHARE);
    this.#busyCreditNs = Math.min(credit, BUSY_CREDIT_NS);
  }

  #push(answer: T): void {
    const heap = this.#heap;
    let hole = heap.length;
    heap.push(answer);
    while (hole > 0) {
      const parent = (hole - 1) >> 1;
      const above = heap[parent];
      if (above === undefined || !isBefore(answer, above)) break;
      heap[hole] = above;
      hole = parent;
    }
    heap[hole] = answer;
  }

  #removeFirst(): void {
    const heap = this.#heap;
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return;
    let hole = 0;
    for (;;) {
      let child = 2 * hole + 1;
      let below = heap[child];
      if (below === undefined) break;
      const right = heap[child + 1];
      if (right !== undefined && isBefore(right, below)) {
        child += 1;
        below = right;
      }
      if (!isBefore(below, last)) break;
      heap[hole] = below;
      hole = child;
    }
    heap[hole] = last;
  }
}

/** Whether `a` goes before `b`. */
export const isBefore = (a: Due, b: Due): boolean =>
  a.dueNs < b.dueNs || (a.dueNs === b.dueNs && a.sequence < b.sequence);
