/** Opening and ending one session over Streamable HTTP. */
import {
  fixedFields,
  requestOnce,
  type Address,
  type ConnectionPool,
  type OneAnswer,
  type OneFailure,
} from '../../transports/streamable-http/index.js';
import { INITIALIZED_JSON, initializeJson, readInitialize, type OpeningFailure } from './handshake.js';

/** A server and the header lines that all our requests to it share. */
export interface Endpoint {
  readonly address: Address;
  readonly fixed: string;
}

export function endpointOf(address: Address, headers: Readonly<Record<string, string>>): Endpoint {
  return { address, fixed: fixedFields(address, headers) };
}

/** An open session. `sessionId` is '' when the server keeps none. */
export interface OpenedSession {
  readonly kind: 'opened';
  readonly sessionId: string;
  readonly revision: string;
}
export interface NotOpened {
  readonly kind: 'failed';
  readonly failure: OpeningFailure;
}

/** A session id is visible ASCII (MCP 2025-11-25, Transports, Session Management). */
const SESSION_ID = /^[\x21-\x7e]*$/;

/** The head of every POST of a session, up to the value of Content-Length. */
export function postHead(endpoint: Endpoint, session: OpenedSession | null): string {
  return (
    `POST ${endpoint.address.path} HTTP/1.1\r\n${endpoint.fixed}` +
    'Accept: application/json, text/event-stream\r\nAccept-Encoding: identity\r\nContent-Type: application/json\r\n' +
    sessionFields(session) +
    'Content-Length: '
  );
}

function sessionFields(session: OpenedSession | null): string {
  if (session === null) return '';
  const id = session.sessionId === '' ? '' : `Mcp-Session-Id: ${session.sessionId}\r\n`;
  return `MCP-Protocol-Version: ${session.revision}\r\n${id}`;
}

function post(
  pool: ConnectionPool,
  head: string,
  body: string,
  rpcId: number | null,
  timeoutMs: number,
): Promise<OneAnswer | OneFailure> {
  return requestOnce(pool.take(), `${head}${Buffer.byteLength(body)}\r\n\r\n${body}`, rpcId, timeoutMs);
}

/**
 * How often a session that was forgotten at once is opened anew: behind three replicas that share nothing, two in three
 * are.
 */
export const FORGOTTEN_TRIES = 60;

/**
 * `initialize` and `notifications/initialized`; all over again where the session is forgotten in between, as a client
 * must (MCP 2025-11-25, Transports, Session Management). Never rejects; takes at most `timeoutMs`.
 */
export async function openHttpSession(
  pool: ConnectionPool,
  endpoint: Endpoint,
  revision: string,
  rpcId: number,
  timeoutMs: number,
): Promise<OpenedSession | NotOpened> {
  const endMs = performance.now() + timeoutMs;
  for (let tries = 1; ; tries++) {
    const opening = await openOnce(pool, endpoint, revision, rpcId, Math.max(1, endMs - performance.now()));
    const forgotten = opening.kind === 'failed' && opening.failure.kind === 'session-forgotten';
    if (!forgotten || tries === FORGOTTEN_TRIES || performance.now() >= endMs) return opening;
  }
}

async function openOnce(
  pool: ConnectionPool,
  endpoint: Endpoint,
  revision: string,
  rpcId: number,
  timeoutMs: number,
): Promise<OpenedSession | NotOpened> {
  const startedMs = performance.now();
  const answer = await post(pool, postHead(endpoint, null), initializeJson(rpcId, revision), rpcId, timeoutMs);
  const failure = failureOf(answer, timeoutMs);
  if (failure !== null || answer.kind === 'failed') return { kind: 'failed', failure: failure ?? { kind: 'not-mcp' } };
  const read = readInitialize(answer.text);
  if (read.kind === 'failed') return read;
  if (!SESSION_ID.test(answer.sessionId)) return { kind: 'failed', failure: { kind: 'not-mcp' } };
  const session: OpenedSession = { kind: 'opened', sessionId: answer.sessionId, revision: read.revision };
  const leftMs = Math.max(1, timeoutMs - (performance.now() - startedMs));
  const noted = await post(pool, postHead(endpoint, session), INITIALIZED_JSON, null, leftMs);
  if (session.sessionId !== '' && noted.kind === 'answer' && noted.status === 404)
    return { kind: 'failed', failure: { kind: 'session-forgotten' } };
  const notedFailure = failureOf(noted, timeoutMs);
  return notedFailure === null ? session : { kind: 'failed', failure: notedFailure };
}

/** DELETE. A server may refuse it (405); either way the session is none of our business any more. Never rejects. */
export async function endHttpSession(
  pool: ConnectionPool,
  endpoint: Endpoint,
  session: OpenedSession,
  timeoutMs: number,
): Promise<void> {
  if (session.sessionId === '') return;
  const request = `DELETE ${endpoint.address.path} HTTP/1.1\r\n${endpoint.fixed}Accept-Encoding: identity\r\n${sessionFields(session)}\r\n`;
  await requestOnce(pool.take(), request, null, timeoutMs);
}

function failureOf(answer: OneAnswer | OneFailure, timeoutMs: number): OpeningFailure | null {
  if (answer.kind === 'answer') {
    if (answer.status >= 200 && answer.status < 300) return null;
    const read = readInitialize(answer.text);
    // A 400 says why in its body.
    if (answer.status === 400 && read.kind === 'failed' && read.failure.kind === 'rpc-error') return read.failure;
    return { kind: 'status', status: answer.status, location: answer.location };
  }
  const { errorClass, reason } = answer;
  if (errorClass === 'connect-refused') return { kind: 'refused' };
  if (errorClass === 'connect-failed') return { kind: 'unreachable', reason };
  if (errorClass === 'attempt-timeout') return { kind: 'silent', withinMs: timeoutMs };
  if (errorClass === 'generator-error') return { kind: 'our-limit', reason };
  return { kind: 'broke-off', reason };
}
