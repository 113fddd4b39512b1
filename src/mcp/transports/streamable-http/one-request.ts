/** A request outside the measured path (opening and closing sessions), as a promise. */
import type { ErrorClass } from '../../../record/index.js';
import type { ExchangeListener, Http1Connection } from './connection.js';
import type { BodyKind } from '../../fast-path/index.js';

/** A complete answer, whatever its status. */
export interface OneAnswer {
  readonly kind: 'answer';
  readonly status: number;
  readonly bodyKind: BodyKind;
  /** The body; for an event stream the data of the message that answers `rpcId`, or '' when none did. */
  readonly text: string;
  /** Value of Mcp-Session-Id, or ''. */
  readonly sessionId: string;
  /** Value of Location of a redirect, or ''. */
  readonly location: string;
}

export interface OneFailure {
  readonly kind: 'failed';
  readonly errorClass: ErrorClass;
  /** For people; may be ''. */
  readonly reason: string;
}

/**
 * Sends one request and waits for its answer. Never rejects; after `timeoutMs` the connection is given up.
 *
 * @param rpcId the id whose answer ends an event stream, or null when none is expected.
 */
export function requestOnce(
  connection: Http1Connection,
  request: string,
  rpcId: number | null,
  timeoutMs: number,
): Promise<OneAnswer | OneFailure> {
  return new Promise((resolve) => {
    let found = '';
    const timer = setTimeout(() => {
      resolve({ kind: 'failed', errorClass: 'attempt-timeout', reason: `no answer within ${timeoutMs} ms` });
      connection.destroy();
    }, timeoutMs);
    const answer = (from: Http1Connection): void => {
      clearTimeout(timer);
      resolve({
        kind: 'answer',
        status: from.head.status,
        bodyKind: from.head.bodyKind,
        text: from.streams ? found : from.text,
        sessionId: from.head.sessionId,
        location: from.head.location,
      });
    };
    const listener: ExchangeListener = {
      ended: answer,
      message: (_from, bytes, start, end) => {
        const data = bytes.toString('utf8', start, end);
        if (rpcId !== null && found === '' && idOf(data) === rpcId) found = data;
      },
      streaming: (from) => {
        if (found === '') return;
        answer(from);
        from.drain();
      },
      failed: (from, errorClass) => {
        clearTimeout(timer);
        resolve({ kind: 'failed', errorClass, reason: from.failure });
      },
    };
    connection.send(listener, null, request, false, true);
  });
}

/** The id of a JSON-RPC response, or undefined. */
function idOf(data: string): unknown {
  try {
    const message: unknown = JSON.parse(data);
    return typeof message === 'object' && message !== null && 'id' in message && !('method' in message)
      ? message.id
      : undefined;
  } catch {
    return undefined;
  }
}
