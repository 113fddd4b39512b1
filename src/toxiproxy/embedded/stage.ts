/**
 * One toxic at work on one direction of one connection.
 *
 * A link is a chain of stages ending in the socket that is written to. A stage holds bytes back, drops them or lets
 * them by; it owns no timer: it says when it next wants to be woken (`deadlineMs`) and its link sleeps for all of them.
 * All times are milliseconds of `performance.now()`, with fractions.
 */

/** What a stage hands bytes on to: the next stage, or the end of the chain. */
export interface Receiver {
  /** `stampMs` is when the bytes reached this point of the chain: calculated, not when a timer fired late. */
  accept(data: Buffer, stampMs: number, nowMs: number): void;
  /** Nothing more will come. Later `accept`s are ignored. */
  end(nowMs: number): void;
}

/** How early a timer may count as due: timers have whole milliseconds, and sleeping for less would make it late. */
export const TOLERANCE_MS = 0.25;

/** Most bytes one stage moves at a time where size matters (the pieces a real server reads in). */
export const PIECE_BYTES = 32 * 1024;

export abstract class Stage<A> implements Receiver {
  /** When to be woken; Infinity for not at all. */
  deadlineMs = Number.POSITIVE_INFINITY;
  /** Bytes held back here. */
  heldBytes = 0;
  /** Set by the link whenever the chain changes. */
  next: Receiver;
  protected attributes: A;
  #ended = false;

  constructor(attributes: A, next: Receiver) {
    this.attributes = attributes;
    this.next = next;
  }

  /** True once the end of the stream has reached this stage; it may still hold it back. */
  get ended(): boolean {
    return this.#ended;
  }

  accept(data: Buffer, stampMs: number, nowMs: number): void {
    if (!this.#ended) this.take(data, stampMs, nowMs);
  }

  end(nowMs: number): void {
    if (this.#ended) return;
    this.#ended = true;
    this.finish(nowMs);
  }

  /** Takes bytes in. */
  protected abstract take(data: Buffer, stampMs: number, nowMs: number): void;

  /** Takes the end of the stream in. */
  protected finish(nowMs: number): void {
    this.next.end(nowMs);
  }

  /** The deadline has come. */
  wake(nowMs: number): void {
    void nowMs;
  }

  /** The toxic got other attributes: what it holds right now leaves, what follows obeys the new ones. */
  update(attributes: A, nowMs: number): void {
    this.attributes = attributes;
    void nowMs;
  }

  /** The toxic is gone, or spares this connection from now on: everything held leaves at once, in order. */
  release(nowMs: number): void {
    void nowMs;
  }
}
