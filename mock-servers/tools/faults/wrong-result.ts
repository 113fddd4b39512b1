/** A well-formed answer that does not follow from the arguments. */
import type { BehaviourOf } from './behaviour.js';

export const wrongResult: BehaviourOf<'wrong-result'> = () => ({
  acts: 'answer',
  turn: (answer) => (answer.kind === 'result' ? { ...answer, text: wrong(answer.text) } : null),
});

/** The digest with its last hexadecimal digit changed: never right by chance, and of the right shape. */
function wrong(text: string): string {
  const digit = Number.parseInt(text.slice(-1), 16);
  return text.slice(0, -1) + (digit ^ 1).toString(16);
}
