/**
 * Incremental reader of event streams (WHATWG HTML, section 9.2.6, "Interpreting an event stream").
 *
 * Takes bytes as the network cut them; gives the data of each event that MCP calls a message: type `message` or none, data not
 * empty. Priming events (an id and empty data), comments and other types are counted and passed over.
 */

const CR = 13;
const LF = 10;
const COLON = 58;
const SPACE = 32;

const DATA = [100, 97, 116, 97];
const EVENT = [101, 118, 101, 110, 116];
const ID = [105, 100];
const RETRY = [114, 101, 116, 114, 121];

/** `too-large`: one event or line exceeds the bound; nothing after it is read. */
export type SseState = 'more' | 'too-large';

export class SseReader {
  /** The `id` last seen on this stream, or ''. */
  lastEventId = '';
  /** Reconnection time the server asked for in milliseconds, or -1. */
  retryMs = -1;
  /** Events without data, and events of a type that is no message. */
  passedOver = 0;

  readonly #message: (data: string) => void;
  readonly #maxEventBytes: number;
  #first = true;
  /** The last piece ended in CR: a LF that follows belongs to it. */
  #skipLf = false;
  /** The bytes of a line that arrived in parts. */
  #kept: Buffer | null = null;
  #keptLength = 0;
  #data = '';
  #hasData = false;
  #isMessage = true;

  /**
   * @param message called with the data of each message, while bytes are pushed.
   * @param maxEventBytes bound on one line, and (in UTF-16 units) on the data of one event.
   */
  constructor(message: (data: string) => void, maxEventBytes: number) {
    this.#message = message;
    this.#maxEventBytes = maxEventBytes;
  }

  /** Ready for a new stream. An event that was not ended by a blank line is dropped, as the standard says. */
  reset(): void {
    this.lastEventId = '';
    this.retryMs = -1;
    this.#first = true;
    this.#skipLf = false;
    this.#keptLength = 0;
    this.#data = '';
    this.#hasData = false;
    this.#isMessage = true;
  }

  push(bytes: Buffer, start: number, end: number): SseState {
    let lineStart = start;
    let at = start;
    if (this.#skipLf && at < end) {
      if (bytes[at] === LF) lineStart = ++at;
      this.#skipLf = false;
    }
    while (at < end) {
      const byte = bytes[at];
      if (byte !== CR && byte !== LF) {
        at++;
        continue;
      }
      if (this.#keptLength === 0) this.#line(bytes, lineStart, at);
      else {
        if (!this.#keep(bytes, lineStart, at)) return 'too-large';
        const length = this.#keptLength;
        this.#keptLength = 0;
        // `#keep` has just made sure of the buffer.
        this.#line(this.#kept ?? bytes, 0, length);
      }
      if (this.#data.length > this.#maxEventBytes) return 'too-large';
      at++;
      if (byte === CR) {
        if (at === end) this.#skipLf = true;
        else if (bytes[at] === LF) at++;
      }
      lineStart = at;
    }
    return lineStart === end || this.#keep(bytes, lineStart, end) ? 'more' : 'too-large';
  }

  #keep(bytes: Buffer, start: number, end: number): boolean {
    const length = this.#keptLength + (end - start);
    if (length > this.#maxEventBytes) return false;
    let kept = this.#kept;
    if (kept === null || kept.length < length) {
      const larger = Buffer.allocUnsafe(Math.max(1_024, length * 2));
      if (kept !== null) kept.copy(larger, 0, 0, this.#keptLength);
      kept = this.#kept = larger;
    }
    bytes.copy(kept, this.#keptLength, start, end);
    this.#keptLength = length;
    return true;
  }

  #line(bytes: Buffer, start: number, end: number): void {
    let at = start;
    if (this.#first) {
      this.#first = false;
      if (end - at >= 3 && bytes[at] === 0xef && bytes[at + 1] === 0xbb && bytes[at + 2] === 0xbf) at += 3;
    }
    if (at === end) {
      this.#dispatch();
      return;
    }
    const nameStart = at;
    while (at < end && bytes[at] !== COLON) at++;
    const nameEnd = at;
    if (nameStart === nameEnd) return; // a comment
    if (at < end) at++;
    if (at < end && bytes[at] === SPACE) at++;
    if (is(bytes, nameStart, nameEnd, DATA)) {
      const value = bytes.toString('utf8', at, end);
      this.#data = this.#hasData ? this.#data + '\n' + value : value;
      this.#hasData = true;
    } else if (is(bytes, nameStart, nameEnd, EVENT)) {
      const type = bytes.toString('utf8', at, end);
      this.#isMessage = type === '' || type === 'message';
    } else if (is(bytes, nameStart, nameEnd, ID)) {
      const id = bytes.toString('utf8', at, end);
      if (!id.includes('\0')) this.lastEventId = id;
    } else if (is(bytes, nameStart, nameEnd, RETRY)) {
      const value = bytes.toString('latin1', at, end);
      if (/^\d+$/.test(value)) this.retryMs = Number(value);
    }
  }

  #dispatch(): void {
    const data = this.#data;
    const message = this.#hasData && this.#isMessage && data !== '';
    if (this.#hasData && !message) this.passedOver++;
    this.#data = '';
    this.#hasData = false;
    this.#isMessage = true;
    if (message) this.#message(data);
  }
}

function is(bytes: Buffer, start: number, end: number, name: readonly number[]): boolean {
  if (end - start !== name.length) return false;
  for (let i = 0; i < name.length; i++) if (bytes[start + i] !== name[i]) return false;
  return true;
}
