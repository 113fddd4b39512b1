/** What the mock counts of its own doing. */
import type { MockState, WorkDone } from '../../src/protocol/index.js';

export class Tallies {
  readonly #work = {
    ...{ served: 0, servedServiceNs: 0, wasted: 0, wastedServiceNs: 0 },
    ...{ expired: 0, cancelled: 0, cancels: 0 },
  };
  #latenessSumNs = 0;
  #latenessMaxNs = 0;

  served(latenessNs: number, serviceNs: number): void {
    this.#work.served += 1;
    this.#work.servedServiceNs += serviceNs;
    this.#latenessSumNs += latenessNs;
    this.#latenessMaxNs = Math.max(this.#latenessMaxNs, latenessNs);
  }

  /** A service that was counted as `served` was wasted: its caller had given up. */
  wasted(serviceNs: number): void {
    this.#work.wasted += 1;
    this.#work.wastedServiceNs += serviceNs;
  }

  /** Counts a call that was dropped, or (`cancels`) a cancellation that named a call under way. */
  count(what: 'expired' | 'cancelled' | 'cancels'): void {
    this.#work[what] += 1;
  }

  get lateness(): MockState['lateness'] {
    const { served } = this.#work;
    return { meanNs: served === 0 ? 0 : this.#latenessSumNs / served, maxNs: this.#latenessMaxNs };
  }

  get work(): WorkDone {
    return { ...this.#work };
  }
}
