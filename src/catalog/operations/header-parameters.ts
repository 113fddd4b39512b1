/**
 * Arguments that a stateless request over HTTP repeats in its head (MCP 2026-07-28, Transports, `x-mcp-header`), for
 * what routes or limits calls and reads no bodies.
 */
import { headerTextOf, headerValue, isObject } from '../../protocol/index.js';

/** One of them: where it stands in the arguments, and the name of its field. */
export interface HeaderParameter {
  readonly path: readonly string[];
  readonly field: string;
}

/** Those of each call, in the order of the calls; none where its operation runs no tool. */
export type HeaderParameters = readonly (readonly HeaderParameter[])[];

export type DeclaredParameters =
  | { readonly kind: 'valid'; readonly parameters: readonly HeaderParameter[] }
  /** Clients must not call such a tool. */
  | { readonly kind: 'invalid'; readonly reason: string };

const MARK = 'x-mcp-header';
const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
const TYPES: readonly unknown[] = ['string', 'integer', 'boolean'];

/** The name that a request has in its head where it is that of its sole argument. */
export const SOLE_NAME: HeaderParameter = { path: [], field: 'Mcp-Name' };

/** What the `inputSchema` of a tool declares. */
export function headerParametersOf(inputSchema: unknown): DeclaredParameters {
  const parameters: HeaderParameter[] = [];
  const reason = faultIn(inputSchema, [], true, parameters);
  return reason === null ? { kind: 'valid', parameters } : { kind: 'invalid', reason };
}

/** Walks a schema; the first fault, or null. @param named whether only names of properties lead here. */
function faultIn(schema: unknown, path: readonly string[], named: boolean, found: HeaderParameter[]): string | null {
  if (Array.isArray(schema)) return firstFault(schema.map((each) => () => faultIn(each, path, false, found)));
  if (!isObject(schema)) return null;
  const own = MARK in schema ? ownFault(schema, path, named, found) : null;
  if (own !== null) return own;
  return firstFault(
    Object.entries(schema).map(([key, value]) => () => {
      // Values of these are data, in which the mark means nothing.
      if (key === 'const' || key === 'enum' || key === 'default' || key === 'examples') return null;
      if (key !== 'properties' || !isObject(value)) return faultIn(value, path, false, found);
      return firstFault(
        Object.entries(value).map(
          ([name, property]) =>
            () =>
              faultIn(property, [...path, name], named, found),
        ),
      );
    }),
  );
}

function ownFault(
  schema: Readonly<Record<string, unknown>>,
  path: readonly string[],
  named: boolean,
  found: HeaderParameter[],
): string | null {
  const name = schema[MARK];
  const at = path.length === 0 ? 'the schema' : path.join('.');
  if (!named || path.length === 0) return `${at}: ${MARK} stands where no chain of properties leads`;
  if (typeof name !== 'string' || !TOKEN.test(name)) return `${at}: ${MARK} is no name of a header field`;
  if (!TYPES.includes(schema['type'])) return `${at}: ${MARK} is for a string, an integer or a boolean`;
  const field = `Mcp-Param-${name}`;
  if (found.some((other) => other.field.toLowerCase() === field.toLowerCase()))
    return `${at}: ${MARK} "${name}" is there twice`;
  found.push({ path, field });
  return null;
}

function firstFault(walks: readonly (() => string | null)[]): string | null {
  for (const walk of walks) {
    const fault = walk();
    if (fault !== null) return fault;
  }
  return null;
}

/** Name and value of each field of one call. An argument that is absent, null, or nothing a header holds has none. */
export function parameterValues(
  parameters: readonly HeaderParameter[],
  argumentsJson: string,
): readonly (readonly [string, string])[] {
  if (parameters.length === 0) return [];
  const given: unknown = argumentsJson === '' ? {} : JSON.parse(argumentsJson);
  return parameters.flatMap(({ path, field }) => {
    const value = path.reduce<unknown>((node, key) => (isObject(node) ? node[key] : undefined), given);
    const text = headerTextOf(value);
    return text === null ? [] : [[field, headerValue(text)] as const];
  });
}

/** The same as lines of a head. */
export const parameterFields = (parameters: readonly HeaderParameter[], argumentsJson: string): string =>
  parameterValues(parameters, argumentsJson)
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join('');
