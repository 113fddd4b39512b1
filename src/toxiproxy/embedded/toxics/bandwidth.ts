import { Fifo } from '../fifo.js';
import { PIECE_BYTES, Stage, TOLERANCE_MS } from '../stage.js';
import type { Attributes, ToxicKind } from './kind.js';

type BandwidthAttributes = Attributes<'rate'>;

/** A slow rate leaves in slices of this many milliseconds, so that a slow stream arrives evenly. */
const SLICE_MS = 100;

interface Held {
  readonly data: Buffer;
  readonly stampMs: number;
}

class BandwidthStage extends Stage<BandwidthAttributes> {
  readonly #queue = new Fifo<Held>();
  /** How much of the head has left. */
  #sent = 0;
  /** The line is taken until then. */
  #busyUntilMs = Number.NEGATIVE_INFINITY;

  protected take(data: Buffer, stampMs: number, nowMs: number): void {
    this.#queue.push({ data, stampMs });
    this.heldBytes += data.length;
    if (this.#queue.length === 1) this.#passDue(nowMs);
  }

  protected override finish(nowMs: number): void {
    if (this.#queue.length === 0) this.next.end(nowMs);
  }

  override wake(nowMs: number): void {
    this.#passDue(nowMs);
  }

  override update(attributes: BandwidthAttributes, nowMs: number): void {
    this.attributes = attributes;
    const head = this.#queue.peek();
    if (head !== undefined) this.#pass(head, Math.min(PIECE_BYTES, head.data.length - this.#sent), nowMs, nowMs);
    this.#passDue(nowMs);
  }

  override release(nowMs: number): void {
    for (let head = this.#queue.peek(); head !== undefined; head = this.#queue.peek()) {
      this.#pass(head, head.data.length - this.#sent, nowMs, nowMs);
    }
    this.deadlineMs = Number.POSITIVE_INFINITY;
    if (this.ended) this.next.end(nowMs);
  }

  #passDue(nowMs: number): void {
    // The API's kilobyte is 1 000 bytes, so the rate is also the number of bytes in a millisecond.
    const bytesPerMs = this.attributes.rate;
    for (let head = this.#queue.peek(); head !== undefined; head = this.#queue.peek()) {
      if (bytesPerMs === 0) {
        this.deadlineMs = Number.POSITIVE_INFINITY;
        return;
      }
      const size = Math.min(head.data.length - this.#sent, bytesPerMs * SLICE_MS, PIECE_BYTES);
      const dueMs = Math.max(this.#busyUntilMs, head.stampMs) + size / bytesPerMs;
      if (dueMs > nowMs + TOLERANCE_MS) {
        this.deadlineMs = dueMs;
        return;
      }
      this.#pass(head, size, dueMs, nowMs);
    }
    this.deadlineMs = Number.POSITIVE_INFINITY;
    if (this.ended) this.next.end(nowMs);
  }

  #pass(head: Held, size: number, leaveMs: number, nowMs: number): void {
    const piece = head.data.subarray(this.#sent, this.#sent + size);
    this.#sent += size;
    this.heldBytes -= size;
    this.#busyUntilMs = leaveMs;
    if (this.#sent >= head.data.length) {
      this.#queue.shift();
      this.#sent = 0;
    }
    this.next.accept(piece, leaveMs, nowMs);
  }
}

/**
 * `bandwidth`: at most `rate` times 1 000 bytes a second, for each connection by itself; 0 stalls and keeps the data.
 */
export const bandwidth: ToxicKind<'rate'> = {
  type: 'bandwidth',
  attributes: ['rate'],
  closesOnRemoval: false,
  objection: () => null,
  createStage: ({ attributes, next }) => new BandwidthStage(attributes, next),
};
