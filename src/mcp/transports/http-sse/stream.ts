/** The stream of one session: a GET on a connection of its own. */
import { getHead } from '../../../catalog/index.js';
import type { NowNs } from '../../../clock/index.js';
import type { ErrorClass } from '../../../record/index.js';
import type { OpeningFailure } from '../../eras/index.js';
import {
  Http1Connection,
  type ConnectionHome,
  type Endpoint,
  type ExchangeListener,
} from '../streamable-http/index.js';

export interface StreamListener {
  /** The server has said where messages are sent to: path and query. */
  opened(path: string): void;
  /** A message; the bytes are valid during the call only. `readNs`: when the read came that ended it. */
  message(bytes: Buffer, start: number, end: number, readNs: number): void;
  /** There is no stream, or none any more. Called once; not after `close`. */
  closed(errorClass: ErrorClass, failure: OpeningFailure): void;
}

export class SessionStream implements ExchangeListener<Http1Connection>, ConnectionHome<Http1Connection> {
  readonly #endpoint: Endpoint;
  readonly #connection: Http1Connection;
  #listener: StreamListener | null;

  constructor(endpoint: Endpoint, nowNs: NowNs, listener: StreamListener) {
    this.#endpoint = endpoint;
    this.#listener = listener;
    this.#connection = new Http1Connection(endpoint.address, -1, nowNs, this);
    const { address, fixed } = endpoint;
    this.#connection.send(this, null, getHead(address.path, fixed, ''), false, false);
  }

  close(): void {
    this.#listener = null;
    this.#connection.destroy();
  }

  endpoint(_connection: Http1Connection, data: string): void {
    const { secure, authority, path } = this.#endpoint.address;
    const base = `${secure ? 'https' : 'http'}://${authority}`;
    const url = URL.canParse(data, base + path) ? new URL(data, base + path) : null;
    // What we send may hold a token: it goes to no other server.
    if (url === null || url.origin !== new URL(base).origin)
      this.#end('sse-malformed', { kind: 'not-mcp', body: `its stream names the endpoint ${data}` });
    else this.#listener?.opened(url.pathname + url.search);
  }

  message(connection: Http1Connection, bytes: Buffer, start: number, end: number): void {
    this.#listener?.message(bytes, start, end, connection.lastReadNs);
  }

  streaming(): void {
    // Every message was taken as it came.
  }

  ended(connection: Http1Connection): void {
    const { status, location } = connection.head;
    if (connection.streams) this.#end('closed-early', { kind: 'broke-off', reason: 'the stream of the session ended' });
    else if (status >= 200 && status < 300) this.#end('content-type', { kind: 'not-mcp', body: connection.text });
    else this.#end('closed-early', { kind: 'status', status, location, body: connection.text });
  }

  failed(connection: Http1Connection, errorClass: ErrorClass): void {
    const { failure: reason } = connection;
    if (errorClass === 'connect-refused') this.#end(errorClass, { kind: 'refused' });
    else if (errorClass === 'connect-failed') this.#end(errorClass, { kind: 'unreachable', reason });
    else if (errorClass === 'generator-error') this.#end(errorClass, { kind: 'our-limit', reason });
    else this.#end(errorClass, { kind: 'broke-off', reason });
  }

  idle(): void {
    // `ended` closes it.
  }

  draining(): void {
    // The stream is never drained.
  }

  gone(): void {
    // `failed` and `ended` say what follows.
  }

  #end(errorClass: ErrorClass, failure: OpeningFailure): void {
    const listener = this.#listener;
    this.#listener = null;
    // Not while its bytes are read.
    setImmediate(() => this.#connection.destroy());
    listener?.closed(errorClass, failure);
  }
}
