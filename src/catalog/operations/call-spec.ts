/** One kind of call of a scenario: what it asks for, what a right answer is, and its limits and retries. */
import type { ArgumentValue } from './arguments.js';
import type { Expectation } from './expectation.js';

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

/** What every call has, whatever its operation. */
export interface CallPolicy {
  /** Label in tables; by default what the operation acts on. Unique. */
  readonly label: string;
  /** Relative share of calls, above 0. */
  readonly weight: number;
  readonly expect: Expectation;
  readonly effect: 'none' | 'exactly-once';
  /** From the intended start of the logical call to the end of its last attempt. */
  readonly deadlineNs: number;
  /** True when the scenario states the deadline; false when it is the default of 30 s. */
  readonly deadlineIsExplicit: boolean;
  /** Most time one attempt may take from its send; null: only the deadline bounds it. */
  readonly attemptTimeoutNs: number | null;
  readonly retry: Retry | null;
  /** Whether an attempt that is given up is cancelled (`notifications/cancelled`; MCP: the sender SHOULD). */
  readonly cancel: boolean;
  /**
   * Set where the scenario has faults inside mocks: the call's id travels, whatever is expected of the answer, so that
   * a mock can report the affected calls.
   */
  readonly named?: true;
}

/** What a `tools/call` asks for. */
export interface ToolsCall {
  readonly operation: 'tools/call';
  /** By the name that its server gives it. */
  readonly tool: string;
  /** The service whose tool it is, where the call names one. */
  readonly upstream?: string;
  /** The name by which the target knows the tool, where a gateway gives it another. */
  readonly asked?: string;
  readonly arguments: Readonly<Record<string, ArgumentValue>>;
}

/** What a `tools/list` asks for: the first page. */
export interface ToolsList {
  readonly operation: 'tools/list';
}

/** What a `resources/list` asks for: the first page. */
export interface ResourcesList {
  readonly operation: 'resources/list';
}

/** What a `resources/templates/list` asks for: the first page. */
export interface ResourceTemplatesList {
  readonly operation: 'resources/templates/list';
}

/** What a `resources/read` asks for. */
export interface ResourcesRead {
  readonly operation: 'resources/read';
  /** The URI of the resource, or several to pick from. */
  readonly uri: ArgumentValue;
}

/** What a `prompts/list` asks for: the first page. */
export interface PromptsList {
  readonly operation: 'prompts/list';
}

/** What a `prompts/get` asks for. */
export interface PromptsGet {
  readonly operation: 'prompts/get';
  readonly prompt: string;
  /** MCP has texts only. */
  readonly arguments: Readonly<Record<string, ArgumentValue>>;
}

/** What a `completion/complete` asks for. */
export interface CompletionComplete {
  readonly operation: 'completion/complete';
  /** Whose argument is completed: a prompt, by name, or a resource template, by its URI. */
  readonly of: { readonly kind: 'prompt' | 'template'; readonly name: string };
  readonly argument: string;
  /** What has been typed, or several to pick from. */
  readonly value: ArgumentValue;
}

export interface Ping {
  readonly operation: 'ping';
}

/** What a `logging/setLevel` asks for. */
export interface LoggingSetLevel {
  readonly operation: 'logging/setLevel';
  readonly level: LogLevel;
}

/** Levels of log messages, as syslog has them (RFC 5424). */
export const LOG_LEVELS = ['debug', 'info', 'notice', 'warning', 'error', 'critical', 'alert', 'emergency'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** What a call asks for, by operation. */
export type CallRequest =
  | ToolsCall
  | ToolsList
  | ResourcesList
  | ResourceTemplatesList
  | ResourcesRead
  | PromptsList
  | PromptsGet
  | CompletionComplete
  | Ping
  | LoggingSetLevel;
export type OperationName = CallRequest['operation'];

export type CallSpec = CallPolicy & CallRequest;
/** A call that runs a tool. */
export type ToolCallSpec = CallPolicy & ToolsCall;
