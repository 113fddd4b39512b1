/** What a request ends as that the official SDK's client rejects. */
import { messageOf } from '../../problem/index.js';
import { parsedOrUndefined } from '../../protocol/index.js';
import type { ErrorClass } from '../../record/index.js';
import { emptyHead } from '../fast-path/index.js';
import { settle, type Judged, type Oracle } from '../oracle/index.js';
import { UnknownCoding } from './bounded-fetch.js';
import { errorText, httpStatus, isConnectionClosed, isTimeout, rpcCode, sdkCode, systemCode } from './sdk-errors.js';

export interface SdkFailure {
  /** What the server, or the SDK, said of it. */
  readonly detail: string;
  /** The SDK stopped waiting. */
  readonly timedOut: boolean;
}

/** Whether the SDK complains of a content type that is neither JSON nor an event stream. */
const isContentType = (thrown: unknown): boolean =>
  sdkCode(thrown) === 'CLIENT_HTTP_UNEXPECTED_CONTENT' ||
  (thrown instanceof Error && 'code' in thrown && thrown.code === -1);

/**
 * What a result is that the SDK 2.x refuses (MCP 2026-07-28): a demand for input, one that it has no answer for, and
 * the one after the most that it answers included; or one that breaks the protocol. Null: it refused none.
 */
function refusedResult(thrown: unknown): ErrorClass | null {
  switch (sdkCode(thrown)) {
    case 'INPUT_REQUIRED_ROUNDS_EXCEEDED':
    case 'CAPABILITY_NOT_SUPPORTED':
      return 'input-required';
    case 'UNSUPPORTED_RESULT_TYPE':
    case 'INVALID_RESULT':
      return /\binput[_ ]re(?:quired|quest)\b/.test(messageOf(thrown)) ? 'input-required' : 'bad-result';
    default:
      return null;
  }
}

/** Judges an attempt by the error that its request was rejected with. */
export function judgeFailure(
  thrown: unknown,
  slot: Judged,
  oracle: Oracle,
  { isTooLarge, hasEnded }: { readonly isTooLarge: boolean; readonly hasEnded: boolean },
): SdkFailure {
  const detail = errorText(thrown);
  const timedOut = isTimeout(thrown);
  const status = httpStatus(thrown);
  const code = rpcCode(thrown);
  const refused = refusedResult(thrown);
  if (isTooLarge) settle(slot, 'answer-too-large');
  else if (timedOut) settle(slot, 'attempt-timeout');
  else if (hasEnded && isConnectionClosed(thrown)) settle(slot, 'process-exited');
  else if (refused !== null) settle(slot, refused);
  else if (status !== null) oracle.judgeHttp(slot, { ...emptyHead(), status }, bodyOf(thrown));
  else if (code !== null && systemCode(thrown) === '')
    oracle.judgeMessage(slot, { jsonrpc: '2.0', error: { code, message: detail } });
  else if (isContentType(thrown)) settle(slot, 'content-type');
  else if (thrown instanceof UnknownCoding) settle(slot, 'content-coding');
  else if (thrown instanceof SyntaxError) settle(slot, 'body-not-json');
  else settle(slot, systemCode(thrown) === '' ? 'not-json-rpc' : 'closed-early');
  return { detail, timedOut };
}

/** The body of an HTTP error, which the SDK appends to its own message. */
function bodyOf(thrown: unknown): string {
  const message = thrown instanceof Error ? thrown.message : '';
  const body = message.slice(Math.max(0, message.indexOf('{')));
  return parsedOrUndefined(body) === undefined ? '' : body;
}
