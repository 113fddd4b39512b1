/** What the mock counts of its own doing. */

/** What the queue holds at a moment. */
export interface QueueView {
  readonly queued: number;
  readonly inService: number;
}

/** How much later than computed the answers were handed over, since the mock started. */
export interface Lateness {
  readonly meanNs: number;
  readonly maxNs: number;
}

/** What became of the work, since the mock started. */
export interface WorkDone {
  /** Services carried through to their end, and those of them whose caller had gone or had cancelled by then. */
  readonly served: number;
  readonly wasted: number;
  /** Time the workers spent on the wasted ones. */
  readonly wastedServiceNs: number;
  /** Calls left unserved because of `drops`. */
  readonly dropped: number;
}

export class Tallies {
  #served = 0;
  #latenessSumNs = 0;
  #latenessMaxNs = 0;
  #wasted = 0;
  #wastedServiceNs = 0;
  #dropped = 0;

  served(latenessNs: number): void {
    this.#served += 1;
    this.#latenessSumNs += latenessNs;
    if (latenessNs > this.#latenessMaxNs) this.#latenessMaxNs = latenessNs;
  }

  /** A service that was counted as `served` was for nobody. */
  wasted(serviceNs: number): void {
    this.#wasted += 1;
    this.#wastedServiceNs += serviceNs;
  }

  dropped(): void {
    this.#dropped += 1;
  }

  get lateness(): Lateness {
    return { meanNs: this.#served === 0 ? 0 : this.#latenessSumNs / this.#served, maxNs: this.#latenessMaxNs };
  }

  get work(): WorkDone {
    return { served: this.#served, wasted: this.#wasted, wastedServiceNs: this.#wastedServiceNs, dropped: this.#dropped };
  }
}
