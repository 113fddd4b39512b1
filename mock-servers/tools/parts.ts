/** What a `tools` mock is made of, but for its calls and its endpoint. */
import type { FaultHitLine, LedgerLine, ToolsMockOptions } from '../../src/protocol/index.js';
import type { MockClock } from '../timing/mock-clock.js';
import type { MockFaults, WorkingTime } from './faults/index.js';
import type { Sessions } from './sessions.js';
import type { CallTruth, Ledger } from './truth.js';

export interface MockParts {
  readonly options: ToolsMockOptions;
  readonly clock: MockClock;
  readonly sessions: Sessions;
  readonly faults: MockFaults;
  readonly workingTime: WorkingTime;
  readonly truth: CallTruth;
  /** The side effects, in order of execution. */
  readonly ledger: Ledger<LedgerLine>;
  /** The affected calls and requests, in order. */
  readonly hits: Ledger<FaultHitLine>;
}
