import { Worker } from 'node:worker_threads';
import type { RunEpoch } from '../clock/index.js';
import { entryPath } from '../entrypoints.js';
import type { CallTarget } from '../mcp/index.js';
import type { LoadSegment } from '../plan/index.js';
import { ProblemError, messageOf } from '../problem/index.js';
import type { HealthRow, RunEvent } from '../record/index.js';
import type { CallSpec, GeneratorSettings, Protocol } from '../scenario/index.js';
import { Counters } from './engine/index.js';
import type { FromWorker, SegmentResult, Thrown, ToWorker, WorkerSetup } from './messages.js';
import type { PacingMode } from './pacing/index.js';

export type { SegmentResult } from './messages.js';

export interface GeneratorSetup {
  readonly target: CallTarget;
  readonly protocol: Protocol;
  readonly calls: readonly CallSpec[];
  readonly settings: GeneratorSettings;
  readonly seed: number;
  readonly epoch: RunEpoch;
  /** Names of the plan's phases, for events. */
  readonly phases: readonly string[];
  /** A chunk of the spool, complete in itself; the receiver owns it. */
  readonly onSpool: (chunk: Uint8Array) => void;
  readonly onEvent: (event: RunEvent) => void;
  /** About once a second while a segment runs, and at its end. */
  readonly onHealth: (row: HealthRow) => void;
}

/** Totals over the run so far: read at any moment, without asking the worker. */
export interface LiveStats {
  /** Logical calls: offered, completed in any way, completed `ok`, turned away by the client's own queue. */
  readonly offered: number;
  readonly completed: number;
  readonly ok: number;
  readonly shed: number;
  /** Attempts sent. */
  readonly sent: number;
  /** Attempts in flight and logical calls waiting in the client, now. */
  readonly inFlight: number;
  readonly queued: number;
  /** CPU time of the load thread in nanoseconds, at most a second old; null when the system does not tell. */
  readonly threadCpuNs: number | null;
}

export interface Generator {
  readonly pacing: PacingMode;
  /** Sessions open when the generator was ready. */
  readonly sessions: number;
  /**
   * Runs one segment to its drained end. `onStart` is called as soon as the start is fixed, about 20 ms before it. Rejects when
   * the load worker dies: the message says what was under way and is not in the spool.
   */
  run(segment: LoadSegment, warmupNs: number, onStart?: (startNs: number) => void): Promise<SegmentResult>;
  /** Stops sending; what is in flight may answer for five seconds, then it is given up. The segment's promise resolves. */
  interrupt(): void;
  /** Gives up a running segment at once, ends the sessions, ends the worker. Never rejects, takes a few seconds at most; may be called again. */
  close(): Promise<void>;
  live(): LiveStats;
}

/** More than the worker gives itself to end its sessions. */
const CLOSE_WITHIN_MS = 5_000;

function errorOf(thrown: Thrown): Error {
  if (thrown.kind !== 'bug') return new ProblemError(thrown.kind, thrown.problems);
  const error = new Error(`the load worker failed: ${thrown.message}`);
  if (thrown.stack !== null) error.stack = thrown.stack;
  return error;
}

interface Waiter<T> {
  readonly resolve: (value: T) => void;
  readonly reject: (reason: Error) => void;
}

/** The main thread's side of the load worker. */
class WorkerGenerator implements Generator {
  pacing: PacingMode = 'sleep';
  sessions = 0;
  private readonly setup: GeneratorSetup;
  private readonly worker: Worker;
  private readonly counters: Counters;
  private readonly gone: Promise<void>;
  private opening: Waiter<void> | null = null;
  private running: (Waiter<SegmentResult> & { readonly onStart: ((startNs: number) => void) | undefined }) | null = null;
  private ended: Error | null = null;
  private closing: Promise<void> | null = null;

  constructor(setup: GeneratorSetup) {
    this.setup = setup;
    const memory = new SharedArrayBuffer(Counters.bytes);
    this.counters = new Counters(memory);
    const { target, protocol, calls, settings, seed, epoch, phases } = setup;
    const workerData: WorkerSetup = { target, protocol, calls, settings, seed, epoch, phases, counters: memory };
    this.worker = new Worker(entryPath('loadWorker'), { workerData, name: 'plimsoll-load' });
    this.worker.on('message', (message: FromWorker) => this.heard(message));
    this.worker.on('messageerror', (error) => this.end(error));
    this.worker.on('error', (error: unknown) => this.end(this.died(messageOf(error))));
    this.gone = new Promise((resolve) => {
      this.worker.once('exit', (code) => {
        this.end(this.died(`its thread ended with code ${code}`));
        resolve();
      });
    });
  }

  ready(): Promise<void> {
    return new Promise((resolve, reject) => {
      if (this.ended !== null) reject(this.ended);
      else this.opening = { resolve, reject };
    });
  }

  run(segment: LoadSegment, warmupNs: number, onStart?: (startNs: number) => void): Promise<SegmentResult> {
    return new Promise((resolve, reject) => {
      if (this.ended !== null) reject(this.ended);
      else if (this.closing !== null) reject(new Error('the generator is closed'));
      else if (this.running !== null) reject(new Error('a segment is running already'));
      else {
        this.running = { resolve, reject, onStart };
        this.say({ say: 'run', segment, warmupNs });
      }
    });
  }

  interrupt(): void {
    this.say({ say: 'interrupt' });
  }

  close(): Promise<void> {
    this.closing ??= this.closeWorker();
    return this.closing;
  }

  live(): LiveStats {
    const read = (name: Parameters<Counters['read']>[0]): number => this.counters.read(name);
    const cpuNs = read('threadCpuNs');
    return {
      offered: read('offered'),
      completed: read('completed'),
      ok: read('ok'),
      shed: read('shed'),
      sent: read('sent'),
      inFlight: read('inFlight'),
      queued: read('queued'),
      threadCpuNs: Number.isNaN(cpuNs) ? null : cpuNs,
    };
  }

  private async closeWorker(): Promise<void> {
    if (this.ended === null) {
      this.say({ say: 'close' });
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<void>((resolve) => {
        timer = setTimeout(resolve, CLOSE_WITHIN_MS);
      });
      await Promise.race([this.gone, late]);
      clearTimeout(timer);
    }
    await this.worker.terminate();
  }

  private say(message: ToWorker): void {
    if (this.ended === null) this.worker.postMessage(message);
  }

  private heard(message: FromWorker): void {
    switch (message.say) {
      case 'ready':
        this.pacing = message.pacing;
        this.sessions = message.sessions;
        this.opening?.resolve();
        this.opening = null;
        break;
      case 'started':
        this.running?.onStart?.(message.startNs);
        break;
      case 'finished':
        this.running?.resolve(message.result);
        this.running = null;
        break;
      case 'event':
        this.setup.onEvent(message.event);
        break;
      case 'health':
        this.setup.onHealth(message.row);
        break;
      case 'spool':
        this.setup.onSpool(message.chunk);
        break;
      case 'failed':
        this.end(errorOf(message.thrown));
        break;
      case 'closed':
        this.end(new Error('the generator is closed'));
        void this.worker.terminate();
        break;
    }
  }

  private died(how: string): Error {
    const { inFlight, queued } = this.live();
    const lost = this.running === null ? '' : `; ${inFlight} attempts in flight and ${queued} waiting calls are not in the record`;
    return new Error(`the load worker died: ${how}${lost}`);
  }

  /** The first reason counts: whoever waits hears it, and so does whoever asks later. */
  private end(reason: Error): void {
    if (this.ended !== null) return;
    this.ended = reason;
    this.opening?.reject(reason);
    this.opening = null;
    this.running?.reject(reason);
    this.running = null;
  }
}

/**
 * Starts the load worker and opens the sessions. Rejects with a ProblemError (`preflight`) when a session cannot be opened;
 * nothing is left running then.
 */
export async function startGenerator(setup: GeneratorSetup): Promise<Generator> {
  const generator = new WorkerGenerator(setup);
  try {
    await generator.ready();
  } catch (reason) {
    await generator.close();
    throw reason;
  }
  return generator;
}
