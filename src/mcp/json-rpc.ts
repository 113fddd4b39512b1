/** Reading JSON-RPC messages. */

/** The JSON value of a text, or undefined when it is not JSON (JSON itself has no undefined). */
export function parsedOrUndefined(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
