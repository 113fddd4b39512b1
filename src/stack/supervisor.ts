/**
 * The supervisor of one service: its process over all its incarnations, on the same port, and what can be done to it on
 * purpose.
 *
 * An exit that was asked for here is planned; every other one is reported as a death.
 */
import type { NowNs } from '../clock/index.js';
import { HAS_GROUPS, PLATFORM, standsStill } from '../platform/index.js';
import { ProblemError, messageOf } from '../problem/index.js';
import type { ProcessKeeper } from '../processes/index.js';
import type { RunEvent } from '../record/index.js';
import { startChild, type Child, type ChildSetup } from './child.js';
import { lastWords } from './last-words.js';
import { onCpus } from './pinning.js';

/** What can be done to the process of a service on purpose. Each resolves when it is done and rejects when it can't. */
export interface ProcessControl {
  /** SIGKILL to the whole group; resolves when the process is gone. */
  kill(): Promise<void>;
  /** SIGTERM to the whole group, SIGKILL after two seconds; resolves when the process is gone. */
  terminate(): Promise<void>;
  /** SIGSTOP to the whole group; resolves when the process stands still. */
  freeze(): Promise<void>;
  /** SIGCONT. */
  thaw(): Promise<void>;
  /** Starts a process that is gone again, on the same port; resolves when it is ready. */
  start(): Promise<void>;
}

/** What every part of a stack has around it. */
export interface Surroundings {
  readonly nowNs: NowNs;
  readonly event: (event: RunEvent) => void;
  readonly log: (service: string, text: string) => void;
  readonly keeper: ProcessKeeper;
  /** Called when the process of a service ends unasked, with the lines that it wrote last. */
  readonly died: (service: string, how: string, tail: readonly string[]) => void;
}

export interface SupervisorSetup
  extends Surroundings, Pick<ChildSetup, 'command' | 'environment' | 'workingFolder' | 'inherit'> {
  readonly service: string;
  /** CPUs that its process is held to, like `0,1`; null: it runs where it likes. */
  readonly cpus?: string | null;
  /** Before a process is ended that may come back, `incarnation` from 0; the end waits for it. Must not reject. */
  readonly leaving?: ((incarnation: number) => Promise<void>) | undefined;
}

/** Longest wait for a stopped process to be seen standing still. */
const STANDSTILL_MS = 1_000;

/** A service's process. */
export class Supervisor implements ProcessControl {
  readonly #setup: SupervisorSetup;
  readonly #untilReady: (child: Child) => Promise<void>;
  #command: SupervisorSetup['command'];
  #child: Child;
  #state: 'up' | 'frozen' | 'down' | 'ended' = 'up';
  #incarnation = 0;
  /** Whether the exit of the present process is wanted. */
  #leaving = false;
  #wasReady = false;

  private constructor(setup: SupervisorSetup, child: Child, untilReady: (child: Child) => Promise<void>) {
    this.#setup = setup;
    this.#command = setup.command;
    this.#child = child;
    this.#untilReady = untilReady;
  }

  /** Starts the first process; rejects, with nothing left behind, when it can't be started or does not get ready. */
  static async begin(setup: SupervisorSetup, untilReady: (child: Child) => Promise<void>): Promise<Supervisor> {
    const supervisor = new Supervisor(setup, await spawned(setup, setup.command), untilReady);
    await supervisor.#raise();
    return supervisor;
  }

  /** The present process, or the last one. */
  get child(): Child {
    return this.#child;
  }

  /** Which of its processes that is, from 0. */
  get incarnation(): number {
    return this.#incarnation;
  }

  /** The command of later incarnations, where it differs from the first: a port that is known by now. */
  laterWith(command: SupervisorSetup['command']): void {
    this.#command = command;
  }

  async kill(): Promise<void> {
    await this.#leave('kill');
    await this.#child.kill();
  }

  async terminate(): Promise<void> {
    await this.#leave('terminate');
    await this.#child.stop();
  }

  async freeze(): Promise<void> {
    this.#require('up', 'freeze');
    if (!HAS_GROUPS) throw new Error(`${PLATFORM} has no signal that freezes a process`);
    this.#child.signal('SIGSTOP');
    this.#state = 'frozen';
    const { pid } = this.#child;
    if (!(await standsStill(pid, STANDSTILL_MS)))
      throw new Error(`process ${pid} did not stand still within ${STANDSTILL_MS} ms of SIGSTOP`);
  }

  async thaw(): Promise<void> {
    this.#require('frozen', 'thaw');
    this.#child.signal('SIGCONT');
    this.#state = 'up';
  }

  async start(): Promise<void> {
    this.#require('down', 'start');
    this.#leaving = false;
    this.#state = 'up';
    try {
      this.#child = await spawned(this.#setup, this.#command);
    } catch (thrown) {
      this.#state = 'down';
      throw thrown;
    }
    this.#incarnation++;
    await this.#raise();
  }

  /** Ends it for good, thawed if it is frozen. Idempotent. */
  async stop(): Promise<void> {
    if (!this.#leaving) this.#announce('stopping');
    this.#leaving = true;
    this.#state = 'ended';
    await this.#child.stop();
  }

  /** Waits until the new process is ready; one that never is, is ended. */
  async #raise(): Promise<void> {
    const child = this.#child;
    const { service, event, nowNs, died } = this.#setup;
    this.#announce('spawned');
    void child.exited.then(({ exitCode, signal }) => {
      const unexpected = child === this.#child && !this.#leaving;
      if (unexpected) this.#state = 'down';
      event({ type: 'service', atNs: nowNs(), service, edge: 'exited', pid: child.pid, exitCode, signal, unexpected });
      // The first process that never gets ready ends the run, with a message of its own.
      if (unexpected && this.#wasReady)
        died(service, signal === null ? `exit code ${exitCode ?? 'unknown'}` : signal, lastWords(child.tail()));
    });
    try {
      await this.#untilReady(child);
    } catch (thrown) {
      if (!this.#leaving) this.#announce('stopping');
      this.#leaving = true;
      await child.stop();
      if (this.#ended() === false) this.#state = 'down';
      throw thrown;
    }
    // Stopped for good while it came up: its stop waits for its end, and it must not count as up.
    if (this.#ended()) throw new Error(`service "${service}" was stopped while it came up`);
    this.#wasReady = true;
    this.#announce('ready');
  }

  /** A check behind an await: the state may have changed meanwhile. */
  #ended(): boolean {
    return this.#state === 'ended';
  }

  async #leave(verb: string): Promise<void> {
    this.#require('up', verb);
    this.#state = 'down';
    this.#leaving = true;
    await this.#setup.leaving?.(this.#incarnation);
    this.#announce('stopping');
  }

  #require(state: 'up' | 'frozen' | 'down', verb: string): void {
    if (this.#state === state) return;
    const is = { up: 'is running', frozen: 'is frozen', down: 'is not running', ended: 'was stopped for good' }[
      this.#state
    ];
    throw new Error(`can't ${verb} service "${this.#setup.service}": it ${is}`);
  }

  #announce(edge: 'spawned' | 'ready' | 'stopping'): void {
    const { event, nowNs, service } = this.#setup;
    event({ type: 'service', atNs: nowNs(), service, edge, pid: this.#child.pid });
  }
}

async function spawned(setup: SupervisorSetup, command: SupervisorSetup['command']): Promise<Child> {
  const { service, environment, workingFolder, inherit, keeper, cpus = null } = setup;
  const log = (text: string): void => setup.log(service, text);
  const held = onCpus(`service "${service}"`, command, cpus);
  try {
    return await startChild({ command: held, environment, workingFolder, inherit, keeper, log });
  } catch (thrown) {
    throw new ProblemError('preflight', {
      code: 'service-not-started',
      what: `service "${service}" can't be started: ${messageOf(thrown)}`,
      remedy: `check that "${held[0]}" exists and may be run, and that the folder ${workingFolder} exists`,
    });
  }
}
