/** One value for a schema, as likely as can be to satisfy it; whether it does is checked by a validator. */
import { isObject } from '../../protocol/index.js';
import type { Random } from '../../random/index.js';
import { NoValue, both, listIn, mapIn, numberIn, referenced, schemaOf, type Schema } from './schema.js';
import { textFor } from './texts.js';

const DEEPEST = 24;
const MOST_PARTS = 5_000;
const MOST_ITEMS = 256;

type Type = 'object' | 'array' | 'string' | 'integer' | 'number' | 'boolean' | 'null';

/** How a value is drawn. */
export interface Draw {
  readonly root: Schema;
  readonly random: Random;
  /** The plainest value: what is required, the first of several ways. Otherwise ways and optional parts are drawn. */
  readonly plain: boolean;
  /** Parts made so far; counted over the whole value. */
  readonly parts: { count: number };
}

/** @throws NoValue when none can be made. */
export function candidate(given: unknown, draw: Draw, depth = 0): unknown {
  if (depth > DEEPEST || ++draw.parts.count > MOST_PARTS) throw new NoValue('a schema that is nested too deep');
  const schema = flattened(schemaOf(given), draw, depth);
  if (Object.hasOwn(schema, 'const')) return schema['const'];
  const values = listIn(schema, 'enum');
  if (values !== null) return oneOf(values, draw);
  const proposed = proposedValue(schema, draw);
  if (proposed !== undefined) return proposed;
  switch (typeOf(schema, draw)) {
    case 'object':
      return objectFor(schema, draw, depth);
    case 'array':
      return arrayFor(schema, draw, depth);
    case 'string':
      return textFor(schema, draw.random);
    case 'integer':
      return numberFor(schema, true, draw);
    case 'number':
      return numberFor(schema, false, draw);
    case 'boolean':
      return draw.random.below(2) === 1;
    case 'null':
      return null;
  }
}

/** What the schema itself gives as an example or default: the author's own idea of a sensible value. */
function proposedValue(schema: Schema, draw: Draw): unknown {
  if (!draw.plain && draw.random.below(2) === 0) return undefined;
  const examples = listIn(schema, 'examples');
  if (examples !== null && examples.length > 0) return oneOf(examples, draw);
  return Object.hasOwn(schema, 'default') && schema['default'] !== null ? schema['default'] : undefined;
}

function oneOf<T>(values: readonly T[], { plain, random }: Draw): T {
  const value = plain ? values[0] : values[random.below(Math.max(1, values.length))];
  if (value === undefined) throw new NoValue('a choice of nothing');
  return value;
}

/** Without references and combinations: each is resolved into one schema, a way chosen where there are several. */
function flattened(schema: Schema, draw: Draw, depth: number): Schema {
  if (depth > DEEPEST) throw new NoValue('a schema that refers to itself');
  const { $ref, allOf, anyOf, oneOf: one, if: condition, then, else: otherwise, ...rest } = schema;
  let flat: Schema = rest;
  const add = (part: unknown): void => {
    flat = both(flat, flattened(schemaOf(part), draw, depth + 1));
  };
  if (typeof $ref === 'string') add(referenced(draw.root, $ref));
  if (Array.isArray(allOf)) for (const part of allOf as unknown[]) add(part);
  for (const ways of [anyOf, one]) if (Array.isArray(ways)) add(oneOf(withoutNull(ways as unknown[]), draw));
  if (condition !== undefined) {
    const isThen = draw.plain || draw.random.below(2) === 0;
    if (isThen) add(condition);
    const branch = isThen ? then : otherwise;
    if (branch !== undefined) add(branch);
  }
  return flat;
}

/** A parameter that may be null says nothing when it is. */
function withoutNull(ways: readonly unknown[]): readonly unknown[] {
  const others = ways.filter((way) => !(isObject(way) && way['type'] === 'null'));
  return others.length > 0 ? others : ways;
}

const TYPES: readonly Type[] = ['object', 'array', 'string', 'integer', 'number', 'boolean', 'null'];
const HINTS: readonly (readonly [Type, readonly string[]])[] = [
  ['object', ['properties', 'required', 'additionalProperties', 'patternProperties', 'minProperties', 'propertyNames']],
  ['array', ['items', 'prefixItems', 'minItems', 'contains', 'uniqueItems']],
  ['number', ['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'multipleOf']],
];

function typeOf(schema: Schema, draw: Draw): Type {
  const { type } = schema;
  if (type === undefined)
    return HINTS.find(([, keys]) => keys.some((key) => Object.hasOwn(schema, key)))?.[0] ?? 'string';
  const named = (Array.isArray(type) ? (type as unknown[]) : [type]).filter((each) => TYPES.includes(each as Type));
  const values = named.filter((each) => each !== 'null');
  return oneOf((values.length > 0 ? values : named) as readonly Type[], draw);
}

function numberFor(schema: Schema, isInteger: boolean, { random }: Draw): number {
  const [above, below] = [numberIn(schema, 'exclusiveMinimum'), numberIn(schema, 'exclusiveMaximum')];
  const low = Math.max(numberIn(schema, 'minimum') ?? -Infinity, above ?? -Infinity);
  const high = Math.min(numberIn(schema, 'maximum') ?? Infinity, below ?? Infinity);
  const step = Math.abs(numberIn(schema, 'multipleOf') ?? (isInteger ? 1 : 0)) || 0;
  if (step > 0) {
    const first = Math.ceil(low / step) + (above !== null && Math.ceil(low / step) * step === above ? 1 : 0);
    const last = Math.floor(high / step) - (below !== null && Math.floor(high / step) * step === below ? 1 : 0);
    return wholeBetween(first, last, random) * step;
  }
  const whole = [Math.floor(low) + 1, Math.ceil(high) - 1] as const;
  if (low === -Infinity || high === Infinity || whole[0] <= whole[1]) return wholeBetween(whole[0], whole[1], random);
  return low === high ? low : (low + high) / 2;
}

/** A small one near zero where the bounds let it be: as a count, an offset or a limit it does little. */
function wholeBetween(first: number, last: number, random: Random): number {
  if (first > last) throw new NoValue('a number between bounds that leave none');
  const from = Math.max(first, Math.min(1, last));
  const to = Math.min(last, from + 9);
  return from + random.below(to - from + 1);
}

function arrayFor(schema: Schema, draw: Draw, depth: number): unknown[] {
  const least = numberIn(schema, 'minItems') ?? 0;
  const most = numberIn(schema, 'maxItems') ?? Infinity;
  const first = listIn(schema, 'prefixItems') ?? (Array.isArray(schema['items']) ? (schema['items'] as unknown[]) : []);
  const rest: unknown =
    first.length > 0 && Array.isArray(schema['items']) ? schema['additionalItems'] : schema['items'];
  const hasContained = Object.hasOwn(schema, 'contains');
  const contained = hasContained ? (numberIn(schema, 'minContains') ?? 1) : 0;
  // An empty list often means no work at all.
  const wanted = draw.plain || draw.random.below(2) === 0 ? Math.max(1, first.length) : 0;
  const length = Math.min(most, Math.max(least, contained, rest === false ? first.length : wanted));
  if (length > MOST_ITEMS) throw new NoValue(`a list of ${length} items`);
  const isUnique = schema['uniqueItems'] === true;
  const items: unknown[] = [];
  for (let at = 0; at < length; at++) {
    const own = at < first.length ? first[at] : rest;
    if (own === false && items.length >= least) break;
    const item = at < contained ? both(schemaOf(own), schemaOf(schema['contains'])) : own;
    items.push(isUnique ? another(item, items, draw, depth) : candidate(item, draw, depth + 1));
  }
  return items;
}

/** One that the list does not have yet; the plain value is tried first. */
function another(schema: unknown, items: readonly unknown[], draw: Draw, depth: number): unknown {
  const texts = new Set(items.map((item) => JSON.stringify(item)));
  for (let i = 0; i < 64; i++) {
    const item = candidate(schema, i === 0 ? draw : { ...draw, plain: false }, depth + 1);
    if (!texts.has(JSON.stringify(item))) return item;
  }
  throw new NoValue('a list of different items, which were not found');
}

function objectFor(schema: Schema, draw: Draw, depth: number): Record<string, unknown> {
  const properties = mapIn(schema, 'properties') ?? {};
  const made = new Map<string, unknown>();
  let whole = schema;
  const add = (name: string): void => {
    if (!made.has(name)) made.set(name, candidate(propertySchema(whole, name), draw, depth + 1));
  };
  for (const name of textsIn(schema, 'required')) add(name);
  const optional = Object.keys(properties).filter((name) => !made.has(name) && properties[name] !== false);
  if (!draw.plain) for (const name of optional) if (draw.random.below(3) === 0) add(name);
  const least = numberIn(schema, 'minProperties') ?? 0;
  if (least > MOST_ITEMS) throw new NoValue(`an object of ${least} members`);
  for (const name of optional) if (made.size < least) add(name);
  for (let i = 0; made.size < least && i < 4 * MOST_ITEMS; i++) add(inventedName(schema, i, draw, depth));
  // What is required because of another member may again require more.
  for (let round = 0; round < 4; round++) {
    for (const name of [...made.keys()]) {
      for (const key of ['dependentRequired', 'dependencies'])
        for (const needed of textsIn(mapIn(schema, key) ?? {}, name)) add(needed);
      const further = (mapIn(schema, 'dependentSchemas') ?? {})[name] ?? null;
      if (round > 0 || !isObject(further)) continue;
      whole = both(whole, further);
      for (const needed of textsIn(further, 'required')) add(needed);
    }
  }
  return Object.fromEntries(made);
}

function textsIn(schema: Schema, key: string): readonly string[] {
  if (!Object.hasOwn(schema, key)) return [];
  return (listIn(schema, key) ?? []).filter((each): each is string => typeof each === 'string');
}

function propertySchema(schema: Schema, name: string): unknown {
  const own = mapIn(schema, 'properties') ?? {};
  const parts: unknown[] = Object.hasOwn(own, name) ? [own[name]] : [];
  for (const [pattern, value] of Object.entries(mapIn(schema, 'patternProperties') ?? {}))
    if (matches(pattern, name)) parts.push(value);
  if (parts.length === 0) return schema['additionalProperties'];
  return parts.length === 1 ? parts[0] : parts.map(schemaOf).reduce(both);
}

function matches(pattern: string, text: string): boolean {
  try {
    return new RegExp(pattern, 'u').test(text);
  } catch {
    return false;
  }
}

function inventedName(schema: Schema, at: number, draw: Draw, depth: number): string {
  const [pattern] = Object.keys(mapIn(schema, 'patternProperties') ?? {});
  const fromNames = Object.hasOwn(schema, 'propertyNames') ? schemaOf(schema['propertyNames']) : null;
  const from = fromNames ?? (pattern !== undefined && schema['additionalProperties'] === false ? { pattern } : null);
  if (from === null) return `member${at + 1}`;
  const name = candidate({ type: 'string', ...from }, { ...draw, plain: false }, depth + 1);
  return typeof name === 'string' ? name : `member${at + 1}`;
}
