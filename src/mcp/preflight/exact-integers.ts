/**
 * Whole numbers beyond 2^53 on their way through the SDK, which makes doubles of them: they travel as marked texts, and
 * become digits again where the message is written.
 */

/** A text or a number of JSON. Between them stands nothing that could be taken for either. */
const TOKEN = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?/g;
const MARKED = /"\\u0000integer:(-?\d+)"/g;

/** What a double can't hold has 16 digits or more: most messages have none, and are not looked through. */
const MAY_BE_LARGE = /\d{16}/;

/** JSON whose whole numbers that a double can't hold are marked texts. */
export function markExact(json: string): string {
  if (!MAY_BE_LARGE.test(json)) return json;
  return json.replace(TOKEN, (token) =>
    /^-?\d+$/.test(token) && !Number.isSafeInteger(Number(token)) ? `"\\u0000integer:${token}"` : token,
  );
}

/** The JSON that was meant, out of that of a value with marked texts. */
export function unmarkExact(json: string): string {
  return json.includes('\\u0000integer:') ? json.replace(MARKED, '$1') : json;
}
