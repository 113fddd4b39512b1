/** The main thread's side of one load worker: its thread, its totals, how it ended. */
import { Worker } from 'node:worker_threads';
import { entryPath } from '../package/index.js';
import { ProblemError, messageOf } from '../problem/index.js';
import { keptSecrets } from '../secrets/index.js';
import { Counters, type Counter } from './engine/index.js';
import type { FromWorker, Thrown, ToWorker, WorkerMessage, WorkerSetup, WorkerStart } from './messages.js';

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

/**
 * A load worker's thread. It loads and compiles its code as soon as it is made, and then waits, without using a core,
 * for what load it is to make.
 */
export class LoadThread {
  readonly #worker: Worker;
  readonly #isSetUp = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
  readonly #memory = new SharedArrayBuffer(Counters.bytes);
  readonly #counters = new Counters(this.#memory);
  readonly #gone: Promise<void>;
  /** Null until it is set up; what it says and how it ends is kept until then. */
  #listener: ThreadListener | null = null;
  #early: ((listener: ThreadListener) => void)[] = [];
  #over = false;

  /** @param name of the thread, for those who look at the process. */
  constructor(name: string) {
    const workerData: WorkerStart = { isSetUp: this.#isSetUp };
    this.#worker = new Worker(entryPath('loadWorker'), { workerData, name });
    this.#worker.on('message', (message: FromWorker) => this.#received(message));
    this.#worker.on('messageerror', (error) => this.#end(error));
    this.#worker.on('error', (error: unknown) => this.#end(this.#died(messageOf(error))));
    this.#gone = new Promise((resolve) => {
      this.#worker.once('exit', (code) => {
        this.#end(this.#died(`its thread ended with code ${code}`));
        resolve();
      });
    });
    // A command that ends without a load does not wait for it.
    this.#worker.unref();
  }

  /** Gives it its work; once. What it has said before, the listener hears in the next turn. */
  setUp(setup: Omit<WorkerSetup, 'counters' | 'secrets'>, listener: ThreadListener): void {
    this.#worker.ref();
    const whole: WorkerSetup = { ...setup, counters: this.#memory, secrets: keptSecrets() };
    this.#worker.postMessage(whole);
    Atomics.store(this.#isSetUp, 0, 1);
    Atomics.notify(this.#isSetUp, 0);
    queueMicrotask(() => {
      this.#listener = listener;
      for (const said of this.#early.splice(0)) said(listener);
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
        this.#hand((listener) => listener.onMessage(message));
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
    this.#hand((listener) => listener.onEnd(reason));
  }

  #hand(what: (listener: ThreadListener) => void): void {
    if (this.#listener === null) this.#early.push(what);
    else what(this.#listener);
  }
}

/**
 * Starts a thread before it is known what load it makes: loading and compiling its code takes tenths of a second.
 *
 * @param worker its number among all workers, for its name alone.
 */
export function startLoadThread(worker = 0): LoadThread {
  return new LoadThread(`plimsoll-load-${worker}`);
}
