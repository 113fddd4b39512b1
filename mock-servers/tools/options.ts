/**
 * What a `tools` mock can be told to be. Every field has a default in `withDefaults`; the scenario's `mock: tools` service
 * is this shape with units.
 */
import type { MockFault } from './faults/index.js';

/** How long one call is served, in nanoseconds. Drawn from the mock's seed, one draw per call in order of arrival. */
export type ServiceTime =
  | { readonly kind: 'constant'; readonly ns: number }
  | { readonly kind: 'exponential'; readonly meanNs: number }
  /** Log-normal given by two of its quantiles. */
  | { readonly kind: 'lognormal'; readonly medianNs: number; readonly p99Ns: number }
  /** `commonNs`, or with probability `rareShare` (0 to 1) `rareNs`. */
  | { readonly kind: 'two-point'; readonly commonNs: number; readonly rareNs: number; readonly rareShare: number };

/** What happens to a call that finds the queue full. */
export type WhenFull =
  /** HTTP 429 with Retry-After. */
  | 'shed-429'
  /** HTTP 503 with Retry-After. */
  | 'shed-503'
  /** HTTP 200 with a JSON-RPC error, code -32000. */
  | 'rpc-error'
  /** Never answered; the socket stays open until the client leaves. */
  | 'hang';

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

/** Everything a `tools` mock is made of. Serialisable: it travels to the child process as one JSON argument. */
export interface ToolsMockOptions {
  readonly host: string;
  /** 0 takes a free port; the ready line tells which. */
  readonly port: number;
  /** MCP endpoint path, e.g. `/mcp`. */
  readonly path: string;
  readonly seed: number;
  /** Number of servers c of the queueing model, at least 1. */
  readonly workers: number;
  readonly serviceTime: ServiceTime;
  /** Most calls that may wait (not counting those in service); null = unbounded. */
  readonly queueCapacity: number | null;
  readonly whenFull: WhenFull;
  /** Seconds announced in Retry-After when shedding. */
  readonly retryAfterS: number;
  /** Time added to every answer before the queue, unseen by the workers: moves time between stages in tests. */
  readonly addedQueueNs: number;
  readonly answers: 'json' | 'sse';
  readonly tools: readonly MockTool[];
  /** Faults that are on from the start; more can be put on while the mock serves. None when left out. */
  readonly faults?: readonly MockFault[];
}
