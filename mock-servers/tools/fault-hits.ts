/**
 * Every call (or request) that a fault affected, in order, so that what became of it can be followed to its caller.
 *
 * The numbers in a fault's status are arrivals; the rows here name the calls.
 */
import type { FaultHitLine } from '../../src/protocol/index.js';
import { TRUTH_CAPACITY } from './truth.js';

/** One affected call or request. Times count from the mock's epoch. */
export interface FaultHitFact {
  /** The label of the fault, or its id. */
  readonly fault: string;
  /** Logical call; null when the request held no id, or when no call was affected. */
  readonly callId: string | null;
  /** Null: no call was affected, but a request, a session or the mock as a whole. */
  readonly tool: string | null;
  /** When the affected call had been received; null where there is none. */
  readonly receivedNs: number | null;
  readonly atNs: number;
  /** The call was chosen while the fault was in force and affected after it was lifted. */
  readonly afterLift: boolean;
}

/** The affected calls, in order. */
export class FaultHits {
  readonly #capacity: number;
  readonly #facts: FaultHitFact[] = [];
  readonly #written: ((fact: FaultHitFact) => void) | null;
  #dropped = 0;

  /** @param written receives every row as it happens, also those there is no room for. */
  constructor(capacity = TRUTH_CAPACITY, written: ((fact: FaultHitFact) => void) | null = null) {
    this.#capacity = capacity;
    this.#written = written;
  }

  get rows(): number {
    return this.#facts.length;
  }

  /** Rows that found no room. */
  get dropped(): number {
    return this.#dropped;
  }

  affected(fact: FaultHitFact): void {
    if (this.#facts.length === this.#capacity) this.#dropped += 1;
    else this.#facts.push(fact);
    this.#written?.(fact);
  }

  *read(absolute: (ns: number) => string): Generator<FaultHitLine> {
    const rows = this.#facts.length;
    for (let row = 0; row < rows; row++) {
      const fact = this.#facts[row];
      if (fact !== undefined) yield faultHitLineOf(fact, absolute);
    }
  }
}

export function faultHitLineOf(
  { fault, callId, tool, receivedNs, atNs, afterLift }: FaultHitFact,
  absolute: (ns: number) => string,
): FaultHitLine {
  return {
    fault,
    call: callId,
    tool,
    receivedNs: receivedNs === null ? null : absolute(receivedNs),
    atNs: absolute(atNs),
    afterLift,
  };
}
