/**
 * The stream on which a server sends what belongs to no call, its `ping` above all (MCP 2025-11-25, Transports,
 * Listening for Messages from the Server): a GET that every session holds on a connection of its own. A server that
 * offers none says so with 405, and is not asked again.
 */
import { getHead } from '../../../catalog/index.js';
import type { NowNs } from '../../../clock/index.js';
import { parsedOrUndefined } from '../../../protocol/index.js';
import type { ErrorClass } from '../../../record/index.js';
import { serverRequestIn, type ServerRequest } from '../../eras/index.js';
import type { Endpoint } from './address.js';
import { Http1Connection } from './connection.js';
import type { ConnectionHome, ExchangeListener } from './exchange.js';

/** Before the stream is asked for again, where the server names no time; doubled while it brings nothing. */
const FIRST_PAUSE_MS = 1_000;
const LAST_PAUSE_MS = 30_000;
/** Statuses that may pass: overload, and a stream before this one that the server has not given up yet. */
const PASSING = new Set([409, 429]);

export class ServerStream implements ExchangeListener<Http1Connection>, ConnectionHome<Http1Connection> {
  readonly #endpoint: Endpoint;
  readonly #nowNs: NowNs;
  readonly #answer: (request: ServerRequest) => void;
  #connection: Http1Connection | null = null;
  #timer: NodeJS.Timeout | null = null;
  #fields = '';
  #lastEventId = '';
  #pauseMs = FIRST_PAUSE_MS;
  #isClosed = true;

  /** @param answer takes each request of the server. */
  constructor(endpoint: Endpoint, nowNs: NowNs, answer: (request: ServerRequest) => void) {
    this.#endpoint = endpoint;
    this.#nowNs = nowNs;
    this.#answer = answer;
  }

  /** Holds the stream of the session that these header lines name, instead of any before. */
  open(fields: string): void {
    this.close();
    this.#isClosed = false;
    this.#fields = fields;
    this.#lastEventId = '';
    this.#pauseMs = FIRST_PAUSE_MS;
    this.#request();
  }

  close(): void {
    this.#isClosed = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    const connection = this.#connection;
    this.#connection = null;
    connection?.destroy();
  }

  message(_connection: Http1Connection, bytes: Buffer, start: number, end: number): void {
    this.#pauseMs = FIRST_PAUSE_MS;
    const request = serverRequestIn(parsedOrUndefined(bytes.toString('utf8', start, end)));
    if (request !== null) this.#answer(request);
  }

  streaming(): void {
    // Every message was taken as it came.
  }

  ended(connection: Http1Connection): void {
    const { status } = connection.head;
    if (connection !== this.#connection) return;
    if (connection.streams || status >= 500 || PASSING.has(status)) this.#again(connection);
    else this.close();
  }

  failed(connection: Http1Connection, errorClass: ErrorClass): void {
    // Nothing of this machine's own is asked for again: it would only fail once more.
    if (connection === this.#connection && errorClass !== 'generator-error') this.#again(connection);
  }

  idle(connection: Http1Connection): void {
    // Its next request, if any, is a pause away: longer than some servers keep an idle connection.
    setImmediate(() => connection.destroy());
  }

  draining(): void {
    // A stream without an answer is never drained.
  }

  gone(): void {
    // `failed` and `ended` say what follows.
  }

  #request(): void {
    const { address, fixed } = this.#endpoint;
    const connection = new Http1Connection(address, -1, this.#nowNs, this);
    this.#connection = connection;
    const resume = this.#lastEventId === '' ? '' : `Last-Event-ID: ${this.#lastEventId}\r\n`;
    connection.send(this, null, getHead(address.path, fixed, this.#fields + resume), false, false);
  }

  #again(connection: Http1Connection): void {
    this.#connection = null;
    if (this.#isClosed) return;
    const { events } = connection;
    if (events !== null && events.lastEventId !== '') this.#lastEventId = events.lastEventId;
    const pauseMs = events !== null && events.retryMs >= 0 ? Math.max(10, events.retryMs) : this.#pauseMs;
    this.#pauseMs = Math.min(LAST_PAUSE_MS, this.#pauseMs * 2);
    this.#timer = setTimeout(() => this.#request(), pauseMs);
    this.#timer.unref();
  }
}
