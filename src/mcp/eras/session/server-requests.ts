/** Requests that a server sends to its client (MCP 2025-11-25, Basic, Messages). */
import { isObject } from '../../../protocol/index.js';

/** A request of the server: its id, as it is to be sent back, and its method. */
export interface ServerRequest {
  readonly id: string | number;
  readonly method: string;
}

/** The request that a message is; null for a notification, a response, and what is none of them. */
export function serverRequestIn(message: unknown): ServerRequest | null {
  if (!isObject(message) || message['result'] !== undefined || message['error'] !== undefined) return null;
  const { id, method } = message;
  return typeof method === 'string' && (typeof id === 'string' || typeof id === 'number') ? { id, method } : null;
}

/**
 * Our answer, at once, since a tool may wait for it: `ping` is answered; all else is a method that we do not have, for
 * no capability was offered.
 */
export function serverAnswerJson({ id, method }: ServerRequest): string {
  return JSON.stringify(
    method === 'ping'
      ? { jsonrpc: '2.0', id, result: {} }
      : { jsonrpc: '2.0', id, error: { code: -32601, message: `plimsoll does not offer ${method}` } },
  );
}
