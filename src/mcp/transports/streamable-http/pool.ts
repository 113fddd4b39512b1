/** The connections of one session: the most recently used idle one first, a new one when there is none. */
import type { NowNs } from '../../../clock/index.js';
import type { Address } from './address.js';
import { Http1Connection } from './connection.js';
import type { ConnectionHome } from './exchange.js';

/** Most connections, at least, that may wait for the rest of an answered stream: one that never ends costs no more. */
const MIN_DRAINING = 8;

export class ConnectionPool implements ConnectionHome<Http1Connection> {
  readonly #address: Address;
  readonly #nowNs: NowNs;
  readonly #maxDraining: number;
  /** By `connection.index`; null where one has gone. */
  readonly #connections: (Http1Connection | null)[] = [];
  readonly #vacant: number[] = [];
  readonly #idle: Http1Connection[] = [];
  readonly #draining: Http1Connection[] = [];

  constructor(address: Address, nowNs: NowNs, inFlight: number) {
    this.#address = address;
    this.#nowNs = nowNs;
    this.#maxDraining = Math.max(MIN_DRAINING, inFlight);
  }

  take(): Http1Connection {
    return this.#idle.pop() ?? this.#open();
  }

  /** The connection with this index, if it is still there. */
  at(index: number): Http1Connection | null {
    return this.#connections[index] ?? null;
  }

  /** Connections that are open or opening. */
  get size(): number {
    return this.#connections.length - this.#vacant.length;
  }

  destroyAll(): void {
    for (const connection of this.#connections) connection?.destroy();
  }

  idle(connection: Http1Connection): void {
    remove(this.#draining, connection);
    this.#idle.push(connection);
  }

  draining(connection: Http1Connection): void {
    if (this.#draining.length >= this.#maxDraining) this.#draining[0]?.destroy();
    this.#draining.push(connection);
  }

  gone(connection: Http1Connection): void {
    remove(this.#idle, connection);
    remove(this.#draining, connection);
    this.#connections[connection.index] = null;
    this.#vacant.push(connection.index);
  }

  #open(): Http1Connection {
    const index = this.#vacant.pop() ?? this.#connections.length;
    const connection = new Http1Connection(this.#address, index, this.#nowNs, this);
    this.#connections[index] = connection;
    return connection;
  }
}

function remove(list: Http1Connection[], connection: Http1Connection): void {
  if (list.length === 0) return;
  const at = list.indexOf(connection);
  if (at !== -1) list.splice(at, 1);
}
