/** One session over HTTP+SSE: opened by handshake, opened again when its stream ends, closed with it. */
import { setTimeout as sleep } from 'node:timers/promises';
import { sessionFields } from '../../../catalog/index.js';
import type { NowNs } from '../../../clock/index.js';
import { isObject, parsedOrUndefined } from '../../../protocol/index.js';
import type { ErrorClass, RunEvent } from '../../../record/index.js';
import {
  failureOf,
  INITIALIZED_JSON,
  initializeJson,
  readInitialize,
  serverRequestIn,
  type ControlExchange,
  type OpeningFailure,
  type ServerRequest,
} from '../../eras/index.js';
import { answersId } from '../../oracle/index.js';
import { controlExchange, type ConnectionPool, type Endpoint } from '../streamable-http/index.js';
import { within } from '../../within.js';
import { SessionStream } from './stream.js';

/** Most time one opening of a session may take. */
const OPENING_MS = 30_000;
const FIRST_PAUSE_MS = 100;
const LAST_PAUSE_MS = 2_000;

/** An open session. */
export interface OpenSession {
  /** Path and query to which its messages are sent. */
  readonly path: string;
  /** Header lines of its requests. */
  readonly fields: string;
  readonly exchange: ControlExchange;
}

export interface HttpSseSessionSetup {
  readonly session: number;
  readonly endpoint: Endpoint;
  readonly pool: ConnectionPool;
  readonly revision: string;
  readonly capabilities: object;
  readonly takeId: () => number;
  /** A message of the server that is no request and no answer to a handshake. */
  readonly answered: (message: Readonly<Record<string, unknown>>, bytes: number, readNs: number) => void;
  readonly asked: (request: ServerRequest) => void;
  /** The session is gone, and with it what was sent in it; another is being opened. */
  readonly lost: (errorClass: ErrorClass) => void;
  readonly nowNs: NowNs;
  readonly event: (event: RunEvent) => void;
}

interface Waiting<T> {
  readonly promise: Promise<T | { readonly failure: OpeningFailure }>;
  readonly resolve: (value: T | { readonly failure: OpeningFailure }) => void;
}

function waiting<T>(): Waiting<T> {
  let resolve: Waiting<T>['resolve'] = () => undefined;
  const promise = new Promise<T | { readonly failure: OpeningFailure }>((settle) => (resolve = settle));
  return { promise, resolve };
}

export class HttpSseSession {
  readonly #setup: HttpSseSessionSetup;
  #state: 'opening' | 'open' | 'lost' | 'closed' = 'opening';
  #stream: SessionStream | null = null;
  #opened: OpenSession | null = null;
  #generation = 0;
  /** What an opening waits for: the path, then the answer to `initialize`. */
  #path: Waiting<string> | null = null;
  #answer: (Waiting<string> & { readonly rpcId: number }) | null = null;

  constructor(setup: HttpSseSessionSetup) {
    this.#setup = setup;
  }

  /** Null while there is none. */
  get current(): OpenSession | null {
    return this.#state === 'open' ? this.#opened : null;
  }

  /** Counts the sessions. */
  get generation(): number {
    return this.#generation;
  }

  /** @returns why it could not be opened, or null. */
  async open(): Promise<OpeningFailure | null> {
    const failure = await this.#openWithin(OPENING_MS);
    if (failure !== null) this.close();
    else this.#adopt('opened');
    return failure;
  }

  /** The server has answered that it does not know the session. */
  unknown(status: number): void {
    if (this.#state === 'open') this.#lose('session-unknown', `HTTP ${status}`);
  }

  close(): void {
    const wasOpen = this.#state === 'open';
    this.#state = 'closed';
    this.#stream?.close();
    this.#stream = null;
    if (wasOpen) this.#event('closed');
  }

  #adopt(edge: 'opened' | 'reopened'): void {
    this.#generation++;
    this.#state = 'open';
    this.#event(edge);
  }

  #lose(errorClass: ErrorClass, detail: string): void {
    this.#state = 'lost';
    this.#stream?.close();
    this.#stream = null;
    this.#event('lost', detail);
    this.#setup.lost(errorClass);
    void this.#reopen();
  }

  #event(edge: 'opened' | 'reopened' | 'lost' | 'closed', detail?: string): void {
    const { event, nowNs, session } = this.#setup;
    event({ type: 'session', atNs: nowNs(), session, edge, ...(detail === undefined ? {} : { detail }) });
  }

  /** Tries until it has a session or the run ends. Never rejects. */
  async #reopen(): Promise<void> {
    for (let pauseMs = FIRST_PAUSE_MS; this.#state === 'lost'; pauseMs = Math.min(LAST_PAUSE_MS, pauseMs * 2)) {
      const failure = await this.#openWithin(OPENING_MS);
      if (failure === null) {
        // The run may have ended meanwhile.
        if (this.#isLost()) this.#adopt('reopened');
        else this.#stream?.close();
        return;
      }
      await sleep(pauseMs, undefined, { ref: false });
    }
  }

  #isLost(): boolean {
    return this.#state === 'lost';
  }

  /** Never rejects. */
  async #openWithin(timeoutMs: number): Promise<OpeningFailure | null> {
    const { endpoint, pool, nowNs, revision, capabilities, takeId } = this.#setup;
    const endMs = performance.now() + timeoutMs;
    const leftMs = (): number => Math.max(1, endMs - performance.now());
    const silent: OpeningFailure = { kind: 'silent', withinMs: timeoutMs };
    const rpcId = takeId();
    const path = (this.#path = waiting<string>());
    const answer = (this.#answer = { ...waiting<string>(), rpcId });
    this.#stream?.close();
    this.#stream = new SessionStream(endpoint, nowNs, {
      opened: path.resolve,
      message: (bytes, start, end, readNs) => this.#message(bytes, start, end, readNs),
      closed: (errorClass, failure) => this.#closed(errorClass, failure),
    });
    const named = await within(leftMs(), path.promise);
    if (typeof named !== 'string') return named === null ? silent : named.failure;
    const exchange = controlExchange(pool, { ...endpoint, address: { ...endpoint.address, path: named } });
    const posted = await exchange.post(
      sessionFields(null),
      initializeJson(rpcId, revision, capabilities),
      null,
      leftMs(),
    );
    const refused = failureOf(posted, timeoutMs);
    if (refused !== null) return refused;
    const text = await within(leftMs(), answer.promise);
    if (typeof text !== 'string') return text === null ? silent : text.failure;
    const read = readInitialize(text);
    if (read.kind === 'failed') return read.failure;
    const fields = sessionFields({ revision: read.revision, sessionId: '' });
    this.#opened = { path: named, fields, exchange };
    return failureOf(await exchange.post(fields, INITIALIZED_JSON, null, leftMs()), timeoutMs);
  }

  #message(bytes: Buffer, start: number, end: number, readNs: number): void {
    const text = bytes.toString('utf8', start, end);
    const message = parsedOrUndefined(text);
    // What is no JSON is passed over, as the official clients do.
    if (!isObject(message)) return;
    const request = serverRequestIn(message);
    if (request !== null) this.#setup.asked(request);
    else if (this.#answer !== null && answersId(message['id'], this.#answer.rpcId)) this.#answer.resolve(text);
    else this.#setup.answered(message, end - start, readNs);
  }

  #closed(errorClass: ErrorClass, failure: OpeningFailure): void {
    this.#stream = null;
    this.#path?.resolve({ failure });
    this.#answer?.resolve({ failure });
    if (this.#state === 'open') this.#lose(errorClass, 'the stream of the session ended');
  }
}
