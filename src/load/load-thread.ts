/** The main thread's side of one load worker: its thread, its totals, how it ended. */
import { Worker } from 'node:worker_threads';
import { entryPath } from '../package/index.js';
import { ProblemError, messageOf } from '../problem/index.js';
import { keptSecrets } from '../secrets/index.js';
import { Counters, type Counter } from './engine/index.js';
import type { FromWorker, Thrown, ToWorker, WorkerMessage, WorkerSetup } from './messages.js';

export interface ThreadListener {
  readonly onMessage: (message: WorkerMessage) => void;
  /** Called once: null when it was closed on request, or the reason why it ended. */
  readonly onEnd: (reason: Error | null) => void;
}

/** Longer than the worker's own limit for ending its sessions. */
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

  constructor(setup: Omit<WorkerSetup, 'counters' | 'secrets'>, listener: ThreadListener) {
    const memory = new SharedArrayBuffer(Counters.bytes);
    this.#counters = new Counters(memory);
    this.#listener = listener;
    const workerData: WorkerSetup = { ...setup, counters: memory, secrets: keptSecrets() };
    this.#worker = new Worker(entryPath('loadWorker'), { workerData, name: `plimsoll-load-${setup.share.worker}` });
    this.#worker.on('message', (message: FromWorker) => this.#received(message));
    this.#worker.on('messageerror', (error) => this.#end(error));
    this.#worker.on('error', (error: unknown) => this.#end(this.#died(messageOf(error))));
    this.#gone = new Promise((resolve) => {
      this.#worker.once('exit', (code) => {
        this.#end(this.#died(`its thread ended with code ${code}`));
        resolve();
      });
    });
  }

  send(message: ToWorker): void {
    if (!this.#over) this.#worker.postMessage(message);
  }

  read(name: Counter): number {
    return this.#counters.read(name);
  }

  /**
   * Asks the worker to give up what runs and to end its sessions; after a few seconds its thread is terminated. Never
   * rejects.
   */
  async close(): Promise<void> {
    if (!this.#over) {
      this.send({ type: 'close' });
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<void>((resolve) => {
        timer = setTimeout(resolve, CLOSE_WITHIN_MS);
      });
      await Promise.race([this.#gone, late]);
      clearTimeout(timer);
    }
    await this.#worker.terminate();
  }

  #received(message: FromWorker): void {
    switch (message.type) {
      case 'failed':
        this.#end(errorOf(message.thrown));
        break;
      case 'closed':
        this.#end(null);
        void this.#worker.terminate();
        break;
      case 'warm':
      case 'ready':
      case 'scheduled-end':
      case 'finished':
      case 'event':
      case 'second':
      case 'worker':
      case 'spool':
      case 'process':
      case 'server-output':
        this.#listener.onMessage(message);
        break;
    }
  }

  #died(how: string): Error {
    return new Error(
      `the load worker died: ${how}; ${this.read('inFlight')} attempts in flight and ${this.read('queued')} ` +
        'waiting calls are not in the record',
    );
  }

  #end(reason: Error | null): void {
    if (this.#over) return;
    this.#over = true;
    this.#listener.onEnd(reason);
  }
}
