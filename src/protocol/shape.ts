/**
 * Shapes of JSON objects, checked as they are read. A shape is a table of fields; its type follows from it. (The mocks
 * start in a process of their own for each run, and a schema library would take longer to load than the rest of them.)
 */
import { isObject } from './json.js';

/** What one field must be; `must` completes the sentence "FIELD must be". */
export interface Field<T, Optional extends boolean = boolean> {
  readonly must: string;
  readonly optional: Optional;
  readonly holds: (value: unknown) => value is T;
}

export type Shape = Readonly<Record<string, Field<unknown>>>;

type OptionalKeys<S extends Shape> = { [K in keyof S]: S[K]['optional'] extends true ? K : never }[keyof S];

/** An object of a shape. */
export type ObjectOf<S extends Shape> = {
  readonly [K in keyof S as Exclude<K, OptionalKeys<S>>]: S[K] extends Field<infer T> ? T : never;
} & { readonly [K in keyof S as Extract<K, OptionalKeys<S>>]?: S[K] extends Field<infer T> ? T : never };

export function field<T>(must: string, holds: (value: unknown) => value is T): Field<T, false> {
  return { must, optional: false, holds };
}

/** The same field, which may be left out. */
export const optional = <T>({ must, holds }: Field<T>): Field<T, true> => ({ must, optional: true, holds });

/** The same field, or null. */
export const orNull = <T>({ must, holds }: Field<T>): Field<T | null, false> =>
  field(`${must}, or null`, (value): value is T | null => value === null || holds(value));

export const text: Field<string, false> = field('a text', (value): value is string => typeof value === 'string');

export const nonEmptyText = (must: string): Field<string, false> =>
  field(must, (value): value is string => typeof value === 'string' && value !== '');

export const flag: Field<boolean, false> = field('true or false', (value) => typeof value === 'boolean');

/** A finite number from 0. */
export const amount: Field<number, false> = field(
  'a number from 0',
  (value): value is number => typeof value === 'number' && Number.isFinite(value) && value >= 0,
);

/** A safe integer from `min` to `max`. */
export const whole = (must: string, min: number, max = Number.MAX_SAFE_INTEGER): Field<number, false> =>
  field(
    must,
    (value): value is number =>
      typeof value === 'number' && Number.isSafeInteger(value) && value >= min && value <= max,
  );

const listed = (words: readonly (string | number)[]): string =>
  [words.slice(0, -1).join(', '), ...words.slice(-1)].filter((part) => part !== '').join(' or ');

export const oneOf = <const W extends readonly (string | number)[]>(words: W): Field<W[number], false> =>
  field(listed(words), (value): value is W[number] => words.some((word) => word === value));

/** An object of a shape of its own. */
export const object = <S extends Shape>(shape: S): Field<ObjectOf<S>, false> =>
  field(`an object with ${Object.keys(shape).join(', ')}`, (value): value is ObjectOf<S> => matches(shape, value));

/** Whether a value from JSON is an object of a shape, apart from further fields. */
export const matches = <S extends Shape>(shape: S, value: unknown): value is ObjectOf<S> =>
  isObject(value) && objectionsTo(value, shape).length === 0;

/** A field that is wrong, and what it must be. */
export type Objection = readonly [field: string, must: string];

/** The fields of an object that are wrong. @param before stands before their names. */
export function objectionsTo(
  value: Readonly<Record<string, unknown>>,
  shape: Shape,
  before = '',
): readonly Objection[] {
  return Object.entries(shape).flatMap(([name, { must, optional: mayMiss, holds }]): readonly Objection[] => {
    const given = value[name];
    return (given === undefined ? mayMiss : holds(given)) ? [] : [[`${before}${name}`, must]];
  });
}

/** The same, one clause each (`served must be a number from 0`). */
export function objectionsToFields(
  shape: Shape,
  value: Readonly<Record<string, unknown>>,
  before?: string,
): readonly string[] {
  return objectionsTo(value, shape, before).map(([name, must]) => `${name} must be ${must}`);
}

/**
 * The fields of a shape out of a value from JSON; other fields are left out.
 *
 * @param what names the value in the error: `GET /plimsoll/state`.
 * @throws Error naming every field that is not as the shape says.
 */
export function readObject<S extends Shape>(shape: S, what: string, value: unknown): ObjectOf<S> {
  if (!isObject(value)) throw new Error(`${what}: expected a JSON object`);
  const objections = objectionsToFields(shape, value);
  if (objections.length > 0) throw new Error(`${what}: ${objections.join('; ')}`);
  return Object.fromEntries(
    Object.keys(shape).flatMap((name) => (value[name] === undefined ? [] : [[name, value[name]]])),
  ) as ObjectOf<S>;
}
