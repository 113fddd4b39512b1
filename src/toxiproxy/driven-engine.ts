/** An engine behind its API: the links on it, and a process that is started again when it stops answering. */
import { monotonicNow, type MonotonicNs } from '../clock/index.js';
import { messageOf } from '../problem/index.js';
import type { Driver } from './driver.js';
import type { EngineDraws } from './embedded/index.js';
import type { EngineChange, FaultEngine } from './engine.js';
import { FaultProxyError, isGone } from './failure.js';
import { DrivenLink, type FaultLink, type LinkHost, type LinkOptions } from './fault-link.js';
import type { EngineProcess } from './launch.js';
import type { LeftOvers } from './left-overs.js';
import { ownedName } from './owned-name.js';
import { engineState, type EngineState } from './state.js';

interface DrivenEngineSetup {
  readonly driver: Driver;
  /** Null for an engine that is not ours. */
  readonly child: EngineProcess | null;
  /** Starts another process of the same kind on this port. */
  readonly launch: (port: number) => Promise<EngineProcess>;
  readonly version: string;
  readonly leftOvers: LeftOvers;
  readonly onChange: (change: EngineChange) => void;
}

/** How often an engine that is not ours is looked at. */
const LOOK_EVERY_MS = 500;

export class DrivenEngine implements FaultEngine, LinkHost {
  readonly kind: 'embedded' | 'real';
  readonly version: string;
  readonly ours: boolean;
  readonly url: string;
  readonly leftOvers: LeftOvers;
  readonly driver: Driver;
  readonly #setup: DrivenEngineSetup;
  readonly #links = new Set<DrivenLink>();
  #child: EngineProcess | null;
  #nextLook: NodeJS.Timeout | undefined;
  #restarting: Promise<void> | null = null;
  #toldWedged = false;
  #clearing = false;
  /** Its end is our doing, or nothing can be done about it any more. */
  #over = false;

  constructor(setup: DrivenEngineSetup) {
    const { driver, child, version, leftOvers } = setup;
    this.kind = version.endsWith('+embedded') ? 'embedded' : 'real';
    this.version = version;
    this.ours = child !== null;
    this.url = driver.url;
    this.leftOvers = leftOvers;
    this.driver = driver;
    this.#setup = setup;
    this.#child = child;
    if (child === null) this.#look(monotonicNow());
    else this.#watch(child);
  }

  get pid(): number | null {
    return this.#child?.pid ?? null;
  }

  async createLink(name: string, options: LinkOptions): Promise<FaultLink> {
    const link = await DrivenLink.create(this, name, { ...options, proxyName: this.ours ? name : ownedName(name) });
    this.#links.add(link);
    return link;
  }

  state(): Promise<EngineState> {
    return engineState(this.driver, this);
  }

  async draws(): Promise<EngineDraws | null> {
    return this.kind === 'embedded' ? ((await this.driver.json('/draws')) as EngineDraws) : null;
  }

  async whole(): Promise<void> {
    await this.#restarting;
  }

  /** A call was not answered. Starts the restart of an engine of ours before it returns. */
  unanswered(what: string, askedNs: MonotonicNs): void {
    // What fails while the engine is being started again or ended is no news.
    if (this.#restarting !== null || this.#clearing || this.#over || (!this.ours && this.#toldWedged)) return;
    this.#toldWedged = true;
    this.#setup.onChange({ kind: 'wedged', askedNs, what });
    if (this.ours) this.#restarting = this.#restart().finally(() => (this.#restarting = null));
  }

  async removeEverything(): Promise<void> {
    clearTimeout(this.#nextLook);
    await this.#restarting;
    if (this.#over) return;
    this.#clearing = true;
    try {
      const links = [...this.#links];
      // All at once: each call may take as long as the engine is given to answer.
      const outcomes = await Promise.allSettled(links.map((link) => link.remove()));
      const failed = links.filter((_, index) => outcomes[index]?.status === 'rejected');
      for (const link of links) if (!failed.includes(link)) this.#links.delete(link);
      const failure = outcomes.find((outcome) => outcome.status === 'rejected');
      if (failure === undefined) return;
      // What is on an engine that is gone is gone with it.
      if (!this.ours)
        throw isGone(failure.reason) ? failure.reason : leftOn(this.url, failed, messageOf(failure.reason));
      this.#over = true;
      await this.#child?.kill();
      this.#links.clear();
    } finally {
      this.#clearing = false;
    }
  }

  async stop(): Promise<void> {
    this.#over = true;
    clearTimeout(this.#nextLook);
    await this.#restarting;
    await this.#child?.stop();
  }

  /** Kills what hangs, for it ends on nothing else, and puts everything up again where it was. Never rejects. */
  async #restart(): Promise<void> {
    const hung = this.#child;
    this.#child = null;
    try {
      await hung?.kill();
      if (this.#over) return;
      const child = await this.#setup.launch(Number(new URL(this.url).port));
      this.#child = child;
      for (const link of this.#links) await link.restore();
      this.#watch(child);
      this.#setup.onChange({ kind: 'restarted' });
    } catch (thrown) {
      const stopping = this.#over;
      this.#over = true;
      await this.#child?.kill();
      const how = `it could not be started again: ${messageOf(thrown)}`;
      if (!stopping) this.#setup.onChange({ kind: 'died', how, lastSeenNs: null });
    }
  }

  /**
   * Asks an engine that is not ours whether it is still there: its end is not reported, and calls through it fail like
   * the target's.
   */
  #look(lastSeenNs: MonotonicNs): void {
    this.#nextLook = setTimeout(() => {
      this.driver.version().then(
        () => this.#over || this.#look(monotonicNow()),
        (thrown: unknown) => {
          if (this.#over || this.#clearing) return;
          if (isGone(thrown)) this.#setup.onChange({ kind: 'died', how: messageOf(thrown), lastSeenNs });
          else this.#look(lastSeenNs);
        },
      );
    }, LOOK_EVERY_MS).unref();
  }

  #watch(child: EngineProcess): void {
    void child.ended.then((how) => {
      if (!this.#over && child === this.#child) this.#setup.onChange({ kind: 'died', how, lastSeenNs: null });
    });
  }
}

function leftOn(url: string, links: readonly DrivenLink[], why: string): FaultProxyError {
  const names = links.map(({ proxyName }) => `"${proxyName}"`).join(', ');
  return new FaultProxyError('invalid', 'fault-left-overs', {
    what: `the fault engine at ${url} still has ${names}: ${why}`,
    remedy: 'DELETE /proxies/NAME on its API removes each; the next run with this engine does it too',
  });
}
