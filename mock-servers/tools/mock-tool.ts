/** A tool of the mock. */
import type { ServiceTime } from '../timing/service-time.js';

/** One tool of the mock. */
export interface MockTool {
  readonly name: string;
  readonly description: string;
  /** JSON Schema of the arguments. */
  readonly inputSchema: Readonly<Record<string, unknown>>;
  /** Whether a call has a side effect that goes into the ledger. */
  readonly effect: boolean;
  /** Always answers `isError: true`. */
  readonly alwaysFails: boolean;
  /** Overrides the server's service time. */
  readonly serviceTime?: ServiceTime;
}
