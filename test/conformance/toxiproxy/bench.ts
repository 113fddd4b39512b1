/**
 * A workbench for one behaviour: an upstream of its own, a proxy in front of it, connections through, and what both
 * ends saw.
 */
import { createServer, connect, type AddressInfo, type Server, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** Longest wait for something that must happen; only a hang takes so long. */
const HANG_MS = 10_000;

/** One end of a connection and everything that happened to it. */
export class Peer {
  readonly socket: Socket;
  /** Sizes of the pieces as they arrived. */
  readonly pieces: number[] = [];
  /** How the other side ended it, if it did. */
  ending: 'fin' | 'reset' | null = null;
  #parts: Buffer[] = [];
  #waiting: (() => void)[] = [];

  constructor(socket: Socket) {
    this.socket = socket;
    socket.on('data', (part: Buffer) => {
      this.#parts.push(part);
      this.pieces.push(part.length);
      this.#wake();
    });
    socket.once('end', () => this.#over('fin'));
    socket.on('error', (error: NodeJS.ErrnoException) =>
      this.#over(error.code === 'ECONNRESET' || error.code === 'EPIPE' ? 'reset' : 'fin'),
    );
    socket.once('close', () => this.#wake());
  }

  get received(): Buffer {
    return Buffer.concat(this.#parts);
  }

  get bytes(): number {
    return this.#parts.reduce((sum, part) => sum + part.length, 0);
  }

  get text(): string {
    return this.received.toString('latin1');
  }

  send(data: string | Buffer): void {
    this.socket.write(data);
  }

  /** Resolves once `bytes` have arrived in all. */
  async has(bytes: number): Promise<this> {
    await this.#until(() => this.bytes >= bytes, `${bytes} bytes (${this.bytes} came)`);
    return this;
  }

  /** Resolves once the other side has ended the connection, with how. */
  async over(): Promise<'fin' | 'reset'> {
    await this.#until(() => this.ending !== null, 'the end of the connection');
    return this.ending ?? 'fin';
  }

  #over(how: 'fin' | 'reset'): void {
    this.ending ??= how;
    this.#wake();
  }

  #wake(): void {
    for (const resume of this.#waiting.splice(0)) resume();
  }

  async #until(holds: () => boolean, what: string): Promise<void> {
    const limit = AbortSignal.timeout(HANG_MS);
    while (!holds()) {
      if (limit.aborted) throw new Error(`waited ${HANG_MS} ms in vain for ${what}`);
      await Promise.race([
        new Promise<void>((resume) => this.#waiting.push(resume)),
        sleep(HANG_MS / 10, undefined, { ref: false }),
      ]);
    }
  }
}

export interface Pair {
  readonly client: Peer;
  readonly server: Peer;
}

let benches = 0;

export class Bench {
  readonly name: string;
  readonly #api: string;
  readonly #peers: Peer[] = [];
  readonly #upstreams: Server[] = [];
  readonly #accepted: Peer[] = [];
  #listenPort = 0;

  private constructor(api: string, name: string) {
    this.#api = api;
    this.name = name;
  }

  static async create(api: string): Promise<Bench> {
    const bench = new Bench(api, `bench${++benches}`);
    const upstream = await bench.startUpstream(bench.#accepted);
    const created = (await bench.ask('POST', '/proxies', { name: bench.name, listen: '127.0.0.1:0', upstream })) as {
      readonly listen: string;
    };
    bench.#listenPort = Number(created.listen.split(':').at(-1));
    return bench;
  }

  /** A server of its own; what it accepts is collected in `accepted`. Returns its address. */
  async startUpstream(accepted: Peer[]): Promise<string> {
    const server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
      const peer = new Peer(socket);
      this.#peers.push(peer);
      accepted.push(peer);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    this.#upstreams.push(server);
    return `127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  /** An API call that must succeed; its parsed answer. */
  async ask(method: string, path: string, body?: unknown): Promise<unknown> {
    const response = await fetch(this.#api + path, {
      method,
      signal: AbortSignal.timeout(HANG_MS),
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return text === '' ? null : (JSON.parse(text) as unknown);
  }

  change(body: unknown): Promise<unknown> {
    return this.ask('POST', `/proxies/${this.name}`, body);
  }

  /** Adds a toxic named `t`, downstream by default. */
  add(
    type: string,
    attributes: Readonly<Record<string, number>>,
    more: Readonly<Record<string, unknown>> = {},
  ): Promise<unknown> {
    return this.ask('POST', `/proxies/${this.name}/toxics`, {
      name: 't',
      type,
      stream: 'downstream',
      toxicity: 1,
      attributes,
      ...more,
    });
  }

  update(body: unknown, name = 't'): Promise<unknown> {
    return this.ask('POST', `/proxies/${this.name}/toxics/${name}`, body);
  }

  remove(name = 't'): Promise<unknown> {
    return this.ask('DELETE', `/proxies/${this.name}/toxics/${name}`);
  }

  /** A connection to the proxy, whether or not it gets through. Rejects when refused. */
  async dial(): Promise<Peer> {
    const socket = connect({ port: this.#listenPort, host: '127.0.0.1', allowHalfOpen: true, noDelay: true });
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', () => {
        socket.removeListener('error', reject);
        resolve();
      });
      socket.once('error', reject);
    });
    const peer = new Peer(socket);
    this.#peers.push(peer);
    return peer;
  }

  /** A connection through the proxy, both ends. */
  async pair(accepted: readonly Peer[] = this.#accepted): Promise<Pair> {
    const before = accepted.length;
    const client = await this.dial();
    const limit = AbortSignal.timeout(HANG_MS);
    for (;;) {
      const server = accepted[before];
      if (server !== undefined) return { client, server };
      if (limit.aborted) throw new Error('the upstream was never reached');
      await sleep(1);
    }
  }

  async close(): Promise<void> {
    for (const { socket } of this.#peers) socket.destroy();
    for (const server of this.#upstreams) server.close();
    await this.ask('DELETE', `/proxies/${this.name}`).catch(() => undefined);
  }
}

/** Milliseconds an action takes. */
export async function msOf(action: () => Promise<unknown>): Promise<number> {
  const startMs = performance.now();
  await action();
  return performance.now() - startMs;
}

export { sleep };
