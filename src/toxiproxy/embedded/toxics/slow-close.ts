import { Stage, TOLERANCE_MS } from '../stage.js';
import type { Attributes, ToxicKind } from './kind.js';

class SlowCloseStage extends Stage<Attributes<'delay'>> {
  protected take(data: Buffer, stampMs: number, nowMs: number): void {
    this.next.accept(data, stampMs, nowMs);
  }

  protected override finish(nowMs: number): void {
    this.deadlineMs = nowMs + this.attributes.delay;
    this.wake(nowMs);
  }

  override wake(nowMs: number): void {
    if (this.deadlineMs <= nowMs + TOLERANCE_MS) this.release(nowMs);
  }

  /** A close that is being held back is held back anew. */
  override update(attributes: Attributes<'delay'>, nowMs: number): void {
    this.attributes = attributes;
    if (Number.isFinite(this.deadlineMs)) this.finish(nowMs);
  }

  override release(nowMs: number): void {
    this.deadlineMs = Number.POSITIVE_INFINITY;
    if (this.ended) this.next.end(nowMs);
  }
}

/** `slow_close`: the close follows `delay` milliseconds after the last byte. */
export const slowClose: ToxicKind<'delay'> = {
  type: 'slow_close',
  attributes: ['delay'],
  closesOnRemoval: false,
  objection: () => null,
  createStage: ({ attributes, next }) => new SlowCloseStage(attributes, next),
};
