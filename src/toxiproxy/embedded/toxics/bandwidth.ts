import { PIECE_BYTES } from '../stage.js';
import type { Attributes, ToxicKind } from './kind.js';
import { QueueStage, type Held } from './queue-stage.js';

type BandwidthAttributes = Attributes<'rate'>;

/** A slow rate leaves in slices of this many milliseconds, so that a slow stream arrives evenly. */
const SLICE_MS = 100;

class BandwidthStage extends QueueStage<BandwidthAttributes> {
  /** The line is taken until then. */
  #busyUntilMs = Number.NEGATIVE_INFINITY;

  override update(attributes: BandwidthAttributes, nowMs: number): void {
    this.attributes = attributes;
    const head = this.queue.peek();
    if (head !== undefined) this.pass(head, Math.min(head.data.length, this.sent + PIECE_BYTES), nowMs, nowMs);
    this.wake(nowMs);
  }

  protected dueMs(head: Held): number {
    // The API's kilobyte is 1 000 bytes, so the rate is also the number of bytes in a millisecond.
    const { rate: bytesPerMs } = this.attributes;
    if (bytesPerMs === 0) return Number.POSITIVE_INFINITY;
    return Math.max(this.#busyUntilMs, head.stampMs) + (this.endOf(head) - this.sent) / bytesPerMs;
  }

  protected endOf(head: Held): number {
    return Math.min(head.data.length, this.sent + Math.min(this.attributes.rate * SLICE_MS, PIECE_BYTES));
  }

  protected override pass(head: Held, end: number, leaveMs: number, nowMs: number): void {
    this.#busyUntilMs = leaveMs;
    super.pass(head, end, leaveMs, nowMs);
  }
}

/** `bandwidth`: at most `rate` times 1 000 bytes a second for each connection by itself; 0 keeps all data. */
export const bandwidth: ToxicKind<'rate'> = {
  type: 'bandwidth',
  attributes: ['rate'],
  closesOnRemoval: false,
  objection: () => null,
  createStage: ({ attributes, next }) => new BandwidthStage(attributes, next),
};
