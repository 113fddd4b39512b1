/**
 * Incremental reader of HTTP/1.1 responses: takes bytes as the network cut them, gives a head, pieces of body and the
 * end.
 *
 * However a response is cut, the reader ends in the same state. A whole response in one piece is read where it lies;
 * only a head that arrives in parts is copied. Everything is bounded.
 */
import { GatheredBytes } from './gathered-bytes.js';
import { TemplateBytes } from './template-bytes.js';
import { copyHead, emptyHead, readHead, type Head } from './response-head.js';

/** Most bytes of one head, of one chunk-size line, and of one trailer section. */
export const MAX_HEAD_BYTES = 65_536;
/** Most interim (1xx) responses before the final one. */
const MAX_INTERIM = 100;

const PREFIX = Buffer.from('HTTP/1.', 'latin1');
const CR = 13;
const LF = 10;

/**
 * The head read last, by any reader of this thread: its fields, and how many others pass before one is remembered
 * instead.
 */
const lastHead: { bytes: TemplateBytes | null; readonly head: Head; patience: number } = {
  bytes: null,
  head: emptyHead(),
  patience: 1,
};
const MOST_UNLIKE = 16;

/** Takes what a `ResponseReader` finds. Called while bytes are pushed; `bytes` is only valid during the call. */
export interface ResponseSink {
  /** The final head is in `reader.head`. */
  head(): void;
  /** A piece of the body. */
  body(bytes: Buffer, start: number, end: number): void;
}

/**
 * `more`: the response goes on. `complete`: it has ended, `consumed` says where. `malformed`: the peer broke the
 * protocol.
 */
export type ReadState = 'more' | 'complete' | 'malformed';

/** Where the reader stands; everything from `complete` on is an end. */
const AT = {
  head: 0,
  length: 1,
  untilClose: 2,
  chunkSize: 3,
  chunkExtension: 4,
  chunkSizeLf: 5,
  chunkData: 6,
  chunkDataCr: 7,
  chunkDataLf: 8,
  trailerStart: 9,
  trailerName: 10,
  trailerValue: 11,
  trailerLf: 12,
  lastLf: 13,
  complete: 14,
  malformed: 15,
} as const;

export class ResponseReader {
  readonly head: Head = emptyHead();
  /** Whether Mcp-Session-Id is to be read. */
  wantSessionId = false;
  /** Bytes of the last pushed piece that belonged to the response; what follows belongs to no request. */
  consumed = 0;

  readonly #sink: ResponseSink;
  #at: number = AT.head;
  #interim = 0;
  /** Bytes of line ends before the status line. */
  #blank = 0;
  /** Head bytes from earlier pieces. */
  readonly #earlier = new GatheredBytes();
  /** State of the search for the blank line: the last bytes seen of CR LF CR LF. */
  #matched = 0;
  /** Bytes of body or chunk still to come. */
  #remaining = 0;
  #sizeDigits = 0;
  /** Bytes of the current chunk-size line or trailer section, against the bound. */
  #lineBytes = 0;

  constructor(sink: ResponseSink) {
    this.#sink = sink;
  }

  /** Ready for the response to a new request. */
  reset(): void {
    this.#at = AT.head;
    this.#interim = 0;
    this.#blank = 0;
    this.#earlier.clear();
    this.#matched = 0;
  }

  /** Reads `bytes` from `start` to `end`. After `complete` or `malformed`, call `reset` first. */
  push(bytes: Buffer, start: number, end: number): ReadState {
    let at = start;
    while (at < end) {
      if (this.#at === AT.head) at = this.#pushHead(bytes, at, end);
      else if (this.#at === AT.length) at = this.#pushLength(bytes, at, end);
      else if (this.#at === AT.untilClose) {
        this.#sink.body(bytes, at, end);
        at = end;
      } else at = this.#pushChunked(bytes, at, end);
      if (this.#at >= AT.complete) break;
    }
    this.consumed = at - start;
    return this.#at === AT.complete ? 'complete' : this.#at === AT.malformed ? 'malformed' : 'more';
  }

  /**
   * The peer ended its side. @returns whether that completes the response: true only for a body that ends with the
   * connection.
   */
  finish(): boolean {
    if (this.#at !== AT.untilClose) return false;
    this.#at = AT.complete;
    return true;
  }

  #pushHead(bytes: Buffer, from: number, end: number): number {
    const earlier = this.#earlier;
    let start = from;
    if (earlier.length === 0) {
      // Some servers end a body with a line end that is no part of it.
      start = afterLineEnds(bytes, from, end);
      this.#blank += start - from;
      if (this.#blank > MAX_HEAD_BYTES) return this.#fail(start);
      if (start === end) return start;
      // Servers send the same head again and again, but for a date once a second.
      const known = lastHead.bytes;
      if (known !== null && !this.wantSessionId && known.standAt(bytes, start, end)) {
        copyHead(lastHead.head, this.head);
        return this.#headRead(start + known.length);
      }
      // Nearly always the whole head is here. If not, or if it is malformed, the slow way finds out which.
      const after = readHead(bytes, start, end, this.head, this.wantSessionId);
      if (after !== -1 && after - start <= MAX_HEAD_BYTES) {
        if (!this.wantSessionId) this.#remember(bytes, start, after);
        return this.#headRead(after);
      }
    }
    let matched = this.#matched;
    let at = start;
    while (at < end && matched < 4) {
      const byte = bytes[at++] ?? 0;
      if (byte === LF) {
        if (matched !== 1 && matched !== 3) return this.#fail(at);
        matched++;
      } else if (byte === CR) {
        if (matched === 1 || matched === 3) return this.#fail(at);
        matched = matched === 2 ? 3 : 1;
      } else {
        if (matched === 1 || matched === 3) return this.#fail(at);
        matched = 0;
      }
    }
    this.#matched = matched;
    if (earlier.length + (at - start) > MAX_HEAD_BYTES) return this.#fail(at);
    earlier.append(bytes, start, at);
    if (matched < 4) {
      // Something else than HTTP may never send a blank line: it must not pass for a slow answer.
      for (let i = 0; i < PREFIX.length && i < earlier.length; i++) {
        if (earlier.bytes[i] !== PREFIX[i]) return this.#fail(at);
      }
      return at;
    }
    const good = readHead(earlier.bytes, 0, earlier.length, this.head, this.wantSessionId) === earlier.length;
    earlier.clear();
    if (!good) return this.#fail(at);
    this.#matched = 0;
    return this.#headRead(at);
  }

  #remember(bytes: Buffer, start: number, end: number): void {
    if (--lastHead.patience > 0) return;
    lastHead.patience = MOST_UNLIKE;
    lastHead.bytes = new TemplateBytes(bytes, start, end);
    copyHead(this.head, lastHead.head);
  }

  #headRead(at: number): number {
    const head = this.head;
    if (head.status < 200) {
      // 101 would hand the connection to a protocol that no request named.
      this.#interim++;
      if (head.status === 101 || this.#interim > MAX_INTERIM) return this.#fail(at);
      return at;
    }
    switch (head.framing) {
      case 'none':
        this.#at = AT.complete;
        break;
      case 'length':
        this.#at = AT.length;
        this.#remaining = head.contentLength;
        break;
      case 'chunked':
        this.#at = AT.chunkSize;
        this.#startChunk();
        break;
      case 'until-close':
        this.#at = AT.untilClose;
        break;
    }
    this.#sink.head();
    return at;
  }

  #pushLength(bytes: Buffer, start: number, end: number): number {
    const take = Math.min(this.#remaining, end - start);
    this.#remaining -= take;
    if (this.#remaining === 0) this.#at = AT.complete;
    this.#sink.body(bytes, start, start + take);
    return start + take;
  }

  #startChunk(): void {
    this.#remaining = 0;
    this.#sizeDigits = 0;
    this.#lineBytes = 0;
  }

  #pushChunked(bytes: Buffer, start: number, end: number): number {
    let at = start;
    while (at < end) {
      if (this.#at === AT.chunkData) {
        const take = Math.min(this.#remaining, end - at);
        this.#remaining -= take;
        if (this.#remaining === 0) this.#at = AT.chunkDataCr;
        this.#sink.body(bytes, at, at + take);
        at += take;
        continue;
      }
      const byte = bytes[at++] ?? 0;
      if (++this.#lineBytes > MAX_HEAD_BYTES) return this.#fail(at);
      switch (this.#at) {
        case AT.chunkSize: {
          const digit = hexDigit(byte);
          if (digit >= 0) {
            // Twelve digits stay exact in a double and are more than any bound on a body.
            if (++this.#sizeDigits > 12) return this.#fail(at);
            this.#remaining = this.#remaining * 16 + digit;
          } else if (this.#sizeDigits === 0) return this.#fail(at);
          else if (byte === CR) this.#at = AT.chunkSizeLf;
          else if (byte === 59 || byte === 32 || byte === 9) this.#at = AT.chunkExtension;
          else return this.#fail(at);
          break;
        }
        case AT.chunkExtension:
          // Extensions are allowed and mean nothing to us (RFC 9112 section 7.1.1).
          if (byte === CR) this.#at = AT.chunkSizeLf;
          else if (byte < 32 && byte !== 9) return this.#fail(at);
          break;
        case AT.chunkSizeLf:
          if (byte !== LF) return this.#fail(at);
          this.#lineBytes = 0;
          this.#at = this.#remaining === 0 ? AT.trailerStart : AT.chunkData;
          break;
        case AT.chunkDataCr:
          if (byte !== CR) return this.#fail(at);
          this.#at = AT.chunkDataLf;
          break;
        case AT.chunkDataLf:
          if (byte !== LF) return this.#fail(at);
          this.#at = AT.chunkSize;
          this.#startChunk();
          break;
        case AT.trailerStart:
          if (byte === CR) this.#at = AT.lastLf;
          else if (byte <= 32 || byte === 58 || byte >= 127) return this.#fail(at);
          else this.#at = AT.trailerName;
          break;
        case AT.trailerName:
          if (byte === 58) this.#at = AT.trailerValue;
          else if (byte <= 32 || byte >= 127) return this.#fail(at);
          break;
        case AT.trailerValue:
          if (byte === CR) this.#at = AT.trailerLf;
          else if ((byte < 32 && byte !== 9) || byte === 127) return this.#fail(at);
          break;
        case AT.trailerLf:
          if (byte !== LF) return this.#fail(at);
          this.#at = AT.trailerStart;
          break;
        case AT.lastLf:
          if (byte !== LF) return this.#fail(at);
          this.#at = AT.complete;
          return at;
      }
    }
    return at;
  }

  #fail(at: number): number {
    this.#at = AT.malformed;
    return at;
  }
}

/** Where something else than a line end stands, or `end`. */
export function afterLineEnds(bytes: Buffer, start: number, end: number): number {
  let at = start;
  while (at < end && (bytes[at] === CR || bytes[at] === LF)) at++;
  return at;
}

function hexDigit(byte: number): number {
  if (byte >= 48 && byte <= 57) return byte - 48;
  const lower = byte | 32;
  return lower >= 97 && lower <= 102 ? lower - 87 : -1;
}
