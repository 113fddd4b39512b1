/** Notes on the board as a shard waits for them: patient with a board that is not there yet, aware of failures. */
import { setTimeout as sleep } from 'node:timers/promises';
import { messageOf, ProblemError, type Advice } from '../problem/index.js';
import { BEAT_MS, type Board } from './board.js';

/** Between two polls for a note: longer the more shards poll. */
const LOOK_MS = 10;
const LOOK_MS_A_SHARD = 0.5;
/** A failure is looked for once in so many polls. */
const POLLS_A_FAILURE = 20;
/** A failure stays for as long as this many polls for it take: one of them finds it. */
const POLLS_THAT_FIND = 2;
const TRY_AGAIN_MS = 200;
/** A failure is reported for as long as this; the others notice by themselves that a shard is gone. */
const REPORT_WITHIN_MS = 5_000;
/** As long as the others are heard of, what they must do may take this long. */
const LONGEST_MS = 24 * 3_600_000;

/** Why the run of all shards can't go on: `shard` met it. */
export interface Failed extends Advice {
  readonly shard: number;
}

export const problem = (kind: 'bad-input' | 'preflight' | 'invalid', code: string, what: string, remedy: string) =>
  new ProblemError(kind, { code, what, remedy });

export class Notes {
  readonly board: Board;
  readonly lookMs: number;
  readonly #abort: AbortSignal;
  readonly #losing = new AbortController();
  #hasJoined = false;

  constructor(board: Board, shards: number, abort: AbortSignal) {
    this.board = board;
    this.lookMs = LOOK_MS + LOOK_MS_A_SHARD * shards;
    this.#abort = abort;
  }

  /** How long a failure must stay for every shard that is there to find it. */
  get failureStaysMs(): number {
    return POLLS_THAT_FIND * Math.max(BEAT_MS, POLLS_A_FAILURE * this.lookMs);
  }

  /** Aborted with a ProblemError (`invalid`) when the run has failed. */
  get lost(): AbortSignal {
    return this.#losing.signal;
  }

  /** From now on there is a run: what ends it makes it invalid. */
  joined(): void {
    this.#hasJoined = true;
  }

  /** Leaves a note that stays as it is; false when another one of that name is there. */
  async put(name: string, text: string, withinMs = LONGEST_MS): Promise<boolean> {
    const isNew = await this.patiently(() => this.board.put(name, text), withinMs);
    // The answer to an earlier try may be what was lost: the note that is there is this one then.
    return isNew || (await this.patiently(() => this.board.get(name), withinMs)) === text;
  }

  /** Rejects when the run has failed, or this shard is to stop. */
  throwIfOver(): void {
    this.#abort.throwIfAborted();
    this.#losing.signal.throwIfAborted();
  }

  /** A note that must come. */
  async required(name: string): Promise<string> {
    const text = await this.within(name, LONGEST_MS);
    if (text === null) throw new Error(`nothing came of ${name}`);
    return text;
  }

  /** Waits for a note; null when it did not come in time. */
  async within(name: string, withinMs: number): Promise<string | null> {
    const endMs = performance.now() + withinMs;
    for (let polls = 0; ; polls++) {
      this.throwIfOver();
      const text = await this.patiently(() => this.board.get(name), withinMs);
      if (text !== null) return text;
      if (polls % POLLS_A_FAILURE === 0) await this.lookForFailure();
      if (performance.now() > endMs) return null;
      await sleep(this.lookMs);
    }
  }

  /** Tries again while the board can't be reached: shard 0 may not have begun to listen. */
  async patiently<T>(act: () => Promise<T>, withinMs: number): Promise<T> {
    const endMs = performance.now() + withinMs;
    for (;;) {
      try {
        return await act();
      } catch (thrown) {
        await this.lookForFailure().catch(() => undefined);
        this.throwIfOver();
        if (thrown instanceof ProblemError)
          throw this.#hasJoined ? new ProblemError('invalid', thrown.problems) : thrown;
        if (performance.now() > endMs)
          throw problem(
            this.#hasJoined ? 'invalid' : 'preflight',
            'rendezvous',
            `the rendezvous can't be reached: ${messageOf(thrown)}`,
            'check that shard 0 runs, and that its address or the shared folder is right',
          );
        await sleep(TRY_AGAIN_MS);
      }
    }
  }

  /** Reports to all shards that the run has failed; the first reason counts. Never rejects. */
  async fail(failed: Failed): Promise<void> {
    const put = this.board.put('failed', JSON.stringify(failed)).catch(() => true);
    const isFirst = await Promise.race([put, sleep(REPORT_WITHIN_MS, true, { ref: false })]);
    if (!isFirst) await this.lookForFailure().catch(() => undefined);
    this.#lose(failed);
  }

  async lookForFailure(): Promise<void> {
    const text = await this.board.get('failed');
    if (text !== null) this.#lose(failedOf(text));
  }

  #lose({ shard, what, remedy }: Failed): void {
    if (this.#losing.signal.aborted) return;
    const who = what.includes(`shard ${shard} `) ? what : `shard ${shard} failed: ${what}`;
    this.#losing.abort(problem('invalid', 'shard-failed', who, remedy));
  }
}

/** A note that can't be read ends the run as well: somebody else writes here. */
function failedOf(text: string): Failed {
  const { shard, what, remedy } = fieldsOf(text) ?? {};
  if (typeof shard === 'number' && typeof what === 'string' && typeof remedy === 'string')
    return { shard, what, remedy };
  return { shard: 0, what: 'another program has left a note on the rendezvous', remedy: OWN_RENDEZVOUS };
}

/** What a note holds that is a JSON object; null for any other. */
export function fieldsOf(text: string): Readonly<Record<string, unknown>> | null {
  try {
    const found: unknown = JSON.parse(text);
    return typeof found === 'object' && found !== null ? { ...found } : null;
  } catch {
    return null;
  }
}

export const OWN_RENDEZVOUS = 'use a folder or an address that only the shards of this run use';

/** @throws ProblemError for a note that is not what a shard of this version leaves. */
export function unreadNote(kind: 'preflight' | 'invalid', name: string): never {
  throw problem(kind, 'rendezvous', `the note "${name}" on the rendezvous can't be read`, OWN_RENDEZVOUS);
}
