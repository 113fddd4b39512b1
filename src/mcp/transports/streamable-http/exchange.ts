/** What a connection reports: to the sender of its request, and to the pool it belongs to. */
import type { ErrorClass } from '../../../record/index.js';

/** Who sent the request that a connection carries. All are called while bytes are read or a socket event is handled. */
export interface ExchangeListener<Connection> {
  /** The response is complete. The connection is already back in its pool, or gone. */
  ended(connection: Connection): void;
  /** A message arrived on an event stream. Only take note: this read may bring the end of the response as well. */
  message(connection: Connection, bytes: Buffer, start: number, end: number): void;
  /** A server of the HTTP+SSE transport has said on an event stream where messages are sent to. */
  endpoint?(connection: Connection, data: string): void;
  /** A read that brought messages is over, the stream goes on; `connection.drain()` if the answer was among them. */
  streaming(connection: Connection): void;
  /** There will be no answer. The connection is gone. */
  failed(connection: Connection, errorClass: ErrorClass): void;
}

/** Where connections go when they are done. */
export interface ConnectionHome<Connection> {
  idle(connection: Connection): void;
  draining(connection: Connection): void;
  gone(connection: Connection): void;
}
