/** The JSON-RPC messages of a call: the one place where their text is made. */
import { META_CALL, META_TIMEOUT } from '../../protocol/index.js';
import type { CallSpec } from './call-spec.js';
import { operationOf } from './list.js';

/** What every request begins with, up to its id. */
export const REQUEST_START = '{"jsonrpc":"2.0","id":';

/** A call's request behind its JSON-RPC id, in the parts that stay the same from call to call. */
export interface RequestText {
  readonly beforeArguments: string;
  /** Up to the logical call's id, if the request has it; else to the end. */
  readonly afterArguments: string;
  /** From the logical call's id to the end; null when the request does not have it. */
  readonly afterCallId: string | null;
}

/**
 * Whether the logical call's id travels with a call: only where effects are counted, the answer is a mock's, or a mock
 * is to report the affected calls, so that servers which are no mocks see plain requests.
 */
export function carriesCallId(call: CallSpec): boolean {
  return call.effect === 'exactly-once' || call.expect.kind === 'derived' || call.named === true;
}

/** @param propagateDeadline whether `_meta` holds how long an attempt may take. */
export function requestTextOf(call: CallSpec, propagateDeadline: boolean): RequestText {
  const operation = operationOf(call);
  const { before, after } = operation.params(call);
  const beforeArguments = `,"method":${JSON.stringify(operation.method)},"params":{${before}`;
  // What an attempt may take at most, the same for each: a remaining time would need no clock in common either, but a
  // late retry's shorter one is left to the deadline of the client. gRPC lets its timeout travel in the same way, as a
  // duration.
  const timeout = propagateDeadline
    ? `${JSON.stringify(META_TIMEOUT)}:"${call.attemptTimeoutNs ?? call.deadlineNs}"`
    : '';
  if (carriesCallId(call)) {
    const comma = timeout === '' ? '' : ',';
    return {
      beforeArguments,
      afterArguments: `${after},"_meta":{${timeout}${comma}${JSON.stringify(META_CALL)}:"`,
      afterCallId: '"}}}',
    };
  }
  const meta = timeout === '' ? '' : `,"_meta":{${timeout}}`;
  return { beforeArguments, afterArguments: `${after}${meta}}}`, afterCallId: null };
}

/** The whole request as JSON text. */
export function requestJson(text: RequestText, id: number, argumentsJson: string, callId: number): string {
  const { beforeArguments, afterArguments, afterCallId } = text;
  const end = afterCallId === null ? '' : callId + afterCallId;
  return REQUEST_START + id + beforeArguments + argumentsJson + afterArguments + end;
}

/** `notifications/cancelled` for a request (MCP 2025-11-25, Cancellation). */
export function cancelledJson(id: number): string {
  const params = `{"requestId":${id},"reason":"the time limit of the call has passed"}`;
  return `{"jsonrpc":"2.0","method":"notifications/cancelled","params":${params}}`;
}
