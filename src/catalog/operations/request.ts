/** The JSON-RPC messages of a call: the one place where their text is made. */
import { META_CALL, META_TIMEOUT } from '../../protocol/index.js';
import type { CallSpec } from './call-spec.js';
import { envelopeJson, type Answerable, type Revision } from './era.js';
import { operationOf } from './list.js';
import { traceCall, traceEnd, traceStart, type TraceIds } from './trace.js';

/** What every request begins with, up to its id. */
export const REQUEST_START = '{"jsonrpc":"2.0","id":';

/** A call's request behind its JSON-RPC id, in the parts that stay the same from call to call. */
export interface RequestText {
  readonly beforeArguments: string;
  /** Up to the digits of the call in its trace context, if the request has one; else to its id, or to the end. */
  readonly afterArguments: string;
  /** From those digits to the logical call's id; null when the request has no trace context. */
  readonly afterTrace: string | null;
  /** From the logical call's id to the end; null when the request does not have it. */
  readonly afterCallId: string | null;
}

/** What travels in the `_meta` of a request besides the id of its call. */
export interface Carried {
  /** A stateless one is named in each request, with its client. */
  readonly revision: Revision;
  /** Whether `_meta` holds how long an attempt may take. */
  readonly propagateDeadline: boolean;
  /** Null: no trace context. */
  readonly trace: TraceIds | null;
  /** A stateless request offers what there are answers for. Default: nothing. */
  readonly answers?: Answerable;
}

/**
 * Whether the logical call's id travels with a call: only where effects are counted, the answer is a mock's, a mock is
 * to report the affected calls, or calls are traced, so that servers which are no mocks see plain requests.
 */
export function carriesCallId(call: CallSpec, { trace }: Pick<Carried, 'trace'>): boolean {
  return trace !== null || call.effect === 'exactly-once' || call.expect.kind === 'derived' || call.named === true;
}

export function requestTextOf(call: CallSpec, carried: Carried): RequestText {
  const { propagateDeadline, revision, trace, answers } = carried;
  const operation = operationOf(call);
  const { before, after } = operation.params(call);
  const metaAfter = operation.arguments(call) === null && before === '' ? '' : ',';
  const beforeArguments = `,"method":${JSON.stringify(operation.method)},"params":{${before}`;
  // What an attempt may take at most, the same for each: a remaining time would need no clock in common either, but a
  // late retry's shorter one is left to the deadline of the client. gRPC lets its timeout travel in the same way, as a
  // duration.
  const timeout = propagateDeadline
    ? `${JSON.stringify(META_TIMEOUT)}:"${call.attemptTimeoutNs ?? call.deadlineNs}"`
    : '';
  const same = [envelopeJson(revision, answers), timeout].filter((members) => members !== '').join(',');
  if (carriesCallId(call, carried)) {
    const comma = same === '' ? '' : ',';
    const start = `${after}${metaAfter}"_meta":{${same}${comma}`;
    const id = `${JSON.stringify(META_CALL)}:"`;
    const afterCallId = '"}}}';
    if (trace === null) return { beforeArguments, afterArguments: start + id, afterTrace: null, afterCallId };
    const afterArguments = `${start}"traceparent":"${traceStart(trace)}`;
    return { beforeArguments, afterArguments, afterTrace: `${traceEnd(trace)}",${id}`, afterCallId };
  }
  const meta = same === '' ? '' : `${metaAfter}"_meta":{${same}}`;
  return { beforeArguments, afterArguments: `${after}${meta}}}`, afterTrace: null, afterCallId: null };
}

/** The whole request as JSON text. */
export function requestJson(text: RequestText, id: number, argumentsJson: string, callId: number): string {
  const { beforeArguments, afterArguments, afterTrace, afterCallId } = text;
  const end =
    (afterTrace === null ? '' : traceCall(callId) + afterTrace) + (afterCallId === null ? '' : callId + afterCallId);
  return REQUEST_START + id + beforeArguments + argumentsJson + afterArguments + end;
}

/** `notifications/cancelled` for a request (MCP 2025-11-25, Cancellation). */
export function cancelledJson(id: number): string {
  const params = `{"requestId":${id},"reason":"the time limit of the call has passed"}`;
  return `{"jsonrpc":"2.0","method":"notifications/cancelled","params":${params}}`;
}

/** The request with further members of its `params`, which are JSON text; it has some already. */
export const withMembers = (request: string, members: string): string => `${request.slice(0, -2)},${members}}}`;
