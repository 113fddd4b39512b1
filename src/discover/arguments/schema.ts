/** JSON Schema as far as a value is made from it: references followed, and several schemas made into one. */
import { isObject } from '../../protocol/index.js';

/** A schema that is an object; `true` is an empty one. */
export type Schema = Readonly<Record<string, unknown>>;

/** No value can be made, or only by more work than it is worth. */
export class NoValue extends Error {
  override readonly name = 'NoValue';
}

/** A schema in any form. @throws NoValue for `false`, and for what is no schema. */
export function schemaOf(value: unknown): Schema {
  if (value === undefined || value === true) return {};
  if (isObject(value)) return value;
  throw new NoValue('a schema that nothing satisfies');
}

export function numberIn(schema: Schema, key: string): number | null {
  const value = schema[key];
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}

export function listIn(schema: Schema, key: string): readonly unknown[] | null {
  const value = schema[key];
  return Array.isArray(value) ? (value as readonly unknown[]) : null;
}

export function mapIn(schema: Schema, key: string): Schema | null {
  const value = schema[key];
  return isObject(value) ? value : null;
}

/** What a reference within the document names. @throws NoValue for any other reference. */
export function referenced(root: Schema, reference: string): Schema {
  if (!reference.startsWith('#')) throw new NoValue(`a reference to another document, ${reference}`);
  const pointer = reference.slice(1);
  if (pointer !== '' && !pointer.startsWith('/')) return anchored(root, pointer);
  let at: unknown = root;
  for (const part of pointer.split('/').slice(1)) {
    const key = decoded(part).replaceAll('~1', '/').replaceAll('~0', '~');
    const inside: unknown =
      (isObject(at) || Array.isArray(at)) && Object.hasOwn(at, key)
        ? (at as Readonly<Record<string, unknown>>)[key]
        : undefined;
    if (inside === undefined) throw new NoValue(`a reference to nothing, ${reference}`);
    at = inside;
  }
  return schemaOf(at);
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/** A definition with this `$anchor`, where definitions usually are. */
function anchored(root: Schema, anchor: string): Schema {
  for (const place of ['$defs', 'definitions'])
    for (const each of Object.values(mapIn(root, place) ?? {}))
      if (isObject(each) && each['$anchor'] === anchor) return each;
  throw new NoValue(`a reference to nothing, #${anchor}`);
}

/**
 * One schema whose values satisfy both, for the keywords that are understood: bounds are tightened, lists of required
 * names joined, schemas of the same property made into one. What else both have is taken from the second: the result is
 * checked against the original anyway.
 */
export function both(a: Schema, b: Schema): Schema {
  const merged: Record<string, unknown> = { ...a };
  for (const [key, value] of Object.entries(b)) {
    const before = Object.hasOwn(a, key) ? a[key] : undefined;
    define(merged, key, before === undefined ? value : joined(key, before, value));
  }
  return merged;
}

/** Also for a key called `__proto__`. */
function define(target: Record<string, unknown>, key: string, value: unknown): void {
  Object.defineProperty(target, key, { value, enumerable: true, configurable: true, writable: true });
}

const LARGER = new Set(['minimum', 'exclusiveMinimum', 'minLength', 'minItems', 'minProperties', 'minContains']);
const SMALLER = new Set(['maximum', 'exclusiveMaximum', 'maxLength', 'maxItems', 'maxProperties', 'maxContains']);
const MAPS = new Set(['properties', 'patternProperties', 'dependentSchemas']);
const LISTS = new Set(['required', 'allOf']);

function joined(key: string, a: unknown, b: unknown): unknown {
  if (typeof a === 'number' && typeof b === 'number') {
    if (LARGER.has(key)) return Math.max(a, b);
    if (SMALLER.has(key)) return Math.min(a, b);
  }
  if (LISTS.has(key) && Array.isArray(a) && Array.isArray(b))
    return [...new Set([...(a as unknown[]), ...(b as unknown[])])];
  if (key === 'type') return commonType(a, b);
  if (key === 'enum' && Array.isArray(a) && Array.isArray(b)) {
    const texts = new Set((b as unknown[]).map((each) => JSON.stringify(each)));
    return (a as unknown[]).filter((each) => texts.has(JSON.stringify(each)));
  }
  if (MAPS.has(key) && isObject(a) && isObject(b)) {
    const all: Record<string, unknown> = { ...a };
    for (const [name, value] of Object.entries(b))
      define(all, name, Object.hasOwn(a, name) ? together(a[name], value) : value);
    return all;
  }
  if (key === 'items' || key === 'additionalProperties') return together(a, b);
  return b;
}

function together(a: unknown, b: unknown): unknown {
  if (a === false || b === false) return false;
  return isObject(a) && isObject(b) ? both(a, b) : isObject(a) ? a : b;
}

function commonType(a: unknown, b: unknown): unknown {
  const [first, second] = [typesIn(a), typesIn(b)];
  const common = first.filter((type) => second.includes(type));
  if (common.length > 0) return common;
  const isInteger = (types: readonly unknown[]): boolean => types.includes('integer');
  return (isInteger(first) && second.includes('number')) || (isInteger(second) && first.includes('number'))
    ? 'integer'
    : [];
}

function typesIn(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? (value as unknown[]) : [value];
}
