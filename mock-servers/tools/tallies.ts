/** What the mock counts of its own doing. */
import type { MockState, WorkDone } from '../../src/protocol/index.js';

/** What the queue holds at a moment. */
export interface QueueView {
  readonly queued: number;
  readonly inService: number;
}

export class Tallies {
  #served = 0;
  #latenessSumNs = 0;
  #latenessMaxNs = 0;
  #wasted = 0;
  #wastedServiceNs = 0;
  #servedServiceNs = 0;
  #expired = 0;
  #cancelled = 0;
  #cancels = 0;

  served(latenessNs: number, serviceNs: number): void {
    this.#served += 1;
    this.#servedServiceNs += serviceNs;
    this.#latenessSumNs += latenessNs;
    if (latenessNs > this.#latenessMaxNs) this.#latenessMaxNs = latenessNs;
  }

  /** A service that was counted as `served` was wasted: its caller had given up. */
  wasted(serviceNs: number): void {
    this.#wasted += 1;
    this.#wastedServiceNs += serviceNs;
  }

  dropped(why: 'expired' | 'cancelled'): void {
    if (why === 'expired') this.#expired += 1;
    else this.#cancelled += 1;
  }

  /** A cancellation named a call under way. */
  cancel(): void {
    this.#cancels += 1;
  }

  get lateness(): MockState['lateness'] {
    return { meanNs: this.#served === 0 ? 0 : this.#latenessSumNs / this.#served, maxNs: this.#latenessMaxNs };
  }

  get work(): WorkDone {
    return {
      served: this.#served,
      servedServiceNs: this.#servedServiceNs,
      wasted: this.#wasted,
      wastedServiceNs: this.#wastedServiceNs,
      expired: this.#expired,
      cancelled: this.#cancelled,
      cancels: this.#cancels,
    };
  }
}
