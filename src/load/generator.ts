/** What a load generator is to those who use it: what it is made from, what it can be asked, and what it reports. */
import type { RunEpoch } from '../clock/index.js';
import type { TargetFacts } from '../mcp/index.js';
import type { LoadSegment } from '../plan/index.js';
import type { ProcessKeeper } from '../processes/index.js';
import type { HealthRow, RunEvent, WorkerRow } from '../record/index.js';
import type { CallSpec, CallTarget, GeneratorSettings, Protocol } from '../scenario/index.js';
import type { SegmentResult } from './messages.js';
import type { PacingMode } from './pacing/index.js';

export interface LoadThreadsSetup {
  /** Keeps the servers that are started for the sessions. */
  readonly keeper?: ProcessKeeper | undefined;
  readonly protocol: Protocol;
  readonly calls: readonly CallSpec[];
  /**
   * Of these, `workers` may not be more than the sessions or the attempts in flight: the scenario's checks see to it.
   */
  readonly settings: GeneratorSettings;
  /** Whether V8 is to have compiled the hot path before the first call (default: yes). */
  readonly compilesAhead?: boolean;
  readonly seed: number;
  readonly epoch: RunEpoch;
  /** Which of several processes that share the load this is, each with as many workers; alone unless given. */
  readonly shard?: { readonly index: number; readonly of: number } | undefined;
  /** Names of the plan's phases, for events. */
  readonly phases: readonly string[];
  /** A chunk of the spool, complete in itself; the receiver owns it. Chunks of several workers come in any order. */
  readonly onSpool: (chunk: Uint8Array) => void;
  readonly onEvent: (event: RunEvent) => void;
  /** What the servers that are started for the sessions write besides messages. */
  readonly onServerOutput?: (server: string, text: string) => void;
  /** About once a second while a segment runs, and at its end: of all workers together. */
  readonly onHealth: (row: HealthRow) => void;
  /** As often, and at the start of a segment: of each worker. */
  readonly onWorker?: (row: WorkerRow) => void;
}

export interface GeneratorSetup extends LoadThreadsSetup {
  readonly target: CallTarget;
}

/** Totals over the run so far and over all workers: read at any moment, without asking them. */
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
  /** CPU time of the load threads in nanoseconds, at most a second old; null when the system does not report it. */
  readonly threadCpuNs: number | null;
}

export interface Generator {
  readonly pacing: PacingMode;
  /** Sessions open when the generator was ready. */
  readonly sessions: number;
  /**
   * Runs one segment to its drained end. `onStart` is called as soon as the start is fixed, shortly before it. Rejects
   * when a load worker dies: the message says what was under way in it and is not in the spool; the other workers stop
   * sending.
   * @param startNs when it starts: as soon as the workers know of it unless given.
   */
  run(
    segment: LoadSegment,
    warmupNs: number,
    onStart?: (startNs: number) => void,
    startNs?: number,
  ): Promise<SegmentResult>;
  /**
   * Stops sending; what is in flight may answer for five seconds, then it is given up. The segment's promise resolves.
   */
  interrupt(): void;
  /**
   * Gives up a running segment at once, ends the sessions, ends the workers. Never rejects, takes a few seconds at
   * most; may be called again.
   */
  close(): Promise<void>;
  live(): LiveStats;
}

/** Load workers that have nothing to call yet. */
export interface LoadThreads {
  /**
   * Resolves when their code is loaded and compiled: from then on they use no core until sessions are opened. Rejects
   * when a worker died meanwhile.
   */
  warm(): Promise<void>;
  /**
   * Opens the sessions; once. `facts`: what is known of the target; default: nothing. Rejects with a ProblemError
   * (`preflight`) when one cannot be opened.
   */
  open(target: CallTarget, facts?: TargetFacts): Promise<Generator>;
  /** As that of the generator. */
  close(): Promise<void>;
}
