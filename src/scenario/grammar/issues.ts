/** From zod's issues to problems with a place and a remedy. */
import type { z } from 'zod';
import { type Problem, suggestion } from '../../problem/index.js';
import { nodeAt, pathText, problemAt, spanAt, type TreeNode } from '../tree.js';
import { GRAMMAR_PAGE, readMessage, isMap, type TextProblem, type Path } from '../../catalog/index.js';

/** Keys of a file that are resolved before the grammar reads it. */
const FILE_KEYS = ['extends', 'profiles', 'arms', 'reference', 'trials'];

type Issue = z.core.$ZodIssue;

/** @param base path of the value that was parsed, within `tree`. */
export function problemsFrom(issues: readonly Issue[], tree: TreeNode, base: Path = []): Problem[] {
  return issues.flatMap((issue) => fromIssue(issue, tree, [...base, ...issue.path.map(step)]));
}

function step(key: PropertyKey): string | number {
  return typeof key === 'number' ? key : String(key);
}

function fromIssue(issue: Issue, tree: TreeNode, base: Path): Problem[] {
  const message = readMessage(issue.message);
  const path = message.problem?.at === undefined ? base : [...base, message.problem.at];
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => unknownKey(tree, path, key, message.keys ?? []));
  if (issue.code === 'invalid_key')
    return [invalidKey(tree, path, readMessage(issue.issues[0]?.message ?? '').problem)];
  if (issue.code === 'invalid_union') {
    const branch = message.meant === undefined ? undefined : issue.errors[message.meant];
    if (branch !== undefined) return problemsFrom(branch, tree, path);
  }
  const node = nodeAt(tree, path);
  const last = path.at(-1);
  const { problem } = message;
  const at = (place: Path, want: 'key' | 'value', code: string, what: string, remedy: string): Problem[] => [
    problemAt(spanAt(tree, place, want), code, { what, remedy }),
  ];
  if (node === null && last !== undefined) {
    const above = path.slice(0, -1);
    const hint = problem === undefined || problem.remedy.startsWith('did you mean') ? '' : ` (${problem.remedy})`;
    return at(above, 'key', 'missing-key', `${owner(above)}missing key "${last}"`, `add ${last}:${hint}`);
  }
  if (node?.kind === 'scalar' && node.value === null && problem?.code !== 'contradiction') {
    const what = `${pathText(path) || 'the scenario'} is empty`;
    return at(path, 'key', 'empty', what, problem?.remedy ?? 'give it a value, or delete the line');
  }
  return at(
    path,
    node?.kind === 'scalar' ? 'value' : 'key',
    problem?.code ?? 'bad-value',
    `${owner(path)}${problem?.what ?? issue.message}`,
    problem?.remedy ?? 'see the schema for what may stand here',
  );
}

function unknownKey(tree: TreeNode, path: Path, key: string, known: readonly string[]): Problem {
  return problemAt(spanAt(tree, [...path, key], 'key'), 'unknown-key', {
    what: `${owner(path)}unknown key "${key}"`,
    remedy: suggestion(key, path.length === 0 ? [...known, ...FILE_KEYS] : known, 'keys here', GRAMMAR_PAGE),
  });
}

function invalidKey(tree: TreeNode, path: Path, problem: TextProblem | undefined): Problem {
  return problemAt(spanAt(tree, path, 'key'), problem?.code ?? 'bad-name', {
    what: `${owner(path.slice(0, -1))}${problem?.what ?? `"${path.at(-1) ?? ''}" can't be a key here`}`,
    remedy: problem?.remedy ?? 'use another name',
  });
}

/**
 * A copy of a value without the parts zod complained about, so that what is left may pass: a misspelt key should not
 * hide a wrong reference beside it.
 */
export function withoutFaulty(value: unknown, issues: readonly Issue[]): unknown {
  const copy: unknown = structuredClone(value);
  for (const path of faulty(issues, [])) remove(copy, path);
  return copy;
}

function faulty(issues: readonly Issue[], base: Path): readonly Path[] {
  return issues.flatMap((issue) => {
    const path = [...base, ...issue.path.map(step)];
    if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => [...path, key]);
    if (issue.code === 'invalid_union') {
      const branch = issue.errors[readMessage(issue.message).meant ?? -1];
      if (branch !== undefined) return faulty(branch, path);
    }
    return [path];
  });
}

function remove(value: unknown, path: Path): void {
  let holder = value;
  for (const key of path.slice(0, -1))
    holder = isMap(holder)
      ? holder[String(key)]
      : Array.isArray(holder)
        ? (holder as unknown[])[Number(key)]
        : undefined;
  const last = path.at(-1);
  if (last !== undefined && isMap(holder)) delete (holder as Record<string, unknown>)[String(last)];
}

function owner(path: Path): string {
  return path.length === 0 ? '' : `${pathText(path)}: `;
}
