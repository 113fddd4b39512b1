/**
 * Incremental reader of event streams (WHATWG HTML, section 9.2.6, "Interpreting an event stream").
 *
 * Takes bytes as the network cut them; gives the data of each event that MCP calls a message: type `message` or none,
 * data not empty. Priming events (an id and empty data), comments and other types are counted and passed over.
 */

import { GatheredBytes } from '../../fast-path/index.js';
import { LONGEST_RETRY_MS } from '../../limits.js';

const CR = 13;
const LF = 10;
const COLON = 58;
const SPACE = 32;

const DATA = [100, 97, 116, 97];
const EVENT = [101, 118, 101, 110, 116];
const ID = [105, 100];
const RETRY = [114, 101, 116, 114, 121];
const ENDPOINT = [101, 110, 100, 112, 111, 105, 110, 116];
const MESSAGE = [109, 101, 115, 115, 97, 103, 101];
const LINE_END = Buffer.from('\n');

/** `too-large`: one event or line exceeds the bound; nothing after it is read. */
export type SseState = 'more' | 'too-large';

export class SseReader {
  /** The `id` last seen on this stream, or ''. */
  lastEventId = '';
  /** Reconnection time that the server sets in milliseconds, at most `LONGEST_RETRY_MS`, or -1. */
  retryMs = -1;
  /** Events without data, and events of a type that is no message. */
  passedOver = 0;

  readonly #message: (bytes: Buffer, start: number, end: number) => void;
  readonly #maxEventBytes: number;
  readonly #endpoint: (data: string) => void;
  #first = true;
  /** The last piece ended in CR: a LF that follows belongs to it. */
  #skipLf = false;
  /** The bytes of a line that arrived in parts. */
  readonly #earlier = new GatheredBytes();
  /** The event's data: where its one line lies in the piece that is read; or gathered, once there is more than that. */
  #dataBytes: Buffer | null = null;
  #dataStart = 0;
  #dataEnd = 0;
  readonly #gathered = new GatheredBytes();
  #hasData = false;
  #isMessage = true;
  #isEndpoint = false;

  /**
   * @param message called with the data of each message (UTF-8), while bytes are pushed; valid during the call only.
   * @param maxEventBytes bound on one line, and on the data of one event.
   * @param endpoint called with the data of each event of the type `endpoint`, which only the HTTP+SSE transport has.
   */
  constructor(
    message: (bytes: Buffer, start: number, end: number) => void,
    maxEventBytes: number,
    endpoint: (data: string) => void = () => undefined,
  ) {
    this.#message = message;
    this.#maxEventBytes = maxEventBytes;
    this.#endpoint = endpoint;
  }

  /** Ready for a new stream. An event that was not ended by a blank line is dropped, as the standard says. */
  reset(): void {
    this.lastEventId = '';
    this.retryMs = -1;
    this.#first = true;
    this.#skipLf = false;
    this.#earlier.clear();
    this.#forgetEvent();
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
      if (this.#earlier.length === 0) this.#line(bytes, lineStart, at);
      else {
        if (!this.#gatherLine(bytes, lineStart, at)) return 'too-large';
        this.#line(this.#earlier.bytes, 0, this.#earlier.length);
        this.#gatherData();
        this.#earlier.clear();
      }
      if (this.#gathered.length > this.#maxEventBytes) return 'too-large';
      at++;
      if (byte === CR) {
        if (at === end) this.#skipLf = true;
        else if (bytes[at] === LF) at++;
      }
      lineStart = at;
    }
    this.#gatherData();
    return lineStart === end || this.#gatherLine(bytes, lineStart, end) ? 'more' : 'too-large';
  }

  #gatherLine(bytes: Buffer, start: number, end: number): boolean {
    if (this.#earlier.length + (end - start) > this.#maxEventBytes) return false;
    this.#earlier.append(bytes, start, end);
    return true;
  }

  /** Copies a data line that lies in bytes about to be overwritten. */
  #gatherData(): void {
    if (this.#dataBytes === null) return;
    this.#gathered.append(this.#dataBytes, this.#dataStart, this.#dataEnd);
    this.#dataBytes = null;
  }

  #forgetEvent(): void {
    this.#dataBytes = null;
    this.#gathered.clear();
    this.#hasData = false;
    this.#isMessage = true;
    this.#isEndpoint = false;
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
      if (this.#hasData) {
        this.#gatherData();
        this.#gathered.append(LINE_END, 0, 1);
        this.#gathered.append(bytes, at, end);
      } else {
        this.#hasData = true;
        this.#dataBytes = bytes;
        this.#dataStart = at;
        this.#dataEnd = end;
      }
    } else if (is(bytes, nameStart, nameEnd, EVENT)) {
      this.#isMessage = at === end || is(bytes, at, end, MESSAGE);
      this.#isEndpoint = !this.#isMessage && is(bytes, at, end, ENDPOINT);
    } else if (is(bytes, nameStart, nameEnd, ID)) {
      const id = bytes.toString('utf8', at, end);
      if (!id.includes('\0')) this.lastEventId = id;
    } else if (is(bytes, nameStart, nameEnd, RETRY)) {
      const value = bytes.toString('latin1', at, end);
      if (/^\d+$/.test(value)) this.retryMs = Math.min(Number(value), LONGEST_RETRY_MS);
    }
  }

  #dispatch(): void {
    const inPlace = this.#dataBytes;
    const bytes = inPlace ?? this.#gathered.bytes;
    const start = inPlace === null ? 0 : this.#dataStart;
    const end = inPlace === null ? this.#gathered.length : this.#dataEnd;
    const message = this.#hasData && this.#isMessage && end > start;
    if (this.#hasData && !message) this.passedOver++;
    if (message) this.#message(bytes, start, end);
    else if (this.#isEndpoint && end > start) this.#endpoint(bytes.toString('utf8', start, end));
    this.#forgetEvent();
  }
}

function is(bytes: Buffer, start: number, end: number, name: readonly number[]): boolean {
  if (end - start !== name.length) return false;
  for (let i = 0; i < name.length; i++) if (bytes[start + i] !== name[i]) return false;
  return true;
}
