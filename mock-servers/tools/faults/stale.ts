/** An earlier answer of the same tool. */
import type { Answer, BehaviourOf } from './behaviour.js';

export const stale: BehaviourOf<'stale'> = () => {
  /** `differing`: the latest answer with another text than `last`. */
  const byTool = new Map<string, { readonly last: Answer; readonly differing: Answer | null }>();
  return {
    acts: 'answer',
    turn: (answer, { tool }) => {
      const remembered = byTool.get(tool.name);
      if (remembered === undefined) return null;
      return same(remembered.last, answer) ? remembered.differing : remembered.last;
    },
    observe: (tool, answer) => {
      const { last = answer, differing = null } = byTool.get(tool) ?? {};
      byTool.set(tool, { last: answer, differing: same(last, answer) ? differing : last });
    },
  };
};

const same = (a: Answer, b: Answer): boolean => a.kind === 'result' && b.kind === 'result' && a.text === b.text;
