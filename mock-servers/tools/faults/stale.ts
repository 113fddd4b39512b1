/** An earlier answer of the same tool. */
import type { Answer, BehaviourOf } from './behaviour.js';

interface Remembered {
  last: Answer;
  /** The latest one with another text than `last`. */
  differing: Answer | null;
}

export const stale: BehaviourOf<'stale'> = () => {
  const byTool = new Map<string, Remembered>();
  return {
    acts: 'answer',
    turn: (answer, { tool }) => {
      const remembered = byTool.get(tool.name);
      if (remembered === undefined) return null;
      return same(remembered.last, answer) ? remembered.differing : remembered.last;
    },
    observe: (tool, answer) => {
      const remembered = byTool.get(tool);
      if (remembered === undefined) {
        byTool.set(tool, { last: answer, differing: null });
        return;
      }
      if (!same(remembered.last, answer)) remembered.differing = remembered.last;
      remembered.last = answer;
    },
  };
};

function same(a: Answer, b: Answer): boolean {
  return a.kind === 'result' && b.kind === 'result' && a.text === b.text;
}
