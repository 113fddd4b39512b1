/**
 * A fault engine as a run sees it: links to create, faults to apply and lift, and nothing left behind.
 */
import { randomBytes } from 'node:crypto';
import type { Proxy } from 'toxiproxy-node-client';
import { launchEmbedded, launchReal } from './launch.js';
import type { EngineProcess } from './launch.js';
import { Driver, notToxiproxy } from './driver.js';
import { FaultProxyError } from './failure.js';
import { DrivenLink } from './fault-link.js';
import type { FaultLink, Upstream } from './fault-link.js';
import { engineState } from './state.js';
import type { EngineState } from './state.js';

/** Which engine serves the links. */
export type EngineChoice =
  /** Ours, as a child process. */
  | { readonly kind: 'embedded' }
  /** The `toxiproxy-server` found on PATH, as a child process. */
  | { readonly kind: 'real-on-path' }
  /** Whatever answers at an address; it is left running. */
  | { readonly kind: 'url'; readonly url: string };

export interface FaultEngineOptions {
  readonly choice: EngineChoice;
  /** Decides toxicity and jitter. The real server has no working seed. A whole number from 0 to 2^53 - 1. */
  readonly seed: number;
  /** A line the process wrote. */
  onLog?(line: string): void;
  /** Longest wait for an answer before the engine counts as wedged; the default is 5 s. */
  readonly callLimitMs?: number;
}

export interface FaultEngine {
  readonly kind: 'embedded' | 'real';
  /** As `/version` answers. */
  readonly version: string;
  /** True when we started it, and so end it. */
  readonly ours: boolean;
  /** Null for an engine that we did not start. */
  readonly pid: number | null;
  readonly url: string;
  /**
   * Listens on a port (a free one unless given) and passes connections on to `upstream`, as seen from the engine.
   * @throws FaultProxyError when the name or the port is taken or the engine does not answer.
   */
  createLink(name: string, options: { readonly listenPort?: number; readonly upstream: Upstream }): Promise<FaultLink>;
  /** Proxies and toxics as the API tells them now, ours and others. */
  state(): Promise<EngineState>;
  /**
   * Removes every toxic and proxy made here. Idempotent. When the engine does not answer and is ours, its process is ended
   * instead, which removes them too; otherwise the first failure is thrown after everything has been tried.
   */
  removeEverything(): Promise<void>;
  /** Ends the process if it is ours. Idempotent, never throws. */
  stop(): Promise<void>;
  /** Resolves with how, if the process ends without having been asked to. */
  readonly exited: Promise<string>;
  /** Resolves with what was asked, if the engine ever fails to answer within the limit. */
  readonly wedged: Promise<string>;
}

/**
 * Starts or finds an engine and proves that it is what answers.
 * @throws FaultProxyError (`preflight`): `fault-engine-not-found`, `fault-engine-unusable`, `fault-proxy-gone`. No process is left.
 */
export async function startFaultEngine(options: FaultEngineOptions): Promise<FaultEngine> {
  const { choice, seed } = options;
  const onLog = (line: string): void => options.onLog?.(line);
  const child = choice.kind === 'url' ? null : choice.kind === 'embedded' ? await launchEmbedded(seed, onLog) : await launchReal(seed, onLog);
  const url = choice.kind === 'url' ? choice.url : (child?.url ?? '');
  try {
    const wedge = newSignal();
    const driver = new Driver(url, wedge.raise, options.callLimitMs);
    const version = await driver.version();
    if (choice.kind === 'url') await proveToxiproxy(driver);
    return new DrivenEngine({ driver, child, version, wedged: wedge.raised });
  } catch (error) {
    await child?.stop();
    throw error;
  }
}

interface Signal {
  readonly raised: Promise<string>;
  readonly raise: (what: string) => void;
}

function newSignal(): Signal {
  let raise: (what: string) => void = () => undefined;
  const raised = new Promise<string>((resolve) => {
    raise = resolve;
  });
  return { raised, raise };
}

/** Only a Toxiproxy lists a proxy of the name it was just given. */
async function proveToxiproxy(driver: Driver): Promise<void> {
  const name = `plimsoll-proof-${randomBytes(8).toString('hex')}`;
  let proxy: Proxy;
  try {
    proxy = await driver.createProxy(name, '127.0.0.1:0', '127.0.0.1:1', false);
  } catch (error) {
    throw error instanceof FaultProxyError && error.failure === 'fault-proxy-refused' ? notToxiproxy(driver.url, error.message) : error;
  }
  try {
    const listed = await driver.proxies();
    if (proxy.name !== name || typeof listed !== 'object' || listed === null || !(name in listed)) {
      throw notToxiproxy(driver.url, 'it does not list the proxy it was given');
    }
  } finally {
    await driver.removeProxy(proxy).catch(() => undefined);
  }
}

interface DrivenEngineSetup {
  readonly driver: Driver;
  readonly child: EngineProcess | null;
  readonly version: string;
  readonly wedged: Promise<string>;
}

class DrivenEngine implements FaultEngine {
  readonly kind: 'embedded' | 'real';
  readonly version: string;
  readonly ours: boolean;
  readonly pid: number | null;
  readonly url: string;
  readonly exited: Promise<string>;
  readonly wedged: Promise<string>;
  readonly #driver: Driver;
  readonly #child: EngineProcess | null;
  readonly #links = new Set<DrivenLink>();
  #isWedged = false;
  #stopped = false;

  constructor({ driver, child, version, wedged }: DrivenEngineSetup) {
    this.kind = version.endsWith('+embedded') ? 'embedded' : 'real';
    this.version = version;
    this.ours = child !== null;
    this.pid = child?.pid ?? null;
    this.url = driver.url;
    this.#driver = driver;
    this.#child = child;
    this.wedged = wedged;
    void wedged.then(() => (this.#isWedged = true));
    this.exited = new Promise((resolve) => {
      void child?.ended.then((how) => {
        if (!this.#stopped) resolve(how);
      });
    });
  }

  async createLink(name: string, options: { readonly listenPort?: number; readonly upstream: Upstream }): Promise<FaultLink> {
    const link = await DrivenLink.create(this.#driver, name, options);
    this.#links.add(link);
    return link;
  }

  state(): Promise<EngineState> {
    return engineState(this.#driver, this);
  }

  async removeEverything(): Promise<void> {
    if (this.#stopped) return;
    let failure: unknown = null;
    for (const link of this.#links) {
      if (this.#isWedged && this.#child !== null) break;
      try {
        await link.remove();
        this.#links.delete(link);
      } catch (error) {
        failure ??= error;
      }
    }
    if (failure === null && this.#links.size === 0) return;
    if (this.#child === null) throw failure;
    this.#stopped = true;
    await this.#child.kill();
    this.#links.clear();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#child?.stop();
  }
}

