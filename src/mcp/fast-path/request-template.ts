/**
 * The requests of one session over HTTP/1.1, head and body: a request like the one before is the same bytes, in which
 * only the digits of two ids change. A traced request has more that changes, and is composed anew each time.
 */
import { REQUEST_START, parameterFields, traceCall, traceparentOf, type HeaderParameter } from '../../catalog/index.js';
import { afterId, type RequestTail, type RequestWriter } from './request-writer.js';

const NO_BYTES = Buffer.alloc(0);

/** The head of a spec's requests, up to the value of Content-Length. ASCII. */
export interface SpecHead {
  readonly text: string;
  /** Arguments that it repeats, in lines before Content-Length. */
  readonly parameters: readonly HeaderParameter[];
}

const LAST_NAME = 'Content-Length: ';

/** What of a head is another one for other arguments: lines of `parameters` behind `before`. */
interface Varying {
  readonly before: string;
  readonly parameters: readonly HeaderParameter[];
}

/** A head as it was composed last, and what it is once the length of the body is known. */
interface Head {
  /** Up to the value of Content-Length. */
  text: string;
  /** Null: it is the same for all arguments. */
  readonly varying: Varying | null;
  /** Length of the body that `whole` is for. */
  bytes: number;
  /** The head and the beginning of the body: the next body is nearly always as long. */
  whole: string;
}

export class RequestTemplate {
  /** Bytes of the request that was composed last, head and body; and whether each of them is a character. */
  size = 0;
  ascii = true;
  readonly #writer: RequestWriter;
  #heads: readonly Head[] = [];
  /** Head and tail of the composed request. */
  #head = '';
  #tail: RequestTail | null = null;
  /** Whether the composed request is the one before with other digits. */
  #isLikeLast = false;
  /** Ids with as many digits as the last ones; JSON-RPC ids of a session only grow. */
  #idBelow = 0;
  #callFrom = 0;
  #callBelow = 0;
  #idDigits = 0;
  #callDigits = 0;
  /** Empty until a request is like the one before. */
  #bytes: Buffer = NO_BYTES;
  #idAt = 0;
  #callAt = 0;

  constructor(writer: RequestWriter) {
    this.#writer = writer;
  }

  /** @param heads by spec. */
  setHeads(heads: readonly SpecHead[]): void {
    this.#heads = heads.map(({ text, parameters }) => {
      const varying = parameters.length === 0 ? null : { before: text.slice(0, -LAST_NAME.length), parameters };
      return { text, varying, bytes: -1, whole: '' };
    });
    this.forget();
  }

  /** Measures the request of a call. */
  compose(id: number, spec: number, argumentsJson: string, callId: number): void {
    const tail = this.#writer.tailOf(spec, argumentsJson);
    const { afterTrace } = tail;
    this.#isLikeLast =
      afterTrace === null &&
      tail === this.#tail &&
      id < this.#idBelow &&
      callId >= this.#callFrom &&
      callId < this.#callBelow;
    if (this.#isLikeLast) return;
    const { afterCallId } = tail;
    const idDigits = digitsOf(id);
    const callDigits = afterCallId === null ? 0 : digitsOf(callId);
    const traceBytes = afterTrace === null ? 0 : traceCall(callId).length + afterTrace.length;
    const afterBytes = traceBytes + (afterCallId === null ? 0 : callDigits + afterCallId.length);
    const bodyBytes = REQUEST_START.length + idDigits + tail.bytes + afterBytes;
    const head = this.#heads[spec] as Head;
    if (head.varying !== null) vary(head, head.varying, argumentsJson);
    if (bodyBytes !== head.bytes) {
      head.bytes = bodyBytes;
      head.whole = head.text + bodyBytes + '\r\n\r\n' + REQUEST_START;
    }
    const { trace } = this.#writer;
    this.#head =
      trace === null
        ? head.whole
        : `${head.text}${bodyBytes}\r\ntraceparent: ${traceparentOf(trace, callId)}\r\n\r\n${REQUEST_START}`;
    this.#tail = tail;
    this.size = this.#head.length - REQUEST_START.length + bodyBytes;
    this.ascii = tail.bytes === tail.text.length;
    this.#idDigits = idDigits;
    this.#callDigits = callDigits;
    this.#idBelow = 10 ** idDigits;
    this.#callFrom = callDigits > 1 ? 10 ** (callDigits - 1) : 0;
    this.#callBelow = callDigits === 0 ? Infinity : 10 ** callDigits;
    this.#bytes = NO_BYTES;
  }

  /** A request of a spec with another body than it has by itself: head and body. */
  wholeOf(spec: number, argumentsJson: string, callId: number, body: string): string {
    const head = this.#heads[spec] as Head;
    if (head.varying !== null) vary(head, head.varying, argumentsJson);
    const { trace } = this.#writer;
    const traced = trace === null ? '' : `traceparent: ${traceparentOf(trace, callId)}\r\n`;
    return `${head.text}${Buffer.byteLength(body)}\r\n${traced}\r\n${body}`;
  }

  /**
   * The request that was composed for these ids: bytes that are valid until the next request when it is like the one
   * before, else text.
   */
  request(id: number, callId: number): Buffer | string {
    if (this.#isLikeLast && this.#bytes.length > 0) {
      putDigits(this.#bytes, this.#idAt, this.#idDigits, id);
      if (this.#callDigits > 0) putDigits(this.#bytes, this.#callAt, this.#callDigits, callId);
      return this.#bytes;
    }
    const tail = this.#tail as RequestTail;
    const text = this.#head + id + afterId(tail, callId);
    if (!this.#isLikeLast) return text;
    this.#bytes = Buffer.from(text, this.ascii ? 'latin1' : 'utf8');
    this.#idAt = this.#head.length;
    this.#callAt = this.#bytes.length - (tail.afterCallId?.length ?? 0) - this.#callDigits;
    return this.#bytes;
  }

  /** The bytes are still needed by the socket that sends them: the next request is other bytes. */
  forget(): void {
    this.#idBelow = 0;
    this.#bytes = NO_BYTES;
  }
}

/** The head for these arguments. */
function vary(head: Head, { before, parameters }: Varying, argumentsJson: string): void {
  head.text = before + parameterFields(parameters, argumentsJson) + LAST_NAME;
  head.bytes = -1;
}

/** Decimal digits of a whole number from 0. */
function digitsOf(value: number): number {
  let digits = 1;
  for (let limit = 10; value >= limit; limit *= 10) digits++;
  return digits;
}

/** Writes the decimal digits of `value`, which are so many, at `at`. */
function putDigits(bytes: Buffer, at: number, digits: number, value: number): void {
  let rest = value;
  for (let place = at + digits - 1; place >= at; place--) {
    const higher = Math.floor(rest / 10);
    bytes[place] = 48 + (rest - higher * 10);
    rest = higher;
  }
}
