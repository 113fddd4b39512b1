/** A connection of the official SDK client, and what its errors mean. */
import { setMaxListeners } from 'node:events';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import { ProblemError, messageOf, type Problem } from '../../problem/index.js';
import type { ProcessKeeper } from '../../processes/index.js';
import type { CallTarget, Protocol } from '../../scenario/index.js';
import { addressOf, endpointOf } from '../transports/streamable-http/index.js';
import { STATELESS_ERRORS, isObject } from '../../protocol/index.js';
import { DEFAULT_REVISION, eraOf, type Revision } from '../../catalog/index.js';
import {
  DISCOVER,
  LIST_TOOLS,
  RequestAnswers,
  diedEarly,
  mayListTools,
  openingProblem,
  readDiscover,
  readInitialize,
  type OpeningFailure,
  type StdioOutput,
} from '../eras/index.js';
import { within } from '../within.js';
import { AnswerTooLarge, boundedFetch } from './bounded-fetch.js';
import { CompletedResults } from './completed-results.js';
import { HttpNotes, fetchWithHost, type NotedAnswer } from './http-notes.js';
import type { OtherLines } from '../transports/stdio/index.js';
import { refusedList, sdkClient, sdkHttpTransport, type SdkClient } from './sdk-client.js';
import { causeText, httpStatus, isTimeout, rpcCode, sdkCode, systemCode } from './sdk-errors.js';
import { StdioClient } from './stdio-client.js';

/** For ending the session. */
const CLOSE_MS = 3_000;
/** For the same when a user waits for the command to end. */
const INTERRUPTED_CLOSE_MS = 300;

export interface Connected {
  readonly client: SdkClient;
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
  /** What the child has written besides messages; null over HTTP. */
  readonly output: () => StdioOutput | null;
  /** Whether the server has given out a session id. */
  readonly hasSession: () => boolean;
  /** What the last answer over HTTP that was of no use said. */
  readonly noted: () => NotedAnswer | null;
  /** How a server refused `server/discover` that answers the requests of the revision; null where it did not. */
  readonly refusedDiscovery: Problem | null;
  /** Members that the revision demands and results lacked so far. Looked for only where discovery was refused. */
  readonly lackedMembers: () => readonly string[];
}

/** Loads the part of the SDK that connecting needs, ahead of it: a tenth of a second, in which others can start. */
export async function loadSdk({ revision, transport }: Pick<Protocol, 'revision' | 'transport'>): Promise<void> {
  if (eraOf(revision) === 'stateless') await import('@modelcontextprotocol/client');
  else await import('@modelcontextprotocol/sdk/client/index.js');
  if (transport === 'stdio') await import('@modelcontextprotocol/sdk/shared/stdio.js');
  else if (transport === 'http-sse') await import('@modelcontextprotocol/sdk/client/sse.js');
  else if (eraOf(revision) === 'session') await import('@modelcontextprotocol/sdk/client/streamableHttp.js');
}

export interface Connecting {
  readonly timeoutMs: number;
  /** Default: the newest with sessions. */
  readonly revision?: Revision;
  readonly keeper?: ProcessKeeper | undefined;
  /** Aborted: the connection is closed, and what waits for an answer on it is rejected. */
  readonly interrupt?: AbortSignal | undefined;
  /** Sessions that the server has opened for us before this one. */
  readonly served?: number;
  /** Answers requests of the server, and counts them. Default: all are refused. */
  readonly answers?: RequestAnswers | undefined;
  /** Whether only the answer to `server/discover` shows that a server speaks a revision without sessions. */
  readonly byDiscoveryAlone?: boolean;
}

/** Why there is no connection. */
interface Refused {
  readonly problem: Problem;
  /** Null: there is no server. */
  readonly failure: OpeningFailure | null;
}

/**
 * Connects: initialises a session, or discovers what a server without sessions has. One that refuses to be discovered
 * and lists its tools is connected with all the same: gateways pass on calls and lists, and nothing else.
 *
 * @throws ProblemError `preflight` with what is wrong; nothing is left open.
 */
export async function connect(target: CallTarget, how: Connecting): Promise<Connected> {
  const { revision = DEFAULT_REVISION, byDiscoveryAlone = false } = how;
  const first = await connectOnce(target, how, null);
  if ('client' in first) return first;
  const { problem, failure } = first;
  const isOverHttp = target.kind === 'http' && eraOf(revision) === 'stateless';
  if (isOverHttp && !byDiscoveryAlone && failure !== null && mayListTools(failure)) {
    const second = await connectOnce(target, how, problem);
    if ('client' in second) return second;
  }
  throw new ProblemError('preflight', problem);
}

/** @param refusedDiscovery what a server is asked for its tools after; null: it has not been asked. */
async function connectOnce(
  target: CallTarget,
  how: Connecting,
  refusedDiscovery: Problem | null,
): Promise<Connected | Refused> {
  const { timeoutMs, revision = DEFAULT_REVISION, keeper, interrupt, served = 0, answers = new RequestAnswers() } = how;
  interrupt?.throwIfAborted();
  const client = await sdkClient(revision, answers);
  const opened = target.kind === 'http' ? await httpTransport(target, revision) : await stdioTransport(target, keeper);
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
  const completed = new CompletedResults(opened.transport);
  try {
    if (refusedDiscovery === null) await client.connect(opened.transport, timeoutMs, 'discovering');
    else await client.connect(completed.transport, timeoutMs, 'assuming');
    if (refusedDiscovery !== null) await requireTools(client, timeoutMs);
  } catch (thrown) {
    // Before it is closed, which ends a child too.
    const refused = refusedBy(opened, thrown, { timeoutMs, revision, served });
    await close();
    return refused;
  }
  const { shown, kill, tooLarge, ending, output, hasSession, noted } = opened;
  // The SDK adds one for each request, and 1.x takes none away.
  setMaxListeners(0, tooLarge);
  const protocolVersion = eraOf(revision) === 'stateless' ? revision : opened.version();
  const lackedMembers = (): readonly string[] => completed.lacked;
  const reports = { shown, kill, tooLarge, ending, output, hasSession, noted };
  return { ...reports, client, protocolVersion, close, refusedDiscovery, lackedMembers };
}

async function requireTools(client: SdkClient, timeoutMs: number): Promise<void> {
  const listed = client.request(LIST_TOOLS, {}, { timeoutMs });
  const { tools } = await listed.catch((thrown: unknown) => refusedList(thrown) ?? Promise.reject(thrown as Error));
  if (!Array.isArray(tools)) throw new Error('its result has no list "tools"');
}

type OpenedShared = 'shown' | 'kill' | 'tooLarge' | 'ending' | 'output' | 'hasSession' | 'noted';

interface Opened extends Pick<Connected, OpenedShared> {
  readonly transport: Transport;
  /** What a stdio server writes to stdout besides messages. */
  readonly otherLines?: OtherLines;
  readonly version: () => string;
  readonly leave: () => Promise<void>;
}

async function httpTransport(target: Extract<CallTarget, { kind: 'http' }>, revision: Revision): Promise<Opened> {
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
    output: () => null,
    kill: () => undefined,
    tooLarge: tooLarge.signal,
  };
  if (target.transport === 'http-sse') {
    const { SSEClientTransport } = await import('@modelcontextprotocol/sdk/client/sse.js');
    const noting = versionNoted(new SSEClientTransport(url, options));
    return { ...common, ...noting, hasSession: () => false, leave: () => Promise.resolve() };
  }
  const transport = await sdkHttpTransport(url, options, revision);
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
    output: () => ({ stderrTail: transport.process.stderrTail, otherLine: transport.otherLines.first }),
    leave: () => Promise.resolve(),
    tooLarge: transport.tooLarge,
    kill: () => transport.process.signal('SIGKILL'),
  };
}

type Asked = Required<Pick<Connecting, 'timeoutMs' | 'revision' | 'served'>>;

function refusedBy(opened: Opened, thrown: unknown, { timeoutMs, revision, served }: Asked): Refused {
  const as = (failure: OpeningFailure): Refused => ({
    failure,
    problem: openingProblem(opened.shown, failure, served),
  });
  const { first, framing, isHopeless } = opened.otherLines ?? { first: null, framing: null, isHopeless: false };
  if (first !== null && (isHopeless || isTimeout(thrown))) return as({ kind: 'not-messages', first, framing });
  const [ending, output] = [opened.ending(), opened.output()];
  if (ending !== null && output !== null && !isTimeout(thrown))
    return { failure: null, problem: diedEarly(opened.shown, ending, output) };
  if (opened.hasSession() && httpStatus(thrown) === 404) return as({ kind: 'session-forgotten' });
  return as(
    eraOf(revision) === 'stateless'
      ? statelessFailure(thrown, timeoutMs, opened, revision)
      : openingFailure(thrown, timeoutMs, opened),
  );
}

/** What the errors of the SDK 2.x mean, which says little of what a server without `server/discover` answered. */
function statelessFailure(thrown: unknown, timeoutMs: number, opened: Answering, revision: Revision): OpeningFailure {
  return { ...discoveryFailure(thrown, timeoutMs, opened, revision), asked: DISCOVER };
}

function discoveryFailure(thrown: unknown, timeoutMs: number, opened: Answering, revision: Revision): OpeningFailure {
  if (isTimeout(thrown)) return silent(timeoutMs, opened);
  const noted = opened.noted();
  if (noted !== null) {
    const read = [400, 404].includes(noted.status) ? readDiscover(noted.body, revision) : null;
    if (read?.kind === 'failed' && read.failure.kind !== 'not-mcp') return read.failure;
    // A page under a status of success.
    return noted.status < 300 ? { kind: 'not-mcp', body: noted.body } : { ...noted, kind: 'status' };
  }
  const data: unknown = thrown instanceof Error && 'data' in thrown ? thrown.data : undefined;
  if (rpcCode(thrown) === STATELESS_ERRORS.revision && isObject(data) && Array.isArray(data['supported']))
    return { kind: 'revision', offered: data['supported'].join(', ') };
  const cause = thrown instanceof Error ? thrown.cause : undefined;
  if (sdkCode(thrown) === 'ERA_NEGOTIATION_FAILED' && cause === undefined)
    return { kind: 'no-stateless', revision, said: 'nothing that a server of this revision would answer' };
  return openingFailure(cause ?? thrown, timeoutMs, opened);
}

type Answering = Pick<Opened, 'noted' | 'output'>;

function silent(withinMs: number, { output }: Answering): Extract<OpeningFailure, { kind: 'silent' }> {
  const wrote = output();
  return { kind: 'silent', withinMs, ...(wrote === null ? {} : { output: wrote }) };
}

/** What the SDK's errors mean. */
function openingFailure(thrown: unknown, timeoutMs: number, opened: Answering): OpeningFailure {
  const message = messageOf(thrown);
  if (isTimeout(thrown)) return silent(timeoutMs, opened);
  const { location = '', body = '', challenge = '' } = opened.noted() ?? {};
  const status = httpStatus(thrown);
  if (status !== null) {
    const read = readInitialize(message.slice(Math.max(0, message.indexOf('{'))));
    if (status === 400 && read.kind === 'failed' && read.failure.kind === 'rpc-error') return read.failure;
    return { kind: 'status', status, location, body, challenge };
  }
  if (thrown instanceof Error && thrown.name === 'UnauthorizedError')
    return { kind: 'status', status: 401, location: '', body, challenge };
  const version = /protocol version is not supported: (.*)$/.exec(message)?.[1];
  if (version !== undefined) return { kind: 'revision', offered: version };
  const code = systemCode(thrown);
  if (code === 'ECONNREFUSED') return { kind: 'refused' };
  if (/^(?:ECONNRESET|EPIPE|UND_ERR_SOCKET|HPE_.*)$/.test(code))
    return { kind: 'broke-off', reason: causeText(thrown) };
  if (code.startsWith('UND_ERR_') && code !== 'UND_ERR_CONNECT_TIMEOUT')
    return { kind: 'unreadable', reason: causeText(thrown) };
  if (code !== '') return { kind: 'unreachable', reason: causeText(thrown) };
  // Nothing answered; fetch gives no code where it never tried, such as for a port that the Fetch standard blocks.
  if (thrown instanceof TypeError && message === 'fetch failed') {
    const cause = causeText(thrown);
    const badPort = 'clients built on fetch refuse this port number, so the server has to listen on another';
    return { kind: 'unreachable', reason: cause === 'bad port' ? badPort : cause };
  }
  const rpc = rpcCode(thrown);
  return rpc === null ? { kind: 'not-mcp', body } : { kind: 'rpc-error', code: rpc, message };
}
