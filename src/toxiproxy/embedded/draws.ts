/**
 * What the seed decided on the connections of a proxy: for each toxic which connections it affected, and what it drew
 * for their first pieces. Every draw follows from seed, link, connection number and toxic, so two engines of one seed
 * report the same draws for each connection that both had.
 */
import { seededRandom, type Random } from '../../random/index.js';
import { linkOf } from '../owned-name.js';
import type { Toxic } from './toxic.js';

/** The first connections of a toxic that are kept, and the pieces of each: enough to compare, whatever a run sends. */
const KEPT_CONNECTIONS = 256;
const KEPT_PIECES = 4;

export interface ConnectionDraws {
  /** Which connection of its proxy, from 1, in the order they were accepted. */
  readonly connection: number;
  /** Uniform in [0, 1): the connection is affected when this is less than the toxicity. */
  readonly draw: number;
  readonly affected: boolean;
  /** The first draws for its data, uniform in [0, 1): jitter is `floor(draw * 2 * jitter) - jitter` milliseconds. */
  readonly pieces: readonly number[];
}

export interface ProxyDraws {
  readonly link: string;
  /** Connections accepted. */
  readonly accepted: number;
  /** Toxics that are or were set, by name. */
  readonly toxics: readonly {
    readonly name: string;
    readonly stream: string;
    readonly connections: readonly ConnectionDraws[];
  }[];
}

/** The body of `GET /draws`. */
export interface EngineDraws {
  readonly seed: number;
  readonly proxies: readonly ProxyDraws[];
}

type Kept = { -readonly [K in keyof ConnectionDraws]: ConnectionDraws[K] } & { readonly pieces: number[] };

export class Draws {
  readonly #seed: number;
  readonly #link: string;
  readonly #toxics = new Map<string, { readonly stream: string; readonly connections: Map<number, Kept> }>();

  constructor(seed: number, proxyName: string) {
    this.#seed = seed;
    this.#link = linkOf(proxyName);
  }

  /**
   * Whether a toxic acts on a connection. One draw for both, whatever happens around them: a higher toxicity only adds
   * connections.
   */
  hits(toxic: Toxic, connection: number): boolean {
    const draw = this.#stream(toxic, connection, 'toxicity').next();
    const affected = draw < toxic.toxicity;
    const connections = this.#connectionsOf(toxic);
    const kept = connections.get(connection);
    if (kept !== undefined) kept.affected = affected;
    else if (connections.size < KEPT_CONNECTIONS)
      connections.set(connection, { connection, draw, affected, pieces: [] });
    return affected;
  }

  /** The stream that a toxic draws from for the data of a connection. */
  dataOf(toxic: Toxic, connection: number): Random {
    const random = this.#stream(toxic, connection, 'data');
    const pieces = this.#connectionsOf(toxic).get(connection)?.pieces;
    if (pieces === undefined) return random;
    // A toxic that is set again under its name draws the same again.
    pieces.length = 0;
    const next = (): number => {
      const draw = random.next();
      if (pieces.length < KEPT_PIECES) pieces.push(draw);
      return draw;
    };
    return { ...random, next, below: (bound) => Math.floor(next() * bound) };
  }

  upTo(accepted: number): ProxyDraws {
    const toxics = [...this.#toxics].map(([name, { stream, connections }]) => ({
      name,
      stream,
      connections: [...connections.values()],
    }));
    return { link: this.#link, accepted, toxics: toxics.sort((a, b) => (a.name < b.name ? -1 : 1)) };
  }

  #connectionsOf(toxic: Toxic): Map<number, Kept> {
    const known = this.#toxics.get(toxic.name);
    if (known !== undefined) return known.connections;
    const connections = new Map<number, Kept>();
    this.#toxics.set(toxic.name, { stream: toxic.direction, connections });
    return connections;
  }

  #stream(toxic: Toxic, connection: number, of: 'toxicity' | 'data'): Random {
    return seededRandom(this.#seed, `${this.#link}/${connection}/${toxic.name}/${of}`);
  }
}
