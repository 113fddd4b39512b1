/**
 * The seam between how a call travels (`mcp`) and how many calls are made and when (`load`).
 *
 * Hot path: one `AttemptSlot` per possible in-flight attempt is made before the run and reused; starting an attempt
 * allocates no promise and no closure.
 */
import type { NowNs } from '../clock/index.js';
import type { AttemptSample, RunEvent } from '../record/index.js';
import type { CallSpec, Protocol } from '../scenario/index.js';
import type { Random } from '../random/index.js';

/** Where calls go, with every late text filled in. */
export type CallTarget =
  | { readonly kind: 'http'; readonly url: string; readonly headers: Readonly<Record<string, string>> }
  | {
      readonly kind: 'stdio';
      readonly command: readonly [string, ...string[]];
      readonly environment: Readonly<Record<string, string>>;
      readonly workingFolder: string;
    };

/** What one attempt needs and fills in: the sample fields, plus what is to be sent and what a right answer is. */
export interface AttemptSlot extends AttemptSample {
  /** Position in the generator's pool. */
  readonly slot: number;
  /** Arguments of the logical call as JSON with sorted keys; kept for its retries. */
  argumentsJson: string;
  /** For `derived` and text expectations: the text the answer must have or hold; else ''. */
  expectedText: string;
  /** Retry-After of a shed answer in nanoseconds, or 0. */
  retryAfterNs: number;
  /** For the channel's own use (connection, JSON-RPC id). */
  rpcId: number;
  connection: number;
}

/**
 * Makes arguments and knows right answers, call spec by call spec. Seeded: call n of a run always gets the same
 * arguments.
 */
export interface RequestGenerator {
  /** Fills `argumentsJson` and `expectedText` for a logical call of spec `spec`. */
  prepare(slot: AttemptSlot, spec: number): void;
}
/** @param counter what unique counters count: 1, 2, 3, ... unless several books share a run. */
export type MakeRequestGenerator = (
  calls: readonly CallSpec[],
  random: Random,
  counter?: { readonly first: number; readonly step: number },
) => RequestGenerator;

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
   * Gives an attempt up: `completed` will not be called for it any more. `tell`: its time limit passed, and the server
   * is to know (`notifications/cancelled`, where the call's spec says so); false when everything is being given up and
   * the session ends too.
   */
  abandon(slot: AttemptSlot, tell: boolean): void;
}

/** All sessions of a run. */
export interface ChannelSet {
  readonly channels: readonly Channel[];
  /** Ends the sessions (DELETE, or the child's stdin closed) within `withinNs`; never throws. */
  close(withinNs: number): Promise<void>;
}

export interface ChannelSetup {
  readonly target: CallTarget;
  readonly protocol: Protocol;
  readonly calls: readonly CallSpec[];
  readonly nowNs: NowNs;
  /** Monotonic epoch of the run, decimal: to turn an upstream's absolute stamps into run time. */
  readonly monotonicEpochNs: string;
  readonly completed: (slot: AttemptSlot) => void;
  readonly event: (event: RunEvent) => void;
}
/** Opens `protocol.sessions` sessions; rejects with a ProblemError (`preflight`) when one cannot be opened. */
export type OpenChannels = (setup: ChannelSetup) => Promise<ChannelSet>;
