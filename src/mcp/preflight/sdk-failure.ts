/** What a request ends as that the official SDK's client rejects. */
import { parsedOrUndefined } from '../../protocol/index.js';
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

/** Whether a result was a demand for input (MCP 2026-07-28, Multi Round-Trip Requests). */
const isInputRequired = (thrown: unknown): boolean => sdkCode(thrown) === 'UNSUPPORTED_RESULT_TYPE';

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
  if (isTooLarge) settle(slot, 'answer-too-large');
  else if (timedOut) settle(slot, 'attempt-timeout');
  else if (hasEnded && isConnectionClosed(thrown)) settle(slot, 'process-exited');
  else if (isInputRequired(thrown)) settle(slot, 'input-required');
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
