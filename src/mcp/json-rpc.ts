/** JSON-RPC 2.0 as MCP writes it: the texts we send, and telling apart what we receive. */
import { META_CALL } from '../../mock-servers/index.js';
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
const PLAIN_END = '}}';
const META_START = `,"_meta":{${JSON.stringify(META_CALL)}:"`;
const META_END = '"}}}';

/**
 * Whether the logical call's id travels with a call: only where effects are counted or the answer is a mock's, so that
 * servers nobody here wrote see plain requests.
 */
export function tellsCall(call: CallSpec): boolean {
  return call.effect === 'exactly-once' || call.expect.kind === 'derived';
}

/** Writes `tools/call` requests. */
export class CallWriter {
  readonly #afterId: readonly string[];
  readonly #tellsCall: readonly boolean[];

  constructor(calls: readonly CallSpec[]) {
    this.#afterId = calls.map((call) => `,"method":"tools/call","params":{"name":${JSON.stringify(call.tool)},"arguments":`);
    this.#tellsCall = calls.map(tellsCall);
  }

  /** The request's JSON text. @param spec index of the call spec. */
  write(id: number, spec: number, argumentsJson: string, callId: number): string {
    const start = CALL_START + id + this.#afterId[spec] + argumentsJson;
    return this.#tellsCall[spec] === true ? start + META_START + callId + META_END : start + PLAIN_END;
  }
}
