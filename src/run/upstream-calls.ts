/** The calls that mocks received, joined with the calls of the load by what of each request had arrived. */
import { createHash } from 'node:crypto';
import { callOfTrace, type TraceIds } from '../catalog/index.js';
import type { UpstreamCallRow } from '../record/index.js';
import type { CallTarget } from '../scenario/index.js';
import type { ReceivedCall } from '../stack/index.js';

export interface JoinedBy {
  /** The trace contexts of the run. */
  readonly trace: TraceIds;
  readonly target: CallTarget;
  readonly monotonicEpochNs: bigint;
}

/** In the order of the services, and of arrival at each. */
export function upstreamCallRows(received: readonly ReceivedCall[], by: JoinedBy): readonly UpstreamCallRow[] {
  const token = tokenDigest(by.target);
  const sessions = new Map<string, Map<string, number>>();
  return received.map((call) => {
    const { service, tool, traceparent, traceHeader, argumentCall, authorization } = call;
    const own = sessions.get(service) ?? new Map<string, number>();
    sessions.set(service, own);
    const session = own.get(call.session) ?? own.size;
    own.set(call.session, session);
    const ofMeta = numberIn(call.call);
    const ofMetaTrace = traceparent === null ? null : callOfTrace(by.trace, traceparent);
    const ofHeader = traceHeader === null ? null : callOfTrace(by.trace, traceHeader);
    // An argument is passed on as it is; the others may be those of a call before.
    const callId = argumentCall ?? ofMeta ?? ofMetaTrace ?? ofHeader;
    const isOwn = (id: number | null): boolean => id !== null && id === callId;
    const isOther = (id: number | null): boolean => id !== null && id !== callId;
    return {
      service,
      tool,
      callId,
      joinedBy: isOwn(ofMeta)
        ? 'meta'
        : isOwn(ofMetaTrace) || isOwn(ofHeader)
          ? 'traceparent'
          : argumentCall !== null
            ? 'argument'
            : null,
      receivedNs: Number(BigInt(call.receivedNs) - by.monotonicEpochNs),
      session,
      customMeta: call.call !== null && !isOther(ofMeta),
      metaTrace: isOwn(ofMetaTrace),
      headerTrace: isOwn(ofHeader),
      otherTrace: isOther(ofMetaTrace) || isOther(ofHeader),
      clientToken: token === null ? null : authorization === token,
    };
  });
}

/** Calls of a run are numbered; whatever else names itself a call is none of it. */
const numberIn = (call: string | null): number | null =>
  call !== null && /^\d{1,15}$/.test(call) ? Number(call) : null;

/** SHA-256 of the Authorization that the client sends, as a mock reports it; null when it sends none. */
function tokenDigest(target: CallTarget): string | null {
  if (target.kind !== 'http') return null;
  const written = Object.entries(target.headers).find(([name]) => name.toLowerCase() === 'authorization')?.[1];
  const { username, password } = new URL(target.url);
  const user = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  const value = written ?? (user === ':' ? null : `Basic ${Buffer.from(user).toString('base64')}`);
  return value === null ? null : createHash('sha256').update(value).digest('hex');
}
