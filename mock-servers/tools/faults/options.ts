/**
 * What can go wrong inside a `tools` mock, and when. Serialisable: faults travel in the mock's options and over
 * `POST /plimsoll/faults`.
 */

/** Which of the things it looks at a fault strikes. They are counted from 0, from the moment the fault is in force. */
export type Which =
  /** Every n-th: numbers n-1, 2n-1, 3n-1, ... */
  | { readonly kind: 'every'; readonly n: number }
  | { readonly kind: 'listed'; readonly numbers: readonly number[] }
  /** Each with this probability; one draw for each that is looked at, so a seed replays the decisions by number. */
  | { readonly kind: 'probability'; readonly probability: number; readonly seed: number };

/** When a fault is in force and what it strikes then. */
interface Scope {
  /** Looks only at calls of this tool. */
  readonly tool?: string;
  /** In force from here, absolute CLOCK_MONOTONIC nanoseconds, decimal; from when it is put on if that is later. */
  readonly fromNs?: string;
  /** In force until just before here. */
  readonly untilNs?: string;
  /** Left out: everything it looks at. */
  readonly which?: Which;
  /** What whoever puts it on calls it: told with each strike. The fault's id when left out. */
  readonly label?: string;
}

/** A failing tool normally fails before its effect. */
interface Failing {
  /** The effect is executed and then the call fails. */
  readonly afterEffect?: boolean;
}

type Kind =
  /** Served, then HTTP 500. */
  | ({ readonly kind: 'error' } & Failing)
  /** Served, then a JSON-RPC error; -32603 unless `code` is given. */
  | ({ readonly kind: 'rpc-error'; readonly code?: number } & Failing)
  /** Served, then a result with `isError`. */
  | ({ readonly kind: 'is-error' } & Failing)
  /** Refused at the door, not served, with Retry-After (1 s unless given). */
  | { readonly kind: 'shed'; readonly status: 429 | 503; readonly retryAfterS?: number }
  /**
   * The workers stand still: nothing begins, what is in service stops, all of it goes on afterwards where it stopped.
   * Lasts as long as the fault is in force, at most `forNs`; with `which`, each struck call begins one of `forNs` as it
   * arrives. Calls are still taken in, and refused by a full queue; other methods are answered.
   */
  | { readonly kind: 'stall'; readonly forNs?: number }
  /** Served in time, but the head of the answer leaves `delayNs` later. */
  | { readonly kind: 'slow-first-byte'; readonly delayNs: number }
  /** A well-formed answer that does not follow from the arguments. */
  | { readonly kind: 'wrong-result' }
  /**
   * The answers of the struck call and of another call in flight are exchanged. Alone in flight, a call is not struck.
   */
  | { readonly kind: 'misdelivered' }
  /** The last answer of the tool that differs from the right one. Not struck while the mock remembers none. */
  | { readonly kind: 'stale' }
  /** The JSON breaks off halfway; HTTP and SSE around it are right. */
  | { readonly kind: 'truncated-json' }
  /**
   * An event stream without a usable answer: the data broken over two lines of which the second has no field name
   * (`broken-line`, unless another is chosen), or an event that no blank line ends (`no-blank-line`).
   */
  | { readonly kind: 'malformed-sse'; readonly form?: 'broken-line' | 'no-blank-line' }
  /**
   * An event stream that ends before the answer: the connection is closed (`abort`, unless `clean` is chosen), or HTTP
   * ends properly.
   */
  | { readonly kind: 'sse-cut'; readonly end?: 'abort' | 'clean' }
  /**
   * All sessions are forgotten: once, when the fault comes into force; with `which`, after each struck call has been
   * taken in.
   */
  | { readonly kind: 'session-loss' }
  /**
   * `tools/list` shows one tool (`tool`, else the first) with another `required`: `field` is required if it was not and
   * the reverse; a field that is not there is added as a string. Without `field`: the first optional one becomes
   * required, or a new one, `revision`, is added. Looks at `tools/list` requests, not calls. What calls are checked
   * against does not change.
   */
  | { readonly kind: 'schema-drift'; readonly field?: string }
  /** The effect is executed `executions` times, 2 unless given. Looks at calls that have an effect. */
  | { readonly kind: 'duplicate-effect'; readonly executions?: number }
  /** Acknowledged but not executed. Looks at calls that have an effect. */
  | { readonly kind: 'lost-effect' }
  /** Each struck call leaves `bytesPerCall` of memory behind until the mock ends, 256 MiB at most in all. */
  | { readonly kind: 'memory-leak'; readonly bytesPerCall: number }
  /** DELETE of a session is acknowledged and the session kept. Looks at those DELETE requests, not calls. */
  | { readonly kind: 'session-leak' };

/**
 * One fault. Calls are chosen as they arrive: one that had arrived before is not struck, and one that was chosen stays
 * so though the fault ends meanwhile (a stall alone acts on everything in the queue). Where several faults choose one
 * call, the one put on first wins among those of a like kind (two that change the answer, say); unlike ones add up.
 */
export type MockFault = Kind & Scope;
export type MockFaultKind = MockFault['kind'];
export type FaultOf<K extends MockFaultKind> = Extract<MockFault, { readonly kind: K }>;
