/** One session over Streamable HTTP: opened by handshake, opened again when the server forgets it, ended. */
import { setTimeout as sleep } from 'node:timers/promises';
import { sessionFields } from '../../../catalog/index.js';
import type { NowNs } from '../../../clock/index.js';
import type { RunEvent } from '../../../record/index.js';
import type { ControlAnswer, ControlExchange, ControlFailure, EraReports, HttpEra } from '../http-era.js';
import { INITIALIZED_JSON, initializeJson, readInitialize, type OpeningFailure } from './handshake.js';
import type { RequestAnswers, ServerRequest } from './server-requests.js';

/** Most time one opening of a session may take. */
const OPENING_MS = 30_000;
const FIRST_PAUSE_MS = 100;
const LAST_PAUSE_MS = 2_000;

/** What a session id may be sent back as. By MCP it is visible ASCII; the official clients take blanks as well. */
const SESSION_ID = /^[\x20-\x7e]*$/;

/** How often a session forgotten at once is opened anew: behind three replicas that share nothing, two in three are. */
export const FORGOTTEN_TRIES = 60;

/** An open session. `sessionId` is '' when the server keeps none. */
interface OpenedSession {
  readonly kind: 'opened';
  readonly sessionId: string;
  readonly revision: string;
}
interface NotOpened {
  readonly kind: 'failed';
  readonly failure: OpeningFailure;
}

export interface HttpSessionSetup extends EraReports {
  readonly session: number;
  readonly exchange: ControlExchange;
  readonly revision: string;
  readonly requests: RequestAnswers;
  /** JSON-RPC ids are the channel's: one count for its calls and its handshakes. */
  readonly takeId: () => number;
  readonly nowNs: NowNs;
  readonly event: (event: RunEvent) => void;
}

/**
 * A session that is lost is opened again in the background (MCP 2025-11-25, Transports: after a 404 the client MUST
 * start a new one), and no call may be sent meanwhile.
 */
export class HttpSession implements HttpEra {
  readonly #setup: HttpSessionSetup;
  #state: 'opening' | 'open' | 'lost' | 'closed' = 'opening';
  #opened: OpenedSession | null = null;
  #fields = '';

  constructor(setup: HttpSessionSetup) {
    this.#setup = setup;
  }

  get fields(): string {
    return this.#fields;
  }

  readonly speaksBothWays = true;

  callFields(): string {
    return this.#fields;
  }

  async open(): Promise<OpeningFailure | null> {
    const opening = await this.#openWithin(OPENING_MS);
    if (opening.kind === 'failed') return opening.failure;
    this.#adopt(opening, 'opened');
    return null;
  }

  sessionUnknown(status: number): void {
    // Without a session id there is nothing to lose: the 404 is about the address.
    if (this.#state !== 'open' || this.#opened === null || this.#opened.sessionId === '') return;
    this.#state = 'lost';
    this.#setup.lost();
    this.#event('lost', `HTTP ${status}`);
    void this.#reopen();
  }

  async close(withinMs: number): Promise<void> {
    const opened = this.#state === 'open' ? this.#opened : null;
    this.#state = 'closed';
    if (opened === null) return;
    // A server may refuse it (405); either way the session is no longer ours.
    if (opened.sessionId !== '') await this.#setup.exchange.delete(this.#fields, withinMs);
    this.#event('closed');
  }

  #event(edge: 'opened' | 'reopened' | 'lost' | 'closed', detail?: string): void {
    const { event, nowNs, session } = this.#setup;
    event({ type: 'session', atNs: nowNs(), session, edge, ...(detail === undefined ? {} : { detail }) });
  }

  #adopt(opened: OpenedSession, edge: 'opened' | 'reopened'): void {
    this.#opened = opened;
    this.#fields = sessionFields(opened);
    this.#state = 'open';
    this.#setup.opened();
    this.#event(edge);
  }

  /** Tries until it has a session or the run ends. Never rejects. */
  async #reopen(): Promise<void> {
    for (let pauseMs = FIRST_PAUSE_MS; this.#state === 'lost'; pauseMs = Math.min(LAST_PAUSE_MS, pauseMs * 2)) {
      const opening = await this.#openWithin(OPENING_MS);
      if (opening.kind === 'opened') {
        if (this.#state === 'lost') this.#adopt(opening, 'reopened');
        return;
      }
      await sleep(pauseMs, undefined, { ref: false });
    }
  }

  /**
   * `initialize` and `notifications/initialized`; all over again where the session is forgotten in between, as a client
   * must (MCP 2025-11-25, Transports, Session Management). Never rejects; takes at most `timeoutMs`.
   */
  async #openWithin(timeoutMs: number): Promise<OpenedSession | NotOpened> {
    const rpcId = this.#setup.takeId();
    const endMs = performance.now() + timeoutMs;
    for (let tries = 1; ; tries++) {
      const opening = await this.#openOnce(rpcId, Math.max(1, endMs - performance.now()));
      const forgotten = opening.kind === 'failed' && opening.failure.kind === 'session-forgotten';
      if (!forgotten || tries === FORGOTTEN_TRIES || performance.now() >= endMs) return opening;
    }
  }

  async #openOnce(rpcId: number, timeoutMs: number): Promise<OpenedSession | NotOpened> {
    const { exchange, revision, requests } = this.#setup;
    const startedMs = performance.now();
    // A server may ping before it answers, and wait for it.
    const asked = (request: ServerRequest, sessionId: string): void => {
      const fields = sessionFields(sessionId === '' ? null : { sessionId, revision });
      void exchange.post(fields, requests.answerJson(request), null, timeoutMs);
    };
    const initialize = initializeJson(rpcId, revision, requests.capabilities);
    const answer = await exchange.post(sessionFields(null), initialize, rpcId, timeoutMs, asked);
    const failure = failureOf(answer, timeoutMs);
    if (failure !== null || answer.kind === 'failed')
      return { kind: 'failed', failure: failure ?? { kind: 'not-mcp' } };
    const read = readInitialize(answer.text);
    if (read.kind === 'failed') return read;
    if (!SESSION_ID.test(answer.sessionId)) {
      const reason = 'its Mcp-Session-Id holds characters other than ASCII';
      return { kind: 'failed', failure: { kind: 'unreadable', reason } };
    }
    const session: OpenedSession = { kind: 'opened', sessionId: answer.sessionId, revision: read.revision };
    const leftMs = Math.max(1, timeoutMs - (performance.now() - startedMs));
    const noted = await exchange.post(sessionFields(session), INITIALIZED_JSON, null, leftMs);
    if (session.sessionId !== '' && noted.kind === 'answer' && noted.status === 404)
      return { kind: 'failed', failure: { kind: 'session-forgotten' } };
    const notedFailure = failureOf(noted, timeoutMs);
    return notedFailure === null ? session : { kind: 'failed', failure: notedFailure };
  }
}

/** Why a request of the handshake was in vain; null: it was not. @param timeoutMs what it was given. */
export function failureOf(answer: ControlAnswer | ControlFailure, timeoutMs: number): OpeningFailure | null {
  if (answer.kind === 'answer') {
    if (answer.status >= 200 && answer.status < 300) return null;
    const read = readInitialize(answer.text);
    // A 400 says why in its body.
    if (answer.status === 400 && read.kind === 'failed' && read.failure.kind === 'rpc-error') return read.failure;
    return { kind: 'status', status: answer.status, location: answer.location, body: answer.text };
  }
  const { errorClass, reason } = answer;
  if (errorClass === 'connect-refused') return { kind: 'refused' };
  if (errorClass === 'connect-failed') return { kind: 'unreachable', reason };
  if (errorClass === 'attempt-timeout') return { kind: 'silent', withinMs: timeoutMs };
  if (errorClass === 'generator-error') return { kind: 'our-limit', reason };
  return { kind: 'broke-off', reason };
}
