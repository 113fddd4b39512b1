/**
 * Wrong answers that belong to another call of the run: by the id that a mock gives back, or by a nonce in the
 * arguments (`unique: call`). A right answer belongs to every call: a gateway may give the same one to equal calls
 * from memory.
 */
import type { Operation } from '../../catalog/index.js';
import { ARGUMENT_NONCE, isObject, META_CALL } from '../../protocol/index.js';

/** Ids of calls before the load are no numbers. */
const CALL_ID = /^\d{1,15}$/;
const NONCE = new RegExp(`${ARGUMENT_NONCE}(\\d{1,15})`, 'g');

/** The number of the call that a wrong result belongs to; null where it names none, or also this one. */
export function foreignCallIn(
  callId: number,
  operation: Operation,
  result: Readonly<Record<string, unknown>>,
): number | null {
  const { _meta: meta } = result;
  const id = isObject(meta) ? meta[META_CALL] : undefined;
  if (typeof id === 'string' && CALL_ID.test(id)) return Number(id) === callId ? null : Number(id);
  const texts = operation.answerTexts(result);
  const found = texts.flatMap((text) => [...text.matchAll(NONCE)].map(([, digits]) => Number(digits)));
  return found.includes(callId) ? null : (found[0] ?? null);
}
