import type { AttemptSample } from '../../record/index.js';
import type { Channel } from '../../mcp/index.js';
import type { Random } from '../../random/index.js';
import type { CallSpec, RequestGenerator } from '../../catalog/index.js';
import type { ShardShare } from '../shard-share.js';
import type { Counters } from './counters.js';
import type { Mark } from './schedule.js';

/** What an engine needs, and where its results go. */
export interface EngineSetup {
  readonly calls: readonly CallSpec[];
  readonly channels: readonly Channel[];
  readonly inFlightPerSession: number;
  readonly maxInFlight: number;
  readonly maxQueued: number;
  /** What this engine's own calls hold; of several engines, after the first closed loop alone. */
  readonly requests: RequestGenerator;
  /**
   * What all calls of the load hold, in order, and what their specs are drawn from. Every engine of a load passes the
   * calls of the others, so that call n of an open loop is the same however many engines there are. Null where one
   * engine makes all of them, or each makes its own.
   */
  readonly common?: { readonly requests: RequestGenerator; readonly random: Random } | null;
  /** The part of each segment this engine makes. */
  readonly share: ShardShare;
  /** The number of the next logical call of the run, over all engines; from 0 without gaps. */
  readonly takeCallId: () => number;
  /** What arrivals are drawn from: the same in every engine of a load. */
  readonly arrivals: Random;
  /** What everything else is drawn from: this engine's own. */
  readonly random: Random;
  readonly counters: Counters;
  /** Each attempt, once it is over. The sample is reused: read it, don't keep it. */
  readonly record: (sample: AttemptSample) => void;
  /** Each send's own lateness: sent - admitted, in nanoseconds. */
  readonly scheduleLag: (lagNs: number) => void;
  readonly mark: (mark: Mark) => void;
}
