/** One connection: one request at a time, its response read as it comes, no object or closure made per request. */
import type { Socket } from 'node:net';
import type { NowNs } from '../../../clock/index.js';
import type { ErrorClass } from '../../../record/index.js';
import type { AttemptSlot } from '../../channel.js';
import { MAX_ANSWER_BYTES } from '../../limits.js';
import { GatheredBytes, type Head, ResponseReader, afterLineEnds } from '../../fast-path/index.js';
import { BodyDecoder } from './decoding.js';
import { SseReader } from './sse.js';
import type { Address } from './address.js';
import type { ConnectionHome, ExchangeListener } from './exchange.js';
import { READ_BUFFER, openSocket } from './socket.js';

/** `draining`: the answer is there; the rest of its stream is read and dropped before the next request. */
type State = 'idle' | 'busy' | 'draining' | 'closed';

/** Errors of this machine, not of the peer: no file descriptor or local port left. */
const OUR_FAULT = new Set(['EMFILE', 'ENFILE', 'ENOBUFS', 'ENOMEM', 'EADDRNOTAVAIL']);

export class Http1Connection {
  /** The attempt the current request belongs to; null for a control request. */
  slot: AttemptSlot | null = null;
  /** Number of the session among those that one channel has had, for the channel's use. */
  generation = 0;
  /** Requests sent, and those of them that were attempts. */
  requests = 0;
  attempts = 0;
  /** Of the current response. NaN before its first byte. */
  firstByteNs = Number.NaN;
  /** When the last read came, taken before anything is done with it. */
  lastReadNs = Number.NaN;
  bytesIn = 0;
  /** The body, unless it was an event stream: valid while `ended` is called. */
  body: Buffer = READ_BUFFER;
  bodyStart = 0;
  bodyEnd = 0;
  /** What the listener found among the events of the current response. */
  answer: unknown = undefined;
  stray: unknown = undefined;
  malformedEvent = false;
  /** The reason when connecting failed, for people. */
  failure = '';

  readonly index: number;
  readonly #nowNs: NowNs;
  readonly #home: ConnectionHome<Http1Connection>;
  readonly #socket: Socket;
  readonly #reader: ResponseReader;
  #events: SseReader | null = null;
  #state: State = 'idle';
  #connected = false;
  #listener: ExchangeListener<Http1Connection> | null = null;
  #streams = false;
  #messages = 0;
  #tooLarge = false;
  /** Of a body under a content coding; null for nearly every body. */
  #decoder: BodyDecoder | null = null;
  /** The response has been read and its decoder is at work: whether the connection may be used again; else null. */
  #reusableOnceDecoded: boolean | null = null;
  readonly #gathered = new GatheredBytes();

  constructor(address: Address, index: number, nowNs: NowNs, home: ConnectionHome<Http1Connection>) {
    this.index = index;
    this.#nowNs = nowNs;
    this.#home = home;
    this.#reader = new ResponseReader({
      head: () => this.#onHead(),
      body: (bytes, start, end) => this.#onBody(bytes, start, end),
    });
    this.#socket = openSocket(
      address,
      () => (this.#connected = true),
      (bytes, length) => this.#onRead(bytes, length),
    );
    this.#socket.on('end', () => this.#onEnd());
    this.#socket.on('error', (error: NodeJS.ErrnoException) => this.#onError(error));
    this.#socket.on('close', () => {
      if (!this.#isDecodingTheEnd()) this.#lose('closed-early');
    });
  }

  get head(): Head {
    return this.#reader.head;
  }

  /** The body as text, unless it was an event stream: to be taken while `ended` is called. */
  get text(): string {
    const { body, bodyEnd } = this;
    const start = this.bodyStart;
    // Every decoder of UTF-8 for the web takes a byte order mark away (WHATWG Encoding, section 6).
    const marked = bodyEnd - start >= 3 && body[start] === 0xef && body[start + 1] === 0xbb && body[start + 2] === 0xbf;
    return body.toString('utf8', marked ? start + 3 : start, bodyEnd);
  }

  get isOpen(): boolean {
    return this.#state !== 'closed';
  }

  /** Whether the current response is (or was) an event stream. */
  get streams(): boolean {
    return this.#streams;
  }

  /** The reader of the current event stream, or null. */
  get events(): SseReader | null {
    return this.#streams ? this.#events : null;
  }

  /**
   * Sends a request. The connection must be idle (also while it still connects: the bytes wait in the socket).
   *
   * @param ascii whether `request` is pure ASCII, which is cheaper to hand over as text.
   * @returns whether the system has taken all of it; if not, bytes must stay as they are.
   */
  send(
    listener: ExchangeListener<Http1Connection>,
    slot: AttemptSlot | null,
    request: string | Buffer,
    ascii: boolean,
    wantSessionId: boolean,
  ): boolean {
    this.#state = 'busy';
    this.#listener = listener;
    this.slot = slot;
    this.firstByteNs = Number.NaN;
    this.bytesIn = 0;
    this.body = READ_BUFFER;
    this.bodyStart = 0;
    this.bodyEnd = 0;
    this.#streams = false;
    this.#tooLarge = false;
    this.#gathered.clear();
    this.#reader.wantSessionId = wantSessionId;
    this.#reader.reset();
    this.requests++;
    if (slot !== null) this.attempts++;
    if (typeof request === 'string') this.#socket.write(request, ascii ? 'latin1' : 'utf8');
    else this.#socket.write(request);
    return this.#socket.writableLength === 0;
  }

  /** The answer has been taken; what is left of the response is read and dropped. */
  drain(): void {
    this.#state = 'draining';
    this.#listener = null;
    this.slot = null;
    this.#home.draining(this);
  }

  /** Ends the connection. Its attempt is forgotten first: the listener gets `failed` with `slot` null. */
  destroy(): void {
    this.slot = null;
    this.#lose('interrupted');
  }

  #onRead(bytes: Buffer, length: number): void {
    const now = this.#nowNs();
    const state = this.#state;
    if (state === 'closed') return;
    if (state === 'idle') {
      if (afterLineEnds(bytes, 0, length) === length) return;
      // No request is open: a 408 before closing, or a peer out of step. Either way its next answer can't be trusted.
      this.#lose('http-malformed');
      return;
    }
    if (this.bytesIn === 0) this.firstByteNs = now;
    this.lastReadNs = now;
    this.bytesIn += length;
    if (this.#isDecodingTheEnd()) return;
    const messagesBefore = this.#messages;
    const read = this.#reader.push(bytes, 0, length);
    if (this.#tooLarge) this.#lose('answer-too-large');
    else if (read === 'complete')
      this.#complete(afterLineEnds(bytes, this.#reader.consumed, length) === length && this.#reader.head.keepAlive);
    else if (read === 'malformed') this.#lose('http-malformed');
    else if (this.#messages !== messagesBefore) this.#listener?.streaming(this);
  }

  #onHead(): void {
    const head = this.#reader.head;
    if (head.framing === 'length' && head.contentLength > MAX_ANSWER_BYTES) this.#tooLarge = true;
    if (head.coding !== 'identity' && head.framing !== 'none') {
      if (head.coding === 'other') return;
      this.#decoder = this.#decode(head.coding);
    }
    if (head.bodyKind !== 'event-stream' || head.status < 200 || head.status > 299) return;
    this.#streams = true;
    this.answer = undefined;
    this.stray = undefined;
    this.malformedEvent = false;
    if (this.#events === null) {
      this.#events = new SseReader(
        (bytes, start, end) => {
          this.#messages++;
          this.#listener?.message(this, bytes, start, end);
        },
        MAX_ANSWER_BYTES,
        (data) => this.#listener?.endpoint?.(this, data),
      );
    } else this.#events.reset();
  }

  /** Decoded bytes come in later turns; the moments of an answer stay those at which its bytes arrived. */
  #decode(coding: ConstructorParameters<typeof BodyDecoder>[0]): BodyDecoder {
    return new BodyDecoder(coding, {
      piece: (bytes) => {
        const messagesBefore = this.#messages;
        this.#takeBody(bytes, 0, bytes.length, false);
        if (this.#tooLarge) this.#lose('answer-too-large');
        else if (this.#messages !== messagesBefore && this.#reusableOnceDecoded === null)
          this.#listener?.streaming(this);
      },
      ended: () => {
        const reusable = this.#reusableOnceDecoded === true;
        this.#reusableOnceDecoded = null;
        this.#decoder = null;
        this.#completeDecoded(reusable);
      },
      failed: () => this.#lose('http-malformed'),
    });
  }

  #onBody(bytes: Buffer, start: number, end: number): void {
    if (this.#tooLarge) return;
    if (this.#decoder === null) {
      this.#takeBody(bytes, start, end, this.#reader.head.framing === 'length');
      return;
    }
    this.#decoder.push(bytes, start, end);
    if (this.#decoder.waitingBytes > MAX_ANSWER_BYTES) this.#tooLarge = true;
  }

  #takeBody(bytes: Buffer, start: number, end: number, mayBeWhole: boolean): void {
    if (this.#streams) {
      if (this.#state !== 'draining' && this.#events?.push(bytes, start, end) === 'too-large') this.#tooLarge = true;
      return;
    }
    const length = this.#gathered.length + (end - start);
    if (length > MAX_ANSWER_BYTES) {
      this.#tooLarge = true;
      return;
    }
    if (mayBeWhole && end - start === this.#reader.head.contentLength) {
      // Nearly always all of it is here, and can be judged where it lies.
      this.body = bytes;
      this.bodyStart = start;
      this.bodyEnd = end;
    } else this.#gathered.append(bytes, start, end);
  }

  #complete(reusable: boolean): void {
    if (this.#decoder === null) this.#completeDecoded(reusable);
    else {
      this.#reusableOnceDecoded = reusable;
      this.#decoder.end();
    }
  }

  /** Whether the whole response is here; what happens to its connection meanwhile only bars the next request. */
  #isDecodingTheEnd(): boolean {
    if (this.#reusableOnceDecoded === null) return false;
    this.#reusableOnceDecoded = false;
    return true;
  }

  #completeDecoded(readyForNext: boolean): void {
    // A server may answer before it has read the whole request: what is still to be sent would precede the next one.
    const reusable = readyForNext && this.#socket.writableLength === 0;
    if (this.#gathered.length > 0) {
      this.body = this.#gathered.bytes;
      this.bodyStart = 0;
      this.bodyEnd = this.#gathered.length;
    }
    const listener = this.#listener;
    this.#listener = null;
    if (reusable) {
      this.#state = 'idle';
      this.#home.idle(this);
    } else this.#lose('closed-early');
    listener?.ended(this);
  }

  #onEnd(): void {
    if (this.#isDecodingTheEnd()) return;
    if (this.#state === 'busy' || this.#state === 'draining') {
      if (this.#reader.finish()) {
        this.lastReadNs = this.#nowNs();
        this.#complete(false);
        return;
      }
      // libuv also reports a reset as an end when bytes before it are read in the same turn: both are `transport`.
      // Closed under a request before any answer: on a connection that had been idle this is the stale keep-alive race.
      this.#lose(this.bytesIn === 0 && this.requests > 1 ? 'connection-reset' : 'closed-early');
      return;
    }
    this.#lose('closed-early');
  }

  #onError(error: NodeJS.ErrnoException): void {
    if (this.#isDecodingTheEnd()) return;
    const code = error.code ?? '';
    this.failure = error.message === '' ? code : error.message;
    if (OUR_FAULT.has(code)) this.#lose('generator-error');
    else if (this.#connected) this.#lose('connection-reset');
    else this.#lose(code === 'ECONNREFUSED' ? 'connect-refused' : 'connect-failed');
  }

  #lose(errorClass: ErrorClass): void {
    if (this.#state === 'closed') return;
    this.#state = 'closed';
    const listener = this.#listener;
    this.#listener = null;
    this.#decoder?.cancel();
    this.#socket.destroy();
    this.#home.gone(this);
    listener?.failed(this, errorClass);
  }
}
