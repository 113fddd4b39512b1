/** Composes the requests of a run's calls: what stays the same from one to the next is joined and measured once. */
import { REQUEST_START, cancelledJson, requestTextOf, type CallSpec, type RequestText } from '../../catalog/index.js';

/** What stands behind the JSON-RPC id in the requests of one spec, as long as the arguments are the same. */
interface Tail {
  /** Null before the first request. */
  readonly argumentsJson: string | null;
  /** Up to the logical call's id, if the request has it; else to the end. */
  readonly text: string;
  readonly bytes: number;
}

const NO_TAIL: Tail = { argumentsJson: null, text: '', bytes: 0 };

/** Decimal digits of a whole number from 0. */
function digitsOf(value: number): number {
  let digits = 1;
  for (let limit = 10; value >= limit; limit *= 10) digits++;
  return digits;
}

/**
 * One for all sessions of a thread. `compose` measures a request that is to be put together from `REQUEST_START`, the
 * id and `tail`, so that an HTTP head can be joined with it at once.
 */
export class RequestWriter {
  /**
   * Bytes of the whole request, and whether each of them is a character. These and the next four are valid until the
   * next `compose`.
   */
  bytes = 0;
  ascii = true;
  /** The same object for requests that are alike in everything but their two ids. */
  fixed: object = NO_TAIL;
  /** Decimal digits of the two ids; none where the request does not have the logical call's. */
  idDigits = 0;
  callDigits = 0;
  /** What follows the logical call's id. */
  afterCallId = '';
  #text = '';
  readonly #texts: readonly RequestText[];
  readonly #cancels: readonly boolean[];
  readonly #tails: Tail[];

  constructor(calls: readonly CallSpec[], propagateDeadline: boolean) {
    this.#texts = calls.map((call) => requestTextOf(call, propagateDeadline));
    this.#cancels = calls.map(({ cancel }) => cancel);
    this.#tails = calls.map(() => NO_TAIL);
  }

  /** @param spec index of the call spec. */
  compose(id: number, spec: number, argumentsJson: string, callId: number): void {
    const { beforeArguments, afterArguments, afterCallId } = this.#texts[spec] as RequestText;
    let tail = this.#tails[spec] ?? NO_TAIL;
    if (tail.argumentsJson !== argumentsJson) {
      const text = beforeArguments + argumentsJson + afterArguments;
      tail = this.#tails[spec] = { argumentsJson, text, bytes: Buffer.byteLength(text) };
    }
    this.fixed = tail;
    this.#text = tail.text;
    this.ascii = tail.bytes === tail.text.length;
    this.idDigits = digitsOf(id);
    this.callDigits = afterCallId === null ? 0 : digitsOf(callId);
    this.afterCallId = afterCallId ?? '';
    this.bytes = REQUEST_START.length + this.idDigits + tail.bytes + this.callDigits + this.afterCallId.length;
  }

  /** What follows the id in the request that was composed for this call. */
  tail(callId: number): string {
    return this.callDigits === 0 ? this.#text : this.#text + callId + this.afterCallId;
  }

  /** The whole request as JSON text. */
  write(id: number, spec: number, argumentsJson: string, callId: number): string {
    this.compose(id, spec, argumentsJson, callId);
    return REQUEST_START + id + this.tail(callId);
  }

  /** The message that cancels a request explicitly, or null where calls of the spec are given up without one. */
  cancelled(id: number, spec: number): string | null {
    return this.#cancels[spec] === true ? cancelledJson(id) : null;
  }
}
