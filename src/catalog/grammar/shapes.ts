/**
 * How the grammar talks through zod: a message of zod is one string, ours has a code, a sentence and a remedy. They are
 * packed into the string where a schema knows best what to say, and unpacked where the problems get their places.
 */
import { z } from 'zod';
import { suggestion } from '../../problem/index.js';

export interface GrammarProblem {
  readonly code: string;
  readonly what: string;
  readonly remedy: string;
  /** The key of the value that it is about, when not the value itself. */
  readonly at?: string;
}

/** A message of our own, packed. */
export function problemMessage(code: string, what: string, remedy: string, at?: string): string {
  return JSON.stringify({ problem: { code, what, remedy, at } });
}

/** Names the branch that was meant in a failed choice, for the code that reads its problems. */
function meant(branch: number): string {
  return JSON.stringify({ meant: branch });
}

/** What a zod message holds: our own words, the branch of a choice, the keys an object knows, or nothing of ours. */
export function readMessage(message: string): {
  readonly problem?: GrammarProblem;
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
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : 'a map';
}

/** A map with exactly these keys; an unknown one is reported with the key that was probably meant. */
export function map<S extends z.core.$ZodLooseShape>(shape: S): z.ZodObject<S, z.core.$strict> {
  const keys = Object.keys(shape);
  return z.strictObject(shape, {
    error: (issue) => {
      if (issue.code === 'unrecognized_keys') return JSON.stringify({ keys });
      if (issue.code !== 'invalid_type') return undefined;
      return problemMessage(
        'wrong-type',
        `expected a map, found ${describeValue(issue.input)}`,
        `write a map with ${listed(keys)}`,
      );
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
export function choice<B extends Branches>(
  branches: B,
  pick: (input: unknown) => number | GrammarProblem,
): z.ZodUnion<B> {
  return z.union(branches, {
    error: (issue) => {
      const picked = pick(issue.input);
      return typeof picked === 'number'
        ? meant(picked)
        : problemMessage(picked.code, picked.what, picked.remedy, picked.at);
    },
  });
}

/** A choice by which key is there: `{ mock: ... }`, `{ command: ... }` or `{ url: ... }`. */
export function choiceByKey<B extends Branches>(what: string, keys: readonly string[], branches: B): z.ZodUnion<B> {
  return choice(branches, (input) => pickByKey(what, keys, input));
}

/** Which of the keys a map has. With none, or more than one of them: what to say. */
export function pickByKey(what: string, keys: readonly string[], input: unknown): number | GrammarProblem {
  if (!isMap(input))
    return {
      code: 'wrong-type',
      what: `expected a map, found ${describeValue(input)}`,
      remedy: `${what} has one of the keys ${keys.join(', ')}`,
    };
  const present = keys.filter((key) => Object.hasOwn(input, key));
  if (present.length > 1)
    return {
      code: 'contradiction',
      what: `${what} can't have ${present.join(' and ')} at once`,
      remedy: 'keep one of them',
    };
  const [only] = present;
  if (only !== undefined) return keys.indexOf(only);
  const near = Object.keys(input)
    .map((key) => suggestion(key, keys, 'keys'))
    .find((text) => text.startsWith('did you mean'));
  return {
    code: 'missing-key',
    what: `${what} needs one of the keys ${keys.join(', ')}`,
    remedy: near ?? 'add one of them',
  };
}

/** In the metadata of a choice by value: the key. The published schema is made from it. */
export const CHOICE_KEY = 'choiceKey';

/** In the metadata of a value: the definition of the published schema that describes it. */
export const DEFINITION = 'definition';

/** A choice by the value of one key: `regime: floor`. Each branch demands its value by itself. */
export function choiceByValue<B extends Branches>(
  what: string,
  key: string,
  values: readonly string[],
  branches: B,
): z.ZodUnion<B> {
  const union = choice(branches, (input) => {
    if (!isMap(input))
      return {
        code: 'wrong-type',
        what: `expected a map, found ${describeValue(input)}`,
        remedy: `${what} is a map with the key ${key}`,
      };
    if (!Object.hasOwn(input, key)) {
      const near = Object.keys(input)
        .map((other) => suggestion(other, [key], 'keys'))
        .find((text) => text.startsWith('did you mean'));
      return {
        code: 'missing-key',
        what: `${what} needs the key ${key}`,
        remedy: near ?? `add ${key}: ${values.join(' | ')}`,
      };
    }
    const value = input[key];
    const index = values.findIndex((known) => known === value);
    if (index >= 0) return index;
    return {
      code: 'unknown-value',
      what: `unknown ${key} ${describeValue(value)}`,
      remedy: suggestion(String(value), values, `${key} values`),
      at: key,
    };
  });
  return union.meta({ [CHOICE_KEY]: key });
}

export function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
