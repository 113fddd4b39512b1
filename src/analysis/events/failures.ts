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
  /** What the first answer of this kind in the phase said; null where no answer came. */
  readonly example: string | null;
}

const OK = outcomeCode('ok');

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
        const example = examples.find((each) => each.phase === index && each.errorClass === errorClass);
        const outcome = OUTCOMES[Math.floor(key / 256)] ?? 'generator';
        return { phase: name, outcome, errorClass, ...kind, example: example?.text ?? null };
      })
      .sort((a, b) => b.calls - a.calls || a.firstNs - b.firstNs);
  });
}
