/** What the main thread and a load worker say to each other. Everything here survives structured cloning. */
import type { RunEpoch } from '../clock/index.js';
import type { CallTarget } from '../mcp/index.js';
import type { LoadSegment } from '../plan/index.js';
import type { Problem, ProblemKind } from '../problem/index.js';
import type { HealthRow, RunEvent } from '../record/index.js';
import type { CallSpec, GeneratorSettings, Protocol } from '../scenario/index.js';
import type { ShardShare } from './shard-share.js';
import type { PacingMode } from './pacing/index.js';

/**
 * `workerData`. Protocol and settings are those of the whole generator; the lane says what of them is this worker's.
 */
export interface WorkerSetup {
  readonly target: CallTarget;
  readonly protocol: Protocol;
  readonly calls: readonly CallSpec[];
  readonly settings: GeneratorSettings;
  readonly seed: number;
  readonly epoch: RunEpoch;
  readonly share: ShardShare;
  /** Memory of this worker's running totals. */
  readonly counters: SharedArrayBuffer;
  /** One 32-bit counter for all workers: the number of the next logical call. */
  readonly callIds: SharedArrayBuffer;
}

export type ToWorker =
  | { readonly say: 'run'; readonly segment: LoadSegment; readonly startNs: number; readonly warmupNs: number }
  | { readonly say: 'interrupt' }
  /** Gives up whatever runs, ends the sessions and the worker. */
  | { readonly say: 'close' };

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

export type FromWorker =
  | { readonly say: 'ready'; readonly pacing: PacingMode; readonly sessions: number }
  | { readonly say: 'failed'; readonly thrown: Thrown }
  /** The worker's own schedule is over; other workers' may not be. */
  | { readonly say: 'scheduled-end'; readonly atNs: number }
  | { readonly say: 'finished'; readonly result: SegmentResult }
  | { readonly say: 'event'; readonly event: RunEvent }
  /** A second of a segment is over: its health, and the samples that no full chunk has held. */
  | { readonly say: 'second'; readonly row: HealthRow; readonly chunk: Uint8Array | null }
  | { readonly say: 'spool'; readonly chunk: Uint8Array }
  | { readonly say: 'closed' };
