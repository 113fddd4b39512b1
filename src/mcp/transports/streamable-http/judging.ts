/** From a complete response to what its attempt ended as. */
import { outcomeCode } from '../../../record/index.js';
import type { AttemptSlot } from '../../channel.js';
import { durationsInField, settle, stampByDurations, type Oracle, type VerdictCache } from '../../oracle/index.js';
import type { Http1Connection } from './connection.js';

const OK = outcomeCode('ok');

/** In place of a parsed answer: the verdict cache has found it right. */
export const RECOGNISED: unique symbol = Symbol('recognised');

interface Judges {
  readonly oracle: Oracle;
  readonly verdicts: VerdictCache;
}

/** @returns what failed: the body; null where it is right. */
export function judgeBody({ oracle, verdicts }: Judges, connection: Http1Connection, slot: AttemptSlot): string | null {
  const { head, body, bodyStart, bodyEnd } = connection;
  if (head.status === 200 && head.bodyKind === 'json' && verdicts.recognises(slot, body, bodyStart, bodyEnd)) {
    slot.httpStatus = 200;
    settle(slot, 'none');
    return null;
  }
  const { text } = connection;
  oracle.judgeHttp(slot, head, text);
  if (slot.outcome !== OK) return text;
  verdicts.consider(slot, body, bodyStart, bodyEnd);
  return null;
}

/** @returns the message that answered; null where none did, or it is known to be right. */
export function judgeStream({ oracle }: Judges, connection: Http1Connection, slot: AttemptSlot): unknown {
  slot.httpStatus = connection.head.status;
  const answer = connection.answer ?? (connection.malformedEvent ? undefined : connection.stray);
  if (answer === RECOGNISED) settle(slot, 'none');
  else if (answer === undefined) settle(slot, connection.malformedEvent ? 'sse-malformed' : 'sse-no-answer');
  else {
    oracle.judgeMessage(slot, answer);
    return answer;
  }
  return null;
}

/** A server's times in a field of the head. Stamps in the answer come first: they are moments. */
export function stampByField({ head: { serverTiming } }: Http1Connection, slot: AttemptSlot): void {
  if (serverTiming === '' || !Number.isNaN(slot.receivedNs)) return;
  const durations = durationsInField(serverTiming);
  if (durations !== null) stampByDurations(slot, durations);
}
