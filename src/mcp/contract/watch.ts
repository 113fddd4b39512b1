/** A session that asks for nothing but `tools/list`, at an interval and whenever the server tells of a change. */
import { NS_PER_MS, type NowNs } from '../../clock/index.js';
import { ProblemError, messageOf } from '../../problem/index.js';
import type { RunEvent } from '../../record/index.js';
import type { CallTarget } from '../channel.js';
import { connect, errorText, type Connected } from '../preflight/connect.js';
import { listTools } from '../preflight/tools.js';
import { contractChanges } from './changes.js';
import { contractsOf, listDigest, type ToolContract } from '../preflight/tool-contract.js';

export interface ContractWatchSetup {
  readonly target: CallTarget;
  /** From the start of one look to the start of the next, at least. */
  readonly everyNs: number;
  readonly nowNs: NowNs;
  readonly event: (event: RunEvent) => void;
}

export interface RunningContractWatch {
  /** Looks once more, tells how often it looked, and ends the session. Bounded, never rejects; may be called again. */
  stop(): Promise<void>;
}

/** Longest wait for one answer; the last look, which a run waits for, gets less. */
const ANSWER_MS = 5_000;
const LAST_ANSWER_MS = 2_000;
/** A server that tells of changes without end is not asked without end. */
const SHORTEST_PAUSE_MS = 20;

type Because = Extract<RunEvent, { readonly type: 'drift' }>['because'];

/**
 * Opens a session of its own and looks for the first time, which is what all later lists are held against; resolves
 * when that look came back or failed. A look that fails is counted, and the next one opens a new session. Over stdio
 * that is a process of its own.
 */
export async function watchContract(setup: ContractWatchSetup): Promise<RunningContractWatch> {
  const watch = new ContractWatch(setup);
  await watch.begin();
  return watch;
}

class ContractWatch implements RunningContractWatch {
  readonly #setup: ContractWatchSetup;
  readonly #closings: Promise<void>[] = [];
  readonly #killChild = (): void => this.#connected?.kill();
  #connected: Connected | null = null;
  #looking: Promise<void> = Promise.resolve();
  #busy = false;
  #notified = false;
  #timer: NodeJS.Timeout | null = null;
  #dueNs = 0;
  #stopping: Promise<void> | null = null;
  #known: ReadonlyMap<string, ToolContract> | null = null;
  #knownAskedNs = 0;
  #answeredNs = 0;
  #polls = 0;
  #failedPolls = 0;
  #longestGapNs = 0;
  #lastFailure = '';

  constructor(setup: ContractWatchSetup) {
    this.#setup = setup;
  }

  async begin(): Promise<void> {
    process.once('exit', this.#killChild);
    this.#dueNs = this.#setup.nowNs();
    await this.#look('interval', ANSWER_MS);
    this.#wait();
  }

  stop(): Promise<void> {
    return (this.#stopping ??= this.#end());
  }

  async #end(): Promise<void> {
    if (this.#timer !== null) clearTimeout(this.#timer);
    await this.#looking;
    await this.#look('interval', LAST_ANSWER_MS);
    const { nowNs, event } = this.#setup;
    if (this.#known === null) {
      event({
        type: 'warning',
        atNs: nowNs(),
        code: 'contract-unwatched',
        what: `the tool list never came in for the session that watches it: ${this.#lastFailure}`,
        remedy: 'see whether the target lets one more session be opened; of its contract nothing is known',
      });
    } else {
      event({
        type: 'contract',
        atNs: nowNs(),
        edge: 'unwatched',
        polls: this.#polls,
        failedPolls: this.#failedPolls,
        longestGapNs: this.#longestGapNs,
        ...(this.#lastFailure === '' ? {} : { lastFailure: this.#lastFailure }),
      });
    }
    this.#leave();
    await Promise.all(this.#closings);
    process.off('exit', this.#killChild);
  }

  /**
   * Sets the timer for the next look: on its place in the grid of intervals, or soon when the server told of a change.
   */
  #wait(): void {
    if (this.#stopping !== null) return;
    const { everyNs, nowNs } = this.#setup;
    const now = nowNs();
    while (this.#dueNs <= now) this.#dueNs += everyNs;
    const because: Because = this.#notified ? 'notified' : 'interval';
    const pauseMs = this.#notified ? SHORTEST_PAUSE_MS : (this.#dueNs - now) / NS_PER_MS;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#looking = this.#look(because, ANSWER_MS).then(() => this.#wait());
    }, pauseMs);
  }

  #hear(): void {
    this.#notified = true;
    if (!this.#busy) this.#wait();
  }

  /** Never rejects. */
  async #look(because: Because, limitMs: number): Promise<void> {
    this.#busy = true;
    this.#notified = false;
    try {
      const { client } = (this.#connected ??= await this.#open(limitMs));
      const askedNs = this.#setup.nowNs();
      const endMs = performance.now() + limitMs;
      const tools = await listTools(client, () => Math.max(1, endMs - performance.now()));
      this.#take(contractsOf(tools), askedNs, this.#setup.nowNs(), because);
    } catch (thrown) {
      this.#failedPolls++;
      this.#lastFailure =
        thrown instanceof ProblemError ? (thrown.problems[0]?.what ?? messageOf(thrown)) : errorText(thrown);
      this.#leave();
    } finally {
      this.#busy = false;
    }
  }

  async #open(limitMs: number): Promise<Connected> {
    const connected = await connect(this.#setup.target, limitMs);
    const { ToolListChangedNotificationSchema } = await import('@modelcontextprotocol/sdk/types.js');
    connected.client.setNotificationHandler(ToolListChangedNotificationSchema, () => this.#hear());
    return connected;
  }

  /** Gives the session up; it takes its leave beside the looks that follow. */
  #leave(): void {
    if (this.#connected !== null) this.#closings.push(this.#connected.close());
    this.#connected = null;
  }

  #take(contracts: readonly ToolContract[], askedNs: number, answeredNs: number, because: Because): void {
    const { event, everyNs } = this.#setup;
    this.#polls++;
    const now = new Map(contracts.map((contract) => [contract.parts.name, contract]));
    const known = this.#known;
    if (known === null) {
      const announced = this.#connected?.client.getServerCapabilities()?.tools?.listChanged === true;
      event({
        type: 'contract',
        atNs: answeredNs,
        edge: 'watched',
        everyNs,
        tools: now.size,
        digest: listDigest(contracts),
        announced,
      });
    } else {
      this.#longestGapNs = Math.max(this.#longestGapNs, answeredNs - this.#answeredNs);
      for (const name of [...new Set([...known.keys(), ...now.keys()])].sort()) {
        const [before, after] = [known.get(name) ?? null, now.get(name) ?? null];
        if (before?.digest === after?.digest) continue;
        const changes = contractChanges(before?.parts ?? null, after?.parts ?? null);
        event({
          type: 'drift',
          atNs: answeredNs,
          tool: name,
          kind: before === null ? 'added' : after === null ? 'removed' : 'changed',
          class: changes.some((change) => change.class === 'breaking') ? 'breaking' : 'informational',
          askedNs,
          answeredNs,
          unchangedNs: this.#knownAskedNs,
          before: before?.digest ?? null,
          after: after?.digest ?? null,
          because,
          changes,
        });
      }
    }
    this.#known = now;
    this.#knownAskedNs = askedNs;
    this.#answeredNs = answeredNs;
  }
}
