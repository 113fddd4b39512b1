/** How the faults of a mock are set, lifted and reported. */
import { isObject } from '../json.js';
import type { MockFault } from '../mock-faults/messages.js';
import { text, whole, type ObjectOf } from '../shape.js';

const count = whole('a whole number from 0', 0);

/** What the harness reads of the answer to `POST /plimsoll/faults` and to `DELETE /plimsoll/faults/ID`. */
export const faultCounts = {
  /** `f1`, `f2`, ... in the order in which they were set. */
  id: text,
  /** How many calls (or requests, where it affects those) it could have affected so far. */
  eligible: count,
  affected: count,
};

/** One fault that is in force, was, or will be. */
export type FaultStatus = ObjectOf<typeof faultCounts> & {
  readonly fault: MockFault;
  /** From when on it is in force: absolute CLOCK_MONOTONIC nanoseconds, decimal. It affects what arrives later. */
  readonly onNs: string;
  /** From when on it is no longer in force; null while that is not known. */
  readonly offNs: string | null;
  /**
   * What it affected: arrival numbers as in the truth; for `schema-drift` and `session-leak` the numbers of the
   * requests it could have affected, from 0. None for a `stall` or `session-loss` without `which`. The first 1 000 000.
   */
  readonly numbers: readonly number[];
};

/** What a mock's refusal of a fault (`{ "problems": [{ "what": ... }] }`) says is wrong; null when it is none. */
export function refusalReasons(answer: unknown): readonly string[] | null {
  const problems = isObject(answer) ? answer['problems'] : undefined;
  if (!Array.isArray(problems) || problems.length === 0) return null;
  const reasons = problems.map((problem: unknown) => (isObject(problem) ? problem['what'] : undefined));
  return reasons.every((reason) => typeof reason === 'string') ? reasons : null;
}

/** Faults can be set and lifted while the mock serves. */
export interface FaultControl {
  /** @throws ProblemError (`bad-input`) for a fault that makes no sense here, or whose time is over. */
  readonly put: (fault: MockFault) => FaultStatus;
  /** Lifts a fault and gives its final status; null when there is none of this id. Again is no error. */
  readonly remove: (id: string) => FaultStatus | null;
  /** All that were ever set, in that order. */
  readonly list: () => readonly FaultStatus[];
}
