import { Stage } from '../stage.js';
import type { Attributes, ToxicKind } from './kind.js';

class NoopStage extends Stage<Attributes<never>> {
  protected take(data: Buffer, stampMs: number, nowMs: number): void {
    this.next.accept(data, stampMs, nowMs);
  }
}

/** `noop`: does nothing; accepted because the real server accepts it. */
export const noop: ToxicKind<never> = {
  type: 'noop',
  attributes: [],
  closesOnRemoval: false,
  objection: () => null,
  createStage: ({ attributes, next }) => new NoopStage(attributes, next),
};
