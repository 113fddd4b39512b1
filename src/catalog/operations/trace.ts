/** Trace contexts of calls (W3C Trace Context, `traceparent`): seeded, and such that a call is known by its own. */
import { seededRandom } from '../../random/index.js';

/** What the trace contexts of a run have in common. */
export interface TraceIds {
  /** First half of every trace id, 16 hexadecimal digits; the other half is the number of the call. */
  readonly traceId: string;
  /** The span of the call, 16 hexadecimal digits: the attempts of one call are one span's. */
  readonly spanId: string;
}

/** Digits of a call's number in its trace id: decimal, which is hexadecimal too. */
const CALL_DIGITS = 16;

/** The same for the same seed. */
export function traceIdsOf(seed: number): TraceIds {
  const random = seededRandom(seed, 'trace');
  const half = (): string => [0, 1].map(() => random.below(4_294_967_296).toString(16).padStart(8, '0')).join('');
  // An id of zeros alone is not valid.
  return { traceId: `a${half().slice(1)}`, spanId: `b${half().slice(1)}` };
}

/** The `traceparent` of a call in three parts: before the digits of its number, those digits, and after them. */
export const traceStart = ({ traceId }: TraceIds): string => `00-${traceId}`;
export const traceCall = (callId: number): string => String(callId).padStart(CALL_DIGITS, '0');
export const traceEnd = ({ spanId }: TraceIds): string => `-${spanId}-01`;

/** `00-<32 digits>-<16 digits>-01`. */
export const traceparentOf = (ids: TraceIds, callId: number): string =>
  traceStart(ids) + traceCall(callId) + traceEnd(ids);

/** Those of calls before the load: what a server reports of them belongs to no call of the run. */
export const traceIdsBefore = (ids: TraceIds): TraceIds => ({ ...ids, traceId: `c${ids.traceId.slice(1)}` });

/** The call that a `traceparent` belongs to, whatever span of it; null when it is none of this run. */
export function callOfTrace(ids: TraceIds, traceparent: string): number | null {
  const found = /^[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}/.exec(traceparent);
  return found?.[1] === undefined ? null : callOfTraceId(ids, found[1]);
}

/** The same of a trace id, 32 hexadecimal digits. */
export function callOfTraceId({ traceId }: TraceIds, id: string): number | null {
  const call = id.slice(traceId.length);
  return id.startsWith(traceId) && /^[0-9]{16}$/.test(call) ? Number(call) : null;
}
