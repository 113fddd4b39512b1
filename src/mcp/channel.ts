/**
 * The seam between how a call travels (`mcp`) and how many calls are made and when (`load`).
 *
 * Hot path: one `AttemptSlot` per possible in-flight attempt is made before the run and reused; starting an attempt
 * allocates no promise and no closure.
 */
import type { NowNs } from '../clock/index.js';
import type { ProcessKeeper } from '../processes/index.js';
import type { AttemptSample, RunEvent } from '../record/index.js';
import type { CallContent, CallSpec, HeaderParameters, Revision } from '../catalog/index.js';
import type { CallTarget, Protocol } from '../scenario/index.js';
import type { DeclaredSchemas } from './json-schema.js';

/**
 * What one attempt needs and fills in: the sample fields, plus what is to be sent and what a right answer is. What the
 * call holds stays for its retries.
 *
 * Doubles that are NaN from the start keep the object's shape when real times come in.
 */
export class AttemptSlot implements AttemptSample, CallContent {
  /** Position in the generator's pool; -1 outside of it, for an answer that is judged beside the load. */
  readonly slot: number;
  callId = NaN;
  attempt = 0;
  phase = 0;
  stage = 0;
  spec: number;
  session = -1;
  intendedNs = NaN;
  admittedNs = NaN;
  sentNs = NaN;
  firstByteNs = NaN;
  doneNs = NaN;
  receivedNs = NaN;
  startedNs = NaN;
  finishedNs = NaN;
  outcome = 0;
  errorClass = 0;
  httpStatus = 0;
  rpcCode = 0;
  bytesOut = 0;
  bytesIn = 0;
  flags = 0;
  argumentsJson = '';
  expectedText = '';
  /** Retry-After of a shed answer in nanoseconds, or 0. */
  retryAfterNs = 0;
  /** For the channel's own use (connection, JSON-RPC id). */
  rpcId = 0;
  connection = -1;

  constructor(slot: number, spec = 0) {
    this.slot = slot;
    this.spec = spec;
  }
}

/** One session, open and pinned. */
export interface Channel {
  readonly session: number;
  /**
   * Sends the attempt now: sets `sentNs`, `bytesOut`, `session`, `flags`, and later, exactly once and never
   * synchronously within `start`, sets `firstByteNs`, `doneNs`, the upstream stamps, `outcome`, `errorClass`,
   * `httpStatus`, `rpcCode`, `bytesIn` and calls `completed`. `doneNs` is stamped before any parsing.
   */
  start(slot: AttemptSlot): void;
  /**
   * Gives an attempt up: `completed` will not be called for it any more. `cancel`: its time limit passed, and it is
   * cancelled explicitly (`notifications/cancelled`, where the call's spec says so); false when everything is being
   * given up and the session ends too.
   */
  abandon(slot: AttemptSlot, cancel: boolean): void;
}

/** All sessions of a run. */
export interface ChannelSet {
  readonly channels: readonly Channel[];
  /** Ends the sessions (DELETE, or the child's stdin closed) within `withinNs`; never throws. */
  close(withinNs: number): Promise<void>;
}

/** What is known of the target before its sessions are opened. Plain JSON. */
export interface TargetFacts {
  /** Which revision to speak; absent: the scenario's. */
  readonly revision?: Revision;
  /** `outputSchema` of each call's tool; null where it declares none, or answers are not to be held to it. */
  readonly outputSchemas?: DeclaredSchemas;
  /** Arguments that the heads of stateless requests repeat, for each call; default: none. */
  readonly headerParameters?: HeaderParameters;
}

export interface ChannelSetup extends TargetFacts {
  readonly target: CallTarget;
  readonly protocol: Protocol;
  readonly calls: readonly CallSpec[];
  /** Stands before the logical call's id where that travels; absent in a run. */
  readonly callIdPrefix?: string;
  readonly nowNs: NowNs;
  /** Monotonic epoch of the run, decimal: to turn an upstream's absolute stamps into run time. */
  readonly monotonicEpochNs: string;
  readonly completed: (slot: AttemptSlot) => void;
  readonly event: (event: RunEvent) => void;
  /** Keeps the servers that are started for the sessions. */
  readonly keeper?: ProcessKeeper | undefined;
  /** Name of the server that is started for a session over stdio, in events and logs. */
  readonly serverName?: (session: number) => string;
  /** What such a server writes to stderr, and the lines on stdout that are no messages. */
  readonly serverOutput?: (server: string, text: string) => void;
  /** Sessions that the target has opened before, and ended: for what is said when it opens no more. Default: none. */
  readonly servedBefore?: number;
}
