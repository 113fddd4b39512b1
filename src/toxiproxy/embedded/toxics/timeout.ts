import { Stage, TOLERANCE_MS, type Receiver } from '../stage.js';
import type { Attributes, ToxicKind } from './kind.js';

class TimeoutStage extends Stage<Attributes<'timeout'>> {
  constructor(attributes: Attributes<'timeout'>, next: Receiver, nowMs: number) {
    super(attributes, next);
    this.#restart(nowMs);
  }

  /** Dropped. Each piece starts the wait again, as it does in the real server: only silence ends a connection. */
  protected take(data: Buffer, stampMs: number, nowMs: number): void {
    void data;
    void stampMs;
    this.#restart(nowMs);
  }

  protected override finish(nowMs: number): void {
    this.deadlineMs = Number.POSITIVE_INFINITY;
    this.next.end(nowMs);
  }

  override wake(nowMs: number): void {
    if (this.deadlineMs <= nowMs + TOLERANCE_MS) this.end(nowMs);
  }

  override update(attributes: Attributes<'timeout'>, nowMs: number): void {
    this.attributes = attributes;
    if (!this.ended) this.#restart(nowMs);
  }

  #restart(nowMs: number): void {
    const { timeout: waitMs } = this.attributes;
    this.deadlineMs = waitMs > 0 ? nowMs + waitMs : Number.POSITIVE_INFINITY;
  }
}

/**
 * `timeout`: drops everything in its direction and closes after `timeout` milliseconds without a byte; 0 never closes.
 * Removing it closes every connection of the proxy, for what it swallowed would be missing from the stream.
 */
export const timeout: ToxicKind<'timeout'> = {
  type: 'timeout',
  attributes: ['timeout'],
  closesOnRemoval: true,
  objection: () => null,
  createStage: ({ attributes, next, nowMs }) => new TimeoutStage(attributes, next, nowMs),
};
