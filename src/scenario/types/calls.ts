/** How calls travel, which are made, and by what policy. */
import type { JsonValue, LateText } from './text.js';

export interface Protocol {
  /** Revision asked for in `initialize`. */
  readonly revision: '2025-11-25' | '2025-06-18' | '2025-03-26';
  readonly transport: 'streamable-http' | 'stdio';
  /** Sessions opened before the first phase and pinned. For stdio: child processes. */
  readonly sessions: number;
  /** Extra HTTP headers on every request; may hold secrets. */
  readonly headers: Readonly<Record<string, LateText>>;
  /** Most calls one session may have in flight. */
  readonly inFlightPerSession: number;
  /**
   * Whether each request tells, in its `_meta`, how long its attempt may take, so that a server can drop what came too
   * late.
   */
  readonly propagateDeadline: boolean;
}

/** How one argument value is made. Draws come from the scenario's seed. */
export type ArgumentValue =
  | { readonly kind: 'constant'; readonly value: JsonValue }
  /** One of the values, uniformly. */
  | { readonly kind: 'pick'; readonly values: readonly JsonValue[] }
  /** A value no other call of this run has: a UUID, or a counter from 1. */
  | { readonly kind: 'unique'; readonly form: 'uuid' | 'counter' }
  | { readonly kind: 'integer'; readonly min: number; readonly max: number }
  /** Lower-case letters, exactly this many bytes. */
  | { readonly kind: 'text'; readonly bytes: number }
  | { readonly kind: 'object'; readonly entries: Readonly<Record<string, ArgumentValue>> }
  | { readonly kind: 'list'; readonly items: readonly ArgumentValue[] };

/** What a right answer is. All forms also demand: no JSON-RPC error, no `isError`, the right id. */
export type Expectation =
  /** Any answer without an error. */
  | { readonly kind: 'success' }
  /** The answer a mock derives from tool name and arguments. */
  | { readonly kind: 'derived' }
  /** The first text content equals this; `${arguments.NAME}` stands for a top-level argument. */
  | { readonly kind: 'text'; readonly equals: string }
  /** The first text content contains this; same placeholders. */
  | { readonly kind: 'contains'; readonly part: string };

/** Which failed attempts are tried again. */
export type RetryOn = 'transport' | 'shed' | 'session' | 'protocol' | 'tool' | 'timeout';

export interface Retry {
  /** Most retries after the first attempt. */
  readonly attempts: number;
  /** Base of the exponential backoff: base x 2^k before retry k (from 0). */
  readonly backoffNs: number;
  readonly maxBackoffNs: number;
  /** `full` draws uniformly from [0, backoff] (Brooker, AWS Architecture Blog, 2015). */
  readonly jitter: 'none' | 'full';
  readonly on: readonly RetryOn[];
  /** Whether a Retry-After longer than the backoff is obeyed. */
  readonly obeyRetryAfter: boolean;
  /** Bounds retries by calls; null: only `attempts` does. */
  readonly budget: RetryBudget | null;
}

/**
 * A token bucket: each call puts `share` of a token in, each retry takes a whole one out, and without a whole one there
 * is no retry. So retries stay under `share` of the calls however many of those fail (Finagle's RetryBudget; retry
 * throttling in gRFC A6). One bucket for each call spec of each load worker.
 */
export interface RetryBudget {
  /** Above 0, at most 1. */
  readonly share: number;
  /** Most tokens the bucket holds; it begins full. */
  readonly burst: number;
}

export interface CallSpec {
  readonly tool: string;
  /** Label in tables; the tool name unless two specs share a tool. Unique. */
  readonly label: string;
  /** Relative share of calls, above 0. */
  readonly weight: number;
  readonly arguments: Readonly<Record<string, ArgumentValue>>;
  readonly expect: Expectation;
  readonly effect: 'none' | 'exactly-once';
  /** From the intended start of the logical call to the end of its last attempt. */
  readonly deadlineNs: number;
  /** True when the scenario states the deadline; false when it is the default of 30 s. */
  readonly deadlineIsExplicit: boolean;
  /** Most time one attempt may take from its send; null: only the deadline bounds it. */
  readonly attemptTimeoutNs: number | null;
  readonly retry: Retry | null;
  /** Whether the server is told of an attempt that is given up (`notifications/cancelled`; MCP: the sender SHOULD). */
  readonly cancel: boolean;
  /**
   * Set where the scenario has faults inside mocks: the call's id travels, whatever is expected of the answer, so that
   * a mock can say whom it struck.
   */
  readonly named?: true;
}
