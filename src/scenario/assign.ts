/**
 * `--set calls.0.weight=3`: one value put at one place of the scenario, after `extends` and the profile. And flags that
 * stand for such an assignment.
 */
import { type Problem, suggestion } from '../problem/index.js';
import { problemAt, type Entry, type ListNode, type MapNode, type Source, type Span, type TreeNode } from './tree.js';
import { readYaml } from './yaml-tree.js';

interface Step {
  readonly text: string;
  readonly span: Span;
}

/** Keys by which the items of a list may be named instead of numbered, in this order. */
const ITEM_NAMES = ['name', 'id', 'label', 'tool'] as const;

/**
 * The tree with one assignment made, or null after reporting why not. The value is read as YAML, so that `3` is a
 * number and `[a, b]` a list; nothing after the `=` removes the key. Items of a list go by position or by name
 * (`phases.steady.rate`); steps with dots are quoted (`"a.b".c`).
 */
export function assigned(root: MapNode, assignment: string, ordinal: number, folder: string, problems: Problem[]) {
  const source: Source = { file: '--set', folder, text: assignment, firstLine: ordinal };
  const refuse: Refuse = (span, what, remedy) => {
    problems.push(problemAt(span, 'bad-set', { what, remedy }));
    return null;
  };
  const steps = stepsOf(source);
  if (steps === null)
    return refuse(
      { source, from: 0, to: assignment.length },
      `"${assignment}" is not an assignment`,
      'write --set path.to.key=value, e.g. --set phases.steady.rate=400/s',
    );
  const value = valueFrom(source, steps.valueFrom, problems);
  return value === null ? null : (placed(root, steps.path, 0, value, refuse) as MapNode | null);
}

/** A flag that stands for one assignment: problems with its value name the flag. */
export interface AssigningFlag {
  /** `--workers` */
  readonly flag: string;
  /** Keys from the document down. */
  readonly path: readonly string[];
  /** As it was given. */
  readonly value: string;
}

/** The tree with the value of a flag at its place, or null after reporting why not. */
export function flagAssigned(
  root: MapNode,
  { flag, path, value: text }: AssigningFlag,
  folder: string,
  problems: Problem[],
) {
  const source: Source = { file: flag, folder, text, firstLine: 1 };
  const span: Span = { source, from: 0, to: text.length };
  const refuse: Refuse = (at, what, remedy) => {
    problems.push(problemAt(at, 'bad-flag', { what, remedy }));
    return null;
  };
  const value = valueFrom(source, 0, problems);
  if (value === null) return null;
  if (isEmpty(value)) return refuse(span, `${flag} "${text}" has no value`, 'give one, or leave the flag out');
  const steps = path.map((step): Step => ({ text: step, span }));
  return placed(root, steps, 0, value, refuse) as MapNode | null;
}

/** Reports why an assignment can't be made. */
type Refuse = (span: Span, what: string, remedy: string) => null;

const STEP = /"((?:[^"\\]|\\.)*)"|([^."=]+)/y;

function stepsOf(source: Source): { readonly path: readonly Step[]; readonly valueFrom: number } | null {
  const path: Step[] = [];
  let at = 0;
  for (;;) {
    STEP.lastIndex = at;
    const match = STEP.exec(source.text);
    if (match === null) return null;
    const text = match[1] === undefined ? (match[2] ?? '').trim() : match[1].replace(/\\(.)/g, '$1');
    if (text === '__proto__') return null;
    path.push({ text, span: { source, from: at, to: STEP.lastIndex } });
    at = STEP.lastIndex + 1;
    const next = source.text[STEP.lastIndex];
    if (next === '=') return { path, valueFrom: at };
    if (next !== '.') return null;
  }
}

function valueFrom(source: Source, from: number, problems: Problem[]): TreeNode | null {
  // Blanks instead of the path keep the offsets, so that places point into the whole assignment.
  const reading = readYaml({ ...source, text: ' '.repeat(from) + source.text.slice(from) });
  if (!reading.ok) {
    problems.push(
      ...reading.problems.map((problem) =>
        problem.where === undefined ? problem : { ...problem, where: { ...problem.where, text: source.text } },
      ),
    );
    return null;
  }
  const span = { source, from, to: source.text.length };
  return reading.tree === null ? { kind: 'scalar', value: null, span } : inSource(reading.tree, source);
}

function inSource(node: TreeNode, source: Source): TreeNode {
  const span = { ...node.span, source };
  switch (node.kind) {
    case 'scalar':
      return { ...node, span };
    case 'list':
      return { ...node, span, items: node.items.map((item) => inSource(item, source)) };
    case 'map': {
      const entries = Array.from(node.entries, ([key, { keySpan, value }]): [string, Entry] => [
        key,
        { keySpan: { ...keySpan, source }, value: inSource(value, source) },
      ]);
      return { ...node, span, entries: new Map(entries) };
    }
  }
}

function placed(node: TreeNode, path: readonly Step[], at: number, value: TreeNode, refuse: Refuse): TreeNode | null {
  const step = path[at];
  if (step === undefined) return value;
  const soFar = path
    .slice(0, at)
    .map(({ text }) => text)
    .join('.');
  switch (node.kind) {
    case 'map': {
      const below = node.entries.get(step.text);
      const last = at === path.length - 1;
      const entries = new Map<string, Entry>(node.entries);
      if (last && isEmpty(value)) {
        entries.delete(step.text);
        return { ...node, entries };
      }
      const empty: TreeNode = { kind: 'map', entries: new Map(), span: step.span };
      const start = below === undefined || isEmpty(below.value) ? empty : below.value;
      const child = last ? value : placed(start, path, at + 1, value, refuse);
      if (child === null) return null;
      entries.set(step.text, { keySpan: below === undefined || last ? step.span : below.keySpan, value: child });
      return { ...node, entries };
    }
    case 'list': {
      const index = itemIndex(node, step, soFar, refuse);
      const item = index === null ? undefined : node.items[index];
      if (item === undefined) return null;
      const child = placed(item, path, at + 1, value, refuse);
      return child === null ? null : { ...node, items: node.items.map((other, i) => (i === index ? child : other)) };
    }
    case 'scalar':
      return refuse(step.span, `${soFar} is a single value: there is nothing below it to set`, `set ${soFar} itself`);
  }
}

function isEmpty(node: TreeNode): boolean {
  return node.kind === 'scalar' && node.value === null;
}

function itemIndex(list: ListNode, { text, span }: Step, soFar: string, refuse: Refuse): number | null {
  if (/^\d+$/.test(text)) {
    if (Number(text) < list.items.length) return Number(text);
    const remedy = list.items.length === 0 ? 'the list is empty' : `positions go from 0 to ${list.items.length - 1}`;
    return refuse(span, `${soFar} has no item ${text}`, remedy);
  }
  for (const key of ITEM_NAMES) {
    const found = list.items.flatMap((item, index) => (nameBy(item, key) === text ? [index] : []));
    if (found.length === 1) return found[0] ?? null;
    const what = `${soFar} has ${found.length} items with the ${key} "${text}"`;
    if (found.length > 1) return refuse(span, what, `use its position: one of ${found.join(', ')}`);
  }
  const names = list.items.flatMap(
    (item) => ITEM_NAMES.map((key) => nameBy(item, key)).find((name) => name !== null) ?? [],
  );
  return refuse(span, `${soFar} has no item "${text}"`, suggestion(text, names, 'names there'));
}

function nameBy(item: TreeNode, key: string): string | null {
  const value = item.kind === 'map' ? item.entries.get(key)?.value : undefined;
  return value?.kind === 'scalar' && typeof value.value === 'string' ? value.value : null;
}
