/** The load workers as one generator: started, run, interrupted and closed together, their reports merged. */
import { clockFrom, type NowNs } from '../clock/index.js';
import type { TargetFacts } from '../mcp/index.js';
import type { LoadSegment } from '../plan/index.js';
import { setUpTiming } from '../process-timing/index.js';
import { BETWEEN_PHASES_NS, type CallTarget } from '../scenario/index.js';
import type { Counter } from './engine/index.js';
import type { Generator, GeneratorSetup, LiveStats, LoadThreads, LoadThreadsSetup } from './generator.js';
import { HealthMerger } from './health-merge.js';
import { LoadThread } from './load-thread.js';
import type { SegmentResult, WorkerMessage } from './messages.js';
import type { PacingMode } from './pacing/index.js';

/** From the announcement of a segment's start to the start. */
export const ANNOUNCED_NS = BETWEEN_PHASES_NS;

interface Waiter<T> {
  readonly resolve: (value: T) => void;
  readonly reject: (reason: Error) => void;
}

/** Waits for all workers. */
interface Countdown extends Waiter<void> {
  left: number;
}

/** One worker less to wait for; true when it was the last. */
function counted(waiting: Countdown | null): boolean {
  if (waiting === null || --waiting.left > 0) return false;
  waiting.resolve();
  return true;
}

/** A segment under way: what each worker has reported of it. */
interface Running extends Waiter<SegmentResult> {
  readonly startNs: number;
  readonly phase: number;
  readonly endsNs: number[];
  readonly results: SegmentResult[];
}

/**
 * The load workers as one generator: they are started, run, interrupted and closed together, and what they report is
 * merged.
 */
class WorkerPool implements Generator, LoadThreads {
  pacing: PacingMode = 'sleep';
  sessions = 0;
  readonly #setup: LoadThreadsSetup;
  readonly #nowNs: NowNs;
  readonly #threads: readonly LoadThread[];
  readonly #health: HealthMerger;
  #warming: Countdown | null = null;
  readonly #warm: Promise<void>;
  #opening: Countdown | null = null;
  #running: Running | null = null;
  #ended: Error | null = null;
  #closedThreads = 0;
  #closing: Promise<void> | null = null;
  #hasRun = false;

  constructor(setup: LoadThreadsSetup) {
    this.#setup = setup;
    this.#nowNs = clockFrom(BigInt(setup.epoch.monotonicNs));
    const { protocol, calls, settings, compilesAhead = true, seed, epoch } = setup;
    const { workers } = settings;
    this.#health = new HealthMerger(workers, setup.onHealth);
    const callIds = new SharedArrayBuffer(Uint32Array.BYTES_PER_ELEMENT);
    this.#threads = Array.from({ length: workers }, (_, worker) => {
      const { index, of } = setup.shard ?? { index: 0, of: 1 };
      const share = { worker: index * workers + worker, workers: of * workers, sessions: protocol.sessions };
      return new LoadThread(
        {
          mark: setup.keeper?.mark ?? null,
          ...{ protocol, calls, settings, compilesAhead, seed, epoch, share, callIds },
        },
        { onMessage: (message) => this.#received(worker, message), onEnd: (reason) => this.#threadEnded(reason) },
      );
    });
    this.#warm = new Promise((resolve, reject) => {
      this.#warming = { resolve, reject, left: workers };
    });
    // Opening the sessions fails for the same reason.
    this.#warm.catch(() => undefined);
  }

  warm(): Promise<void> {
    return this.#warm;
  }

  async open(target: CallTarget, facts: TargetFacts = {}): Promise<Generator> {
    await new Promise<void>((resolve, reject) => {
      if (this.#ended !== null) {
        reject(this.#ended);
        return;
      }
      this.#opening = { resolve, reject, left: this.#threads.length };
      for (const thread of this.#threads) thread.send({ type: 'open', target, facts });
    });
    return this;
  }

  run(
    segment: LoadSegment,
    warmupNs: number,
    onStart?: (startNs: number) => void,
    atNs = -Infinity,
  ): Promise<SegmentResult> {
    return new Promise((resolve, reject) => {
      if (this.#ended !== null) reject(this.#ended);
      else if (this.#closing !== null) reject(new Error('the generator is closed'));
      else if (this.#running !== null) reject(new Error('a segment is running already'));
      else {
        if (!this.#hasRun) setUpTiming();
        this.#hasRun = true;
        const startNs = Math.max(atNs, Math.ceil(this.#nowNs() + ANNOUNCED_NS));
        this.#running = { resolve, reject, startNs, phase: segment.phase, endsNs: [], results: [] };
        this.#health.restart();
        for (const thread of this.#threads) thread.send({ type: 'run', segment, startNs, warmupNs });
        this.#phaseEvent(startNs, 'start');
        onStart?.(startNs);
      }
    });
  }

  interrupt(): void {
    for (const thread of this.#threads) thread.send({ type: 'interrupt' });
  }

  close(): Promise<void> {
    this.#closing ??= Promise.all(this.#threads.map((thread) => thread.close())).then(() => undefined);
    return this.#closing;
  }

  live(): LiveStats {
    const sum = (name: Counter): number => this.#threads.reduce((total, thread) => total + thread.read(name), 0);
    const cpuNs = sum('threadCpuNs');
    return {
      offered: sum('offered'),
      completed: sum('completed'),
      ok: sum('ok'),
      shed: sum('shed'),
      sent: sum('sent'),
      inFlight: sum('inFlight'),
      queued: sum('queued'),
      threadCpuNs: Number.isNaN(cpuNs) ? null : cpuNs,
    };
  }

  #received(worker: number, message: WorkerMessage): void {
    switch (message.type) {
      case 'warm':
        if (counted(this.#warming)) this.#warming = null;
        break;
      case 'ready':
        this.pacing = message.pacing;
        this.sessions += message.sessions;
        if (counted(this.#opening)) this.#opening = null;
        break;
      case 'scheduled-end':
        this.#running?.endsNs.push(message.atNs);
        if (this.#running?.endsNs.length === this.#threads.length)
          this.#phaseEvent(Math.max(...this.#running.endsNs), 'scheduled-end');
        break;
      case 'finished':
        this.#health.finish(worker);
        this.#running?.results.push(message.result);
        if (this.#running?.results.length === this.#threads.length) this.#finish(this.#running);
        break;
      case 'event':
        this.#setup.onEvent(message.event);
        break;
      case 'second':
        this.#health.add(worker, message.row);
        if (message.chunk !== null) this.#setup.onSpool(message.chunk);
        break;
      case 'worker':
        this.#setup.onWorker?.(message.row);
        break;
      case 'spool':
        this.#setup.onSpool(message.chunk);
        break;
      case 'server-output':
        this.#setup.onServerOutput?.(message.server, message.text);
        break;
      case 'process':
        if (message.edge === 'began') this.#setup.keeper?.watch(message.pid);
        else this.#setup.keeper?.forget(message.pid);
        break;
    }
  }

  /** The last worker has finished its part. */
  #finish({ startNs, results, resolve }: Running): void {
    const sum = (of: (result: SegmentResult) => number): number =>
      results.reduce((total, result) => total + of(result), 0);
    const result: SegmentResult = {
      startNs,
      scheduledEndNs: Math.max(...results.map(({ scheduledEndNs }) => scheduledEndNs)),
      drainedNs: Math.max(...results.map(({ drainedNs }) => drainedNs)),
      offered: sum(({ offered }) => offered),
      sent: sum(({ sent }) => sent),
      shed: sum(({ shed }) => shed),
      interrupted: results.some(({ interrupted }) => interrupted),
    };
    this.#phaseEvent(result.drainedNs, 'drained');
    this.#running = null;
    resolve(result);
  }

  #phaseEvent(atNs: number, edge: 'start' | 'scheduled-end' | 'drained'): void {
    const phase = this.#running?.phase;
    if (phase === undefined) return;
    this.#setup.onEvent({ type: 'phase', atNs, phase, name: this.#setup.phases[phase] ?? `phase ${phase}`, edge });
  }

  #threadEnded(reason: Error | null): void {
    if (reason === null) {
      // Others may still be giving up their calls: the generator is closed when the last one is.
      if (++this.#closedThreads === this.#threads.length) this.#end(new Error('the generator is closed'));
      return;
    }
    this.#end(reason);
    // Without this worker the load would not be the one that the plan asks for.
    this.interrupt();
  }

  /** The first reason counts, for the calls that wait now and for later ones. */
  #end(reason: Error): void {
    if (this.#ended !== null) return;
    this.#ended = reason;
    this.#warming?.reject(reason);
    this.#warming = null;
    this.#opening?.reject(reason);
    this.#opening = null;
    this.#running?.reject(reason);
    this.#running = null;
  }
}

/**
 * Starts the load workers before it is known what they call: loading and compiling their code takes tenths of a second,
 * in which the target can start.
 */
export function startLoadThreads(setup: LoadThreadsSetup): LoadThreads {
  return new WorkerPool(setup);
}

/**
 * Starts the load workers and opens the sessions. Rejects with a ProblemError (`preflight`) when a session cannot be
 * opened; nothing is left running then.
 */
export async function startGenerator(setup: GeneratorSetup): Promise<Generator> {
  const threads = startLoadThreads(setup);
  try {
    return await threads.open(setup.target);
  } catch (reason) {
    await threads.close();
    throw reason;
  }
}
