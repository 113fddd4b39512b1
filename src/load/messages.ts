/** The messages between the main thread and a load worker. Everything here survives structured cloning. */
import type { RunEpoch } from '../clock/index.js';
import type { TargetFacts } from '../mcp/index.js';
import type { LoadSegment } from '../plan/index.js';
import type { Problem, ProblemKind } from '../problem/index.js';
import type { ProcessMark } from '../processes/index.js';
import type { HealthRow, RunEvent, WorkerRow } from '../record/index.js';
import type { CallSpec, CallTarget, GeneratorSettings, Protocol } from '../scenario/index.js';
import type { Secrets } from '../secrets/index.js';
import type { ShardShare } from './shard-share.js';
import type { PacingMode } from './pacing/index.js';

/**
 * `workerData`: all but what is called. Protocol and settings are those of the whole generator; `share` is the part of
 * this worker.
 */
export interface WorkerSetup {
  /** What the servers that it starts carry in their environment; null where they have no keeper. */
  readonly mark: ProcessMark | null;
  readonly protocol: Protocol;
  readonly calls: readonly CallSpec[];
  readonly settings: GeneratorSettings;
  /** Whether V8 is to have compiled the hot path before the first call. */
  readonly compilesAhead: boolean;
  readonly seed: number;
  readonly epoch: RunEpoch;
  readonly share: ShardShare;
  /** Memory of this worker's running totals. */
  readonly counters: SharedArrayBuffer;
  /** One 32-bit counter for all workers: the number of the next logical call. */
  readonly callIds: SharedArrayBuffer;
  /** To be taken out of what servers say. */
  readonly secrets: Secrets;
}

export type ToWorker =
  /** Opens the sessions. Sent once, before any `run`. */
  | { readonly type: 'open'; readonly target: CallTarget; readonly facts: TargetFacts }
  | { readonly type: 'run'; readonly segment: LoadSegment; readonly startNs: number; readonly warmupNs: number }
  | { readonly type: 'interrupt' }
  /** Gives up whatever runs, ends the sessions and the worker. */
  | { readonly type: 'close' };

/** Of the whole generator, and of one worker's part. */
export interface SegmentResult {
  readonly startNs: number;
  /** End of the schedule; the moment of the interruption when there was one. */
  readonly scheduledEndNs: number;
  /** Everything offered was answered or given up. */
  readonly drainedNs: number;
  /** Logical calls. Each has one final sample in the spool. */
  readonly offered: number;
  /** Attempts. */
  readonly sent: number;
  /** Logical calls turned away by the client's own full queue. */
  readonly shed: number;
  readonly interrupted: boolean;
}

/** Something thrown, in a form that can be sent: a problem for people, or a bug. */
export type Thrown =
  | { readonly kind: ProblemKind; readonly problems: readonly Problem[] }
  | { readonly kind: 'bug'; readonly message: string; readonly stack: string | null };

/** From a worker, while it runs and at its end. */
export type FromWorker = WorkerMessage | WorkerEnd;

/** How a worker ended. */
export type WorkerEnd = { readonly type: 'failed'; readonly thrown: Thrown } | { readonly type: 'closed' };

export type WorkerMessage =
  /** Its code is loaded and compiled: until the sessions are opened it uses no core. */
  | { readonly type: 'warm' }
  /** The sessions are open. */
  | { readonly type: 'ready'; readonly pacing: PacingMode; readonly sessions: number }
  /** The worker's own schedule is over; other workers' may not be. */
  | { readonly type: 'scheduled-end'; readonly atNs: number }
  | { readonly type: 'finished'; readonly result: SegmentResult }
  | { readonly type: 'event'; readonly event: RunEvent }
  /** A second of a segment is over: its health, and the samples that no full chunk has held. */
  | { readonly type: 'second'; readonly row: HealthRow; readonly chunk: Uint8Array | null }
  | { readonly type: 'worker'; readonly row: WorkerRow }
  | { readonly type: 'spool'; readonly chunk: Uint8Array }
  /** What a server that was started for a session wrote besides messages. */
  | { readonly type: 'server-output'; readonly server: string; readonly text: string }
  /** A server that was started for a session, over stdio. */
  | { readonly type: 'process'; readonly edge: 'began' | 'ended'; readonly pid: number };
