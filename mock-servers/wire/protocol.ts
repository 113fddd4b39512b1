/**
 * MCP 2025-11-25 over Streamable HTTP as constants and pure checks (specification: Basic, Lifecycle and Transports),
 * with the statuses and codes of the reference SDK's server where the specification leaves them open.
 */
import { isObject, META_CALL, parsedOrUndefined } from '../../src/protocol/index.js';
import type { IncomingHttpHeaders } from 'node:http';

/** Revisions that begin with `initialize`, newest first. */
export const REVISIONS = ['2025-11-25', '2025-06-18', '2025-03-26', '2024-11-05'] as const;

/** JSON-RPC 2.0 codes, and those of the server range that MCP servers use. */
export const RPC = {
  parseError: -32700,
  invalidRequest: -32600,
  methodNotFound: -32601,
  invalidParams: -32602,
  internalError: -32603,
  serverError: -32000,
  sessionNotFound: -32001,
  resourceNotFound: -32002,
} as const;

/** Largest request body, bytes (the reference SDK's bound). */
export const MAX_BODY_BYTES = 4 * 1024 * 1024;

/** A request that is refused before its method matters. */
export interface Refusal {
  readonly status: number;
  readonly code: number;
  readonly message: string;
  /** `data` of its error. */
  readonly data?: object;
}

const refuse = (status: number, code: number, message: string): Refusal => ({ status, code, message });

export const REFUSALS = {
  origin: refuse(403, RPC.serverError, 'Forbidden: the Origin header does not name this machine'),
  accept: refuse(
    406,
    RPC.serverError,
    'Not Acceptable: Client must accept both application/json and text/event-stream',
  ),
  contentType: refuse(415, RPC.serverError, 'Unsupported Media Type: Content-Type must be application/json'),
  revision: refuse(
    400,
    RPC.serverError,
    `Bad Request: Unsupported protocol version (supported versions: ${REVISIONS.join(', ')})`,
  ),
  tooLarge: refuse(413, RPC.serverError, 'Payload Too Large: the body is over 4 MiB'),
  notJson: refuse(400, RPC.parseError, 'Parse error: the body is not JSON'),
  batch: refuse(400, RPC.invalidRequest, 'Invalid Request: this revision has no batches'),
  notJsonRpc: refuse(400, RPC.invalidRequest, 'Invalid Request: not a JSON-RPC 2.0 message'),
  noSession: refuse(400, RPC.serverError, 'Bad Request: Mcp-Session-Id header is required'),
  unknownSession: refuse(404, RPC.sessionNotFound, 'Session not found'),
  initializedAlready: refuse(400, RPC.invalidRequest, 'Invalid Request: Server already initialized'),
  method: refuse(405, RPC.serverError, 'Method Not Allowed'),
  path: refuse(404, RPC.serverError, 'Not Found: nothing is served at this path'),
} as const;

/** What the Origin header forbids, or null. */
export function refusedOrigin(headers: IncomingHttpHeaders): Refusal | null {
  const { origin } = headers;
  return origin === undefined || isLoopbackOrigin(origin) ? null : REFUSALS.origin;
}

/** What the headers of a POST forbid besides, or null. */
export function refusedPost(headers: IncomingHttpHeaders): Refusal | null {
  const accept = headers.accept ?? '';
  if (!accept.includes('application/json') || !accept.includes('text/event-stream')) return REFUSALS.accept;
  const type = headers['content-type'] ?? '';
  if (type !== 'application/json' && !/^application\/json\s*(;|$)/i.test(type)) return REFUSALS.contentType;
  return null;
}

/** What the protocol version header of a request after `initialize` forbids, or null, as where there is none. */
export function refusedRevision(headers: IncomingHttpHeaders): Refusal | null {
  const revision = headers['mcp-protocol-version'];
  return revision === undefined || isRevision(revision) ? null : REFUSALS.revision;
}

const isRevision = (revision: string | readonly string[]): boolean => REVISIONS.some((known) => known === revision);

// DNS rebinding: a page of any site may reach a server on loopback, but its Origin header names the site.
function isLoopbackOrigin(origin: string): boolean {
  try {
    const { hostname } = new URL(origin);
    return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname);
  } catch {
    return false;
  }
}

/** The revision a server answers to the one a client asks for: the same when it knows it, else its newest. */
export const negotiatedRevision = (asked: unknown): string =>
  REVISIONS.find((known) => known === asked) ?? REVISIONS[0];

/** The text of a JSON-RPC error response. `idJson` is the request's id as JSON, `null` when there is none. */
export const rpcError = (idJson: string, code: number, message: string, data?: object): string =>
  `{"jsonrpc":"2.0","id":${idJson},"error":{"code":${code},"message":${JSON.stringify(message)}` +
  `${data === undefined ? '' : `,"data":${JSON.stringify(data)}`}}}`;

/**
 * The text of a JSON-RPC response with a result that is JSON already.
 *
 * @param members further members of the result, as JSON text with a comma behind each.
 */
export const rpcResult = (idJson: string, resultJson: string, members = ''): string =>
  members === ''
    ? `{"jsonrpc":"2.0","id":${idJson},"result":${resultJson}}`
    : `{"jsonrpc":"2.0","id":${idJson},"result":{${members}${resultJson.slice(1)}}`;

/** A JSON-RPC message as far as the server reads it. */
export type Message =
  | {
      readonly kind: 'request';
      readonly id: string | number;
      readonly method: string;
      readonly params: Readonly<Record<string, unknown>>;
    }
  | { readonly kind: 'notification'; readonly method: string; readonly params: Readonly<Record<string, unknown>> }
  /** An answer of the client; this server asks nothing, so it is taken and forgotten. */
  | { readonly kind: 'response' }
  | { readonly kind: 'refused'; readonly refusal: Refusal };

/** The id of the logical call that a `tools/call` belongs to; null when it holds none. */
export function callIdOf({ _meta: meta }: Readonly<Record<string, unknown>>): string | null {
  const id = isObject(meta) ? meta[META_CALL] : undefined;
  return typeof id === 'string' ? id : null;
}

const NO_PARAMS: Readonly<Record<string, unknown>> = {};

/** Reads one message from the text of a body. */
export function readMessage(text: string): Message {
  const value = parsedOrUndefined(text);
  if (value === undefined) return { kind: 'refused', refusal: REFUSALS.notJson };
  if (Array.isArray(value)) return { kind: 'refused', refusal: REFUSALS.batch };
  if (!isObject(value) || value['jsonrpc'] !== '2.0') return { kind: 'refused', refusal: REFUSALS.notJsonRpc };
  const { id, method, params } = value;
  if (method === undefined && id !== undefined && ('result' in value || 'error' in value)) return { kind: 'response' };
  if (typeof method !== 'string' || (params !== undefined && !isObject(params)))
    return { kind: 'refused', refusal: REFUSALS.notJsonRpc };
  if (id === undefined) return { kind: 'notification', method, params: params ?? NO_PARAMS };
  if (typeof id !== 'string' && !Number.isSafeInteger(id)) return { kind: 'refused', refusal: REFUSALS.notJsonRpc };
  return { kind: 'request', id: id as string | number, method, params: params ?? NO_PARAMS };
}
