/** One session over Streamable HTTP: the measured path, and what happens when the server forgets the session. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { NowNs } from '../../../clock/index.js';
import { SAMPLE_FLAGS, outcomeCode, type ErrorClass, type RunEvent } from '../../../record/index.js';
import { clearAnswer, settle, type Oracle, type VerdictCache } from '../../oracle/index.js';
import type { AttemptSlot, Channel } from '../../channel.js';
import { ConnectionPool, requestOnce, type ExchangeListener, type Http1Connection } from './index.js';
import { CallWriter, isObject, parsedOrUndefined } from '../../json-rpc.js';
import { RequestTemplate } from '../../fast-path/index.js';
import { FailFast } from '../../fail-fast.js';
import {
  endHttpSession,
  openHttpSession,
  postHead,
  type Endpoint,
  type NotOpened,
  type OpenedSession,
} from '../../eras/session/index.js';

/** Most time one opening of a session may take. */
const OPENING_MS = 30_000;
const FIRST_PAUSE_MS = 100;
const LAST_PAUSE_MS = 2_000;

/** Most time the answer to `notifications/cancelled` may take. */
const CANCEL_MS = 5_000;

const OK = outcomeCode('ok');
const SESSION_LOST = outcomeCode('session');
/** In place of a parsed answer: it is right, as learnt. */
const RECOGNISED: unique symbol = Symbol('recognised');

/** What the channels of a run share: one object for all of them. */
export interface HttpChannelSetup {
  readonly endpoint: Endpoint;
  readonly revision: string;
  readonly inFlight: number;
  readonly writer: CallWriter;
  readonly oracle: Oracle;
  readonly learnt: VerdictCache;
  readonly nowNs: NowNs;
  readonly completed: (slot: AttemptSlot) => void;
  readonly event: (event: RunEvent) => void;
}

/**
 * While a session is lost its calls fail at once as `session-unknown`, without being sent: waiting would hide in the
 * latency of later calls what is an outage of the session. A new session is opened meanwhile (MCP 2025-11-25,
 * Transports: after a 404 the client MUST start a new one); connections are kept.
 *
 * There is no standalone GET stream. An abandoned attempt closes its connection, which in this era cancels nothing; the
 * server is told by `notifications/cancelled` on another connection, unless as many of those as the session may have
 * calls in flight are unanswered already: a server that has stopped answering is not to be buried under notes that it
 * is late.
 */
export class HttpChannel implements Channel, ExchangeListener {
  readonly session: number;
  /** Requests of the server that came on an answer's stream and were not answered. */
  serverRequests = 0;

  readonly #setup: HttpChannelSetup;
  readonly #pool: ConnectionPool;
  readonly #refusals: FailFast;
  #state: 'opening' | 'open' | 'lost' | 'closed' = 'opening';
  #opened: OpenedSession | null = null;
  /**
   * Counts the sessions this channel has had: an answer to a call of an earlier one says nothing about the present one.
   */
  #generation = 0;
  #nextId = 1;
  #postHead = '';
  #cancelsUnderWay = 0;
  /** The head and the beginning of a request of so many bytes: the next one is nearly always as long. */
  #head = '';
  #headFor = -1;
  readonly #known = new RequestTemplate();

  constructor(setup: HttpChannelSetup, session: number) {
    this.session = session;
    this.#setup = setup;
    this.#pool = new ConnectionPool(setup.endpoint.address, setup.nowNs, setup.inFlight);
    this.#refusals = new FailFast('session-unknown', setup.nowNs, setup.completed);
  }

  /** Opens the session. On failure every connection is closed. */
  async open(): Promise<OpenedSession | NotOpened> {
    const opening = await this.#openOne();
    if (opening.kind === 'opened') this.#adopt(opening, 'opened');
    else this.#pool.destroyAll();
    return opening;
  }

  start(slot: AttemptSlot): void {
    const { nowNs, writer } = this.#setup;
    clearAnswer(slot);
    slot.session = this.session;
    slot.rpcId = this.#nextId++;
    if (this.#state !== 'open') {
      slot.connection = -1;
      slot.bytesOut = 0;
      slot.flags &= ~SAMPLE_FLAGS.reusedConnection;
      slot.sentNs = nowNs();
      this.#refusals.refuse(slot);
      return;
    }
    writer.compose(slot.rpcId, slot.spec, slot.argumentsJson, slot.callId);
    if (writer.bytes !== this.#headFor) {
      this.#headFor = writer.bytes;
      this.#head = this.#postHead + writer.bytes + '\r\n\r\n' + CallWriter.start;
    }
    const connection = this.#pool.take();
    connection.generation = this.#generation;
    slot.connection = connection.index;
    slot.bytesOut = this.#head.length - CallWriter.start.length + writer.bytes;
    if (connection.attempts > 0) slot.flags |= SAMPLE_FLAGS.reusedConnection;
    else slot.flags &= ~SAMPLE_FLAGS.reusedConnection;
    slot.sentNs = nowNs();
    const known = this.#known.bytes(writer, this.#head, slot.rpcId, slot.callId);
    const request = known ?? this.#head + slot.rpcId + writer.tail(slot.callId);
    if (!connection.send(this, slot, request, writer.ascii, false)) this.#known.forget();
  }

  abandon(slot: AttemptSlot, tell: boolean): void {
    if (this.#refusals.withdraw(slot)) return;
    const connection = this.#pool.at(slot.connection);
    if (connection?.slot !== slot) return;
    connection.slot = null;
    connection.destroy();
    // A request of an earlier session is unknown to the present one.
    if (tell && connection.generation === this.#generation) void this.#tellCancelled(slot.rpcId, slot.spec);
  }

  ended(connection: Http1Connection): void {
    const slot = connection.slot;
    if (slot === null) return;
    connection.slot = null;
    this.#finish(connection, slot);
  }

  message(connection: Http1Connection, bytes: Buffer, start: number, end: number): void {
    const { slot } = connection;
    const { learnt } = this.#setup;
    if (slot !== null && learnt.recognises(slot, bytes, start, end)) {
      connection.answer = RECOGNISED;
      return;
    }
    const message = parsedOrUndefined(bytes.toString('utf8', start, end));
    if (message === undefined) connection.malformedEvent = true;
    else if (!isObject(message) || message['method'] === undefined) {
      const id = isObject(message) ? message['id'] : undefined;
      // An error that could not be matched to a request has a null id (JSON-RPC 2.0 section 5).
      if (id === slot?.rpcId || id === null) connection.answer = message;
      else connection.stray = message;
      if (slot !== null && id === slot.rpcId) learnt.consider(slot, bytes, start, end);
    } else if (message['id'] !== undefined) this.serverRequests++;
  }

  streaming(connection: Http1Connection): void {
    const slot = connection.slot;
    if (slot === null) return;
    if (connection.answer !== undefined) {
      connection.drain();
      this.#finish(connection, slot);
    } else if (connection.malformedEvent) {
      connection.slot = null;
      connection.destroy();
      this.#finish(connection, slot);
    }
  }

  failed(connection: Http1Connection, errorClass: ErrorClass): void {
    const slot = connection.slot;
    if (slot === null) return;
    connection.slot = null;
    slot.doneNs = this.#setup.nowNs();
    slot.firstByteNs = connection.firstByteNs;
    slot.bytesIn = connection.bytesIn;
    settle(slot, errorClass);
    this.#setup.completed(slot);
  }

  /** Ends the session within `withinMs`, then every connection. Attempts in flight are abandoned. */
  async close(withinMs: number): Promise<void> {
    const opened = this.#state === 'open' ? this.#opened : null;
    this.#state = 'closed';
    if (opened !== null) {
      await endHttpSession(this.#pool, this.#setup.endpoint, opened, withinMs);
      this.#setup.event({ type: 'session', atNs: this.#setup.nowNs(), session: this.session, edge: 'closed' });
    }
    this.#pool.destroyAll();
  }

  #finish(connection: Http1Connection, slot: AttemptSlot): void {
    slot.firstByteNs = connection.firstByteNs;
    slot.doneNs = connection.lastReadNs;
    slot.bytesIn = connection.bytesIn;
    if (connection.streams) this.#judgeStream(connection, slot);
    else this.#judgeBody(connection, slot);
    if (slot.outcome === SESSION_LOST && this.#state === 'open' && connection.generation === this.#generation)
      this.#lose(slot.httpStatus);
    this.#setup.completed(slot);
  }

  /** Never rejects; whether the server takes note is its own affair. */
  async #tellCancelled(rpcId: number, spec: number): Promise<void> {
    const note = this.#setup.writer.cancelled(rpcId, spec);
    if (note === null || this.#state !== 'open' || this.#cancelsUnderWay >= this.#setup.inFlight) return;
    this.#cancelsUnderWay++;
    await requestOnce(this.#pool.take(), `${this.#postHead}${note.length}\r\n\r\n${note}`, null, CANCEL_MS);
    this.#cancelsUnderWay--;
  }

  #judgeBody(connection: Http1Connection, slot: AttemptSlot): void {
    const { oracle, learnt } = this.#setup;
    const { head, body, bodyStart, bodyEnd } = connection;
    if (head.status === 200 && learnt.recognises(slot, body, bodyStart, bodyEnd)) {
      slot.httpStatus = 200;
      settle(slot, 'none');
      return;
    }
    oracle.judgeHttp(slot, head, connection.text);
    if (slot.outcome === OK) learnt.consider(slot, body, bodyStart, bodyEnd);
  }

  #judgeStream(connection: Http1Connection, slot: AttemptSlot): void {
    slot.httpStatus = connection.head.status;
    const answer = connection.answer ?? (connection.malformedEvent ? undefined : connection.stray);
    if (answer === RECOGNISED) settle(slot, 'none');
    else if (answer !== undefined) this.#setup.oracle.judgeMessage(slot, answer);
    else settle(slot, connection.malformedEvent ? 'sse-malformed' : 'sse-no-answer');
  }

  #openOne(): Promise<OpenedSession | NotOpened> {
    return openHttpSession(this.#pool, this.#setup.endpoint, this.#setup.revision, this.#nextId++, OPENING_MS);
  }

  #adopt(opened: OpenedSession, edge: 'opened' | 'reopened'): void {
    this.#opened = opened;
    this.#generation++;
    this.#postHead = postHead(this.#setup.endpoint, opened);
    this.#headFor = -1;
    this.#state = 'open';
    this.#setup.event({ type: 'session', atNs: this.#setup.nowNs(), session: this.session, edge });
  }

  #lose(status: number): void {
    // Without a session id there is nothing to lose: the 404 is about the address.
    if (this.#opened === null || this.#opened.sessionId === '') return;
    this.#state = 'lost';
    this.#setup.event({
      type: 'session',
      atNs: this.#setup.nowNs(),
      session: this.session,
      edge: 'lost',
      detail: `HTTP ${status}`,
    });
    void this.#reopen();
  }

  /** Tries until it has a session or the run ends. Never rejects. */
  async #reopen(): Promise<void> {
    for (let pauseMs = FIRST_PAUSE_MS; this.#state === 'lost'; pauseMs = Math.min(LAST_PAUSE_MS, pauseMs * 2)) {
      const opening = await this.#openOne();
      if (opening.kind === 'opened') {
        if (this.#state === 'lost') this.#adopt(opening, 'reopened');
        return;
      }
      await sleep(pauseMs, undefined, { ref: false });
    }
  }
}
