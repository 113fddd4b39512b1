/** What the errors of the official SDK clients mean: those of 1.x, and those of 2.x. */
import { messageOf } from '../../problem/index.js';
import { isObject, parsedOrUndefined } from '../../protocol/index.js';
import { excerpt } from '../eras/index.js';

/** A code that the SDK 1.x makes up on our side (its `ErrorCode`); a server may send the same number. */
const REQUEST_TIMEOUT = -32001;
const CONNECTION_CLOSED = -32000;

/** The code of an `SdkError` of 2.x: what went wrong on our side, in a word; else ''. */
export function sdkCode(thrown: unknown): string {
  const isOwn = thrown instanceof Error && /^Sdk(?:Http)?Error$/.test(thrown.name) && 'code' in thrown;
  return isOwn && typeof thrown.code === 'string' ? thrown.code : '';
}

/** Whether the SDK itself stopped waiting: it then says for how long it did, which an answer of a server does not. */
export function isTimeout(thrown: unknown): boolean {
  if (sdkCode(thrown) === 'REQUEST_TIMEOUT') return true;
  if (rpcCode(thrown) !== REQUEST_TIMEOUT || !(thrown instanceof Error && 'data' in thrown)) return false;
  const { data } = thrown;
  return isObject(data) && ['timeout', 'maxTotalTimeout'].some((name) => typeof data[name] === 'number');
}

/** Whether a request ended with its connection; the SDK gives that a code that a server may send as well. */
export function isConnectionClosed(thrown: unknown): boolean {
  if (sdkCode(thrown) === 'CONNECTION_CLOSED') return true;
  return rpcCode(thrown) === CONNECTION_CLOSED && messageOf(thrown).endsWith('Connection closed');
}

/** The HTTP status that the error is about, or null. Code -1 of 1.x (unexpected content type) is no status. */
export function httpStatus(thrown: unknown): number | null {
  if (sdkCode(thrown) !== '') {
    const data: unknown = thrown instanceof Error && 'data' in thrown ? thrown.data : undefined;
    return isObject(data) && typeof data['status'] === 'number' ? data['status'] : null;
  }
  const code: unknown = thrown instanceof Error && 'code' in thrown ? thrown.code : undefined;
  return typeof code === 'number' && code >= 100 && code <= 999 ? code : null;
}

/** The JSON-RPC code of an McpError (1.x) or a ProtocolError (2.x), or null. */
export function rpcCode(thrown: unknown): number | null {
  const isRpc = thrown instanceof Error && (thrown.name === 'McpError' || thrown.name === 'ProtocolError');
  const code: unknown = isRpc && 'code' in thrown ? thrown.code : undefined;
  return typeof code === 'number' ? code : null;
}

/** The system's name for why a connection failed, wherever `fetch` has buried it; '' when there is none. */
export function systemCode(thrown: unknown): string {
  if (!(thrown instanceof Error)) return '';
  if (sdkCode(thrown) === '' && 'code' in thrown && typeof thrown.code === 'string') return thrown.code;
  if (thrown instanceof AggregateError) return systemCode(thrown.errors[0]);
  return systemCode(thrown.cause);
}

/** Why a connection failed, for people. */
export function causeText(thrown: unknown): string {
  return thrown instanceof Error && thrown.cause instanceof Error && thrown.cause.message !== ''
    ? thrown.cause.message
    : messageOf(thrown);
}

/** The text of a server's error without the prefix the SDK puts before it. */
export function errorText(thrown: unknown): string {
  const text = messageOf(thrown);
  const body = parsedOrUndefined(text.slice(Math.max(0, text.indexOf('{'))));
  if (isObject(body) && isObject(body['error']) && typeof body['error']['message'] === 'string')
    return excerpt(body['error']['message']);
  return excerpt(text.replace(/^MCP error -?\d+: /, ''));
}
