/**
 * A request that is sent again and again, as bytes in which two numbers change: its text need not be put together and
 * encoded each time.
 */
import type { CallWriter } from '../json-rpc.js';

const NO_BYTES = Buffer.alloc(0);

/**
 * The last request of one session. While the next one differs from it in nothing but the digits of its two ids, and in
 * those by no more than their values, it is the same bytes with other digits.
 */
export class RequestTemplate {
  /** What the bytes are of; null when the next request is to be put together as text. */
  #of: object | null = null;
  #head = '';
  #idDigits = 0;
  #callDigits = 0;
  #bytes: Buffer = NO_BYTES;
  #idAt = 0;
  #callAt = 0;

  /**
   * The request that `writer` has composed, behind `head`: bytes that are valid until the next request, or null when it
   * is not like the one before. Then its text is to be sent; should another such request follow, it will be known.
   */
  bytes(writer: CallWriter, head: string, id: number, callId: number): Buffer | null {
    const { fixed, idDigits, callDigits } = writer;
    if (fixed !== this.#of || head !== this.#head || idDigits !== this.#idDigits || callDigits !== this.#callDigits) {
      this.#of = fixed;
      this.#head = head;
      this.#idDigits = idDigits;
      this.#callDigits = callDigits;
      this.#bytes = NO_BYTES;
      return null;
    }
    if (this.#bytes.length === 0) {
      const encoding = writer.ascii ? 'latin1' : 'utf8';
      this.#bytes = Buffer.from(head + id + writer.tail(callId), encoding);
      this.#idAt = Buffer.byteLength(head, encoding);
      this.#callAt = this.#bytes.length - writer.afterCall.length - callDigits;
    } else {
      putDigits(this.#bytes, this.#idAt, idDigits, id);
      if (callDigits > 0) putDigits(this.#bytes, this.#callAt, callDigits, callId);
    }
    return this.#bytes;
  }

  /** The bytes are still needed by whoever sends them: the next request is other bytes. */
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
