/** Requests outside the measured path: opening and ending sessions, cancelling calls. */
import { isObject, parsedOrUndefined } from '../../../protocol/index.js';
import { answersId } from '../../oracle/index.js';
import { postHead } from '../../../catalog/index.js';
import {
  serverRequestIn,
  type ControlAnswer,
  type ControlExchange,
  type ControlFailure,
  type ServerRequest,
} from '../../eras/index.js';
import type { Endpoint } from './address.js';
import type { Http1Connection } from './connection.js';
import type { ExchangeListener } from './exchange.js';
import type { ConnectionPool } from './pool.js';

/** Sends them over the pool's connections. */
export function controlExchange(pool: ConnectionPool, { address, fixed }: Endpoint): ControlExchange {
  return {
    post: (fields, body, rpcId, timeoutMs, asked) => {
      const head = postHead(address.path, fixed, fields);
      return requestOnce(pool.take(), `${head}${Buffer.byteLength(body)}\r\n\r\n${body}`, rpcId, timeoutMs, asked);
    },
    delete: (fields, timeoutMs) => {
      const head = `DELETE ${address.path} HTTP/1.1\r\n${fixed}Accept-Encoding: identity\r\n${fields}\r\n`;
      return requestOnce(pool.take(), head, null, timeoutMs);
    },
  };
}

/**
 * Sends one request and waits for its answer. Never rejects; after `timeoutMs` the connection is given up.
 *
 * @param rpcId the id whose answer ends an event stream, or null when none is expected.
 * @param asked takes requests of the server on that stream, with the session id of its head or ''.
 */
export function requestOnce(
  connection: Http1Connection,
  request: string,
  rpcId: number | null,
  timeoutMs: number,
  asked?: (request: ServerRequest, sessionId: string) => void,
): Promise<ControlAnswer | ControlFailure> {
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
        text: from.streams ? found : from.text,
        sessionId: from.head.sessionId,
        location: from.head.location,
      });
    };
    const listener: ExchangeListener<Http1Connection> = {
      ended: answer,
      message: (from, bytes, start, end) => {
        const data = bytes.toString('utf8', start, end);
        const message = parsedOrUndefined(data);
        const request = serverRequestIn(message);
        if (request !== null) asked?.(request, from.head.sessionId);
        else if (rpcId !== null && found === '' && answersId(idOf(message), rpcId)) found = data;
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
function idOf(message: unknown): unknown {
  return isObject(message) && message['method'] === undefined ? message['id'] : undefined;
}
