/** Stages that hold pieces back in order. */
import { Fifo } from '../fifo.js';
import { Stage, TOLERANCE_MS } from '../stage.js';

export interface Held {
  readonly data: Buffer;
  /** When it reached this stage. */
  readonly stampMs: number;
}

/** Lets each piece, or a part of it, go when it is due, and never one before another that came earlier. */
export abstract class QueueStage<A> extends Stage<A> {
  protected readonly queue = new Fifo<Held>();
  /** How much of the head has left. */
  protected sent = 0;

  /** When the next part of the head is due; Infinity: it stays. */
  protected abstract dueMs(head: Held): number;

  /** Where the part of the head that is due ends. */
  protected abstract endOf(head: Held): number;

  protected take(data: Buffer, stampMs: number, nowMs: number): void {
    this.queue.push({ data, stampMs });
    this.heldBytes += data.length;
    if (this.queue.length === 1) this.wake(nowMs);
  }

  protected override finish(nowMs: number): void {
    if (this.queue.length === 0) this.next.end(nowMs);
  }

  /** Lets go what is due. */
  override wake(nowMs: number): void {
    for (let head = this.queue.peek(); head !== undefined; head = this.queue.peek()) {
      const dueMs = this.dueMs(head);
      if (dueMs > nowMs + TOLERANCE_MS) {
        this.deadlineMs = dueMs;
        return;
      }
      this.pass(head, this.endOf(head), dueMs, nowMs);
    }
    this.deadlineMs = Number.POSITIVE_INFINITY;
    if (this.ended) this.finish(nowMs);
  }

  override release(nowMs: number): void {
    for (let head = this.queue.peek(); head !== undefined; head = this.queue.peek())
      this.pass(head, head.data.length, nowMs, nowMs);
    this.deadlineMs = Number.POSITIVE_INFINITY;
    if (this.ended) this.next.end(nowMs);
  }

  /** Lets the head go up to `end`. */
  protected pass(head: Held, end: number, leaveMs: number, nowMs: number): void {
    const piece = head.data.subarray(this.sent, end);
    this.heldBytes -= piece.length;
    this.sent = end;
    if (end >= head.data.length) {
      this.queue.shift();
      this.sent = 0;
    }
    this.next.accept(piece, leaveMs, nowMs);
  }
}
