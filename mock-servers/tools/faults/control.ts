/** How the faults of a mock are put on, taken off and accounted for. */
import type { MockFault } from './options.js';

/** One fault that is on or was. */
export interface FaultStatus {
  /** `f1`, `f2`, ... in the order in which they were put on. */
  readonly id: string;
  readonly fault: MockFault;
  /**
   * When it came or comes into force, absolute CLOCK_MONOTONIC nanoseconds, decimal. It strikes what arrives from here
   * on.
   */
  readonly onNs: string;
  /** From when on it is no longer in force; null while that is not known. */
  readonly offNs: string | null;
  /** How many calls (or whatever it looks at) it could have struck so far. */
  readonly looked: number;
  readonly affected: number;
  /**
   * What it struck: arrival numbers as in the truth; for `schema-drift` and `session-leak` the numbers of the requests
   * it looked at, from 0. Nothing for a `stall` or `session-loss` without `which`. The first 1 000 000.
   */
  readonly numbers: readonly number[];
}

/** Faults can be put on and taken off while the mock serves. */
export interface FaultControl {
  /** @throws ProblemError (`bad-input`) for a fault that makes no sense here, or whose time is over. */
  readonly put: (fault: MockFault) => FaultStatus;
  /** Ends a fault and gives its final status; null when there is none of this id. Again is no error. */
  readonly remove: (id: string) => FaultStatus | null;
  /** All that were ever put on, in that order. */
  readonly list: () => readonly FaultStatus[];
}
