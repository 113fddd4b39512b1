import type { AttemptSample } from '../../record/index.js';
import type { Channel } from '../../mcp/index.js';
import type { Random } from '../../random/index.js';
import type { CallSpec, RequestGenerator } from '../../catalog/index.js';
import type { ShardShare } from '../shard-share.js';
import type { Counters } from './counters.js';
import type { Mark } from './schedule.js';

/** What an engine is made of, and whom it tells. */
export interface EngineSetup {
  readonly calls: readonly CallSpec[];
  readonly channels: readonly Channel[];
  readonly inFlightPerSession: number;
  readonly maxInFlight: number;
  readonly maxQueued: number;
  readonly book: RequestGenerator;
  /** The part of each segment this engine makes. */
  readonly share: ShardShare;
  /** A number no other logical call of the run has, in any engine; from 0, none left out. */
  readonly takeCallId: () => number;
  /** What arrivals are drawn from: the same in every engine of a load. */
  readonly arrivals: Random;
  /** Everything else that is drawn: this engine's own. */
  readonly random: Random;
  readonly counters: Counters;
  /** Each attempt, once it is over. The sample is reused: read it, don't keep it. */
  readonly record: (sample: AttemptSample) => void;
  /** Each send's own lateness: sent - admitted, in nanoseconds. */
  readonly sendLag: (lagNs: number) => void;
  readonly mark: (mark: Mark) => void;
}
