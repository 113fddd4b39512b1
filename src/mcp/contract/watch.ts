/** A session that polls `tools/list`, at an interval and whenever the server announces a change. */
import { NS_PER_MS, type NowNs } from '../../clock/index.js';
import { ProblemError, messageOf } from '../../problem/index.js';
import type { ProcessKeeper } from '../../processes/index.js';
import type { RunEvent } from '../../record/index.js';
import type { Revision } from '../../catalog/index.js';
import type { CallTarget } from '../../scenario/index.js';
import { connect, type Connected } from '../preflight/connect.js';
import { errorText } from '../preflight/sdk-errors.js';
import { listTools } from '../preflight/tools.js';
import { contractChanges } from './changes.js';
import { contractsOf, listDigest, type ToolContract } from '../preflight/tool-contract.js';

export interface ContractWatchSetup {
  readonly target: CallTarget;
  readonly revision: Revision;
  /** From the start of one poll to the start of the next, at least. */
  readonly everyNs: number;
  readonly nowNs: NowNs;
  readonly event: (event: RunEvent) => void;
  /** Keeps the server that is started for it, over stdio. */
  readonly keeper?: ProcessKeeper | undefined;
}

export interface RunningContractWatch {
  /** Polls once more, reports the polls, and ends the session. Bounded, never rejects; may be called again. */
  stop(): Promise<void>;
}

/** Longest wait for one answer; the last poll, which a run waits for, gets less. */
const ANSWER_MS = 5_000;
const LAST_ANSWER_MS = 2_000;
/** Shortest time between two polls, for a server that announces changes without end. */
const SHORTEST_PAUSE_MS = 20;

type Because = Extract<RunEvent, { readonly type: 'drift' }>['because'];

/**
 * Opens a session of its own and polls for the first time: all later lists are compared with that one. Resolves when
 * that poll was answered or failed. A failed poll is counted, and the next one opens a new session. Over stdio that is
 * a process of its own.
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
  #polling: Promise<void> = Promise.resolve();
  #busy = false;
  #notified = false;
  #timer: NodeJS.Timeout | null = null;
  #dueNs = 0;
  #stopping: Promise<void> | null = null;
  #contracts: ReadonlyMap<string, ToolContract> | null = null;
  #unchangedNs = 0;
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
    await this.#poll('interval', ANSWER_MS);
    this.#wait();
  }

  stop(): Promise<void> {
    return (this.#stopping ??= this.#end());
  }

  async #end(): Promise<void> {
    if (this.#timer !== null) clearTimeout(this.#timer);
    await this.#polling;
    await this.#poll('interval', LAST_ANSWER_MS);
    const { nowNs, event } = this.#setup;
    if (this.#contracts === null) {
      event({
        type: 'warning',
        atNs: nowNs(),
        code: 'contract-unwatched',
        what: `the session that watches the tool list never received it: ${this.#lastFailure}`,
        remedy: 'check that the target accepts one more session; whether its contract changed is unknown',
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
    this.#giveUp();
    await Promise.all(this.#closings);
    process.off('exit', this.#killChild);
  }

  /** Sets the timer for the next poll: at its place in the grid of intervals, or soon after an announced change. */
  #wait(): void {
    if (this.#stopping !== null) return;
    const { everyNs, nowNs } = this.#setup;
    const now = nowNs();
    while (this.#dueNs <= now) this.#dueNs += everyNs;
    const because: Because = this.#notified ? 'notified' : 'interval';
    const pauseMs = this.#notified ? SHORTEST_PAUSE_MS : (this.#dueNs - now) / NS_PER_MS;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#polling = this.#poll(because, ANSWER_MS).then(() => this.#wait());
    }, pauseMs);
  }

  #announced(): void {
    this.#notified = true;
    if (!this.#busy) this.#wait();
  }

  /** Never rejects. */
  async #poll(because: Because, limitMs: number): Promise<void> {
    this.#busy = true;
    this.#notified = false;
    try {
      const { client } = (this.#connected ??= await this.#open(limitMs));
      const askedNs = this.#setup.nowNs();
      const endMs = performance.now() + limitMs;
      const { tools, brokenOff } = await listTools(client, () => Math.max(1, endMs - performance.now()));
      // A list that breaks off would look as if tools had been removed.
      if (brokenOff !== null) throw brokenOff;
      this.#take(contractsOf(tools), askedNs, this.#setup.nowNs(), because);
    } catch (thrown) {
      this.#failedPolls++;
      this.#lastFailure =
        thrown instanceof ProblemError ? (thrown.problems[0]?.what ?? messageOf(thrown)) : errorText(thrown);
      this.#giveUp();
    } finally {
      this.#busy = false;
    }
  }

  async #open(limitMs: number): Promise<Connected> {
    const { target, keeper, revision } = this.#setup;
    const connected = await connect(target, { timeoutMs: limitMs, keeper, revision });
    await connected.client.onToolsChanged(() => this.#announced());
    return connected;
  }

  /** Gives the session up; it is closed beside the polls that follow. */
  #giveUp(): void {
    if (this.#connected !== null) this.#closings.push(this.#connected.close());
    this.#connected = null;
  }

  #take(contracts: readonly ToolContract[], askedNs: number, answeredNs: number, because: Because): void {
    const { event, everyNs } = this.#setup;
    this.#polls++;
    const now = new Map(contracts.map((contract) => [contract.parts.name, contract]));
    const earlier = this.#contracts;
    if (earlier === null) {
      const announced = this.#connected?.client.announcesTools === true;
      const digest = listDigest(contracts);
      event({ type: 'contract', atNs: answeredNs, edge: 'watched', everyNs, tools: now.size, digest, announced });
    } else {
      this.#longestGapNs = Math.max(this.#longestGapNs, answeredNs - this.#answeredNs);
      for (const name of [...new Set([...earlier.keys(), ...now.keys()])].sort()) {
        const [before, after] = [earlier.get(name) ?? null, now.get(name) ?? null];
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
          unchangedNs: this.#unchangedNs,
          before: before?.digest ?? null,
          after: after?.digest ?? null,
          because,
          changes,
        });
      }
    }
    this.#contracts = now;
    this.#unchangedNs = askedNs;
    this.#answeredNs = answeredNs;
  }
}
