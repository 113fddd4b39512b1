/**
 * A link: one proxy of ours on an engine, and the faults that are on it.
 */
import type { Proxy, Toxic } from 'toxiproxy-node-client';
import type { Driver, EdgeTimes } from './driver.js';
import { FaultProxyError } from './failure.js';
import { objectionsTo, toxicOf } from './fault.js';
import type { LinkFault, ToxicAttributes } from './fault.js';

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
   * Puts a fault on the link. `id` names it (letters, digits, `_`, `-`) and must not be on the link yet. Several may be on
   * at once; a link is down while any `down` is.
   * @throws FaultProxyError; the fault is then not on the link, unless the engine is wedged or gone and nobody knows.
   */
  apply(id: string, fault: LinkFault): Promise<EdgeTimes>;
  /** Takes a fault off. @throws FaultProxyError, also when it is not on the link. */
  lift(id: string): Promise<EdgeTimes>;
}

const NAME = /^[A-Za-z0-9_-]{1,200}$/;

export class DrivenLink implements FaultLink {
  readonly name: string;
  readonly listen: { readonly host: string; readonly port: number };
  readonly #driver: Driver;
  readonly #proxy: Proxy;
  /** Null stands for `down`, which is no toxic. */
  readonly #faults = new Map<string, Toxic<ToxicAttributes> | null>();

  private constructor(driver: Driver, proxy: Proxy, listen: { readonly host: string; readonly port: number }) {
    this.#driver = driver;
    this.#proxy = proxy;
    this.name = proxy.name;
    this.listen = listen;
  }

  static async create(driver: Driver, name: string, { listenPort = 0, upstream }: { readonly listenPort?: number; readonly upstream: Upstream }): Promise<DrivenLink> {
    requireName('link', name);
    const engineHost = new URL(driver.url).hostname.replace(/^\[|\]$/g, '');
    // On another machine the link must be reachable from here, so it listens on every interface there.
    const local = /^(localhost|127\.\d+\.\d+\.\d+|::1)$/.test(engineHost);
    const proxy = await driver.createProxy(name, `${local ? '127.0.0.1' : '0.0.0.0'}:${listenPort}`, hostPort(upstream));
    const port = Number(/:(\d+)$/.exec(proxy.listen)?.[1]);
    return new DrivenLink(driver, proxy, { host: local ? '127.0.0.1' : engineHost, port });
  }

  async apply(id: string, fault: LinkFault): Promise<EdgeTimes> {
    requireName('fault', id);
    if (this.#faults.has(id)) throw badFault(`fault "${id}" is already on link "${this.name}"`, 'lift it first, or give this one another id');
    const objections = objectionsTo(fault);
    if (objections.length > 0) throw badFault(objections.join('; '), 'correct the fault in the scenario');
    const toxic = toxicOf(fault);
    if (toxic === null || fault.type === 'down') {
      const edge = await this.#driver.setEnabled(this.#proxy, false);
      this.#faults.set(id, null);
      return times(edge);
    }
    const added = await this.#driver.addToxic(this.#proxy, {
      name: id,
      type: toxic.type,
      stream: fault.direction,
      toxicity: fault.toxicity,
      attributes: toxic.attributes,
    });
    this.#faults.set(id, added.value);
    return times(added);
  }

  async lift(id: string): Promise<EdgeTimes> {
    const toxic = this.#faults.get(id);
    if (toxic === undefined) throw badFault(`fault "${id}" is not on link "${this.name}"`, 'apply it before lifting it');
    const edge = toxic === null ? await this.#driver.setEnabled(this.#proxy, this.#othersDown(id) === 0) : await this.#driver.removeToxic(this.#proxy, toxic);
    this.#faults.delete(id);
    return times(edge);
  }

  /** Takes off every toxic, then the proxy. Tries all, then throws the first failure. */
  async remove(): Promise<void> {
    let failure: unknown = null;
    for (const [id, toxic] of this.#faults) {
      if (toxic === null) continue;
      try {
        await this.#driver.removeToxic(this.#proxy, toxic);
        this.#faults.delete(id);
      } catch (error) {
        failure ??= error;
      }
    }
    try {
      // Takes toxics along that could not be removed one by one.
      await this.#driver.removeProxy(this.#proxy);
    } catch (error) {
      throw failure ?? error;
    }
    this.#faults.clear();
  }

  #othersDown(id: string): number {
    return [...this.#faults].filter(([other, toxic]) => other !== id && toxic === null).length;
  }
}

function times({ askedNs, confirmedNs }: EdgeTimes): EdgeTimes {
  return { askedNs, confirmedNs };
}

function hostPort({ host, port }: Upstream): string {
  if (!Number.isInteger(port) || port < 1 || port > 65535) throw badFault(`${port} is no port`, 'give the upstream a port from 1 to 65535');
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

/** The client puts names into paths as they are, and some servers can't address all that they accept. */
function requireName(what: string, name: string): void {
  if (!NAME.test(name)) throw badFault(`"${name}" can't be the name of a ${what}`, 'use letters, digits, "_" and "-"');
}

function badFault(what: string, remedy: string): FaultProxyError {
  return new FaultProxyError('bad-input', 'bad-fault', what, remedy);
}
