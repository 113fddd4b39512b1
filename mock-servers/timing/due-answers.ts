/**
 * Answers that wait for their moment: never early, and a late one does not make the next one later, because every moment
 * was computed beforehand.
 */
import { NS_PER_MS } from '../../src/clock/index.js';
import type { NowNs } from '../../src/clock/index.js';

/** Something that is due at a moment. Equal moments go in the order of `sequence`. */
export interface Due {
  readonly dueNs: number;
  readonly sequence: number;
}

/** How much a timer usually wakes late on a quiet machine: it is set to wake this much before the moment. */
const TIMER_LATENESS_NS = 100_000;

/**
 * Timers have whole milliseconds; the rest is waited for in a loop of setImmediate, which keeps reading sockets but takes a
 * core. At most this share of the time may go into that; past it, answers wait for the next millisecond instead.
 */
const BUSY_SHARE = 0.5;
const BUSY_CREDIT_NS = 50 * NS_PER_MS;

export class DueAnswers<T extends Due> {
  readonly #now: NowNs;
  readonly #deliver: (answer: T, nowNs: number) => void;
  readonly #heap: T[] = [];
  #timer: NodeJS.Timeout | null = null;
  #immediate: NodeJS.Immediate | null = null;
  #busyCreditNs = BUSY_CREDIT_NS;
  #accountedNs: number;
  readonly #onTimer = (): void => {
    this.#timer = null;
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
  constructor(now: NowNs, deliver: (answer: T, nowNs: number) => void) {
    this.#now = now;
    this.#deliver = deliver;
    this.#accountedNs = now();
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
    if (this.#timer !== null) clearTimeout(this.#timer);
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
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#account(false);
    // What is due already is delivered by the loop, never within this call.
    if (this.#immediate === null) this.#arm();
  }

  /** Forgets all that wait. */
  stop(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    if (this.#immediate !== null) clearImmediate(this.#immediate);
    this.#timer = null;
    this.#immediate = null;
    this.#heap.length = 0;
  }

  /** Delivers all whose moment has come, in order of their moments. */
  #deliverDue(): void {
    for (;;) {
      const [first] = this.#heap;
      if (first === undefined) return;
      const nowNs = this.#now();
      if (first.dueNs > nowNs) return;
      this.#removeFirst();
      this.#deliver(first, nowNs);
    }
  }

  #arm(): void {
    const [first] = this.#heap;
    if (first === undefined) return;
    const wait = first.dueNs - this.#now();
    const wholeMs = Math.floor((wait - TIMER_LATENESS_NS) / NS_PER_MS);
    if (wholeMs >= 1) {
      // Past 2^31 ms Node fires at once; waking early only means arming again.
      this.#timer = setTimeout(this.#onTimer, Math.min(wholeMs, 0x7fff_ffff));
    } else if (this.#busyCreditNs > 0) {
      this.#immediate = setImmediate(this.#onImmediate);
    } else {
      this.#timer = setTimeout(this.#onTimer, 1);
    }
  }

  #account(busy: boolean): void {
    const nowNs = this.#now();
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
      if (above === undefined || !before(answer, above)) break;
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
      if (right !== undefined && before(right, below)) {
        child += 1;
        below = right;
      }
      if (!before(below, last)) break;
      heap[hole] = below;
      hole = child;
    }
    heap[hole] = last;
  }
}

function before(a: Due, b: Due): boolean {
  return a.dueNs < b.dueNs || (a.dueNs === b.dueNs && a.sequence < b.sequence);
}
