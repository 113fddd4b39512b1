/** The one JSON text of a value: what digests, comparisons and derived answers are made from. */

/** Deepest nesting `canonicalJson` writes; deeper values are refused, so that no input can exhaust the stack. */
const MAX_DEPTH = 200;

/**
 * The one JSON text of a JSON value: keys sorted by UTF-16 code units, no white space, numbers and strings as
 * ECMAScript writes them (the rules of RFC 8785, except that a lone surrogate is escaped instead of refused). Members
 * that are undefined are left out, as `JSON.stringify` does.
 *
 * @throws RangeError when arrays and objects are nested more than 200 deep.
 * @throws TypeError for what JSON does not have (functions, symbols). A bigint is a number, written digit by digit.
 */
export const canonicalJson = (value: unknown): string => write(value, 0);

function write(value: unknown, depth: number): string {
  switch (typeof value) {
    case 'string':
      return JSON.stringify(value);
    case 'number':
      return Number.isFinite(value) ? String(value) : 'null';
    case 'boolean':
      return value ? 'true' : 'false';
    case 'undefined':
      return 'null';
    case 'object':
      if (value === null) return 'null';
      if (depth === MAX_DEPTH) throw new RangeError(`JSON nested more than ${MAX_DEPTH} deep`);
      return Array.isArray(value) ? writeList(value, depth + 1) : writeObject(value, depth + 1);
    case 'bigint':
      return String(value);
    case 'function':
    case 'symbol':
      throw new TypeError(`a ${typeof value} has no JSON form`);
  }
}

function writeList(list: readonly unknown[], depth: number): string {
  let text = '[';
  for (let i = 0; i < list.length; i++) {
    if (i > 0) text += ',';
    text += write(list[i], depth);
  }
  return text + ']';
}

function writeObject(object: object, depth: number): string {
  const entries = object as Readonly<Record<string, unknown>>;
  const keys = Object.keys(entries);
  if (keys.length > 1) keys.sort();
  let text = '{';
  for (const key of keys) {
    const member = entries[key];
    if (member === undefined) continue;
    if (text.length > 1) text += ',';
    text += JSON.stringify(key) + ':' + write(member, depth);
  }
  return text + '}';
}
