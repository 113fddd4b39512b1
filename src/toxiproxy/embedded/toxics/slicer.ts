import type { Random } from '../../../random/index.js';
import { Fifo } from '../fifo.js';
import { Stage, TOLERANCE_MS, type Receiver } from '../stage.js';
import type { Attributes, ToxicKind } from './kind.js';

type SlicerAttributes = Attributes<'average_size' | 'size_variation' | 'delay'>;

/**
 * Where to cut `length` bytes: end offsets, rising, the last one `length`.
 *
 * Anything longer than average plus variation is cut near its middle, up to `variation` to either side, and both halves
 * again. Needs average >= 1 and variation < average, which make every half at least one byte long.
 */
export function cutPoints(length: number, average: number, variation: number, random: Random): number[] {
  const ends: number[] = [];
  const cut = (start: number, end: number): void => {
    if (end - start <= average + variation) {
      ends.push(end);
      return;
    }
    const shift = variation > 0 ? random.below(2 * variation) - variation : 0;
    const middle = start + Math.floor((end - start) / 2) + shift;
    cut(start, middle);
    cut(middle, end);
  };
  cut(0, length);
  return ends;
}

interface Held {
  readonly data: Buffer;
  readonly stampMs: number;
}

class SlicerStage extends Stage<SlicerAttributes> {
  readonly #queue = new Fifo<Held>();
  readonly #random: Random;
  /** End offsets of the head's pieces; empty until it is cut. */
  #ends: number[] = [];
  #piece = 0;
  #sent = 0;
  #earliestMs = Number.NEGATIVE_INFINITY;

  constructor(attributes: SlicerAttributes, next: Receiver, random: Random) {
    super(attributes, next);
    this.#random = random;
  }

  protected take(data: Buffer, stampMs: number, nowMs: number): void {
    this.#queue.push({ data, stampMs });
    this.heldBytes += data.length;
    if (this.#queue.length === 1) this.#passDue(nowMs);
  }

  protected override finish(nowMs: number): void {
    if (this.#queue.length === 0) this.#endWhenRested(nowMs);
  }

  override wake(nowMs: number): void {
    this.#passDue(nowMs);
  }

  override update(attributes: SlicerAttributes, nowMs: number): void {
    this.attributes = attributes;
    const head = this.#queue.peek();
    if (head !== undefined && this.#ends.length > 0) this.#pass(head, head.data.length, nowMs, nowMs);
    this.#earliestMs = nowMs;
    this.#passDue(nowMs);
  }

  override release(nowMs: number): void {
    for (let head = this.#queue.peek(); head !== undefined; head = this.#queue.peek()) {
      this.#pass(head, head.data.length, nowMs, nowMs);
    }
    this.deadlineMs = Number.POSITIVE_INFINITY;
    if (this.ended) this.next.end(nowMs);
  }

  #passDue(nowMs: number): void {
    const { average_size: average, size_variation: variation, delay: delayUs } = this.attributes;
    for (let head = this.#queue.peek(); head !== undefined; head = this.#queue.peek()) {
      const dueMs = Math.max(this.#earliestMs, head.stampMs);
      if (dueMs > nowMs + TOLERANCE_MS) {
        this.deadlineMs = dueMs;
        return;
      }
      if (this.#ends.length === 0) this.#ends = cutPoints(head.data.length, average, variation, this.#random);
      this.#pass(head, this.#ends[this.#piece] ?? head.data.length, dueMs, nowMs);
      // Counted from when the piece was due, so a timer's whole milliseconds keep the pace of any number of
      // microseconds.
      this.#earliestMs = dueMs + delayUs / 1000;
    }
    this.deadlineMs = Number.POSITIVE_INFINITY;
    if (this.ended) this.#endWhenRested(nowMs);
  }

  /** The pause after the last piece holds back the close as well. */
  #endWhenRested(nowMs: number): void {
    if (this.#earliestMs > nowMs + TOLERANCE_MS) this.deadlineMs = this.#earliestMs;
    else this.next.end(nowMs);
  }

  #pass(head: Held, end: number, leaveMs: number, nowMs: number): void {
    const piece = head.data.subarray(this.#sent, end);
    this.heldBytes -= piece.length;
    this.#sent = end;
    this.#piece++;
    if (end >= head.data.length) {
      this.#queue.shift();
      this.#ends = [];
      this.#piece = 0;
      this.#sent = 0;
    }
    this.next.accept(piece, leaveMs, nowMs);
  }
}

/** `slicer`: cuts data into pieces of about `average_size` bytes and rests `delay` microseconds after each. */
export const slicer: ToxicKind<'average_size' | 'size_variation' | 'delay'> = {
  type: 'slicer',
  attributes: ['average_size', 'size_variation', 'delay'],
  closesOnRemoval: false,
  objection: ({ average_size: average, size_variation: variation }) => {
    if (average < 1) return 'average_size must be at least 1';
    return variation < average ? null : 'size_variation must be less than average_size';
  },
  createStage: ({ attributes, next, random }) => new SlicerStage(attributes, next, random),
};
