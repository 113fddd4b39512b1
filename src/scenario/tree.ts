/**
 * A document as a tree in which every value knows the file, line and column it was written at, so that a merged
 * scenario can still point into the right file.
 */
import type { Path } from '../catalog/index.js';
import type { Advice, Problem, SourcePlace } from '../problem/index.js';
import type { JsonValue } from './types.js';

/** A text a value can come from: a file, or one `--set`. */
export interface Source {
  /** As a person would name it: a path, or `--set`. */
  readonly file: string;
  /** Folder that relative paths in it count from, absolute. */
  readonly folder: string;
  readonly text: string;
  /** Number of its first line (a `--set` is numbered among its likes). */
  readonly firstLine: number;
}

/** A stretch of a source, in UTF-16 code units. */
export interface Span {
  readonly source: Source;
  readonly from: number;
  readonly to: number;
}

/** A `bigint` is a whole number that a double can't hold. */
export type Scalar = null | boolean | number | bigint | string;

export interface ScalarNode {
  readonly kind: 'scalar';
  readonly value: Scalar;
  readonly span: Span;
}
export interface ListNode {
  readonly kind: 'list';
  readonly items: readonly TreeNode[];
  readonly span: Span;
}
export interface MapNode {
  readonly kind: 'map';
  readonly entries: ReadonlyMap<string, Entry>;
  readonly span: Span;
}
export interface Entry {
  readonly keySpan: Span;
  readonly value: TreeNode;
}
export type TreeNode = ScalarNode | ListNode | MapNode;

/** The tree without its places. */
export function valueOf(node: TreeNode): JsonValue {
  switch (node.kind) {
    case 'scalar':
      return node.value;
    case 'list':
      return node.items.map(valueOf);
    case 'map': {
      const object: Record<string, JsonValue> = {};
      for (const [key, entry] of node.entries) object[key] = valueOf(entry.value);
      return object;
    }
  }
}

/** The node at a path, or null. */
export function nodeAt(root: TreeNode, path: Path): TreeNode | null {
  let node: TreeNode | null = root;
  for (const step of path) {
    node = childOf(node, step);
    if (node === null) return null;
  }
  return node;
}

function childOf(node: TreeNode, step: string | number): TreeNode | null {
  if (node.kind === 'map') return node.entries.get(String(step))?.value ?? null;
  if (node.kind === 'list') return node.items[Number(step)] ?? null;
  return null;
}

/**
 * Where to point for a path: the value's span, or the key's; where the path leads nowhere, the key of the deepest thing
 * that is there (the map that lacks a key is best shown by its own key or list dash).
 */
export function spanAt(root: TreeNode, path: Path, want: 'key' | 'value'): Span {
  let node = root;
  let keySpan: Span | null = null;
  for (const step of path) {
    if (node.kind === 'map') {
      const entry = node.entries.get(String(step));
      if (entry === undefined) return keySpan ?? startOf(node.span);
      keySpan = entry.keySpan;
      node = entry.value;
    } else {
      const child = childOf(node, step);
      if (child === null) return keySpan ?? startOf(node.span);
      node = child;
      keySpan = startOf(child.span);
    }
  }
  return want === 'key' ? (keySpan ?? startOf(node.span)) : node.span;
}

function startOf(span: Span): Span {
  return { source: span.source, from: span.from, to: span.from + 1 };
}

/** Longest line shown; the rest of a longer one is cut off. */
const LONGEST_EXCERPT = 400;

/** A span as a place people can look at: line and column from 1, the line's text, and how much of it is meant. */
export function placeOf(span: Span): SourcePlace {
  const { text, file, firstLine } = span.source;
  const from = Math.min(span.from, text.length);
  const lineStart = from === 0 ? 0 : text.lastIndexOf('\n', from - 1) + 1;
  const newline = text.indexOf('\n', from);
  const lineEnd = newline < 0 ? text.length : newline;
  const line = firstLine + lineBreaksBefore(span.source, lineStart);
  const excerpt = text.slice(lineStart, lineEnd).replace(/\r$/, '');
  const column = from - lineStart + 1;
  return {
    file,
    line,
    column,
    text: excerpt.slice(0, LONGEST_EXCERPT),
    length: Math.max(1, Math.min(span.to, lineStart + excerpt.length) - from),
  };
}

/** Offsets of the line breaks of each source: a list of 40 000 wrong items asks for as many places. */
const LINE_BREAKS = new WeakMap<Source, readonly number[]>();

function lineBreaksBefore(source: Source, offset: number): number {
  let breaks = LINE_BREAKS.get(source);
  if (breaks === undefined) {
    breaks = [...source.text.matchAll(/\n/g)].map(({ index }) => index);
    LINE_BREAKS.set(source, breaks);
  }
  let low = 0;
  let high = breaks.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((breaks[middle] ?? offset) < offset) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** What is wrong with what is written at a span. */
export function problemAt(span: Span, code: string, { what, remedy }: Advice): Problem {
  return { code, what, where: placeOf(span), remedy };
}

/** A path as `--set` would write it. */
export function pathText(path: Path): string {
  return path.map((step) => (/[.="]/.test(String(step)) ? JSON.stringify(String(step)) : String(step))).join('.');
}
