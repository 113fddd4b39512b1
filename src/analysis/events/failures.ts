/** The ways in which calls failed. */
import {
  ERROR_CLASSES,
  OUTCOMES,
  outcomeCode,
  type ErrorClass,
  type Outcome,
  type RunEvent,
  type Calls,
} from '../../record/index.js';
import type { PhaseFrame } from '../calls/index.js';

/** Calls of one phase that ended in the same way, which was not `ok`. Warm-up is left out. */
export interface FailureKind {
  readonly phase: string;
  readonly outcome: Outcome;
  readonly errorClass: ErrorClass;
  readonly calls: number;
  /**
   * Of these, the calls whose last attempt was sent on a connection that had carried a call before. A server that
   * closes idle connections resets such a call without having refused it; a reset on a new connection has another
   * cause.
   */
  readonly onReusedConnections: number;
  /** End of the first of them, and of the last. */
  readonly firstNs: number;
  readonly lastNs: number;
  /** What answers of this kind in the phase said, each another thing, in order; empty where no answer came. */
  readonly examples: readonly string[];
}

interface Counted {
  calls: number;
  onReusedConnections: number;
  firstNs: number;
  lastNs: number;
}

const OK = outcomeCode('ok');
const MOST_EXAMPLES = 3;

export function failuresOf(
  calls: Calls,
  frames: readonly PhaseFrame[],
  events: readonly RunEvent[],
): readonly FailureKind[] {
  const examples = events.filter((event) => event.type === 'failure-example');
  return frames.flatMap(({ planned: { index, name }, measured }) => {
    const kinds = new Map<number, Counted>();
    for (const i of measured) {
      const outcome = calls.outcome[i] ?? OK;
      if (outcome === OK) continue;
      const key = outcome * 256 + (calls.errorClass[i] ?? 0);
      const doneNs = calls.doneNs[i] ?? NaN;
      const kind = kinds.get(key);
      const reused = calls.reusedConnection[i] ?? 0;
      if (kind === undefined)
        kinds.set(key, { calls: 1, onReusedConnections: reused, firstNs: doneNs, lastNs: doneNs });
      else {
        kind.calls++;
        kind.onReusedConnections += reused;
        kind.firstNs = Math.min(kind.firstNs, doneNs);
        kind.lastNs = Math.max(kind.lastNs, doneNs);
      }
    }
    return [...kinds]
      .map(([key, kind]): FailureKind => {
        const errorClass = ERROR_CLASSES[key % 256] ?? 'none';
        const own = examples.filter((each) => each.phase === index && each.errorClass === errorClass);
        // Each load worker keeps its own.
        const texts = [...new Set(own.map(({ text }) => text))].slice(0, MOST_EXAMPLES);
        const outcome = OUTCOMES[Math.floor(key / 256)] ?? 'generator';
        return { phase: name, outcome, errorClass, ...kind, examples: texts };
      })
      .sort((a, b) => b.calls - a.calls || a.firstNs - b.firstNs);
  });
}
