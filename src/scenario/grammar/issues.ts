/** From zod's issues to problems with a place and a remedy. */
import type { z } from 'zod';
import type { Problem } from '../../problem/index.js';
import { nodeAt, pathText, placeOf, spanAt } from '../source-tree.js';
import type { Path, TreeNode } from '../source-tree.js';
import { suggestion } from '../suggest.js';
import { heard } from './said.js';

type Issue = z.core.$ZodIssue;

/** @param base path of the value that was parsed, within `tree`. */
export function problemsFrom(issues: readonly Issue[], tree: TreeNode, base: Path = []): Problem[] {
  return issues.flatMap((issue) => fromIssue(issue, tree, [...base, ...issue.path.map(step)]));
}

function step(key: PropertyKey): string | number {
  return typeof key === 'number' ? key : String(key);
}

function fromIssue(issue: Issue, tree: TreeNode, path: Path): Problem[] {
  const message = heard(issue.message);
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => ({
        code: 'unknown-key',
        what: `${owner(path)}unknown key "${key}"`,
        where: placeOf(spanAt(tree, [...path, key], 'key')),
        remedy: suggestion(key, message.keys ?? [], 'keys here'),
      }));
    case 'invalid_union': {
      const branch = message.meant === undefined ? undefined : issue.errors[message.meant];
      if (branch !== undefined) return problemsFrom(branch, tree, path);
      break;
    }
    case 'invalid_key': {
      const said = heard(issue.issues[0]?.message ?? '').said;
      const key = String(path.at(-1) ?? '');
      return [
        {
          code: said?.code ?? 'bad-name',
          what: `${owner(path.slice(0, -1))}${said?.what ?? `"${key}" can't be a key here`}`,
          where: placeOf(spanAt(tree, path, 'key')),
          remedy: said?.remedy ?? 'use another name',
        },
      ];
    }
    default:
      break;
  }
  const node = nodeAt(tree, path);
  const last = path.at(-1);
  if (node === null && last !== undefined) {
    return [
      {
        code: 'missing-key',
        what: `${owner(path.slice(0, -1))}missing key "${last}"`,
        where: placeOf(spanAt(tree, path.slice(0, -1), 'key')),
        remedy: message.said?.remedy.replace(/^did you mean.*/, `add ${last}:`) ?? `add ${last}:`,
      },
    ];
  }
  if (node?.kind === 'scalar' && node.value === null && message.said?.code !== 'contradiction') {
    return [{ code: 'empty', what: `${pathText(path) || 'the scenario'} is empty`, where: placeOf(spanAt(tree, path, 'key')), remedy: message.said?.remedy ?? 'give it a value, or delete the line' }];
  }
  return [
    {
      code: message.said?.code ?? 'bad-value',
      what: `${owner(path)}${message.said?.what ?? issue.message}`,
      where: placeOf(spanAt(tree, path, node?.kind === 'scalar' ? 'value' : 'key')),
      remedy: message.said?.remedy ?? 'see the schema for what may stand here',
    },
  ];
}

function owner(path: Path): string {
  return path.length === 0 ? '' : `${pathText(path)}: `;
}
