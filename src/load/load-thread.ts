/** The main thread's side of one load worker: its thread, its totals, how it ended. */
import { Worker } from 'node:worker_threads';
import { entryPath } from '../package/index.js';
import { ProblemError, messageOf } from '../problem/index.js';
import { Counters, type Counter } from './engine/index.js';
import type { FromWorker, Thrown, ToWorker, WorkerSetup } from './messages.js';

/** Whatever a worker says but the end of its life. */
export type Saying = Exclude<FromWorker, { say: 'failed' | 'closed' }>;

export interface ThreadListener {
  readonly heard: (saying: Saying) => void;
  /** Once: closed as it was told to (null), or the reason it is no longer there. */
  readonly ended: (reason: Error | null) => void;
}

/** More than the worker gives itself to end its sessions. */
const CLOSE_WITHIN_MS = 5_000;

function errorOf(thrown: Thrown): Error {
  if (thrown.kind !== 'bug') return new ProblemError(thrown.kind, thrown.problems);
  const error = new Error(`the load worker failed: ${thrown.message}`);
  if (thrown.stack !== null) error.stack = thrown.stack;
  return error;
}

export class LoadThread {
  readonly #worker: Worker;
  readonly #counters: Counters;
  readonly #listener: ThreadListener;
  readonly #gone: Promise<void>;
  #over = false;

  constructor(setup: Omit<WorkerSetup, 'counters'>, listener: ThreadListener) {
    const memory = new SharedArrayBuffer(Counters.bytes);
    this.#counters = new Counters(memory);
    this.#listener = listener;
    const workerData: WorkerSetup = { ...setup, counters: memory };
    this.#worker = new Worker(entryPath('loadWorker'), { workerData, name: `plimsoll-load-${setup.share.worker}` });
    this.#worker.on('message', (message: FromWorker) => this.#heard(message));
    this.#worker.on('messageerror', (error) => this.#end(error));
    this.#worker.on('error', (error: unknown) => this.#end(this.#died(messageOf(error))));
    this.#gone = new Promise((resolve) => {
      this.#worker.once('exit', (code) => {
        this.#end(this.#died(`its thread ended with code ${code}`));
        resolve();
      });
    });
  }

  say(message: ToWorker): void {
    if (!this.#over) this.#worker.postMessage(message);
  }

  read(name: Counter): number {
    return this.#counters.read(name);
  }

  /**
   * Asks the worker to give up what runs and to end its sessions, for a few seconds; then its thread is ended. Never
   * rejects.
   */
  async close(): Promise<void> {
    if (!this.#over) {
      this.say({ say: 'close' });
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<void>((resolve) => {
        timer = setTimeout(resolve, CLOSE_WITHIN_MS);
      });
      await Promise.race([this.#gone, late]);
      clearTimeout(timer);
    }
    await this.#worker.terminate();
  }

  #heard(message: FromWorker): void {
    switch (message.say) {
      case 'failed':
        this.#end(errorOf(message.thrown));
        break;
      case 'closed':
        this.#end(null);
        void this.#worker.terminate();
        break;
      case 'ready':
      case 'scheduled-end':
      case 'finished':
      case 'event':
      case 'second':
      case 'spool':
        this.#listener.heard(message);
        break;
    }
  }

  #died(how: string): Error {
    return new Error(
      `the load worker died: ${how}; ${this.read('inFlight')} attempts in flight and ${this.read('queued')} waiting calls are not in the record`,
    );
  }

  #end(reason: Error | null): void {
    if (this.#over) return;
    this.#over = true;
    this.#listener.ended(reason);
  }
}
