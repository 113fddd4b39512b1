/**
 * A proxy: a port that is listened on, an upstream, and toxics on the connections in between.
 *
 * Setting, changing and removing toxics is synchronous and touches every live connection before it returns; nothing
 * here waits for a socket, except binding the port.
 */
import { createServer, type Server, type Socket } from 'node:net';
import type { Direction } from '../../catalog/index.js';
import { AddressError, bindFailure, formatAddress, parseAddress, resolveListen, type HostPort } from './address.js';
import { ApiError } from './api-error.js';
import { Connection } from './connection.js';
import { Draws, type ProxyDraws } from './draws.js';
import type { Tally } from './link.js';
import { toxicBody, type Toxic, type ToxicBody } from './toxic.js';
import type { Attributes } from './toxics/index.js';

/** What every proxy of an engine shares. */
export interface ProxySettings {
  readonly seed: number;
  /** Bytes the toxics of one direction of one connection may hold. */
  readonly maxHeldBytes: number;
}

/** A proxy as the API writes it. */
export interface ProxyBody {
  readonly name: string;
  readonly listen: string;
  readonly upstream: string;
  readonly enabled: boolean;
  readonly toxics: readonly ToxicBody[];
}

const DIRECTIONS: readonly Direction[] = ['upstream', 'downstream'];

export class Proxy {
  readonly name: string;
  readonly tallies: Readonly<Record<Direction, Tally>> = { upstream: emptyTally(), downstream: emptyTally() };
  readonly #settings: ProxySettings;
  readonly #connections = new Set<Connection>();
  readonly #draws: Draws;
  #toxics: readonly Toxic[] = [];
  #listen: string;
  #upstream: string;
  #server: Server | null = null;
  #accepted = 0;

  constructor(name: string, listen: string, upstream: string, settings: ProxySettings) {
    this.name = name;
    this.#listen = listen;
    this.#upstream = upstream;
    this.#settings = settings;
    this.#draws = new Draws(settings.seed, name);
  }

  get enabled(): boolean {
    return this.#server !== null;
  }

  get listen(): string {
    return this.#listen;
  }

  get upstream(): string {
    return this.#upstream;
  }

  /** Connections open now. */
  get connections(): number {
    return this.#connections.size;
  }

  /** What the seed decided on its connections. */
  draws(): ProxyDraws {
    return this.#draws.upTo(this.#accepted);
  }

  /** Toxics as they are listed: upstream first, each direction in chain order. */
  get toxics(): readonly Toxic[] {
    return DIRECTIONS.flatMap((direction) => this.#chain(direction));
  }

  body(): ProxyBody {
    const { name, listen, upstream, enabled } = this;
    return { name, listen, upstream, enabled, toxics: this.toxics.map(toxicBody) };
  }

  /** Binds the port and from then on shows the address that was bound. Throws {@link ApiError} 500. */
  async start(): Promise<void> {
    if (this.#server !== null) return;
    let address: HostPort;
    try {
      address = await resolveListen(this.#listen);
    } catch (error) {
      throw error instanceof AddressError ? new ApiError(500, `listen tcp: ${error.message}`) : error;
    }
    const server = createServer({ allowHalfOpen: true, noDelay: true, pauseOnConnect: true }, this.#onClient);
    await new Promise<void>((resolve, reject) => {
      server.once('error', (error) => reject(new ApiError(500, bindFailure(address, error))));
      server.listen(address.port, address.host, resolve);
    });
    // Too many open files, for one: the connection is lost, the proxy is not.
    server.on('error', () => undefined);
    const bound = server.address();
    const port = typeof bound === 'object' && bound !== null ? bound.port : address.port;
    this.#listen = formatAddress({ host: address.host, port });
    this.#server = server;
  }

  /** Stops listening and closes all connections, at once. */
  stop(): void {
    this.#server?.close();
    this.#server = null;
    for (const connection of [...this.#connections]) connection.destroy();
  }

  /** Changes the addresses while stopped. */
  readdress(listen: string, upstream: string): void {
    this.#listen = listen;
    this.#upstream = upstream;
  }

  /**
   * Whether listening on `listen` would be something else than now. Port 0 always is: it asks for another port.
   * Throws {@link ApiError} 500 for an address that makes no sense.
   */
  async listensElsewhere(listen: string): Promise<boolean> {
    if (listen === this.#listen && !/:0?$/.test(listen)) return false;
    try {
      const asked = await resolveListen(listen);
      return asked.port === 0 || formatAddress(asked) !== this.#listen;
    } catch (error) {
      throw error instanceof AddressError ? new ApiError(500, error.message) : error;
    }
  }

  toxic(name: string): Toxic | undefined {
    return this.#toxics.find((toxic) => toxic.name === name);
  }

  addToxic(toxic: Toxic): void {
    this.#toxics = [...this.#toxics, toxic];
    for (const connection of [...this.#connections]) connection.link(toxic.direction)?.add(toxic);
  }

  updateToxic(toxic: Toxic, attributes: Attributes, toxicity: number): void {
    toxic.attributes = attributes;
    toxic.toxicity = toxicity;
    for (const connection of [...this.#connections]) connection.link(toxic.direction)?.update(toxic);
  }

  removeToxic(toxic: Toxic): void {
    this.#toxics = this.#toxics.filter((other) => other !== toxic);
    for (const connection of [...this.#connections]) connection.link(toxic.direction)?.remove(toxic);
  }

  removeAllToxics(): void {
    for (const toxic of this.#toxics) this.removeToxic(toxic);
  }

  readonly #onClient = (client: Socket): void => {
    this.#connections.add(
      new Connection({
        client,
        upstream: dialAddress(this.#upstream),
        number: ++this.#accepted,
        draws: this.#draws,
        maxHeldBytes: this.#settings.maxHeldBytes,
        tallies: this.tallies,
        toxics: (direction) => this.#chain(direction),
        onClosed: (connection) => this.#connections.delete(connection),
      }),
    );
  };

  #chain(direction: Direction): readonly Toxic[] {
    return this.#toxics.filter((toxic) => toxic.direction === direction);
  }
}

function emptyTally(): Tally {
  return { receivedBytes: 0, sentBytes: 0, boundHits: 0 };
}

/** Upstream addresses are looked at only when there is somebody to connect. */
function dialAddress(upstream: string): HostPort | null {
  try {
    const { host, port } = parseAddress(upstream);
    return port === 0 ? null : { host: host === '' ? 'localhost' : host, port };
  } catch {
    return null;
  }
}
