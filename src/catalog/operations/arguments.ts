/** `arguments:` values that are sent as written, and those that are made for each call. */
import { z } from 'zod';
import { nearest, suggestion } from '../../problem/index.js';
import { DEFINITION, describeValue, expected, isMap, patternOf, readQuantity, unescaped } from '../grammar/index.js';
import { packed, problemOf, wordOf } from '../grammar/shapes.js';

/** A JSON value; a `bigint` is a whole number that a double can't hold, and is written digit by digit. */
export type JsonValue =
  null | boolean | number | bigint | string | readonly JsonValue[] | { readonly [key: string]: JsonValue };

const UNIQUE_FORMS = ['uuid', 'counter', 'call'] as const;
type UniqueForm = (typeof UNIQUE_FORMS)[number];

/** How one argument value is made. Draws come from the scenario's seed. */
export type ArgumentValue =
  | { readonly kind: 'constant'; readonly value: JsonValue }
  /** One of the values, uniformly. */
  | { readonly kind: 'pick'; readonly values: readonly JsonValue[] }
  /** A value no other call of this run has: a UUID, a counter from 1, or the number of the call as text. */
  | { readonly kind: 'unique'; readonly form: UniqueForm }
  | { readonly kind: 'integer'; readonly min: number; readonly max: number }
  /** Lower-case letters, exactly this many bytes. */
  | { readonly kind: 'text'; readonly bytes: number }
  | { readonly kind: 'object'; readonly entries: Readonly<Record<string, ArgumentValue>> }
  | { readonly kind: 'list'; readonly items: readonly ArgumentValue[] };

/** The map of a call's arguments. */
export const ArgumentsText = z
  .record(z.string(), z.unknown().meta({ [DEFINITION]: 'argument' }), expected('a map', 'write the arguments as a map'))
  .meta({
    description:
      'Arguments by name. A map with exactly one of the keys pick, unique, integer, text, constant makes a value for ' +
      'each call: { pick: [a, b] }, { unique: uuid | counter | call }, { integer: { min: 1, max: 6 } }, ' +
      '{ text: 1KiB }, { constant: ... } (the value as it is). Anything else is sent as written.',
    examples: [{ query: { pick: ['hull', 'draught'] }, berth: { unique: 'uuid' } }],
  })
  .transform(argumentsFrom);

/** The generators, each with the JSON Schema of what stands under its key. */
const GENERATORS = {
  pick: { description: 'One of these values for each call, all equally often.', type: 'array', minItems: 1 },
  unique: {
    description:
      'A value that no other call of the run has: a UUID, a counter from 1, or a text with the number of the call, ' +
      'by which the log of a mock is joined with the calls where a gateway drops _meta.',
    anyOf: UNIQUE_FORMS.map((form) => ({ const: form })),
  },
  integer: {
    description: 'A whole number from min to max, both included.',
    type: 'object',
    properties: {
      min: { type: 'integer', description: 'Smallest number.' },
      max: { type: 'integer', description: 'Largest number.' },
    },
    required: ['min', 'max'],
    additionalProperties: false,
  },
  text: {
    description: 'Lower-case letters, exactly this many bytes.',
    type: 'string',
    pattern: patternOf('size'),
    examples: ['1KiB'],
  },
  constant: { description: 'This value as it is, even if it has the form of a generator.' },
} as const;
type Generator = keyof typeof GENERATORS;
/** A map of one of these keys makes a value. */
export const GENERATOR_NAMES: readonly string[] = Object.keys(GENERATORS);

const ANY_ARGUMENT = { $ref: '#/definitions/argument' } as const;

/** The definition `argument` of the published schema: a map of one key may be a generator, all else is as written. */
export const ARGUMENT_SCHEMA = {
  if: { type: 'object', maxProperties: 1 },
  then: { type: 'object', properties: GENERATORS, additionalProperties: ANY_ARGUMENT },
  else: {
    type: ['object', 'array', 'string', 'number', 'boolean', 'null'],
    additionalProperties: ANY_ARGUMENT,
    items: ANY_ARGUMENT,
  },
} as const;

const LARGEST_TEXT = 16 * 1024 * 1024;

type Path = readonly (string | number)[];
/** Takes what is wrong with a generator. */
type Report = (path: Path, input: unknown, what: string, remedy: string) => void;

/** A zod transform: the map of a call's arguments to how each is made. */
function argumentsFrom(
  input: Readonly<Record<string, unknown>>,
  context: z.core.$RefinementCtx,
): Readonly<Record<string, ArgumentValue>> {
  return entriesFrom(input, [], (path, at, what, remedy) => {
    const message = packed(problemOf('bad-generator', what, remedy));
    context.issues.push({ code: 'custom', input: at, path: [...path], message });
  });
}

function entriesFrom(input: Readonly<Record<string, unknown>>, path: Path, report: Report) {
  const pairs = Object.entries(input).map(
    ([key, value]) => [key, argumentFrom(value, [...path, key], report)] as const,
  );
  return Object.fromEntries(pairs);
}

function argumentFrom(input: unknown, path: Path, report: Report): ArgumentValue {
  if (Array.isArray(input)) {
    const items = (input as readonly unknown[]).map((item, index) => argumentFrom(item, [...path, index], report));
    return items.every(isConstant)
      ? { kind: 'constant', value: items.map(({ value }) => value) }
      : { kind: 'list', items };
  }
  if (!isMap(input)) return { kind: 'constant', value: literalFrom(input) };
  const keys = Object.keys(input);
  const [only] = keys;
  if (keys.length === 1 && only !== undefined && isGenerator(only))
    return generated(only, input[only], [...path, only], report);
  const meant = keys.flatMap((key) => meantGenerator(key, input[key]) ?? []);
  if (meant.length > 1 || (keys.length === 1 && meant.length === 1)) {
    reportMeant(keys, meant, input, path, report);
    return { kind: 'constant', value: null };
  }
  const entries = entriesFrom(input, path, report);
  const pairs = Object.entries(entries);
  if (!pairs.every(([, value]) => isConstant(value))) return { kind: 'object', entries };
  const values = pairs.map(([key, value]) => [key, isConstant(value) ? value.value : null] as const);
  return { kind: 'constant', value: Object.fromEntries(values) };
}

const isUniqueForm = (input: unknown): input is UniqueForm => UNIQUE_FORMS.some((form) => form === input);

function isGenerator(key: string): key is Generator {
  return Object.hasOwn(GENERATORS, key);
}

/** The generator that a key names, or that was probably meant: one word away, with a value of the generator's form. */
function meantGenerator(key: string, value: unknown): Generator | null {
  if (isGenerator(key)) return key;
  const near = nearest(key, Object.keys(GENERATORS));
  return near !== null && isGenerator(near) && near !== 'constant' && hasFormOf(near, value) ? near : null;
}

/** Whether a value is what stands under a generator's key. */
function hasFormOf(generator: Exclude<Generator, 'constant'>, value: unknown): boolean {
  let isOfForm = true;
  generated(generator, value, [], () => (isOfForm = false));
  return isOfForm;
}

function reportMeant(
  keys: readonly string[],
  meant: readonly Generator[],
  input: Readonly<Record<string, unknown>>,
  path: Path,
  report: Report,
): void {
  const [only] = keys;
  const asIs = 'or { constant: { ... } } to send this map as it is';
  if (keys.length === 1 && only !== undefined)
    report(
      [...path, only],
      input[only],
      `unknown generator "${only}"`,
      `did you mean "${meant[0]}"? Write that, ${asIs}`,
    );
  else {
    const names = meant.join(' and ');
    report(path, input, `one value can't be made by ${names} at once`, `keep one of them, ${asIs}`);
  }
}

function isConstant(value: ArgumentValue): value is Extract<ArgumentValue, { kind: 'constant' }> {
  return value.kind === 'constant';
}

function generated(generator: Generator, input: unknown, path: Path, report: Report): ArgumentValue {
  const wrong = (what: string, remedy: string): ArgumentValue => {
    report(path, input, what, remedy);
    return { kind: 'constant', value: null };
  };
  const write = (example: string): string =>
    `write { ${generator}: ${example} }, or { constant: { ${generator}: ... } } to send this map as it is`;
  switch (generator) {
    case 'constant':
      return { kind: 'constant', value: literalFrom(input) };
    case 'pick':
      return Array.isArray(input) && input.length > 0
        ? { kind: 'pick', values: (input as readonly unknown[]).map(literalFrom) }
        : wrong('pick needs a list of at least one value', write('[a, b, c]'));
    case 'unique':
      return isUniqueForm(input)
        ? { kind: 'unique', form: input }
        : wrong(`unknown form of unique: ${describeValue(input)}`, suggestion(wordOf(input), UNIQUE_FORMS, 'forms'));
    case 'integer': {
      const { min, max, ...rest } = isMap(input) ? input : {};
      if (!Number.isSafeInteger(min) || !Number.isSafeInteger(max) || Object.keys(rest).length > 0)
        return wrong('integer needs a min and a max, both whole numbers', write('{ min: 1, max: 6 }'));
      const [low, high] = [Number(min), Number(max)];
      if (low <= high && high - low < 2 ** 32) return { kind: 'integer', min: low, max: high };
      return wrong(
        low > high ? `min ${low} is above max ${high}` : 'this range holds more than 2^32 values',
        'narrow or turn the range',
      );
    }
    case 'text': {
      const size = typeof input === 'string' ? readQuantity('size', input, 'KiB') : null;
      return size?.ok === true && size.value >= 1 && size.value <= LARGEST_TEXT
        ? { kind: 'text', bytes: size.value }
        : wrong(`text needs a size from 1B to 16MiB, found ${describeValue(input)}`, write('1KiB'));
    }
  }
}

/** A value as it is written, with the escape of `${` undone. */
export function literalFrom(input: unknown): JsonValue {
  if (typeof input === 'string') return unescaped(input);
  if (Array.isArray(input)) return (input as readonly unknown[]).map(literalFrom);
  if (isMap(input)) return Object.fromEntries(Object.entries(input).map(([key, value]) => [key, literalFrom(value)]));
  return typeof input === 'number' || typeof input === 'bigint' || typeof input === 'boolean' ? input : null;
}
