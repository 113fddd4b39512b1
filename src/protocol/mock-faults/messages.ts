/**
 * What can go wrong inside a `tools` mock, as it is asked for: in the mock's options, and over `POST /plimsoll/faults`.
 * One entry a kind says which parameters it takes and which calls it can affect.
 */
import type { MockTool } from '../mock-options/tool.js';
import { flag, nonEmptyText, oneOf, optional, whole, type ObjectOf, type Shape } from '../shape.js';

/**
 * Which of the calls (or requests) that a fault can affect it affects. They are counted from 0, from the moment the
 * fault is in force.
 */
export type Which =
  /** Every n-th: numbers n-1, 2n-1, 3n-1, ... */
  | { readonly kind: 'every'; readonly n: number }
  | { readonly kind: 'listed'; readonly numbers: readonly number[] }
  /** Each with this probability, one draw each, so that a seed repeats the decisions by number. */
  | { readonly kind: 'probability'; readonly probability: number; readonly seed: number };

/** When a fault is in force and what it affects then. */
export interface MockFaultScope {
  /** Affects only calls of this tool. */
  readonly tool?: string;
  /** In force from here, absolute CLOCK_MONOTONIC nanoseconds, decimal; from when it is set if that is later. */
  readonly fromNs?: string;
  /** In force until just before here. */
  readonly untilNs?: string;
  /** Left out: everything it can affect. */
  readonly which?: Which;
  /** Name of the fault in the list of affected calls. Its id when left out. */
  readonly label?: string;
}

/** What a kind of fault takes and what it can affect. */
export interface MockFaultMessage<P extends Shape = Shape> {
  readonly parameters: P;
  /** Whether it can affect calls of this tool. */
  readonly canAffect: (tool: MockTool) => boolean;
  /** What is wrong with a fault whose fields are right one by one, or null. */
  readonly objection: (checked: unknown) => string | null;
}

interface MessageRules<P extends Shape> {
  /** All tools when left out. */
  readonly canAffect?: (tool: MockTool) => boolean;
  readonly objection?: (fault: ObjectOf<P> & MockFaultScope) => string | null;
}

const message = <P extends Shape>(
  parameters: P,
  { canAffect = () => true, objection }: MessageRules<P> = {},
): MockFaultMessage<P> => ({
  parameters,
  canAffect,
  objection: (checked) => objection?.(checked as ObjectOf<P> & MockFaultScope) ?? null,
});

/** The load generator runs on the same machine, so a leak must not exhaust its memory. */
export const MAX_LEAK_BYTES = 256 * 1024 * 1024;

const duration = whole('whole nanoseconds from 1', 1);
/** A failing tool normally fails before its effect. With `afterEffect` the effect is executed, then the call fails. */
const afterEffect = optional(flag);
/** Calls whose right answer follows from their arguments. */
const hasDerivedAnswer = ({ alwaysFails }: MockTool): boolean => !alwaysFails;
const hasEffect = ({ effect }: MockTool): boolean => effect;

export const MOCK_FAULT_MESSAGES = {
  /** Served, then HTTP 500. */
  error: message({ afterEffect }),
  /** Served, then a JSON-RPC error; -32603 unless `code` is given. */
  'rpc-error': message({
    afterEffect,
    code: optional(whole('a whole number of 32 bits', -2_147_483_648, 2_147_483_647)),
  }),
  /** Served, then a result with `isError`. */
  'is-error': message({ afterEffect }, { canAffect: hasDerivedAnswer }),
  /** Refused on arrival, not served, with Retry-After (1 s unless given). */
  shed: message({ status: oneOf([429, 503]), retryAfterS: optional(whole('whole seconds from 0', 0)) }),
  /**
   * The workers stop: nothing begins, what is in service pauses, all of it continues afterwards. Lasts as long as the
   * fault is in force, at most `forNs`; with `which`, each affected call begins one of `forNs` as it arrives. Calls are
   * still accepted, and refused by a full queue; other methods are answered.
   */
  stall: message(
    { forNs: optional(duration) },
    {
      objection: ({ which, tool, forNs }) => {
        if (which !== undefined && forNs === undefined) return 'forNs must be given when which chooses calls';
        if (which === undefined && tool !== undefined) return 'tool has no meaning without which: all workers stop';
        return null;
      },
    },
  ),
  /** Served in time, but the head of the answer leaves `delayNs` later. */
  'slow-first-byte': message({ delayNs: duration }),
  /** A well-formed answer that does not follow from the arguments. */
  'wrong-result': message({}, { canAffect: hasDerivedAnswer }),
  /** The answers of the affected call and of another one in flight are exchanged; one alone in flight is not. */
  misdelivered: message({}, { canAffect: hasDerivedAnswer }),
  /** The last answer of the tool that differs from the right one. No call is affected while there is none. */
  stale: message({}, { canAffect: hasDerivedAnswer }),
  /** The JSON breaks off halfway; HTTP and SSE around it are right. */
  'truncated-json': message({}),
  /**
   * An event stream without a usable answer: the data broken over two lines of which the second has no field name
   * (`broken-line`, unless another is chosen), or an event that no blank line ends (`no-blank-line`).
   */
  'malformed-sse': message({ form: optional(oneOf(['broken-line', 'no-blank-line'])) }),
  /**
   * An event stream that ends before the answer: the connection is closed (`abort`, unless `clean` is chosen), or HTTP
   * ends properly.
   */
  'sse-cut': message({ end: optional(oneOf(['abort', 'clean'])) }),
  /**
   * All sessions are forgotten: once, when the fault comes into force; with `which`, after each affected call has been
   * accepted.
   */
  'session-loss': message(
    {},
    {
      objection: ({ which, tool }) =>
        which === undefined && tool !== undefined
          ? 'tool has no meaning without which: the sessions are lost once, whatever is called'
          : null,
    },
  ),
  /**
   * `tools/list` shows one tool (`tool`, else the first) with another `required`: `field` is required if it was not and
   * the reverse; a field that is not there is added as a string. Without `field`: the first optional one becomes
   * required, or a new one, `revision`, is added. Affects `tools/list` requests, not calls. What calls are checked
   * against does not change.
   */
  'schema-drift': message({ field: optional(nonEmptyText('the name of a field')) }),
  /** The effect is executed `executions` times, 2 unless given. */
  'duplicate-effect': message(
    { executions: optional(whole('a whole number from 2 to 1000', 2, 1000)) },
    { canAffect: hasEffect },
  ),
  /** Acknowledged but not executed. */
  'lost-effect': message({}, { canAffect: hasEffect }),
  /** Each affected call leaves `bytesPerCall` of memory behind until the mock ends, 256 MiB at most in all. */
  'memory-leak': message({
    bytesPerCall: whole(`a whole number of bytes from 1 to ${MAX_LEAK_BYTES}`, 1, MAX_LEAK_BYTES),
  }),
  /** DELETE of a session is acknowledged and the session kept. Affects those DELETE requests, not calls. */
  'session-leak': message(
    {},
    { objection: ({ tool }) => (tool === undefined ? null : 'tool has no meaning: a session belongs to no tool') },
  ),
} as const;

export type MockFaultKind = keyof typeof MOCK_FAULT_MESSAGES;

/** The parameters of a kind of fault. */
export type MockFaultParameters<K extends MockFaultKind> = {
  [Each in K]: ObjectOf<(typeof MOCK_FAULT_MESSAGES)[Each]['parameters']>;
}[K];

/**
 * One fault. Calls are chosen as they arrive: one that had arrived before is not affected, and one that was chosen
 * stays so though the fault ends meanwhile (a stall alone acts on everything in the queue). Where several faults choose
 * one call, the one set first wins among those of a like kind (two that change the answer, say); unlike ones add up.
 */
export type MockFault = {
  [K in MockFaultKind]: { readonly kind: K } & MockFaultParameters<K> & MockFaultScope;
}[MockFaultKind];

/** A fault of one kind. */
export type FaultOf<K extends MockFaultKind> = Extract<MockFault, { readonly kind: K }>;

/** The names of all kinds. */
export const MOCK_FAULT_KINDS: readonly string[] = Object.keys(MOCK_FAULT_MESSAGES);

export const isMockFaultKind = (kind: unknown): kind is MockFaultKind =>
  typeof kind === 'string' && Object.hasOwn(MOCK_FAULT_MESSAGES, kind);
