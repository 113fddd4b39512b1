/** JSON-RPC 2.0 as MCP writes it: the texts we send, and telling apart what we receive. */
import { META_CALL, META_TIMEOUT } from '../../mock-servers/index.js';
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
 * Whether the logical call's id travels with a call: only where effects are counted or the answer is a mock's, so that
 * servers nobody here wrote see plain requests.
 */
export function tellsCall(call: CallSpec): boolean {
  return call.effect === 'exactly-once' || call.expect.kind === 'derived';
}

/** The `_meta` of a call before and after the logical call's id; `before` alone when the id is not told. */
interface Ending {
  readonly before: string;
  readonly after: string | null;
}

function endingOf(call: CallSpec, tellTimeout: boolean): Ending {
  // What an attempt may take at most, the same for each: a remaining time would need no clock in common either, but a late
  // retry's shorter one is left to the deadline of the client. gRPC lets its timeout travel in the same way, as a duration.
  const timeout = tellTimeout ? `${JSON.stringify(META_TIMEOUT)}:"${call.attemptTimeoutNs ?? call.deadlineNs}"` : '';
  if (tellsCall(call)) return { before: `,"_meta":{${timeout}${timeout === '' ? '' : ','}${JSON.stringify(META_CALL)}:"`, after: '"}}}' };
  return { before: timeout === '' ? '}}' : `,"_meta":{${timeout}}}}`, after: null };
}

/** Writes `tools/call` requests, and the notifications that give them up. */
export class CallWriter {
  readonly #afterId: readonly string[];
  readonly #endings: readonly Ending[];
  readonly #cancels: readonly boolean[];

  constructor(calls: readonly CallSpec[], tellTimeout: boolean) {
    this.#afterId = calls.map((call) => `,"method":"tools/call","params":{"name":${JSON.stringify(call.tool)},"arguments":`);
    this.#endings = calls.map((call) => endingOf(call, tellTimeout));
    this.#cancels = calls.map(({ cancel }) => cancel);
  }

  /** The request's JSON text. @param spec index of the call spec. */
  write(id: number, spec: number, argumentsJson: string, callId: number): string {
    const { before, after } = this.#endings[spec] as Ending;
    const start = CALL_START + id + this.#afterId[spec] + argumentsJson + before;
    return after === null ? start : start + callId + after;
  }

  /** `notifications/cancelled` for a request (MCP 2025-11-25, Cancellation), or null where the spec's calls are given up in silence. */
  cancelled(id: number, spec: number): string | null {
    if (this.#cancels[spec] !== true) return null;
    return `{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":${id},"reason":"the time limit of the call has passed"}}`;
  }
}
