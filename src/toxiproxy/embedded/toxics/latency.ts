import type { Random } from '../../../random/index.js';
import { Fifo } from '../fifo.js';
import { Stage, TOLERANCE_MS, type Receiver } from '../stage.js';
import type { Attributes, ToxicKind } from './kind.js';

type LatencyAttributes = Attributes<'latency' | 'jitter'>;

interface Held {
  readonly data: Buffer;
  readonly stampMs: number;
  /** Uniform in [0, 1), drawn on arrival: the n-th piece gets the n-th draw whatever the attributes are by then. */
  readonly draw: number;
}

class LatencyStage extends Stage<LatencyAttributes> {
  readonly #queue = new Fifo<Held>();
  readonly #random: Random;
  #leftMs = Number.NEGATIVE_INFINITY;

  constructor(attributes: LatencyAttributes, next: Receiver, random: Random) {
    super(attributes, next);
    this.#random = random;
  }

  protected take(data: Buffer, stampMs: number, nowMs: number): void {
    this.#queue.push({ data, stampMs, draw: this.#random.next() });
    this.heldBytes += data.length;
    if (this.#queue.length === 1) this.#passDue(nowMs);
  }

  protected override finish(nowMs: number): void {
    if (this.#queue.length === 0) this.next.end(nowMs);
  }

  override wake(nowMs: number): void {
    this.#passDue(nowMs);
  }

  override update(attributes: LatencyAttributes, nowMs: number): void {
    this.attributes = attributes;
    this.#pass(nowMs, nowMs);
    this.#passDue(nowMs);
  }

  override release(nowMs: number): void {
    while (this.#queue.length > 0) this.#pass(nowMs, nowMs);
    this.deadlineMs = Number.POSITIVE_INFINITY;
    if (this.ended) this.next.end(nowMs);
  }

  /** Latency, plus a whole number of milliseconds from [-jitter, jitter); less than nothing is nothing. */
  #delayMs(draw: number): number {
    const { latency, jitter } = this.attributes;
    return Math.max(0, latency + (jitter > 0 ? Math.floor(draw * 2 * jitter) - jitter : 0));
  }

  #passDue(nowMs: number): void {
    for (;;) {
      const head = this.#queue.peek();
      if (head === undefined) break;
      // A late piece holds up those behind it: nothing leaves before what came before it.
      const dueMs = Math.max(head.stampMs + this.#delayMs(head.draw), this.#leftMs);
      if (dueMs > nowMs + TOLERANCE_MS) {
        this.deadlineMs = dueMs;
        return;
      }
      this.#pass(dueMs, nowMs);
    }
    this.deadlineMs = Number.POSITIVE_INFINITY;
    if (this.ended) this.next.end(nowMs);
  }

  #pass(leaveMs: number, nowMs: number): void {
    const head = this.#queue.shift();
    if (head === undefined) return;
    this.heldBytes -= head.data.length;
    this.#leftMs = leaveMs;
    this.next.accept(head.data, leaveMs, nowMs);
  }
}

/**
 * `latency`: every piece leaves `latency` ± `jitter` milliseconds after it came, in order. Connecting is not delayed.
 */
export const latency: ToxicKind<'latency' | 'jitter'> = {
  type: 'latency',
  attributes: ['latency', 'jitter'],
  closesOnRemoval: false,
  objection: () => null,
  createStage: ({ attributes, next, random }) => new LatencyStage(attributes, next, random),
};
