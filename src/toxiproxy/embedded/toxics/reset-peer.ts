import { Stage, TOLERANCE_MS, type Receiver } from '../stage.js';
import type { Attributes, ToxicKind } from './kind.js';

class ResetPeerStage extends Stage<Attributes<'timeout'>> {
  readonly #reset: () => void;
  #triggeredMs: number | null = null;

  constructor(attributes: Attributes<'timeout'>, next: Receiver, reset: () => void) {
    super(attributes, next);
    this.#reset = reset;
  }

  /** The first piece is lost and starts the clock; so is whatever follows it. */
  protected take(data: Buffer, stampMs: number, nowMs: number): void {
    void data;
    void stampMs;
    this.#trigger(nowMs);
  }

  protected override finish(nowMs: number): void {
    this.#trigger(nowMs);
  }

  override wake(nowMs: number): void {
    if (this.deadlineMs > nowMs + TOLERANCE_MS) return;
    this.deadlineMs = Number.POSITIVE_INFINITY;
    this.#reset();
  }

  override update(attributes: Attributes<'timeout'>, nowMs: number): void {
    this.attributes = attributes;
    if (this.#triggeredMs === null) return;
    this.deadlineMs = this.#triggeredMs + attributes.timeout;
    this.wake(nowMs);
  }

  /** What it swallowed is gone, so a connection that has met it cannot go on. */
  override release(): void {
    if (this.#triggeredMs !== null) this.#reset();
  }

  #trigger(nowMs: number): void {
    if (this.#triggeredMs !== null) return;
    this.#triggeredMs = nowMs;
    this.deadlineMs = nowMs + this.attributes.timeout;
    this.wake(nowMs);
  }
}

/** `reset_peer`: RST to both ends `timeout` milliseconds after the first byte or the end; an idle one stays open. */
export const resetPeer: ToxicKind<'timeout'> = {
  type: 'reset_peer',
  attributes: ['timeout'],
  closesOnRemoval: false,
  objection: () => null,
  createStage: ({ attributes, next, reset }) => new ResetPeerStage(attributes, next, reset),
};
