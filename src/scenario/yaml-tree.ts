/**
 * YAML 1.2 or JSON text to a tree with places. Stricter than YAML where YAML is a trap: no tags beyond the core schema,
 * no merge keys, no second document, no directive, only JSON's values, and bounds on nesting and size (aliases count
 * expanded).
 */
import { isAlias, isMap, isScalar, isSeq, parseDocument, type Node, type Pair, type YAMLError } from 'yaml';
import type { Problem } from '../problem/index.js';
import { outOfBounds } from './yaml-size.js';
import { inPlainWords } from './yaml-words.js';
import { problemAt, type Entry, type Scalar, type Source, type Span, type TreeNode } from './tree.js';

const DEEPEST = 64;
const MOST_NODES = 50_000;
/** As YAML 1.2's core schema writes them; what has a point or an exponent is a double by its nature. */
const WHOLE_NUMBER = /^(?:[-+]?\d+|0o[0-7]+|0x[\da-f]+)$/i;
type Parsed = ReturnType<typeof parseDocument>;

/** What is wrong: its code, what to say of it, and what to do. */
type Words = readonly [code: string, what: string, remedy: string];

const MEANT = 'check that this is the file you meant';
const DEEP_PROBLEM: Words = ['too-deep', `nested more than ${DEEPEST} deep`, `make it flatter, or ${MEANT}`];

const LARGE_PROBLEM: Words = [
  'too-large',
  `more than ${MOST_NODES} values (aliases count each time they are used)`,
  'make the scenario smaller',
];

const CORE_TAGS: ReadonlySet<string> = new Set(
  ['str', 'int', 'float', 'bool', 'null', 'map', 'seq'].map((name) => `tag:yaml.org,2002:${name}`),
);
const TAG_PROBLEM: Words = ['yaml-tag', 'YAML tags (!) have no meaning here', 'write the plain value'];

/** A tree, or everything that is wrong with the text. `tree` is null for an empty text. */
export type YamlReading =
  { readonly ok: true; readonly tree: TreeNode | null } | { readonly ok: false; readonly problems: readonly Problem[] };

export function readYaml(source: Source): YamlReading {
  const broken = outOfBounds(source.text, { deepest: DEEPEST, mostValues: MOST_NODES });
  if (broken !== null) {
    const words = broken.bound === 'too-deep' ? DEEP_PROBLEM : LARGE_PROBLEM;
    return { ok: false, problems: [problemOf(spanOf(source, broken.at, broken.at + 1), ...words)] };
  }
  let document: Parsed;
  try {
    document = parseDocument(source.text, {
      version: '1.2',
      schema: 'core',
      merge: false,
      prettyErrors: false,
      // Its look for duplicates takes the square of the number of keys; the walk finds them.
      uniqueKeys: false,
      strict: true,
    });
  } catch (error) {
    // The composer is recursive: absurd nesting ends in a RangeError, and nothing else of it may reach a person either.
    const words: Words = error instanceof RangeError ? DEEP_PROBLEM : ['not-yaml', 'this is not YAML', MEANT];
    return { ok: false, problems: [problemOf(spanOf(source, 0, 1), ...words)] };
  }
  const found = [...document.errors, ...document.warnings].map((error) => yamlProblem(error, source));
  const problems = withoutEchoes(found);
  const { explicit, version } = document.directives?.yaml ?? {};
  if (explicit === true && version !== '1.2') {
    const what = 'only YAML 1.2 is read, and a %YAML directive asks for another version';
    problems.push(problemOf(spanOf(source, 0, 5), 'yaml-directive', what, 'delete the directive'));
  }
  if (problems.length > 0) return { ok: false, problems };
  if (document.contents === null) return { ok: true, tree: null };
  const walk = new Walk(source);
  const tree = walk.tree(document.contents);
  return walk.problems.length > 0 ? { ok: false, problems: walk.problems } : { ok: true, tree };
}

/** The walk ends: nothing that follows would be kept. */
class TooLarge extends Error {}

class Walk {
  readonly problems: Problem[] = [];
  readonly #source: Source;
  /** What an alias stands for: the last anchor of its name above it. */
  readonly #anchors = new Map<string, Node>();
  #expanding = 0;
  #nodes = 0;

  constructor(source: Source) {
    this.#source = source;
  }

  /** Null: the problems say why. */
  tree(root: Node): TreeNode | null {
    try {
      return this.#node(root, 0, []);
    } catch (thrown) {
      if (thrown instanceof TooLarge) return null;
      throw thrown;
    }
  }

  #node(node: Node, depth: number, within: readonly Node[]): TreeNode {
    const span = this.#spanOfNode(node);
    const nothing: TreeNode = { kind: 'scalar', value: null, span };
    this.#nodes++;
    if (this.#nodes > MOST_NODES) {
      this.#report(span, ...LARGE_PROBLEM);
      throw new TooLarge();
    }
    if (depth > DEEPEST) {
      if (this.problems.every(({ code }) => code !== 'too-deep')) this.#report(span, ...DEEP_PROBLEM);
      return nothing;
    }
    if (isAlias(node)) {
      const target = this.#anchors.get(node.source);
      // An alias is complained about where it is used: its anchor may be right for others.
      if (target !== undefined && !within.includes(target)) {
        this.#expanding++;
        const expanded = this.#node(target, depth, within);
        this.#expanding--;
        return { ...expanded, span };
      }
      const [code, what, remedy]: Words =
        target === undefined
          ? [
              'unknown-alias',
              `there is no anchor "&${node.source}" above this alias`,
              'write the anchor, or the value itself',
            ]
          : ['alias-cycle', `the alias "*${node.source}" stands inside its own anchor`, 'write the value itself'];
      this.#report(span, code, what, remedy);
      return nothing;
    }
    // Anchors inside what an alias stands for are known already, and may have been given to others since.
    if (node.anchor !== undefined && this.#expanding === 0) this.#anchors.set(node.anchor, node);
    if (node.tag !== undefined && !CORE_TAGS.has(node.tag)) this.#report(span, ...TAG_PROBLEM);
    if (isScalar(node)) return { kind: 'scalar', value: this.#scalar(node.value, node.source, span), span };
    const around = [...within, node];
    if (isSeq(node))
      return { kind: 'list', items: node.items.map((item) => this.#node(item as Node, depth + 1, around)), span };
    if (!isMap(node)) return nothing;
    const entries = new Map<string, Entry>();
    for (const pair of node.items as readonly Pair<Node, Node | null>[]) this.#entry(pair, depth, around, entries);
    return { kind: 'map', entries, span };
  }

  #entry(pair: Pair<Node, Node | null>, depth: number, around: readonly Node[], entries: Map<string, Entry>): void {
    const keySpan = this.#spanOfNode(pair.key);
    const key = isScalar(pair.key) ? keyText(pair.key.value, pair.key.source) : null;
    // In quotes it is a text like any other: what the program writes of foreign names is always in quotes.
    const isMerge = key === '<<' && isScalar(pair.key) && pair.key.type === 'PLAIN';
    const wrong = isMerge ? MERGE_KEY : keyProblem(key, entries);
    if (key === null || wrong !== null) {
      if (wrong !== null) this.#report(keySpan, ...wrong);
      return;
    }
    this.#text(key, keySpan);
    const value: TreeNode =
      pair.value === null ? { kind: 'scalar', value: null, span: keySpan } : this.#node(pair.value, depth + 1, around);
    entries.set(key, { keySpan, value });
  }

  #scalar(value: unknown, written: string | undefined, span: Span): Scalar {
    if (typeof value === 'string') return this.#text(value, span);
    if (typeof value === 'boolean') return value;
    if (typeof value !== 'number') return null;
    if (!Number.isFinite(value))
      this.#report(
        span,
        'bad-number',
        'infinity and not-a-number have no JSON form',
        'write a number, or quote it if it is text',
      );
    const isExact = !Number.isInteger(value) || Number.isSafeInteger(value);
    return isExact || written === undefined || !WHOLE_NUMBER.test(written) ? value : BigInt(written.replace('+', ''));
  }

  #text(value: string, span: Span): string {
    if (/\p{Surrogate}/u.test(value))
      this.#report(span, 'bad-text', 'this text holds half of a surrogate pair', 'write the whole character');
    return value;
  }

  #spanOfNode(node: Node | null): Span {
    const [from, to] = node?.range ?? [0, 1];
    return spanOf(this.#source, from, to);
  }

  #report(span: Span, ...words: Words): void {
    if (this.problems.length < 50) this.problems.push(problemOf(span, ...words));
  }
}

const MERGE_KEY: Words = [
  'merge-key',
  'merge keys (<<) are not part of YAML 1.2 and are not merged',
  'use "extends:", or repeat the lines',
];

function keyText(value: unknown, source: string | undefined): string | null {
  if (typeof value === 'string') return value;
  return (typeof value === 'number' || typeof value === 'boolean') && source !== undefined ? source : null;
}

/** What is wrong with a key; null is one that is no text. */
function keyProblem(key: string | null, entries: ReadonlyMap<string, unknown>): Words | null {
  if (key === null) return ['bad-key', 'a key must be text', 'write a plain word as the key'];
  if (key === '__proto__') return ['bad-key', '"__proto__" can\'t be a key', 'use another name'];
  return entries.has(key)
    ? ['duplicate-key', `the key "${key}" is written twice in the same map`, 'keep one of the two']
    : null;
}

function spanOf(source: Source, from: number, to: number): Span {
  return { source, from, to: Math.max(to, from + 1) };
}

const problemOf = (span: Span, ...[code, what, remedy]: Words): Problem => problemAt(span, code, { what, remedy });

/** One syntax error makes the parser stumble over what follows: only the first of that kind is reported. */
function withoutEchoes(found: readonly Problem[]): Problem[] {
  const deep = found.find(({ code }) => code === 'too-deep');
  if (deep !== undefined) return [deep];
  const first = found.find(({ code }) => code === 'not-yaml');
  return found.filter((problem) => problem.code !== 'not-yaml' || problem === first).slice(0, 10);
}

const WORDS: Readonly<Partial<Record<YAMLError['code'], Words>>> = {
  MULTIPLE_DOCS: [
    'several-documents',
    'a scenario is one YAML document, and a second one begins here',
    'delete the "---" and what follows, or split the file',
  ],
  TAG_RESOLVE_FAILED: TAG_PROBLEM,
};

/** Codes of their own for what is commonest; the rest is `not-yaml`. */
const CODES: Readonly<Partial<Record<YAMLError['code'], string>>> = {
  TAB_AS_INDENT: 'tab-indent',
  BAD_INDENT: 'bad-indent',
};

function yamlProblem(error: YAMLError, source: Source): Problem {
  const { code, message, pos } = error;
  const [from, to] = pos;
  // The composer reports the end of its own recursion as a syntax error with JavaScript's words.
  if (/call stack/i.test(message)) return problemOf(spanOf(source, from, to), ...DEEP_PROBLEM);
  const ours = WORDS[code];
  if (ours !== undefined) return problemOf(spanOf(source, from, to), ...ours);
  const { what, remedy, at } = inPlainWords(error, source.text, from);
  const span = at === undefined ? spanOf(source, from, to) : spanOf(source, at, at + 1);
  return problemOf(span, /end with a [\]}]/.test(message) ? 'not-yaml' : (CODES[code] ?? 'not-yaml'), what, remedy);
}
