/** Whole numbers that a double can't hold: sent digit by digit in the arguments of calls, and refused elsewhere. */
import type { Path } from '../catalog/index.js';
import type { Problem } from '../problem/index.js';
import { pathText, problemAt, type Entry, type MapNode, type TreeNode } from './tree.js';

/** Where values are sent, or compared with what comes back, and need not be numbers of this program. */
const isSent = ([first, second, third, fourth]: Path): boolean =>
  first === 'calls' &&
  typeof second === 'number' &&
  (third === 'arguments' || (third === 'expect' && fourth === 'structured'));

/** The tree without such numbers where they can't be kept exactly; each of those is reported. */
export function withExactIntegers(tree: MapNode, problems: Problem[]): MapNode {
  return exact(tree, [], problems) as MapNode;
}

function exact(node: TreeNode, path: Path, problems: Problem[]): TreeNode {
  if (isSent(path)) return node;
  switch (node.kind) {
    case 'scalar': {
      if (typeof node.value !== 'bigint') return node;
      const what = `${path.length === 0 ? '' : `${pathText(path)}: `}this whole number is too large to be kept exactly`;
      problems.push(problemAt(node.span, 'bad-number', { what, remedy: 'quote it if it is text' }));
      return { ...node, value: Number(node.value) };
    }
    case 'list':
      return { ...node, items: node.items.map((item, index) => exact(item, [...path, index], problems)) };
    case 'map': {
      const entries = new Map<string, Entry>();
      for (const [key, entry] of node.entries)
        entries.set(key, { ...entry, value: exact(entry.value, [...path, key], problems) });
      return { ...node, entries };
    }
  }
}
