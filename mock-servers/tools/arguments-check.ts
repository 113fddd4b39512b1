/**
 * A light check of arguments against a tool's JSON Schema: `required`, the `type` of top-level properties, and
 * `additionalProperties: false`. Enough to refuse what a generator gets wrong; not a JSON Schema validator.
 */
import { isObject } from '../../src/protocol/index.js';

/** What is wrong with the arguments, or null. */
export type ArgumentsCheck = (given: Readonly<Record<string, unknown>>) => string | null;

/** The check for one `inputSchema`. Keywords it does not know are passed over. */
export function argumentsCheck(inputSchema: Readonly<Record<string, unknown>>): ArgumentsCheck {
  const properties = isObject(inputSchema['properties']) ? inputSchema['properties'] : {};
  const required = strings(inputSchema['required']);
  const closed = inputSchema['additionalProperties'] === false;
  const types = new Map<string, readonly string[]>();
  for (const [name, schema] of Object.entries(properties)) {
    const type = isObject(schema) ? schema['type'] : undefined;
    const allowed = typeof type === 'string' ? [type] : strings(type);
    if (allowed.length > 0) types.set(name, allowed);
  }
  return (given) => {
    for (const name of required) {
      if (!Object.hasOwn(given, name)) return `missing argument ${JSON.stringify(name)}`;
    }
    for (const name of Object.keys(given)) {
      const allowed = types.get(name);
      if (allowed !== undefined && !allowed.some((type) => hasType(given[name], type)))
        return `argument ${JSON.stringify(name)} must be ${allowed.join(' or ')}`;
      if (closed && !Object.hasOwn(properties, name)) return `unexpected argument ${JSON.stringify(name)}`;
    }
    return null;
  };
}

const strings = (value: unknown): readonly string[] =>
  Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];

function hasType(value: unknown, type: string): boolean {
  switch (type) {
    case 'string':
    case 'boolean':
    case 'number':
      return typeof value === type;
    case 'integer':
      return Number.isInteger(value);
    case 'array':
      return Array.isArray(value);
    case 'object':
      return isObject(value);
    case 'null':
      return value === null;
    default:
      return true;
  }
}
