/**
 * YAML 1.2 or JSON text to a tree with places. Stricter than YAML where YAML is a trap: no tags beyond the core schema,
 * no merge keys, no second document, no directive, only JSON's values, and bounds on nesting and size (aliases count
 * expanded).
 */
import {
  isAlias,
  isMap,
  isScalar,
  isSeq,
  parseDocument,
  type Document,
  type Node,
  type Pair,
  type YAMLError,
} from 'yaml';
import type { Problem } from '../problem/index.js';
import { placeOf, type Entry, type Scalar, type Source, type Span, type TreeNode } from './source-tree.js';

const DEEPEST = 64;
const MOST_NODES = 50_000;
const DEEP_PROBLEM = [
  'too-deep',
  `nested more than ${DEEPEST} deep`,
  'make it flatter, or check that this is the file you meant',
] as const;

const CORE_TAGS: ReadonlySet<string> = new Set(
  ['str', 'int', 'float', 'bool', 'null', 'map', 'seq'].map((name) => `tag:yaml.org,2002:${name}`),
);
const TAG_PROBLEM = ['yaml-tag', 'YAML tags (!) have no meaning here', 'write the plain value'] as const;

/** A tree, or everything that is wrong with the text. `tree` is null for an empty text. */
export type YamlReading =
  { readonly ok: true; readonly tree: TreeNode | null } | { readonly ok: false; readonly problems: readonly Problem[] };

export function readYaml(source: Source): YamlReading {
  let document: Document.Parsed;
  try {
    document = parseDocument(source.text, {
      version: '1.2',
      schema: 'core',
      merge: false,
      prettyErrors: false,
      uniqueKeys: true,
      strict: true,
    });
  } catch (error) {
    // The composer is recursive: absurd nesting ends in a RangeError, and nothing else of it may reach a person either.
    const [code, what, remedy] =
      error instanceof RangeError
        ? DEEP_PROBLEM
        : (['not-yaml', 'this is not YAML', 'check that this is the file you meant'] as const);
    return { ok: false, problems: [problemAt(spanOf(source, 0, 1), code, what, remedy)] };
  }
  const found = [...document.errors, ...document.warnings].map((error) => yamlProblem(error, source));
  const problems = withoutEchoes(found);
  const explicit = document.directives.yaml.explicit === true && document.directives.yaml.version !== '1.2';
  if (explicit) {
    problems.push(
      problemAt(
        spanOf(source, 0, 5),
        'yaml-directive',
        'only YAML 1.2 is read, and a %YAML directive asks for another version',
        'delete the directive',
      ),
    );
  }
  if (problems.length > 0) return { ok: false, problems };
  if (document.contents === null) return { ok: true, tree: null };
  const walk = new Walk(source, document);
  const tree = walk.node(document.contents, 0, []);
  return walk.problems.length > 0 ? { ok: false, problems: walk.problems } : { ok: true, tree };
}

class Walk {
  readonly problems: Problem[] = [];
  readonly #source: Source;
  readonly #document: Document.Parsed;
  #nodes = 0;

  constructor(source: Source, document: Document.Parsed) {
    this.#source = source;
    this.#document = document;
  }

  node(node: Node, depth: number, within: readonly Node[]): TreeNode {
    const span = this.#spanOfNode(node);
    this.#nodes++;
    if (this.#nodes > MOST_NODES) {
      if (this.#nodes === MOST_NODES + 1)
        this.#report(
          span,
          'too-large',
          `more than ${MOST_NODES} values (aliases count each time they are used)`,
          'make the scenario smaller',
        );
      return { kind: 'scalar', value: null, span };
    }
    if (depth > DEEPEST) {
      if (this.problems.every(({ code }) => code !== 'too-deep')) this.#report(span, ...DEEP_PROBLEM);
      return { kind: 'scalar', value: null, span };
    }
    if (isAlias(node)) {
      const target = node.resolve(this.#document);
      if (target === undefined) {
        this.#report(
          span,
          'unknown-alias',
          `there is no anchor "&${node.source}" above this alias`,
          'write the anchor, or the value itself',
        );
      } else if (within.includes(target)) {
        this.#report(
          span,
          'alias-cycle',
          `the alias "*${node.source}" stands inside its own anchor`,
          'write the value itself',
        );
      } else {
        return relocated(this.node(target, depth, within), span);
      }
      return { kind: 'scalar', value: null, span };
    }
    if (node.tag !== undefined && !CORE_TAGS.has(node.tag)) this.#report(span, ...TAG_PROBLEM);
    if (isScalar(node)) return { kind: 'scalar', value: this.#scalar(node.value, span), span };
    if (isSeq(node)) {
      const around = [...within, node];
      return { kind: 'list', items: node.items.map((item) => this.node(item as Node, depth + 1, around)), span };
    }
    if (isMap(node)) {
      const around = [...within, node];
      const entries = new Map<string, Entry>();
      for (const pair of node.items as readonly Pair<Node, Node | null>[]) this.#entry(pair, depth, around, entries);
      return { kind: 'map', entries, span };
    }
    return { kind: 'scalar', value: null, span };
  }

  #entry(pair: Pair<Node, Node | null>, depth: number, around: readonly Node[], entries: Map<string, Entry>): void {
    const keySpan = this.#spanOfNode(pair.key);
    const key = isScalar(pair.key) ? keyText(pair.key.value, pair.key.source) : null;
    if (key === null) {
      this.#report(keySpan, 'bad-key', 'a key must be text', 'write a plain word as the key');
      return;
    }
    if (key === '<<') {
      this.#report(
        keySpan,
        'merge-key',
        'merge keys (<<) are not part of YAML 1.2 and are not merged',
        'use "extends:", or repeat the lines',
      );
      return;
    }
    if (key === '__proto__') {
      this.#report(keySpan, 'bad-key', '"__proto__" can\'t be a key', 'use another name');
      return;
    }
    if (entries.has(key)) {
      this.#report(
        keySpan,
        'duplicate-key',
        `the key "${key}" is written twice in the same map`,
        'keep one of the two',
      );
      return;
    }
    this.#text(key, keySpan);
    const value: TreeNode =
      pair.value === null ? { kind: 'scalar', value: null, span: keySpan } : this.node(pair.value, depth + 1, around);
    entries.set(key, { keySpan, value });
  }

  #scalar(value: unknown, span: Span): Scalar {
    if (typeof value === 'string') return this.#text(value, span);
    if (typeof value === 'boolean') return value;
    if (typeof value !== 'number') return null;
    if (!Number.isFinite(value)) {
      this.#report(
        span,
        'bad-number',
        'infinity and not-a-number have no JSON form',
        'write a number, or quote it if it is text',
      );
    } else if (Number.isInteger(value) && !Number.isSafeInteger(value)) {
      this.#report(span, 'bad-number', 'this whole number is too large to be kept exactly', 'quote it if it is text');
    }
    return value;
  }

  #text(value: string, span: Span): string {
    if (/\p{Surrogate}/u.test(value))
      this.#report(span, 'bad-text', 'this text holds half of a surrogate pair', 'write the whole character');
    return value;
  }

  #spanOfNode(node: Node | null): Span {
    const range = node?.range;
    return range === undefined || range === null
      ? spanOf(this.#source, 0, 1)
      : spanOf(this.#source, range[0], range[1]);
  }

  #report(span: Span, code: string, what: string, remedy: string): void {
    if (this.problems.length < 50) this.problems.push(problemAt(span, code, what, remedy));
  }
}

function keyText(value: unknown, source: string | undefined): string | null {
  if (typeof value === 'string') return value;
  return (typeof value === 'number' || typeof value === 'boolean') && source !== undefined ? source : null;
}

/** An alias is complained about where it is used: its anchor may be right for others. */
function relocated(node: TreeNode, span: Span): TreeNode {
  return { ...node, span };
}

function spanOf(source: Source, from: number, to: number): Span {
  return { source, from, to: Math.max(to, from + 1) };
}

function problemAt(span: Span, code: string, what: string, remedy: string): Problem {
  return { code, what, where: placeOf(span), remedy };
}

/** One syntax error makes the parser stumble over what follows: only the first of that kind is reported. */
function withoutEchoes(found: readonly Problem[]): Problem[] {
  const deep = found.find(({ code }) => code === 'too-deep');
  if (deep !== undefined) return [deep];
  const first = found.find(({ code }) => code === 'not-yaml');
  return found.filter((problem) => problem.code !== 'not-yaml' || problem === first).slice(0, 10);
}

type Words = readonly [code: string, what: string, remedy: string];

const WORDS: Readonly<Partial<Record<YAMLError['code'], Words>>> = {
  DUPLICATE_KEY: ['duplicate-key', 'the same key is written twice in one map', 'keep one of the two'],
  MULTIPLE_DOCS: [
    'several-documents',
    'a scenario is one YAML document, and a second one begins here',
    'delete the "---" and what follows, or split the file',
  ],
  TAB_AS_INDENT: ['tab-indent', "YAML can't be indented with tabs", 'indent with spaces'],
  TAG_RESOLVE_FAILED: TAG_PROBLEM,
  BAD_INDENT: ['bad-indent', 'the indentation does not fit the lines above', 'align it with its neighbours'],
};

function yamlProblem(error: YAMLError, source: Source): Problem {
  // The composer reports the end of its own recursion as a syntax error with JavaScript's words.
  if (/end with a [\]}]/.test(error.message))
    return problemAt(
      spanOf(source, error.pos[0], error.pos[1]),
      'not-yaml',
      'a "[" or "{" above is not closed, or its lines are not indented',
      'close it, or indent what belongs to it',
    );
  if (/call stack/i.test(error.message)) return problemAt(spanOf(source, error.pos[0], error.pos[1]), ...DEEP_PROBLEM);
  const [code, what, remedy] = WORDS[error.code] ?? [
    'not-yaml',
    lowerFirst(firstLine(error.message)),
    'mend the YAML here',
  ];
  const before = source.text.slice(source.text.lastIndexOf('\n', error.pos[0]) + 1, error.pos[1]);
  const unquoted = /\$\{?$/.test(before) || before.includes('${');
  return problemAt(
    spanOf(source, error.pos[0], error.pos[1]),
    code,
    what,
    unquoted && code === 'not-yaml'
      ? 'quote text that holds "${" here: inside { } and [ ] YAML takes its braces for its own'
      : remedy,
  );
}

function firstLine(text: string): string {
  return (text.split('\n')[0] ?? '').slice(0, 200);
}

function lowerFirst(text: string): string {
  return /^[A-Z][a-z]/.test(text) ? text.charAt(0).toLowerCase() + text.slice(1) : text;
}
