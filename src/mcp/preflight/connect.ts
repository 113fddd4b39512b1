/** A connection of the official SDK client, and what its errors mean. */
import type { Client } from '@modelcontextprotocol/sdk/client/index.js';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import { ProblemError, messageOf, type Problem } from '../../problem/index.js';
import type { ProcessKeeper } from '../../processes/index.js';
import type { CallTarget, Protocol } from '../../scenario/index.js';
import { addressOf, endpointOf } from '../transports/streamable-http/index.js';
import { isObject, parsedOrUndefined } from '../../protocol/index.js';
import { CLIENT_INFO, diedEarly, excerpt, openingProblem, readInitialize, type OpeningFailure } from '../eras/index.js';
import { within } from '../within.js';
import { AnswerTooLarge, boundedFetch } from './bounded-fetch.js';
import { HttpNotes, fetchWithHost, type NotedAnswer } from './http-notes.js';
import type { OtherLines } from '../transports/stdio/index.js';
import { StdioClient } from './stdio-client.js';

/** A code that the SDK makes up on our side (its `ErrorCode`); a server may send the same number. */
const REQUEST_TIMEOUT = -32001;
const CONNECTION_CLOSED = -32000;
/** For ending the session. */
const CLOSE_MS = 3_000;
/** For the same when a user waits for the command to end. */
const INTERRUPTED_CLOSE_MS = 300;

export interface Connected {
  readonly client: Client;
  /** Revision agreed on, or '' when the server named none. */
  readonly protocolVersion: string;
  /** For people: no secrets. */
  readonly shown: string;
  /** Ends the session and the child. Bounded, never rejects. */
  readonly close: () => Promise<void>;
  /** Kills the child at once, where there is one. */
  readonly kill: () => void;
  /** Aborted when an answer was cut for its size. */
  readonly tooLarge: AbortSignal;
  /** How the child ended; null while it runs, and where there is none. */
  readonly ending: () => string | null;
}

/** Loads the part of the SDK that connecting needs, ahead of it: a tenth of a second, in which others can start. */
export async function loadSdk(transport: Protocol['transport']): Promise<void> {
  await import('@modelcontextprotocol/sdk/client/index.js');
  if (transport === 'stdio') await import('@modelcontextprotocol/sdk/shared/stdio.js');
  else if (transport === 'http-sse') await import('@modelcontextprotocol/sdk/client/sse.js');
  else await import('@modelcontextprotocol/sdk/client/streamableHttp.js');
}

/**
 * Connects and initialises.
 *
 * @param interrupt aborted: the connection is closed, and what waits for an answer on it is rejected.
 * @param served sessions that the server has opened for us before this one.
 * @throws ProblemError `preflight` with what is wrong; nothing is left open.
 */
export async function connect(
  target: CallTarget,
  timeoutMs: number,
  keeper?: ProcessKeeper,
  interrupt?: AbortSignal,
  served = 0,
): Promise<Connected> {
  interrupt?.throwIfAborted();
  const { Client } = await import('@modelcontextprotocol/sdk/client/index.js');
  const opened = target.kind === 'http' ? await httpTransport(target) : await stdioTransport(target, keeper);
  const client = new Client(CLIENT_INFO, { capabilities: {} });
  // Errors that matter come back from the request they belong to.
  client.onerror = () => undefined;
  const closeWithin = async (ms: number): Promise<void> => {
    await within(ms, opened.leave()).catch(() => undefined);
    await within(ms * 2, client.close()).catch(() => undefined);
    opened.kill();
  };
  const interrupted = (): void => void closeWithin(INTERRUPTED_CLOSE_MS);
  interrupt?.addEventListener('abort', interrupted, { once: true });
  const close = async (): Promise<void> => {
    interrupt?.removeEventListener('abort', interrupted);
    await closeWithin(interrupt?.aborted === true ? INTERRUPTED_CLOSE_MS : CLOSE_MS);
  };
  try {
    await client.connect(opened.transport, { timeout: timeoutMs });
  } catch (thrown) {
    // Before it is closed, which ends a child too.
    const problem = openedProblem(opened, thrown, timeoutMs, served);
    await close();
    throw new ProblemError('preflight', problem);
  }
  const { shown, kill, tooLarge, ending } = opened;
  return { client, protocolVersion: opened.version(), shown, close, kill, tooLarge, ending };
}

interface Opened extends Pick<Connected, 'shown' | 'kill' | 'tooLarge' | 'ending'> {
  readonly transport: Transport;
  /** What a stdio server writes to stdout besides messages. */
  readonly otherLines?: OtherLines;
  readonly version: () => string;
  /** Whether the server has given out a session id. */
  readonly hasSession: () => boolean;
  /** What the last answer that was of no use said. */
  readonly noted: () => NotedAnswer | null;
  /** The end of what a stdio server wrote to stderr. */
  readonly stderrTail: () => string;
  readonly leave: () => Promise<void>;
}

async function httpTransport(target: Extract<CallTarget, { kind: 'http' }>): Promise<Opened> {
  const address = addressOf(target.url);
  // The same headers must be sendable during the run.
  endpointOf(address, target.headers);
  const url = new URL(target.url);
  url.username = '';
  url.password = '';
  const headers = new Headers({ ...target.headers });
  if (address.authorization !== null && !headers.has('authorization'))
    headers.set('authorization', address.authorization);
  const notes = new HttpNotes();
  const tooLarge = new AbortController();
  const options = {
    requestInit: { headers, redirect: 'manual' as const },
    fetch: boundedFetch(notes.through(headers.has('host') ? fetchWithHost : fetch), () =>
      tooLarge.abort(new AnswerTooLarge()),
    ),
  };
  const common = {
    shown: address.shown,
    ending: () => null,
    noted: () => notes.last,
    stderrTail: () => '',
    kill: () => undefined,
    tooLarge: tooLarge.signal,
  };
  if (target.transport === 'http-sse') {
    const { SSEClientTransport } = await import('@modelcontextprotocol/sdk/client/sse.js');
    const noting = versionNoted(new SSEClientTransport(url, options));
    return { ...common, ...noting, hasSession: () => false, leave: () => Promise.resolve() };
  }
  const { StreamableHTTPClientTransport } = await import('@modelcontextprotocol/sdk/client/streamableHttp.js');
  const transport = new StreamableHTTPClientTransport(url, options);
  return {
    ...common,
    transport,
    version: () => transport.protocolVersion ?? '',
    hasSession: () => transport.sessionId !== undefined,
    leave: () => transport.terminateSession(),
  };
}

/** A transport that reports the revision agreed on. */
function versionNoted<T extends Transport>(inner: T): Pick<Opened, 'transport' | 'version'> {
  let version = '';
  const setInner = inner.setProtocolVersion?.bind(inner);
  const transport = Object.assign(inner, {
    setProtocolVersion: (agreed: string) => {
      version = agreed;
      setInner?.(agreed);
    },
  });
  return { transport, version: () => version };
}

async function stdioTransport(
  target: Extract<CallTarget, { kind: 'stdio' }>,
  keeper: ProcessKeeper | undefined,
): Promise<Opened> {
  const transport = await StdioClient.begin(target, keeper, CLOSE_MS);
  let ending: string | null = null;
  void transport.process.ended.then((how) => {
    ending = how;
  });
  return {
    ...versionNoted(transport),
    shown: `"${target.command.join(' ')}"`,
    otherLines: transport.otherLines,
    ending: () => ending,
    hasSession: () => false,
    noted: () => null,
    stderrTail: () => transport.process.stderrTail,
    leave: () => Promise.resolve(),
    tooLarge: transport.tooLarge,
    kill: () => transport.process.signal('SIGKILL'),
  };
}

function openedProblem(opened: Opened, thrown: unknown, timeoutMs: number, served: number): Problem {
  const { first, framing } = opened.otherLines ?? { first: null, framing: null };
  if (first !== null && (framing !== null || isTimeout(thrown)))
    return openingProblem(opened.shown, { kind: 'not-messages', first, framing });
  const ending = opened.ending();
  if (ending !== null && !isTimeout(thrown)) return diedEarly(opened.shown, ending, opened.stderrTail());
  const isForgotten = opened.hasSession() && httpStatus(thrown) === 404;
  return openingProblem(
    opened.shown,
    isForgotten ? { kind: 'session-forgotten' } : openingFailure(thrown, timeoutMs, opened.noted()),
    served,
  );
}

/** What the SDK's errors mean. */
function openingFailure(thrown: unknown, timeoutMs: number, noted: NotedAnswer | null): OpeningFailure {
  const message = messageOf(thrown);
  if (isTimeout(thrown)) return { kind: 'silent', withinMs: timeoutMs };
  const status = httpStatus(thrown);
  if (status !== null) {
    const read = readInitialize(message.slice(Math.max(0, message.indexOf('{'))));
    if (status === 400 && read.kind === 'failed' && read.failure.kind === 'rpc-error') return read.failure;
    return { kind: 'status', status, location: noted?.location ?? '', body: noted?.body ?? '' };
  }
  if (thrown instanceof Error && thrown.name === 'UnauthorizedError')
    return { kind: 'status', status: 401, location: '', body: noted?.body ?? '' };
  const version = /protocol version is not supported: (.*)$/.exec(message)?.[1];
  if (version !== undefined) return { kind: 'revision', offered: version };
  const code = systemCode(thrown);
  if (code === 'ECONNREFUSED') return { kind: 'refused' };
  if (/^(?:ECONNRESET|EPIPE|UND_ERR_SOCKET|HPE_.*)$/.test(code))
    return { kind: 'broke-off', reason: causeText(thrown) };
  if (code !== '') return { kind: 'unreachable', reason: causeText(thrown) };
  // Nothing answered; fetch gives no code where it never tried, such as for a port that the Fetch standard blocks.
  if (thrown instanceof TypeError && message === 'fetch failed') {
    const cause = causeText(thrown);
    const badPort = 'clients built on fetch refuse this port number, so the server has to listen on another';
    return { kind: 'unreachable', reason: cause === 'bad port' ? badPort : cause };
  }
  const rpc = rpcCode(thrown);
  return rpc === null ? { kind: 'not-mcp', body: noted?.body ?? '' } : { kind: 'rpc-error', code: rpc, message };
}

/** Whether the SDK itself stopped waiting: it then says for how long it did, which an answer of a server does not. */
export function isTimeout(thrown: unknown): boolean {
  if (rpcCode(thrown) !== REQUEST_TIMEOUT || !(thrown instanceof Error && 'data' in thrown)) return false;
  const { data } = thrown;
  return isObject(data) && ['timeout', 'maxTotalTimeout'].some((name) => typeof data[name] === 'number');
}

/** Whether a request ended with its connection; the SDK gives that a code that a server may send as well. */
export function isConnectionClosed(thrown: unknown): boolean {
  return rpcCode(thrown) === CONNECTION_CLOSED && messageOf(thrown).endsWith('Connection closed');
}

/** The HTTP status of a StreamableHTTPError, or null. Its code -1 (unexpected content type) is no status. */
export function httpStatus(thrown: unknown): number | null {
  const code: unknown = thrown instanceof Error && 'code' in thrown ? thrown.code : undefined;
  return typeof code === 'number' && code >= 100 && code <= 999 ? code : null;
}

/** The JSON-RPC code of an McpError, or null. */
export function rpcCode(thrown: unknown): number | null {
  const code: unknown =
    thrown instanceof Error && thrown.name === 'McpError' && 'code' in thrown ? thrown.code : undefined;
  return typeof code === 'number' ? code : null;
}

/** The system's name for why a connection failed, wherever `fetch` has buried it; '' when there is none. */
export function systemCode(thrown: unknown): string {
  if (!(thrown instanceof Error)) return '';
  if ('code' in thrown && typeof thrown.code === 'string') return thrown.code;
  if (thrown instanceof AggregateError) return systemCode(thrown.errors[0]);
  return systemCode(thrown.cause);
}

function causeText(thrown: unknown): string {
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
