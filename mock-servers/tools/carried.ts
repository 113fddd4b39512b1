/** What of a request shows which call of the load it belongs to, and what of it got through a gateway. */
import { createHash } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { ARGUMENT_NONCE, isObject, META_TRACEPARENT, type TruthLine } from '../../src/protocol/index.js';

/** As the truth holds it. */
export type Carried = Pick<TruthLine, 'traceparent' | 'traceHeader' | 'argumentCall' | 'authorization'>;

/** Nothing: most requests. One object for all of them. */
export const NOTHING: Carried = { traceparent: null, traceHeader: null, argumentCall: null, authorization: null };

const NONCE = new RegExp(`"${ARGUMENT_NONCE}(\\d{1,15})"`);

export class CarriedReader {
  /** A client sends the same value with each request. */
  #lastValue = '';
  #lastDigest = '';

  /** @param argumentsJson the arguments as canonical JSON. */
  read(headers: IncomingHttpHeaders, meta: unknown, argumentsJson: string): Carried {
    const traceparent = isObject(meta) ? meta[META_TRACEPARENT] : undefined;
    const { traceparent: traceHeader, authorization } = headers;
    const nonce = argumentsJson.includes(ARGUMENT_NONCE) ? NONCE.exec(argumentsJson) : null;
    if (traceparent === undefined && traceHeader === undefined && authorization === undefined && nonce === null)
      return NOTHING;
    return {
      traceparent: typeof traceparent === 'string' ? traceparent : null,
      traceHeader: typeof traceHeader === 'string' ? traceHeader : null,
      argumentCall: nonce === null ? null : Number(nonce[1]),
      authorization: authorization === undefined ? null : this.#digestOf(authorization),
    };
  }

  #digestOf(value: string): string {
    if (value !== this.#lastValue) {
      this.#lastValue = value;
      this.#lastDigest = createHash('sha256').update(value).digest('hex');
    }
    return this.#lastDigest;
  }
}
