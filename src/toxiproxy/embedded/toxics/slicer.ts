import type { Random } from '../../../random/index.js';
import { TOLERANCE_MS, type Receiver } from '../stage.js';
import type { Attributes, ToxicKind } from './kind.js';
import { QueueStage, type Held } from './queue-stage.js';

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

class SlicerStage extends QueueStage<SlicerAttributes> {
  readonly #random: Random;
  /** End offsets of the head's pieces; empty until it is cut. */
  #ends: number[] = [];
  #piece = 0;
  #earliestMs = Number.NEGATIVE_INFINITY;

  constructor(attributes: SlicerAttributes, next: Receiver, random: Random) {
    super(attributes, next);
    this.#random = random;
  }

  /** The pause after the last piece holds back the close as well. */
  protected override finish(nowMs: number): void {
    if (this.queue.length === 0 && this.#earliestMs > nowMs + TOLERANCE_MS) this.deadlineMs = this.#earliestMs;
    else super.finish(nowMs);
  }

  override update(attributes: SlicerAttributes, nowMs: number): void {
    this.attributes = attributes;
    const head = this.queue.peek();
    if (head !== undefined && this.#ends.length > 0) this.pass(head, head.data.length, nowMs, nowMs);
    this.#earliestMs = nowMs;
    this.wake(nowMs);
  }

  protected dueMs({ stampMs }: Held): number {
    return Math.max(this.#earliestMs, stampMs);
  }

  protected endOf({ data }: Held): number {
    const { average_size: average, size_variation: variation } = this.attributes;
    if (this.#ends.length === 0) this.#ends = cutPoints(data.length, average, variation, this.#random);
    return this.#ends[this.#piece] ?? data.length;
  }

  protected override pass(head: Held, end: number, leaveMs: number, nowMs: number): void {
    super.pass(head, end, leaveMs, nowMs);
    this.#piece++;
    if (this.sent === 0) {
      this.#ends = [];
      this.#piece = 0;
    }
    // Counted from when the piece was due, so a timer's whole milliseconds keep the pace of any number of microseconds.
    this.#earliestMs = leaveMs + this.attributes.delay / 1000;
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
