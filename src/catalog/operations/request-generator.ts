/**
 * Arguments of calls and the texts that right answers have.
 *
 * Each spec is compiled once: what is constant becomes text, keys are sorted, so the JSON that is sent is canonical by
 * construction and a mock's derived answer can be known without parsing it. Draws come from one stream a spec, so the
 * n-th call of a spec has the same arguments in every run with the same seed.
 */
import { ARGUMENT_NONCE, canonicalJson } from '../../protocol/index.js';
import { ProblemError } from '../../problem/index.js';
import type { Random } from '../../random/index.js';
import type { ArgumentValue, JsonValue } from './arguments.js';
import type { CallSpec } from './call-spec.js';
import { LETTERS_A_DRAW, UUID_DRAWS, integerBetween, integerDraws, letters, uuid } from './argument-draws.js';
import { operationOf } from './list.js';

/** What differs between the calls of one spec. */
export interface CallContent {
  /** Number of the logical call; NaN for one that is none of the load. */
  readonly callId: number;
  /** Arguments as JSON with sorted keys, or the value of the only one; '' where the operation takes none. */
  argumentsJson: string;
  /** The text the answer must have or hold, or the JSON of what its structured part must have; '' where neither. */
  expectedText: string;
}

/** Makes what the calls hold. Seeded: call n of a run always gets the same arguments. */
export interface RequestGenerator {
  /** Fills in what the next call of spec `spec` holds. */
  prepare(into: CallContent, spec: number): void;
  /** Moves on by one call of spec `spec`, as if it had been prepared. */
  pass(spec: number): void;
  /** The last value that its unique counters gave. */
  readonly counted: number;
  /** Has the unique counters go on behind a value that another generator gave. */
  countBehind(value: number): void;
}

/** What unique counters count: 1, 2, 3, ... unless several generators share a run. */
export interface CounterStart {
  readonly first: number;
  readonly step: number;
}

/** A piece of JSON text that is the same in every call, or how to make it. */
type Piece = string | (() => string);

type Members = Readonly<Record<string, ArgumentValue>>;

/** Where drawn values come from. The counter is unique over all specs. */
interface Draws {
  readonly random: Random;
  readonly count: () => number;
  /** Takes each draw of a call, and makes nothing of it. */
  readonly passes: (() => void)[];
  /** Number of the call that is being prepared. */
  readonly callId: () => number;
}

interface CompiledSpec {
  readonly call: CallSpec;
  readonly pieces: readonly Piece[];
  readonly passes: readonly (() => void)[];
  readonly expected: Expected;
}

type Expected =
  | { readonly kind: 'derived' }
  | { readonly kind: 'constant'; readonly text: string }
  /** Every second part is the name of a top-level argument; `last` holds the JSON that was drawn for it. */
  | {
      readonly kind: 'template';
      readonly parts: readonly string[];
      readonly last: ReadonlyMap<string, { json: string }>;
    }
  /** JSON text; the pieces that are made read the JSON that was drawn for an argument. */
  | { readonly kind: 'json'; readonly pieces: readonly Piece[] };

/**
 * The generator of a run's calls.
 *
 * @throws ProblemError `bad-input` when an expectation names an argument that the call does not have.
 */
export function makeRequestGenerator(
  calls: readonly CallSpec[],
  random: Random,
  { first, step }: CounterStart = { first: 1, step: 1 },
): RequestGenerator {
  let counter = first - step;
  const count = (): number => (counter += step);
  let preparing = NaN;
  const callId = (): number => preparing;
  const specs = calls.map((call) => compile(call, { random: random.fork(`arguments/${call.label}`), count, callId }));
  const specAt = (spec: number): CompiledSpec => {
    const compiled = specs[spec];
    if (compiled === undefined) throw new RangeError(`there is no call spec ${spec}`);
    return compiled;
  };
  return {
    get counted() {
      return counter;
    },
    countBehind: (value) => {
      counter += value;
    },
    pass: (spec) => {
      for (const pass of specAt(spec).passes) pass();
    },
    prepare: (into, spec) => {
      const compiled = specAt(spec);
      preparing = into.callId;
      const json = joined(compiled.pieces);
      into.argumentsJson = json;
      into.expectedText = expectedText(compiled, json);
    },
  };
}

function compile(call: CallSpec, sources: Omit<Draws, 'passes'>): CompiledSpec {
  const draws: Draws = { ...sources, passes: [] };
  const last = new Map<string, { json: string }>();
  const values = operationOf(call).arguments(call);
  const expected = compileExpected(call, values ?? {}, last);
  const pieces: Piece[] = [];
  const kept = (name: string, value: readonly Piece[]): readonly Piece[] => {
    const named = last.get(name);
    return named === undefined ? value : [() => (named.json = joined(value))];
  };
  const { sole } = operationOf(call);
  const only = sole === undefined ? undefined : values?.[sole];
  if (sole !== undefined && only !== undefined) {
    const value: Piece[] = [];
    compileValue(only, draws, value);
    pieces.push(...kept(sole, value));
  } else if (values !== null) compileMembers(values, draws, pieces, kept);
  return { call, pieces: merged(pieces), passes: draws.passes, expected };
}

/** @param kept the pieces to keep of those that a member's value has. */
function compileMembers(
  members: Members,
  draws: Draws,
  into: Piece[],
  kept: (name: string, value: readonly Piece[]) => readonly Piece[] = (_name, value) => value,
): void {
  into.push('{');
  const sorted = Object.entries(members).sort(([a], [b]) => (a < b ? -1 : 1));
  for (const [position, [name, value]] of sorted.entries()) {
    const pieces: Piece[] = [];
    compileValue(value, draws, pieces);
    into.push(`${position > 0 ? ',' : ''}${JSON.stringify(name)}:`, ...kept(name, pieces));
  }
  into.push('}');
}

function compileValue(value: ArgumentValue, draws: Draws, into: Piece[]): void {
  const { random, passes } = draws;
  switch (value.kind) {
    case 'constant':
      into.push(canonicalJson(value.value));
      return;
    case 'pick': {
      const texts = value.values.map((each) => canonicalJson(each));
      const [first] = texts;
      if (first === undefined) throw new RangeError('nothing to pick from');
      into.push(texts.length === 1 ? first : () => texts[random.below(texts.length)] ?? first);
      if (texts.length > 1) passes.push(() => random.pass(1));
      return;
    }
    case 'unique':
      if (value.form === 'call') into.push(() => `"${ARGUMENT_NONCE}${nonceOf(draws.callId())}"`);
      else if (value.form === 'counter') {
        into.push(() => String(draws.count()));
        passes.push(() => void draws.count());
      } else {
        into.push(() => `"${uuid(random)}"`);
        passes.push(() => random.pass(UUID_DRAWS));
      }
      return;
    case 'integer':
      into.push(() => String(integerBetween(random, value.min, value.max)));
      passes.push(() => random.pass(integerDraws(value.min, value.max)));
      return;
    case 'text':
      into.push(() => `"${letters(random, value.bytes)}"`);
      passes.push(() => random.pass(Math.ceil(value.bytes / LETTERS_A_DRAW)));
      return;
    case 'object':
      compileMembers(value.entries, draws, into);
      return;
    case 'list':
      into.push('[');
      for (const [position, item] of value.items.entries()) {
        if (position > 0) into.push(',');
        compileValue(item, draws, into);
      }
      into.push(']');
      return;
  }
}

/** Neighbouring constants as one text. */
function merged(pieces: readonly Piece[]): readonly Piece[] {
  const out: Piece[] = [];
  for (const piece of pieces) {
    const before = out.at(-1);
    if (typeof piece === 'string' && typeof before === 'string') out[out.length - 1] = before + piece;
    else out.push(piece);
  }
  return out;
}

function joined(pieces: readonly Piece[]): string {
  let text = '';
  for (const piece of pieces) text += typeof piece === 'string' ? piece : piece();
  return text;
}

const ARGUMENT = /\$\{arguments\.([^}]+)\}/;

function compileExpected(call: CallSpec, values: Members, last: Map<string, { json: string }>): Expected {
  const { expect } = call;
  switch (expect.kind) {
    case 'success':
    case 'matches':
    case 'digest':
    case 'schema':
      return { kind: 'constant', text: '' };
    case 'derived':
      return { kind: 'derived' };
    case 'text':
    case 'contains': {
      const parts = (expect.kind === 'text' ? expect.equals : expect.part).split(ARGUMENT);
      keepNamed(call, parts, values, last);
      return parts.length === 1 ? { kind: 'constant', text: parts[0] ?? '' } : { kind: 'template', parts, last };
    }
    case 'structured':
    case 'path': {
      const wanted = expect.kind === 'path' ? expect.is : expect.members;
      if (wanted === undefined) return { kind: 'constant', text: '' };
      const pieces: Piece[] = [];
      compileStructured(wanted, pieces, (text) => {
        const parts = text.split(ARGUMENT);
        keepNamed(call, parts, values, last);
        if (parts.length === 1) return JSON.stringify(text);
        const [before, name = '', after] = parts;
        // A text that is one argument and nothing else stands for the argument's value.
        if (parts.length === 3 && before === '' && after === '') return () => last.get(name)?.json ?? 'null';
        return () => JSON.stringify(filledIn(parts, last));
      });
      return { kind: 'json', pieces: merged(pieces) };
    }
  }
}

function compileStructured(value: JsonValue, into: Piece[], ofText: (text: string) => Piece): void {
  if (typeof value === 'string') into.push(ofText(value));
  else if (Array.isArray(value)) {
    into.push('[');
    for (const [position, item] of (value as readonly JsonValue[]).entries()) {
      if (position > 0) into.push(',');
      compileStructured(item, into, ofText);
    }
    into.push(']');
  } else if (typeof value === 'object' && value !== null) {
    into.push('{');
    for (const [position, [name, member]] of Object.entries(value).entries()) {
      into.push(`${position > 0 ? ',' : ''}${JSON.stringify(name)}:`);
      compileStructured(member, into, ofText);
    }
    into.push('}');
  } else into.push(canonicalJson(value));
}

/** Keeps what is drawn for the arguments that a text names: every second part. */
function keepNamed(
  call: CallSpec,
  parts: readonly string[],
  values: Members,
  last: Map<string, { json: string }>,
): void {
  for (let i = 1; i < parts.length; i += 2) {
    const name = parts[i] ?? '';
    if (!Object.hasOwn(values, name)) {
      throw new ProblemError('bad-input', {
        code: 'unknown-argument',
        what: `the expected answer of call "${call.label}" names an unknown argument "${name}"`,
        remedy: `name one of: ${Object.keys(values).join(', ') || 'none, the call has no arguments'}`,
      });
    }
    if (!last.has(name)) last.set(name, { json: '' });
  }
}

function expectedText({ call, expected }: CompiledSpec, argumentsJson: string): string {
  switch (expected.kind) {
    case 'constant':
      return expected.text;
    case 'derived':
      return operationOf(call).derivedText(call, argumentsJson);
    case 'template':
      return filledIn(expected.parts, expected.last);
    case 'json':
      return joined(expected.pieces);
  }
}

function filledIn(parts: readonly string[], last: ReadonlyMap<string, { json: string }>): string {
  let text = '';
  for (const [position, part] of parts.entries()) text += position % 2 === 0 ? part : plain(last.get(part)?.json ?? '');
  return text;
}

/** A JSON value as text stands for it: a string without its quotes, anything else as it is. */
function plain(json: string): string {
  return json.startsWith('"') ? String(JSON.parse(json)) : json;
}

/** The call's number; of a call before the load, a word that is none. */
const nonceOf = (callId: number): string => (Number.isNaN(callId) ? 'preflight' : String(callId));
