/** A link: one proxy of ours on an engine, and the faults that are on it. */
import { toxicRequest, type LinkAction, type ToxicAttributes } from '../catalog/index.js';
import type { Proxy, Toxic } from 'toxiproxy-node-client';
import type { Driver, EdgeTimes } from './driver.js';
import { FaultProxyError, isWedge } from './failure.js';
import { objectionsTo } from './toxic-checks.js';

/** Where a link's connections go, as seen from the engine. */
export interface Upstream {
  readonly host: string;
  readonly port: number;
}

export interface FaultLink {
  readonly name: string;
  /** Where clients connect. */
  readonly listen: { readonly host: string; readonly port: number };
  /**
   * Puts a fault on the link. `id` names it (letters, digits, `_`, `-`) and must not be on the link yet. Several may be
   * on at once; a link is down while any `down` is.
   * @throws FaultProxyError; the fault is then not on the link; unknown if the engine hangs or is gone.
   */
  apply(id: string, action: LinkAction): Promise<EdgeTimes>;
  /** Takes a fault off. @throws FaultProxyError, also when it is not on the link. */
  lift(id: string): Promise<EdgeTimes>;
}

const NAME = /^[A-Za-z0-9_-]{1,200}$/;

/** What a link needs of its engine. */
export interface LinkHost {
  readonly driver: Driver;
  /** Resolves at once, or when the engine that is being started again has everything back. */
  whole(): Promise<void>;
}

/** A fault that is on, and its toxic; null stands for `down`, which is no toxic. */
interface Applied {
  readonly action: LinkAction;
  readonly toxic: Toxic<ToxicAttributes> | null;
}

export interface LinkOptions {
  /** A free one unless given. */
  readonly listenPort?: number;
  readonly upstream: Upstream;
}

interface LinkSetup extends LinkOptions {
  /** What the engine calls the proxy; the link's name unless given. */
  readonly proxyName?: string;
}

export class DrivenLink implements FaultLink {
  readonly name: string;
  readonly listen: FaultLink['listen'];
  readonly #host: LinkHost;
  readonly #upstream: string;
  readonly #faults = new Map<string, Applied>();
  /** Faults that are being lifted. */
  readonly #leaving = new Set<string>();
  #proxy: Proxy;

  private constructor(host: LinkHost, name: string, proxy: Proxy, upstream: string, listen: FaultLink['listen']) {
    this.#host = host;
    this.#proxy = proxy;
    this.#upstream = upstream;
    this.name = name;
    this.listen = listen;
  }

  static async create(host: LinkHost, name: string, { listenPort = 0, upstream: to, proxyName = name }: LinkSetup) {
    requireName('link', proxyName);
    const engineHost = new URL(host.driver.url).hostname.replace(/^\[|\]$/g, '');
    // On another machine the link must be reachable from here, so it listens on every interface there.
    const local = /^(localhost|127\.\d+\.\d+\.\d+|::1)$/.test(engineHost);
    const upstream = hostPort(to);
    const listen = `${local ? '127.0.0.1' : '0.0.0.0'}:${listenPort}`;
    const proxy = await host.driver.createProxy(proxyName, listen, upstream);
    const port = Number(/:(\d+)$/.exec(proxy.listen)?.[1]);
    return new DrivenLink(host, name, proxy, upstream, { host: local ? '127.0.0.1' : engineHost, port });
  }

  /** The engine's name for it. */
  get proxyName(): string {
    return this.#proxy.name;
  }

  async apply(id: string, action: LinkAction): Promise<EdgeTimes> {
    requireName('fault', id);
    if (this.#faults.has(id))
      throw badFault(`fault "${id}" is already on link "${this.name}"`, 'lift it first, or give this one another id');
    const objections = action.kind === 'down' ? [] : objectionsTo(action.toxic);
    if (objections.length > 0) throw badFault(objections.join('; '), 'correct the fault in the scenario');
    return this.#change(async ({ driver }) => {
      const { toxic, edge } = await this.#put(driver, id, action);
      this.#faults.set(id, { action, toxic });
      return edge;
    });
  }

  async lift(id: string): Promise<EdgeTimes> {
    if (!this.#faults.has(id))
      throw badFault(`fault "${id}" is not on link "${this.name}"`, 'apply it before lifting it');
    this.#leaving.add(id);
    try {
      return await this.#change(async ({ driver }) => {
        const toxic = this.#faults.get(id)?.toxic ?? null;
        const edge =
          toxic === null
            ? await driver.setEnabled(this.#proxy, this.#othersDown(id) === 0)
            : await driver.removeToxic(this.#proxy, toxic);
        this.#faults.delete(id);
        return edge;
      });
    } finally {
      this.#leaving.delete(id);
    }
  }

  /**
   * Makes the proxy and its faults anew on an engine that has just been started, on the same port, without those that
   * were being lifted. Connections are let in when every fault is on.
   */
  async restore(): Promise<void> {
    const { driver } = this.#host;
    for (const id of this.#leaving) this.#faults.delete(id);
    const listen = `${this.listen.host}:${this.listen.port}`;
    this.#proxy = await driver.createProxy(this.#proxy.name, listen, this.#upstream, false);
    for (const [id, { action }] of this.#faults) {
      if (action.kind === 'toxic') this.#faults.set(id, { action, toxic: (await this.#put(driver, id, action)).toxic });
    }
    if (this.#othersDown(null) === 0) await driver.setEnabled(this.#proxy, true);
  }

  /** Takes off every toxic, then the proxy; tries all unless the engine stops answering. Throws the first failure. */
  async remove(): Promise<void> {
    const { driver } = this.#host;
    let failure: unknown = null;
    for (const [id, { toxic }] of this.#faults) {
      if (toxic === null) continue;
      try {
        await driver.removeToxic(this.#proxy, toxic);
        this.#faults.delete(id);
      } catch (error) {
        if (isWedge(error)) throw error;
        failure ??= error;
      }
    }
    try {
      // Takes toxics along that could not be removed one by one.
      await driver.removeProxy(this.#proxy);
    } catch (error) {
      throw failure ?? error;
    }
    this.#faults.clear();
  }

  /** Asks for a change when the engine is whole; one that fails is reported when it is whole again. */
  async #change(ask: (host: LinkHost) => Promise<EdgeTimes>): Promise<EdgeTimes> {
    await this.#host.whole();
    try {
      return times(await ask(this.#host));
    } catch (error) {
      await this.#host.whole();
      throw error;
    }
  }

  async #put(driver: Driver, id: string, action: LinkAction): Promise<Pick<Applied, 'toxic'> & { edge: EdgeTimes }> {
    if (action.kind === 'down') return { toxic: null, edge: await driver.setEnabled(this.#proxy, false) };
    const added = await driver.addToxic(this.#proxy, toxicRequest(id, action.toxic));
    return { toxic: added.value, edge: added };
  }

  #othersDown(id: string | null): number {
    return [...this.#faults].filter(([other, { toxic }]) => other !== id && toxic === null).length;
  }
}

function times({ askedNs, confirmedNs }: EdgeTimes): EdgeTimes {
  return { askedNs, confirmedNs };
}

function hostPort({ host, port }: Upstream): string {
  if (!Number.isInteger(port) || port < 1 || port > 65535)
    throw badFault(`${port} is no port`, 'give the upstream a port from 1 to 65535');
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

/** The client puts names into paths as they are, and some servers can't address all that they accept. */
function requireName(what: string, name: string): void {
  if (!NAME.test(name)) throw badFault(`"${name}" can't be the name of a ${what}`, 'use letters, digits, "_" and "-"');
}

function badFault(what: string, remedy: string): FaultProxyError {
  return new FaultProxyError('bad-input', 'bad-fault', { what, remedy });
}
