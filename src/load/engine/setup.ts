import type { AttemptSample } from '../../record/index.js';
import type { CallBook, Channel } from '../../mcp/index.js';
import type { Random } from '../../random/index.js';
import type { CallSpec } from '../../scenario/index.js';
import type { Counters } from './counters.js';
import type { Mark } from './schedule.js';

/** What an engine is made of, and whom it tells. */
export interface EngineSetup {
  readonly calls: readonly CallSpec[];
  readonly channels: readonly Channel[];
  readonly inFlightPerSession: number;
  readonly maxInFlight: number;
  readonly maxQueued: number;
  readonly book: CallBook;
  readonly random: Random;
  readonly counters: Counters;
  /** Each attempt, once it is over. The sample is reused: read it, don't keep it. */
  readonly record: (sample: AttemptSample) => void;
  /** Each send's own lateness: sent - admitted, in nanoseconds. */
  readonly sendLag: (lagNs: number) => void;
  readonly mark: (mark: Mark) => void;
}
