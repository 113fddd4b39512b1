/**
 * One row an attempt: in memory while it is recorded, as columns when it is read back.
 * All times are nanoseconds since the run's epoch (see `clock`); NaN means the moment never came or nobody told.
 */

/** Bits of `flags`. */
export const SAMPLE_FLAGS = {
  /** Sent on a connection that had carried a call before. */
  reusedConnection: 1,
  /** Last attempt of its logical call: its outcome is the call's. */
  final: 2,
  /** Intended during the phase's warm-up. */
  warmup: 4,
} as const;

/**
 * One attempt, as the generator hands it to the spool. Mutable and reused: nothing on the hot path allocates one per
 * call. A call that was never sent (shed by the client's own queue, or its deadline passed there) is one attempt with
 * `sentNs` NaN.
 */
export interface AttemptSample {
  /** Logical call, counted from 0 over the run in order of intended start within each phase. */
  callId: number;
  /** 0 for the first attempt, then the number of the retry. */
  attempt: number;
  /** Index of the phase in the plan. */
  phase: number;
  /** Index of the stage in the phase's segment; 0 when it has one. */
  stage: number;
  /** Index of the call spec in the scenario. */
  spec: number;
  /** Index of the session, or -1 when none was taken. */
  session: number;
  /**
   * First attempt: when the arrival process planned the call (closed loop: when the caller became free). Retry: when
   * the backoff ended.
   */
  intendedNs: number;
  /**
   * From when on a session and an in-flight slot were there for it: `intendedNs`, or the later moment at which what it
   * waited for was freed. So admitted - intended is the wait it was entitled to, and sent - admitted the generator's
   * own lateness.
   */
  admittedNs: number;
  sentNs: number;
  firstByteNs: number;
  /** When the outcome was known: the answer complete, the failure seen, or the deadline. Never NaN. */
  doneNs: number;
  /** Stamps of an upstream that reports its timing. */
  receivedNs: number;
  startedNs: number;
  finishedNs: number;
  /** Code of the outcome, see `outcomeCode`. */
  outcome: number;
  /** Code of the error class, see `errorClassCode`. */
  errorClass: number;
  /** 0 without an HTTP answer. */
  httpStatus: number;
  /** JSON-RPC error code, 0 without. */
  rpcCode: number;
  bytesOut: number;
  bytesIn: number;
  /** Bits of SAMPLE_FLAGS. */
  flags: number;
}

/** Names behind the indexes in the samples. */
export interface SampleTables {
  /** Phase names in plan order. */
  readonly phases: readonly string[];
  /** Call labels in scenario order. */
  readonly calls: readonly string[];
  /** Tool names in scenario order. */
  readonly tools: readonly string[];
  /**
   * Deadline of each call in scenario order, from the intended start, in nanoseconds. Without it the series calls no
   * answer late.
   */
  readonly deadlinesNs?: readonly number[];
}

/** All samples of a run as columns of equal length; row i of each column is one attempt. */
export interface SampleColumns {
  readonly length: number;
  readonly tables: SampleTables;
  readonly callId: Float64Array;
  readonly attempt: Uint16Array;
  readonly phase: Uint16Array;
  readonly stage: Uint16Array;
  readonly spec: Uint16Array;
  readonly session: Int32Array;
  readonly intendedNs: Float64Array;
  readonly admittedNs: Float64Array;
  readonly sentNs: Float64Array;
  readonly firstByteNs: Float64Array;
  readonly doneNs: Float64Array;
  readonly receivedNs: Float64Array;
  readonly startedNs: Float64Array;
  readonly finishedNs: Float64Array;
  readonly outcome: Uint8Array;
  readonly errorClass: Uint8Array;
  readonly httpStatus: Uint16Array;
  readonly rpcCode: Int32Array;
  readonly bytesOut: Float64Array;
  readonly bytesIn: Float64Array;
  readonly flags: Uint8Array;
}
