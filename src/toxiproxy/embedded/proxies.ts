/**
 * All proxies of an engine: creating, changing, replacing and removing them, as the API's rules have it.
 *
 * Changes are done one after another in the order they came, because two that bind the same port or name must not
 * overlap. Everything refused is an {@link ApiError}.
 */
import { ApiError } from './api-error.js';
import { Proxy, type ProxySettings } from './proxy.js';

/** A proxy as a client asks for it. */
export interface ProxyRequest {
  readonly name: string;
  readonly listen: string;
  readonly upstream: string;
  readonly enabled: boolean;
}

/** What is undefined keeps its value. */
export type ProxyChange = { readonly [K in Exclude<keyof ProxyRequest, 'name'>]: ProxyRequest[K] | undefined };

/** What came of a populate: all proxies asked for, or those before the one that failed. */
export interface Populated {
  readonly proxies: readonly Proxy[];
  readonly failure: ApiError | null;
}

export class Proxies {
  readonly #settings: ProxySettings;
  readonly #byName = new Map<string, Proxy>();
  #last: Promise<unknown> = Promise.resolve();

  constructor(settings: ProxySettings) {
    this.#settings = settings;
  }

  /** By name, in the order of code units. */
  all(): readonly Proxy[] {
    return [...this.#byName.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** Throws 404. */
  get(name: string): Proxy {
    const proxy = this.#byName.get(name);
    if (proxy === undefined) throw new ApiError(404, 'proxy not found');
    return proxy;
  }

  create(request: ProxyRequest): Promise<Proxy> {
    return this.#inTurn(async () => {
      requireFields(request, '');
      if (this.#byName.has(request.name)) throw new ApiError(409, 'proxy already exists');
      return this.#createNow(request);
    });
  }

  update(name: string, change: ProxyChange): Promise<Proxy> {
    return this.#inTurn(async () => {
      const proxy = this.get(name);
      const listen = change.listen ?? proxy.listen;
      const upstream = change.upstream ?? proxy.upstream;
      const enabled = change.enabled ?? proxy.enabled;
      const elsewhere = change.listen !== undefined && (await proxy.listensElsewhere(listen));
      if (elsewhere || upstream !== proxy.upstream) {
        proxy.stop();
        proxy.readdress(elsewhere ? listen : proxy.listen, upstream);
      }
      if (enabled) await proxy.start();
      else proxy.stop();
      return proxy;
    });
  }

  remove(name: string): Promise<void> {
    return this.#inTurn(async () => {
      this.get(name).stop();
      this.#byName.delete(name);
    });
  }

  /** Removes every toxic, then enables every proxy: one port that cannot be bound leaves no toxic behind elsewhere. */
  reset(): Promise<void> {
    return this.#inTurn(async () => {
      for (const proxy of this.#byName.values()) proxy.removeAllToxics();
      for (const proxy of this.#byName.values()) await proxy.start();
    });
  }

  populate(requests: readonly ProxyRequest[]): Promise<Populated> {
    return this.#inTurn(async () => {
      requests.forEach((request, index) => requireFields(request, ` at proxy ${index + 1}`));
      const proxies: Proxy[] = [];
      try {
        for (const request of requests) proxies.push(await this.#createOrKeep(request));
      } catch (error) {
        if (!(error instanceof ApiError)) throw error;
        return { proxies, failure: error };
      }
      return { proxies, failure: null };
    });
  }

  /** Stops every proxy. */
  async close(): Promise<void> {
    await this.#inTurn(async () => {
      for (const proxy of this.#byName.values()) proxy.stop();
      this.#byName.clear();
    });
  }

  async #createOrKeep(request: ProxyRequest): Promise<Proxy> {
    const existing = this.#byName.get(request.name);
    if (existing !== undefined) {
      if (existing.upstream === request.upstream && !(await existing.listensElsewhere(request.listen))) return existing;
      existing.stop();
    }
    return this.#createNow(request);
  }

  async #createNow(request: ProxyRequest): Promise<Proxy> {
    const proxy = new Proxy(request.name, request.listen, request.upstream, this.#settings);
    if (request.enabled) await proxy.start();
    this.#byName.set(request.name, proxy);
    return proxy;
  }

  async #inTurn<T>(action: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(action);
    this.#last = turn.catch(() => undefined);
    return turn;
  }
}

function requireFields(request: ProxyRequest, where: string): void {
  for (const field of ['name', 'upstream'] as const) {
    if (request[field] === '') throw new ApiError(400, `missing required field: ${field}${where}`);
  }
}
