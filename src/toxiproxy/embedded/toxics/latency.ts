import type { Random } from '../../../random/index.js';
import { Fifo } from '../fifo.js';
import type { Receiver } from '../stage.js';
import type { Attributes, ToxicKind } from './kind.js';
import { QueueStage, type Held } from './queue-stage.js';

type LatencyAttributes = Attributes<'latency' | 'jitter'>;

class LatencyStage extends QueueStage<LatencyAttributes> {
  /** Uniform in [0, 1), drawn on arrival: the n-th piece gets the n-th draw whatever the attributes are by then. */
  readonly #draws = new Fifo<number>();
  readonly #random: Random;
  #leftMs = Number.NEGATIVE_INFINITY;

  constructor(attributes: LatencyAttributes, next: Receiver, random: Random) {
    super(attributes, next);
    this.#random = random;
  }

  protected override take(data: Buffer, stampMs: number, nowMs: number): void {
    this.#draws.push(this.#random.next());
    super.take(data, stampMs, nowMs);
  }

  override update(attributes: LatencyAttributes, nowMs: number): void {
    this.attributes = attributes;
    const head = this.queue.peek();
    if (head !== undefined) this.pass(head, this.endOf(head), nowMs, nowMs);
    this.wake(nowMs);
  }

  /** Latency, plus a whole number of milliseconds from [-jitter, jitter); less than nothing is nothing. */
  protected dueMs({ stampMs }: Held): number {
    const { latency, jitter } = this.attributes;
    const delayMs = latency + (jitter > 0 ? Math.floor((this.#draws.peek() ?? 0) * 2 * jitter) - jitter : 0);
    // A late piece holds up those behind it: nothing leaves before what came before it.
    return Math.max(stampMs + Math.max(0, delayMs), this.#leftMs);
  }

  protected endOf({ data }: Held): number {
    return data.length;
  }

  protected override pass(head: Held, end: number, leaveMs: number, nowMs: number): void {
    this.#draws.shift();
    this.#leftMs = leaveMs;
    super.pass(head, end, leaveMs, nowMs);
  }
}

/** `latency`: each piece leaves `latency` ± `jitter` milliseconds after it came, in order; connecting is as before. */
export const latency: ToxicKind<'latency' | 'jitter'> = {
  type: 'latency',
  attributes: ['latency', 'jitter'],
  closesOnRemoval: false,
  objection: () => null,
  createStage: ({ attributes, next, random }) => new LatencyStage(attributes, next, random),
};
