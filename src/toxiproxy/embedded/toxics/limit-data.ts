import { Stage } from '../stage.js';
import type { Attributes, ToxicKind } from './kind.js';

class LimitDataStage extends Stage<Attributes<'bytes'>> {
  /** Counts on when the limit is changed. */
  #passed = 0;

  protected take(data: Buffer, stampMs: number, nowMs: number): void {
    const room = Math.max(0, this.attributes.bytes - this.#passed);
    const piece = data.length <= room ? data : data.subarray(0, room);
    this.#passed += piece.length;
    if (piece.length > 0) this.next.accept(piece, stampMs, nowMs);
    if (this.#passed >= this.attributes.bytes) this.end(nowMs);
  }
}

/** `limit_data`: lets exactly `bytes` by and then closes; 0 closes when the first byte comes. */
export const limitData: ToxicKind<'bytes'> = {
  type: 'limit_data',
  attributes: ['bytes'],
  closesOnRemoval: false,
  objection: () => null,
  createStage: ({ attributes, next }) => new LimitDataStage(attributes, next),
};
