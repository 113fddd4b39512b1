/** The part of a JSON Schema that decides what is valid, without what only describes. */
import { canonicalJson, isObject } from '../../protocol/index.js';

/** Keywords that only describe and refuse nothing (JSON Schema 2020-12, Validation, section 9; and `$comment`). */
const DESCRIBING =
  'title description default examples deprecated readOnly writeOnly $comment $schema $id $anchor'.split(' ');
/** Keywords whose value is one schema, a list of schemas, or a map of schemas. */
const ONE = [
  ...'items additionalItems unevaluatedItems additionalProperties unevaluatedProperties'.split(' '),
  ...'propertyNames contains not if then else'.split(' '),
];
const LISTS = ['anyOf', 'oneOf', 'allOf', 'prefixItems', 'items'];
const MAPS = ['properties', 'patternProperties', '$defs', 'definitions', 'dependentSchemas'];
/** Lists whose order says nothing. */
const SETS = ['required', 'enum', 'type', 'anyOf', 'oneOf', 'allOf'];

export const isDescribing = (keyword: string): boolean => DESCRIBING.includes(keyword);

/** The one text of what a schema means: two schemas with the same text accept the same. */
export function meaningText(schema: unknown): string {
  return canonicalJson(meaning(schema));
}

function meaning(schema: unknown): unknown {
  if (!isObject(schema)) return schema;
  return Object.fromEntries(
    Object.entries(schema)
      .filter(([keyword]) => !isDescribing(keyword))
      .map(([keyword, value]) => [keyword, meaningOf(keyword, value)]),
  );
}

function meaningOf(keyword: string, value: unknown): unknown {
  if (Array.isArray(value)) {
    const items = LISTS.includes(keyword) ? value.map(meaning) : (value as readonly unknown[]);
    return SETS.includes(keyword) ? [...items].sort((a, b) => (canonicalJson(a) < canonicalJson(b) ? -1 : 1)) : items;
  }
  if (ONE.includes(keyword)) return meaning(value);
  if (MAPS.includes(keyword) && isObject(value))
    return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, meaning(inner)]));
  return value;
}
