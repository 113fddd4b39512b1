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
  /** End of the first of them, and of the last. */
  readonly firstNs: number;
  readonly lastNs: number;
  /** What answers of this kind in the phase said, each another thing, in order; empty where no answer came. */
  readonly examples: readonly string[];
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
    const kinds = new Map<number, { calls: number; firstNs: number; lastNs: number }>();
    for (const i of measured) {
      const outcome = calls.outcome[i] ?? OK;
      if (outcome === OK) continue;
      const key = outcome * 256 + (calls.errorClass[i] ?? 0);
      const doneNs = calls.doneNs[i] ?? NaN;
      const kind = kinds.get(key);
      if (kind === undefined) kinds.set(key, { calls: 1, firstNs: doneNs, lastNs: doneNs });
      else {
        kind.calls++;
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
