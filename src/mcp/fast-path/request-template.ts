/**
 * The requests of one session over HTTP/1.1, head and body: a request like the one before is the same bytes, in which
 * only the digits of two ids change.
 */
import { REQUEST_START } from '../../catalog/index.js';
import type { RequestWriter } from './request-writer.js';

const NO_BYTES = Buffer.alloc(0);

/** The head of a spec's requests, and what it is once the length of the body is known. */
interface Head {
  /** Up to the value of Content-Length. */
  readonly text: string;
  /** Length of the body that `whole` is for. */
  bytes: number;
  /** The head and the beginning of the body: the next body is nearly always as long. */
  whole: string;
}

export class RequestTemplate {
  /** Bytes of the request that was composed last, head and body. */
  size = 0;
  readonly #writer: RequestWriter;
  #heads: readonly Head[] = [];
  #composed = '';
  /** What the bytes are of; null when the next request is to be put together as text. */
  #of: object | null = null;
  #head = '';
  #idDigits = 0;
  #callDigits = 0;
  #bytes: Buffer = NO_BYTES;
  #idAt = 0;
  #callAt = 0;

  constructor(writer: RequestWriter) {
    this.#writer = writer;
  }

  /** @param heads by spec: the head of its requests up to the value of Content-Length. ASCII. */
  setHeads(heads: readonly string[]): void {
    this.#heads = heads.map((text) => ({ text, bytes: -1, whole: '' }));
    this.forget();
  }

  /** Whether each byte of the composed request is a character. */
  get ascii(): boolean {
    return this.#writer.ascii;
  }

  /** Measures the request of a call. */
  compose(id: number, spec: number, argumentsJson: string, callId: number): void {
    const writer = this.#writer;
    writer.compose(id, spec, argumentsJson, callId);
    const head = this.#heads[spec] as Head;
    if (writer.bytes !== head.bytes) {
      head.bytes = writer.bytes;
      head.whole = head.text + writer.bytes + '\r\n\r\n' + REQUEST_START;
    }
    this.#composed = head.whole;
    this.size = head.whole.length - REQUEST_START.length + writer.bytes;
  }

  /**
   * The request that was composed for these ids: bytes that are valid until the next request when it is like the one
   * before, else text.
   */
  request(id: number, callId: number): Buffer | string {
    const head = this.#composed;
    const writer = this.#writer;
    const { fixed, idDigits, callDigits } = writer;
    if (fixed !== this.#of || head !== this.#head || idDigits !== this.#idDigits || callDigits !== this.#callDigits) {
      this.#of = fixed;
      this.#head = head;
      this.#idDigits = idDigits;
      this.#callDigits = callDigits;
      this.#bytes = NO_BYTES;
      return head + id + writer.tail(callId);
    }
    if (this.#bytes.length === 0) {
      this.#bytes = Buffer.from(head + id + writer.tail(callId), writer.ascii ? 'latin1' : 'utf8');
      this.#idAt = head.length;
      this.#callAt = this.#bytes.length - writer.afterCallId.length - callDigits;
    } else {
      putDigits(this.#bytes, this.#idAt, idDigits, id);
      if (callDigits > 0) putDigits(this.#bytes, this.#callAt, callDigits, callId);
    }
    return this.#bytes;
  }

  /** The bytes are still needed by the socket that sends them: the next request is other bytes. */
  forget(): void {
    this.#of = null;
    this.#bytes = NO_BYTES;
  }
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
