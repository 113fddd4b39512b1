/**
 * Reading request bodies the way clients of the real server are used to: the first JSON value counts and what follows
 * it is ignored, keys match in any case, `null` is the same as absent, unknown keys do not matter.
 *
 * The texts of errors resemble those of Go's decoder where clients can be expected to show them; they are not the same.
 */
import { messageOf } from '../../problem/index.js';
import { ApiError } from './api-error.js';

type Fields = Readonly<Record<string, unknown>>;

/** The first JSON value of a text. Throws {@link ApiError} 400. */
export function firstValue(text: string): unknown {
  if (text.trim() === '') throw bad('EOF');
  const end = endOfFirstValue(text);
  try {
    return JSON.parse(end === null ? text : text.slice(0, end)) as unknown;
  } catch (error) {
    if (end === null) throw bad('unexpected EOF');
    throw bad(messageOf(error));
  }
}

/** Where the first value ends, null when it does not. A scan only: whether it is valid JSON, the parser says. */
function endOfFirstValue(text: string): number | null {
  let depth = 0;
  let inString = false;
  let begun = false;
  for (let i = 0; i < text.length; i++) {
    const c = text[i];
    if (inString) {
      if (c === '\\') i++;
      else if (c === '"') {
        inString = false;
        if (depth === 0) return i + 1;
      }
    } else if (c === '"') {
      if (begun && depth === 0) return i;
      inString = true;
      begun = true;
    } else if (c === '{' || c === '[') {
      if (begun && depth === 0) return i;
      depth++;
      begun = true;
    } else if (c === '}' || c === ']') {
      depth--;
      if (depth <= 0) return i + 1;
    } else if (c !== undefined && /\s/.test(c)) {
      if (begun && depth === 0) return i;
    } else {
      begun = true;
    }
  }
  return inString || depth > 0 ? null : text.length;
}

/** The fields of a body that is an object; `null` has none. Throws {@link ApiError} 400. */
export function objectOf(value: unknown, what: string): Fields {
  if (value === null || value === undefined) return {};
  if (typeof value !== 'object' || Array.isArray(value)) throw mismatch(value, what, 'object');
  return value as Fields;
}

/** The items of a body that is an array; `null` has none. Throws {@link ApiError} 400. */
export function arrayOf(value: unknown, what: string): readonly unknown[] {
  if (value === null) return [];
  if (!Array.isArray(value)) throw mismatch(value, what, 'array');
  return value as readonly unknown[];
}

/** A field in whatever case it was written; the last one when there are several. Undefined for absent and `null`. */
export function field(fields: Fields, name: string): unknown {
  let found: unknown;
  for (const [key, value] of Object.entries(fields)) {
    if (key.toLowerCase() === name && value !== null) found = value;
  }
  return found;
}

const typedField =
  <T>(wanted: string, is: (value: unknown) => value is T) =>
  (fields: Fields, name: string): T | undefined => {
    const value = field(fields, name);
    if (value === undefined || is(value)) return value;
    throw mismatch(value, `field ${name}`, wanted);
  };

export const stringField = typedField('string', (value) => typeof value === 'string');
export const booleanField = typedField('bool', (value) => typeof value === 'boolean');
export const numberField = typedField('float', (value) => typeof value === 'number');
export const integerField = typedField('int64', (value): value is number => Number.isSafeInteger(value));

function mismatch(value: unknown, where: string, wanted: string): ApiError {
  const is = Array.isArray(value) ? 'array' : typeof value === 'boolean' ? 'bool' : typeof value;
  const shown = typeof value === 'number' && wanted === 'int64' ? ` ${value}` : '';
  return bad(`json: cannot unmarshal ${is}${shown} into ${where} of type ${wanted}`);
}

function bad(text: string): ApiError {
  return new ApiError(400, `bad request body: ${text}`);
}
