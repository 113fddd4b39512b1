/**
 * How the grammar talks through zod: a message of zod is one string, ours has a code, a sentence and a remedy. They are
 * packed into the string where a schema knows best what to say, and unpacked where the problems get their places.
 */
import { z } from 'zod';
import { suggestion, type Advice } from '../../problem/index.js';

export interface TextProblem extends Advice {
  readonly code: string;
  /** The key of the value that it is about, when not the value itself. */
  readonly at?: string | undefined;
}

export function problemOf(code: string, what: string, remedy: string, at?: string): TextProblem {
  return { code, what, remedy, at };
}

/** A message of our own, packed. */
export function packed({ code, what, remedy, at }: TextProblem): string {
  return JSON.stringify({ problem: { code, what, remedy, at } });
}

/** What a zod schema takes to report always the same. */
export function refusal(code: string, what: string, remedy: string): { readonly error: () => string } {
  return { error: () => packed(problemOf(code, what, remedy)) };
}

/** What a zod schema takes to report values of another kind. @param noun what is expected, with its article. */
export function expected(noun: string, remedy: string | ((input: unknown) => string), code = 'wrong-type') {
  return {
    error: ({ input }: { readonly input?: unknown }): string => {
      const what = `expected ${noun}, found ${describeValue(input)}`;
      return packed(problemOf(code, what, typeof remedy === 'string' ? remedy : remedy(input)));
    },
  };
}

/** What a zod message holds: our own words, the branch of a choice, the keys an object knows, or nothing of ours. */
export function readMessage(message: string): {
  readonly problem?: TextProblem;
  readonly meant?: number;
  readonly keys?: readonly string[];
} {
  if (!message.startsWith('{"')) return {};
  try {
    return JSON.parse(message) as ReturnType<typeof readMessage>;
  } catch {
    return {};
  }
}

/** What kind of value this is, with its article, as people call it in YAML. */
export function describeValue(value: unknown): string {
  if (value === null) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'string') return value.length <= 40 ? `"${value}"` : `"${value.slice(0, 37)}..."`;
  const isSingle = typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean';
  return isSingle ? String(value) : 'a map';
}

/** The word that was written, or what stands in its place: `String` of a map runs what the map holds as `toString`. */
export function wordOf(input: unknown): string {
  return typeof input === 'string' ? input : describeValue(input);
}

/** A map with exactly these keys; an unknown one is reported with the key that was probably meant. */
export function map<S extends z.core.$ZodLooseShape>(shape: S): z.ZodObject<S, z.core.$strict> {
  const keys = Object.keys(shape);
  const notAMap = expected('a map', `write a map with ${listed(keys)}`);
  return z.strictObject(shape, {
    error: (issue) => {
      if (issue.code === 'unrecognized_keys') return JSON.stringify({ keys });
      return issue.code === 'invalid_type' ? notAMap.error(issue) : undefined;
    },
  });
}

function listed(keys: readonly string[]): string {
  return keys.length === 1 ? `the key ${keys[0] ?? ''}` : `keys out of ${keys.join(', ')}`;
}

type Branches = readonly z.ZodType[];

/**
 * One of several shapes. `pick` inspects the input and names the branch that is meant (so that only its problems are
 * reported), or says what is missing when none is.
 */
export function choice<B extends Branches>(branches: B, pick: (input: unknown) => number | TextProblem) {
  return z.union(branches, {
    error: (issue) => {
      const picked = pick(issue.input);
      return typeof picked === 'number' ? JSON.stringify({ meant: picked }) : packed(picked);
    },
  });
}

/** A choice by which key is there: `{ mock: ... }`, `{ command: ... }` or `{ url: ... }`. */
export function choiceByKey<B extends Branches>(what: string, keys: readonly string[], branches: B): z.ZodUnion<B> {
  return choice(branches, (input) => pickByKey(what, keys, input));
}

/** Which of the keys a map has. With none, or more than one of them: what to say. */
export function pickByKey(what: string, keys: readonly string[], input: unknown): number | TextProblem {
  if (!isMap(input)) return notAMap(input, `${what} has one of the keys ${keys.join(', ')}`);
  const present = keys.filter((key) => Object.hasOwn(input, key));
  const [only] = present;
  if (only === undefined)
    return missing(input, keys, `${what} needs one of the keys ${keys.join(', ')}`, 'add one of them');
  return present.length === 1
    ? keys.indexOf(only)
    : problemOf('contradiction', `${what} can't have ${present.join(' and ')} at once`, 'keep one of them');
}

function notAMap(input: unknown, remedy: string): TextProblem {
  return problemOf('wrong-type', `expected a map, found ${describeValue(input)}`, remedy);
}

/** Of a map without the keys it needs: they may be there, misspelt. */
function missing(input: object, keys: readonly string[], what: string, remedy: string): TextProblem {
  for (const key of Object.keys(input)) {
    const near = suggestion(key, keys, 'keys');
    if (near.startsWith('did you mean')) return problemOf('missing-key', `${what}, found "${key}"`, near);
  }
  return problemOf('missing-key', what, remedy);
}

/** In the metadata of a choice by value: the key. The published schema is made from it. */
export const CHOICE_KEY = 'choiceKey';

/** In the metadata of a value: the definition of the published schema that describes it. */
export const DEFINITION = 'definition';

/** A choice by the value of one key: `regime: floor`. Each branch demands its value by itself. */
export function choiceByValue<B extends Branches>(what: string, key: string, values: readonly string[], branches: B) {
  const union = choice(branches, (input) => {
    if (!isMap(input)) return notAMap(input, `${what} is a map with the key ${key}`);
    if (!Object.hasOwn(input, key))
      return missing(input, [key], `${what} needs the key ${key}`, `add ${key}: ${values.join(' | ')}`);
    const index = values.findIndex((known) => known === input[key]);
    return index >= 0 ? index : unknownValue(key, input[key], values, key);
  });
  return union.meta({ [CHOICE_KEY]: key });
}

/** Where every word of the grammar is explained. */
export const GRAMMAR_PAGE = 'docs/scenario.md';

/** What to say of a value that is none of those there are. */
export function unknownValue(what: string, input: unknown, values: readonly string[], at?: string): TextProblem {
  const remedy = suggestion(wordOf(input), values, `${what} values`, GRAMMAR_PAGE);
  return problemOf('unknown-value', `unknown ${what} ${describeValue(input)}`, remedy, at);
}

export function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
