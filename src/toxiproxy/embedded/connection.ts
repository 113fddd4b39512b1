/** One client of a proxy, and the connection to the upstream made for it. */
import { connect, type Socket } from 'node:net';
import type { Direction } from '../../catalog/index.js';
import type { HostPort } from './address.js';
import type { Draws } from './draws.js';
import { Link, type Tally } from './link.js';
import type { Toxic } from './toxic.js';

export interface ConnectionSetup {
  /** Accepted and paused. */
  readonly client: Socket;
  /** Null when the upstream's address makes no sense: the client is closed, as when the connection is refused. */
  readonly upstream: HostPort | null;
  /** Which connection of its proxy this is, from 1. */
  readonly number: number;
  readonly draws: Draws;
  readonly maxHeldBytes: number;
  readonly tallies: Readonly<Record<Direction, Tally>>;
  /** The toxics that are set when it is asked. */
  readonly toxics: (direction: Direction) => readonly Toxic[];
  readonly onClosed: (connection: Connection) => void;
}

export class Connection {
  readonly #setup: ConnectionSetup;
  readonly #client: Socket;
  readonly #upstream: Socket | null;
  #links: Readonly<Record<Direction, Link>> | null = null;
  #open = 1;

  constructor(setup: ConnectionSetup) {
    this.#setup = setup;
    this.#client = setup.client;
    this.#client.on('error', ignore);
    this.#client.once('close', this.#onSocketClosed);
    if (setup.upstream === null) {
      this.#upstream = null;
      this.#client.destroy();
      return;
    }
    const { host, port } = setup.upstream;
    const upstream = connect({ host, port, allowHalfOpen: true, noDelay: true });
    this.#upstream = upstream;
    this.#open = 2;
    upstream.on('error', ignore);
    upstream.once('close', this.#onSocketClosed);
    upstream.once('connect', this.#onConnected);
  }

  /** The link of a direction once both ends are connected. */
  link(direction: Direction): Link | null {
    return this.#links?.[direction] ?? null;
  }

  /** FIN to both ends at once; what is held is lost. */
  destroy(): void {
    this.#client.destroy();
    this.#upstream?.destroy();
  }

  readonly #reset = (): void => {
    for (const socket of [this.#client, this.#upstream]) {
      if (socket === null || socket.destroyed) continue;
      // A socket that has sent its FIN can no longer be reset through libuv.
      if (socket.writableEnded) socket.destroy();
      else socket.resetAndDestroy();
    }
  };

  readonly #onConnected = (): void => {
    const upstream = this.#upstream;
    if (upstream === null) return;
    this.#links = {
      upstream: this.#createLink('upstream', this.#client, upstream),
      downstream: this.#createLink('downstream', upstream, this.#client),
    };
    this.#client.resume();
  };

  #createLink(direction: Direction, source: Socket, sink: Socket): Link {
    const { number, draws, maxHeldBytes, tallies, toxics } = this.#setup;
    return new Link({
      source,
      sink,
      maxHeldBytes,
      tally: tallies[direction],
      toxics: toxics(direction),
      affects: (toxic) => draws.hits(toxic, number),
      randomFor: (toxic) => draws.dataOf(toxic, number),
      reset: this.#reset,
    });
  }

  readonly #onSocketClosed = (): void => {
    if (--this.#open > 0) {
      // Upstream refused, or the client gone meanwhile. The client sees a FIN, or an RST when it has written already,
      // because a socket with unread bytes is closed that way.
      if (this.#links === null) this.destroy();
      return;
    }
    this.#links?.upstream.dispose();
    this.#links?.downstream.dispose();
    this.#setup.onClosed(this);
  };
}

/** A socket that fails closes right after, and closing is what is acted on. */
function ignore(): void {
  // Without a listener the error would end the process.
}
