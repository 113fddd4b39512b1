/**
 * What one JSON Schema refuses of what another accepts.
 *
 * Decided keyword by keyword, which finds every narrowing that people write; where that can't show that nothing is
 * refused (a changed pattern, a changed `oneOf`), it is taken as a narrowing. A new optional field is none, though a
 * caller could have sent something else under its name.
 */
import { canonicalJson, isObject } from '../../protocol/index.js';
import { isDescribing, meaningText } from './schema-meaning.js';

export type Narrowing = {
  /** Where in the schema: `.address.street`, `.tags[]`; '' for the whole. */ readonly at: string;
} & (
  | { readonly kind: 'required'; readonly field: string }
  | { readonly kind: 'type'; readonly type: string }
  | { readonly kind: 'value'; readonly value: string }
  /** Any value was accepted, now only listed ones are. */
  | { readonly kind: 'listed-only' }
  | { readonly kind: 'bound'; readonly keyword: string; readonly from: string; readonly to: string }
  | { readonly kind: 'field'; readonly field: string }
  /** Fields without a name of their own were accepted. */
  | { readonly kind: 'other-fields' }
  /** Its effect on what is accepted is unknown. */
  | { readonly kind: 'unclear'; readonly keyword: string }
);

type Schema = Readonly<Record<string, unknown>>;

const DEEPEST = 40;
const LOWER = ['minimum', 'exclusiveMinimum', 'minLength', 'minItems', 'minProperties', 'minContains'];
const UPPER = ['maximum', 'exclusiveMaximum', 'maxLength', 'maxItems', 'maxProperties', 'maxContains'];
const STRUCTURE = 'type enum const required properties additionalProperties items uniqueItems anyOf allOf';
const HANDLED = [...STRUCTURE.split(' '), '$defs', 'definitions', 'patternProperties', ...LOWER, ...UPPER];

/** The narrowings on the way from one schema to another; none when everything the first accepts, the second does. */
export function narrowings(from: unknown, to: unknown, at = '', depth = 0): readonly Narrowing[] {
  if (meaningText(from) === meaningText(to) || to === true || from === false) return [];
  if (depth > DEEPEST) return [{ at, kind: 'unclear', keyword: 'schema' }];
  const a = from === true ? {} : from;
  if (!isObject(a) || !isObject(to)) return [{ at, kind: 'unclear', keyword: 'schema' }];
  return [
    ...types(a, to, at),
    ...values(a, to, at),
    ...bounds(a, to, at),
    ...fields(a, to, at, depth),
    ...inner(a, to, at, depth),
    ...unclear(a, to, at),
  ];
}

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? (value as readonly unknown[]) : []);
const mapOf = (value: unknown): Schema => (isObject(value) ? value : {});
const schemaOr = (value: unknown, otherwise: boolean): unknown => (value === undefined ? otherwise : value);

function typesOf(schema: Schema): readonly string[] | null {
  const { type } = schema;
  if (typeof type === 'string') return [type];
  return Array.isArray(type) ? listOf(type).filter((each) => typeof each === 'string') : null;
}

function types(from: Schema, to: Schema, at: string): readonly Narrowing[] {
  const allowed = typesOf(to);
  if (allowed === null) return [];
  const accepts = (type: string): boolean =>
    allowed.includes(type) || (type === 'integer' && allowed.includes('number'));
  return (typesOf(from) ?? ['any']).filter((type) => !accepts(type)).map((type) => ({ at, kind: 'type', type }));
}

function valuesOf(schema: Schema): readonly string[] | null {
  if (Object.hasOwn(schema, 'const')) return [canonicalJson(schema['const'])];
  return Array.isArray(schema['enum']) ? listOf(schema['enum']).map((each) => canonicalJson(each)) : null;
}

function values(from: Schema, to: Schema, at: string): readonly Narrowing[] {
  const allowed = valuesOf(to);
  if (allowed === null) return [];
  const before = valuesOf(from);
  if (before === null) return [{ at, kind: 'listed-only' }];
  return before.filter((value) => !allowed.includes(value)).map((value) => ({ at, kind: 'value', value }));
}

function bounds(from: Schema, to: Schema, at: string): readonly Narrowing[] {
  const found: Narrowing[] = [];
  for (const [keywords, isTighter] of [
    [LOWER, (a: number, b: number) => b > a],
    [UPPER, (a: number, b: number) => b < a],
  ] as const) {
    for (const keyword of keywords) {
      const [before, after] = [from[keyword], to[keyword]];
      if (after === undefined || canonicalJson(before ?? null) === canonicalJson(after)) continue;
      // The boolean form of older drafts says nothing without its neighbour.
      if (typeof after !== 'number' || (before !== undefined && typeof before !== 'number'))
        found.push({ at, kind: 'unclear', keyword });
      else if (before === undefined || isTighter(before, after))
        found.push({ at, kind: 'bound', keyword, from: String(before ?? 'none'), to: String(after) });
    }
  }
  if (to['uniqueItems'] === true && from['uniqueItems'] !== true)
    found.push({ at, kind: 'bound', keyword: 'uniqueItems', from: 'false', to: 'true' });
  return found;
}

function fields(from: Schema, to: Schema, at: string, depth: number): readonly Narrowing[] {
  const before = listOf(from['required']);
  const found: Narrowing[] = listOf(to['required']).flatMap((field): readonly Narrowing[] =>
    typeof field !== 'string' || before.includes(field) ? [] : [{ at, kind: 'required', field }],
  );
  const [had, has] = [mapOf(from['properties']), mapOf(to['properties'])];
  const rest = schemaOr(to['additionalProperties'], true);
  for (const [field, schema] of Object.entries(had)) {
    if (Object.hasOwn(has, field)) found.push(...narrowings(schema, has[field], `${at}.${field}`, depth + 1));
    else if (rest === false) found.push({ at, kind: 'field', field });
    else found.push(...narrowings(schema, rest, `${at}.${field}`, depth + 1));
  }
  const restBefore = schemaOr(from['additionalProperties'], true);
  if (rest === false && restBefore !== false) found.push({ at, kind: 'other-fields' });
  else found.push(...narrowings(restBefore, rest, `${at}.*`, depth + 1));
  return found;
}

function inner(from: Schema, to: Schema, at: string, depth: number): readonly Narrowing[] {
  const found: Narrowing[] = [];
  const deeper = (a: unknown, b: unknown, where: string): readonly Narrowing[] => narrowings(a, b, where, depth + 1);
  if (Array.isArray(from['items']) || Array.isArray(to['items'])) {
    if (meaningText({ items: from['items'] }) !== meaningText({ items: to['items'] }))
      found.push({ at, kind: 'unclear', keyword: 'items' });
  } else {
    found.push(...deeper(schemaOr(from['items'], true), schemaOr(to['items'], true), `${at}[]`));
  }
  // Each branch that was open must still be, in one of those there are.
  if (to['anyOf'] !== undefined) {
    const branches = listOf(to['anyOf']);
    const open = from['anyOf'] === undefined ? [{ ...from }] : listOf(from['anyOf']);
    if (open.some((branch) => branches.every((other) => deeper(branch, other, at).length > 0)))
      found.push({ at, kind: 'unclear', keyword: 'anyOf' });
  }
  if (to['allOf'] !== undefined) {
    const branches = listOf(from['allOf']);
    if (listOf(to['allOf']).some((demand) => branches.every((other) => deeper(other, demand, at).length > 0)))
      found.push({ at, kind: 'unclear', keyword: 'allOf' });
  }
  for (const keyword of ['$defs', 'definitions', 'patternProperties']) {
    const [had, has] = [mapOf(from[keyword]), mapOf(to[keyword])];
    for (const [name, schema] of Object.entries(has)) {
      if (Object.hasOwn(had, name)) found.push(...deeper(had[name], schema, `${at}.${name}`));
      // A definition alone refuses nothing; a pattern does.
      else if (keyword === 'patternProperties') found.push({ at, kind: 'unclear', keyword });
    }
  }
  return found;
}

/** Every other keyword that is there now and was not there like this. One that is gone refuses nothing any more. */
function unclear(from: Schema, to: Schema, at: string): readonly Narrowing[] {
  return Object.keys(to)
    .filter((keyword) => !HANDLED.includes(keyword) && !isDescribing(keyword))
    .filter(
      (keyword) =>
        !Object.hasOwn(from, keyword) ||
        meaningText({ [keyword]: from[keyword] }) !== meaningText({ [keyword]: to[keyword] }),
    )
    .map((keyword) => ({ at, kind: 'unclear', keyword }));
}
