/** Composes the requests of a run's calls: what stays the same from one to the next is joined and measured once. */
import {
  REQUEST_START,
  cancelledJson,
  requestTextOf,
  traceCall,
  type CallSpec,
  type Carried,
  type RequestText,
} from '../../catalog/index.js';

/** What stands behind the JSON-RPC id in the requests of one spec, as long as the arguments are the same. */
export interface RequestTail {
  readonly argumentsJson: string;
  /** Up to the first id of the call that the request has; else to the end. */
  readonly text: string;
  /** UTF-8 bytes of `text`. */
  readonly bytes: number;
  /** From the call's digits in the trace context to its id; null when the request has no trace context. */
  readonly afterTrace: string | null;
  /** From the logical call's id to the end; null when the request does not have it. */
  readonly afterCallId: string | null;
}

/** One for all sessions of a thread. A request is `REQUEST_START`, its id, the tail, and what follows it. */
export class RequestWriter {
  /** The trace contexts of the requests; null: they have none. */
  readonly trace: Carried['trace'];
  readonly #texts: readonly RequestText[];
  readonly #cancels: readonly boolean[];
  /** By spec; null before its first request. */
  readonly #tails: (RequestTail | null)[];

  /** @param callIdPrefix stands before the logical call's id where the request has it. */
  constructor(calls: readonly CallSpec[], carried: Carried, callIdPrefix = '') {
    this.trace = carried.trace;
    this.#texts = calls.map((call) => {
      const text = requestTextOf(call, carried);
      if (text.afterTrace !== null) return { ...text, afterTrace: text.afterTrace + callIdPrefix };
      const prefix = text.afterCallId === null ? '' : callIdPrefix;
      return { ...text, afterArguments: text.afterArguments + prefix };
    });
    this.#cancels = calls.map(({ cancel }) => cancel);
    this.#tails = calls.map(() => null);
  }

  /**
   * The same object for requests that are alike in everything but their two ids.
   *
   * @param spec index of the call spec.
   */
  tailOf(spec: number, argumentsJson: string): RequestTail {
    const last = this.#tails[spec] ?? null;
    if (last !== null && last.argumentsJson === argumentsJson) return last;
    const { beforeArguments, afterArguments, afterTrace, afterCallId } = this.#texts[spec] as RequestText;
    const text = beforeArguments + argumentsJson + afterArguments;
    return (this.#tails[spec] = { argumentsJson, text, bytes: Buffer.byteLength(text), afterTrace, afterCallId });
  }

  /** The whole request as JSON text. */
  write(id: number, spec: number, argumentsJson: string, callId: number): string {
    return REQUEST_START + id + afterId(this.tailOf(spec, argumentsJson), callId);
  }

  /** Whether calls of a spec that are given up are cancelled. */
  cancels(spec: number): boolean {
    return this.#cancels[spec] === true;
  }

  /** The message that cancels a request explicitly, or null where calls of the spec are given up without one. */
  cancelled(id: number, spec: number): string | null {
    return this.cancels(spec) ? cancelledJson(id) : null;
  }
}

/** What follows the JSON-RPC id. */
export function afterId({ text, afterTrace, afterCallId }: RequestTail, callId: number): string {
  if (afterTrace !== null) return text + traceCall(callId) + afterTrace + callId + (afterCallId ?? '');
  return afterCallId === null ? text : text + callId + afterCallId;
}
