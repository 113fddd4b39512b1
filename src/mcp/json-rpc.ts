/** JSON-RPC 2.0 as MCP writes it: the texts we send, and telling apart what we receive. */
import { META_CALL, META_TIMEOUT } from '../protocol/index.js';
import type { CallSpec } from '../scenario/index.js';

/** A message as far as everyone may rely on it. */
export interface RpcMessage {
  readonly id?: unknown;
  readonly method?: unknown;
  readonly result?: unknown;
  readonly error?: unknown;
  readonly jsonrpc?: unknown;
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The JSON value of a text, or undefined when it is not JSON (JSON itself has no undefined). */
export function parsedOrUndefined(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const CALL_START = '{"jsonrpc":"2.0","id":';

/**
 * Whether the logical call's id travels with a call: only where effects are counted, the answer is a mock's, or a mock
 * is to say whom its faults struck, so that servers nobody here wrote see plain requests.
 */
export function tellsCall(call: CallSpec): boolean {
  return call.effect === 'exactly-once' || call.expect.kind === 'derived' || call.named === true;
}

/** The `_meta` of a call before and after the logical call's id; `before` alone when the id is not told. */
interface Ending {
  readonly before: string;
  readonly after: string | null;
}

function endingOf(call: CallSpec, propagateDeadline: boolean): Ending {
  // What an attempt may take at most, the same for each: a remaining time would need no clock in common either, but a
  // late retry's shorter one is left to the deadline of the client. gRPC lets its timeout travel in the same way, as a
  // duration.
  const timeout = propagateDeadline
    ? `${JSON.stringify(META_TIMEOUT)}:"${call.attemptTimeoutNs ?? call.deadlineNs}"`
    : '';
  if (tellsCall(call))
    return { before: `,"_meta":{${timeout}${timeout === '' ? '' : ','}${JSON.stringify(META_CALL)}:"`, after: '"}}}' };
  return { before: timeout === '' ? '}}' : `,"_meta":{${timeout}}}}`, after: null };
}

/** What stands behind the id in the requests of one spec, as long as the arguments are the same. */
interface Tail {
  /** Null before the first request. */
  readonly argumentsJson: string | null;
  /** Up to the logical call's id, if that travels; else to the end. */
  readonly text: string;
  readonly bytes: number;
}

const NO_TAIL: Tail = { argumentsJson: null, text: '', bytes: 0 };

/** Decimal digits of a whole number from 0. */
function digitsOf(value: number): number {
  let digits = 1;
  for (let limit = 10; value >= limit; limit *= 10) digits++;
  return digits;
}

/**
 * Writes `tools/call` requests, and the notifications that give them up.
 *
 * `compose` measures a request that is to be put together from `start`, the id and `tail`: whoever adds an HTTP head
 * joins all of it at once, or knows it already; what stays the same is measured once.
 */
export class CallWriter {
  /** What every request begins with, up to the id. */
  static readonly start = CALL_START;
  /**
   * Bytes of the whole request, and whether each of them is a character. These and the next four are valid until the
   * next `compose`.
   */
  bytes = 0;
  ascii = true;
  /** The same object for requests that are alike in everything but their two ids. */
  fixed: object = NO_TAIL;
  /** Decimal digits of the two ids; none where the logical call's does not travel. */
  idDigits = 0;
  callDigits = 0;
  /** What follows the logical call's id. */
  afterCall = '';
  #text = '';
  readonly #afterId: readonly string[];
  readonly #endings: readonly Ending[];
  readonly #cancels: readonly boolean[];
  readonly #tails: Tail[];

  constructor(calls: readonly CallSpec[], propagateDeadline: boolean) {
    this.#afterId = calls.map(
      (call) => `,"method":"tools/call","params":{"name":${JSON.stringify(call.tool)},"arguments":`,
    );
    this.#endings = calls.map((call) => endingOf(call, propagateDeadline));
    this.#cancels = calls.map(({ cancel }) => cancel);
    this.#tails = calls.map(() => NO_TAIL);
  }

  /** @param spec index of the call spec. */
  compose(id: number, spec: number, argumentsJson: string, callId: number): void {
    const { before, after } = this.#endings[spec] as Ending;
    let tail = this.#tails[spec] ?? NO_TAIL;
    if (tail.argumentsJson !== argumentsJson) {
      const text = (this.#afterId[spec] ?? '') + argumentsJson + before;
      tail = this.#tails[spec] = { argumentsJson, text, bytes: Buffer.byteLength(text) };
    }
    this.fixed = tail;
    this.#text = tail.text;
    this.ascii = tail.bytes === tail.text.length;
    this.idDigits = digitsOf(id);
    this.callDigits = after === null ? 0 : digitsOf(callId);
    this.afterCall = after ?? '';
    this.bytes = CALL_START.length + this.idDigits + tail.bytes + this.callDigits + this.afterCall.length;
  }

  /** What follows the id in the request that was composed for this call. */
  tail(callId: number): string {
    return this.callDigits === 0 ? this.#text : this.#text + callId + this.afterCall;
  }

  /** The whole request as JSON text. */
  write(id: number, spec: number, argumentsJson: string, callId: number): string {
    this.compose(id, spec, argumentsJson, callId);
    return CALL_START + id + this.tail(callId);
  }

  /**
   * `notifications/cancelled` for a request (MCP 2025-11-25, Cancellation), or null where the spec's calls are given up
   * in silence.
   */
  cancelled(id: number, spec: number): string | null {
    if (this.#cancels[spec] !== true) return null;
    return `{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":${id},"reason":"the time limit of the call has passed"}}`;
  }
}
