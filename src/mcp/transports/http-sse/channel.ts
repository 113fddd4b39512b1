/** The calls of one session over HTTP+SSE: sent as POSTs, answered on the stream of the session, matched by id. */
import { postHead, traceparentOf } from '../../../catalog/index.js';
import { SAMPLE_FLAGS, outcomeCode, type ErrorClass } from '../../../record/index.js';
import type { AttemptSlot, Channel } from '../../channel.js';
import type { OpeningFailure, ServerRequest } from '../../eras/index.js';
import { FailFast } from '../../fail-fast.js';
import { answersId, clearAnswer, settle } from '../../oracle/index.js';
import {
  ConnectionPool,
  type ExchangeListener,
  type Http1Connection,
  type HttpChannelSetup,
} from '../streamable-http/index.js';
import { HttpSseSession, type OpenSession } from './session.js';

/** Most time the answer to a message that expects none may take. */
const MESSAGE_MS = 5_000;
/** Most answers to requests of the server, at least, that may be under way at once. */
const MIN_ANSWERS = 16;

const SESSION_LOST = outcomeCode('session');

/**
 * When the stream ends, every attempt in flight fails as its connection did, and while the session is opened again
 * later ones fail at once as `session-unknown`, without being sent.
 */
export class HttpSseChannel implements Channel, ExchangeListener<Http1Connection> {
  readonly session: number;
  /** Requests of the server that were not answered: too many of our answers were under way. */
  unansweredRequests = 0;

  readonly #setup: HttpChannelSetup;
  readonly #pool: ConnectionPool;
  readonly #session: HttpSseSession;
  readonly #failFast: FailFast;
  readonly #pending = new Map<number, AttemptSlot>();
  #nextId = 1;
  #cancelsUnderWay = 0;
  #answersUnderWay = 0;

  constructor(setup: HttpChannelSetup, session: number) {
    const { endpoint, nowNs, revision, event, requests } = setup;
    this.session = session;
    this.#setup = setup;
    this.#pool = new ConnectionPool(endpoint.address, nowNs, setup.inFlight);
    this.#failFast = new FailFast('session-unknown', nowNs, setup.completed);
    this.#session = new HttpSseSession({
      ...{ session, endpoint, revision, nowNs, event },
      pool: this.#pool,
      capabilities: requests.capabilities,
      takeId: () => this.#nextId++,
      answered: (message, bytes, readNs) => this.#onAnswer(message, bytes, readNs),
      asked: (request) => void this.#answerServer(request),
      lost: (errorClass) => this.#onLost(errorClass),
    });
  }

  /** Opens the session. On failure every connection is closed. @returns why not, or null. */
  async open(): Promise<OpeningFailure | null> {
    const failure = await this.#session.open();
    if (failure !== null) this.#pool.destroyAll();
    return failure;
  }

  start(slot: AttemptSlot): void {
    const { nowNs } = this.#setup;
    clearAnswer(slot);
    slot.session = this.session;
    slot.rpcId = this.#nextId++;
    slot.connection = -1;
    slot.bytesOut = 0;
    slot.flags &= ~SAMPLE_FLAGS.reusedConnection;
    const session = this.#session.current;
    if (session === null) {
      slot.sentNs = nowNs();
      this.#failFast.refuse(slot);
      return;
    }
    const request = this.#request(session, slot);
    slot.bytesOut = Buffer.byteLength(request);
    const connection = this.#pool.take();
    connection.generation = this.#session.generation;
    slot.connection = connection.index;
    if (connection.attempts > 0) slot.flags |= SAMPLE_FLAGS.reusedConnection;
    this.#pending.set(slot.rpcId, slot);
    slot.sentNs = nowNs();
    connection.send(this, slot, request, slot.bytesOut === request.length, false);
  }

  abandon(slot: AttemptSlot, cancel: boolean): void {
    if (this.#failFast.withdraw(slot)) return;
    const connection = this.#pool.at(slot.connection);
    if (connection?.slot === slot) {
      connection.slot = null;
      connection.destroy();
    }
    if (this.#forget(slot) && cancel) void this.#cancel(slot);
  }

  /** The POST is answered: with 202, since the answer to the call comes on the stream, or with a refusal. */
  ended(connection: Http1Connection): void {
    const { slot, head } = connection;
    connection.slot = null;
    if (slot === null || (head.status >= 200 && head.status < 300) || !this.#forget(slot)) return;
    slot.firstByteNs = connection.firstByteNs;
    slot.doneNs = connection.lastReadNs;
    slot.bytesIn = connection.bytesIn;
    this.#setup.oracle.judgeHttp(slot, head, connection.text);
    this.#setup.examples.add(slot, connection.text);
    if (slot.outcome === SESSION_LOST && connection.generation === this.#session.generation)
      this.#session.unknown(head.status);
    this.#setup.completed(slot);
  }

  message(): void {
    // No answer is expected on the stream of a POST.
  }

  streaming(connection: Http1Connection): void {
    connection.drain();
  }

  failed(connection: Http1Connection, errorClass: ErrorClass): void {
    const { slot } = connection;
    connection.slot = null;
    if (slot === null || !this.#forget(slot)) return;
    slot.bytesIn = connection.bytesIn;
    this.#fail(slot, errorClass, this.#setup.nowNs());
  }

  /** Ends the session, then every connection. Attempts in flight are abandoned. */
  close(): Promise<void> {
    this.#pending.clear();
    this.#session.close();
    this.#pool.destroyAll();
    return Promise.resolve();
  }

  #request({ path, fields }: OpenSession, { rpcId, spec, argumentsJson, callId }: AttemptSlot): string {
    const { endpoint, writer } = this.#setup;
    const body = writer.write(rpcId, spec, argumentsJson, callId);
    const trace = writer.trace === null ? '' : `traceparent: ${traceparentOf(writer.trace, callId)}\r\n`;
    return `${postHead(path, endpoint.fixed, fields + trace)}${Buffer.byteLength(body)}\r\n\r\n${body}`;
  }

  #onAnswer(message: Readonly<Record<string, unknown>>, bytes: number, readNs: number): void {
    const { id } = message;
    const rpcId = Number(id);
    const slot = this.#pending.get(rpcId);
    // Not there: a notification, or the late answer to an abandoned attempt.
    if (slot === undefined || !answersId(id, rpcId)) return;
    this.#pending.delete(rpcId);
    // The answer may overtake the 202 of its POST.
    const connection = this.#pool.at(slot.connection);
    if (connection?.slot === slot) connection.slot = null;
    slot.firstByteNs = readNs;
    slot.doneNs = readNs;
    slot.bytesIn = bytes;
    slot.httpStatus = 200;
    this.#setup.oracle.judgeMessage(slot, message);
    this.#setup.examples.add(slot, message);
    this.#setup.completed(slot);
  }

  #onLost(errorClass: ErrorClass): void {
    const now = this.#setup.nowNs();
    this.#failFast.lostBy(errorClass);
    // One by one out of where they wait: completing one may abandon another.
    for (const slot of this.#pending.values()) {
      this.#pending.delete(slot.rpcId);
      const connection = this.#pool.at(slot.connection);
      if (connection?.slot === slot) connection.slot = null;
      this.#fail(slot, errorClass, now);
    }
  }

  #fail(slot: AttemptSlot, errorClass: ErrorClass, atNs: number): void {
    slot.doneNs = atNs;
    settle(slot, errorClass);
    this.#setup.completed(slot);
  }

  /** @returns whether its answer was still waited for. */
  #forget(slot: AttemptSlot): boolean {
    return this.#pending.get(slot.rpcId) === slot && this.#pending.delete(slot.rpcId);
  }

  /** Never rejects; what the server makes of it is not looked at. */
  async #cancel({ rpcId, spec }: AttemptSlot): Promise<void> {
    const note = this.#setup.writer.cancelled(rpcId, spec);
    const session = this.#session.current;
    if (note === null || session === null || this.#cancelsUnderWay >= this.#setup.inFlight) return;
    this.#cancelsUnderWay++;
    await session.exchange.post(session.fields, note, null, MESSAGE_MS);
    this.#cancelsUnderWay--;
  }

  /** Never rejects. */
  async #answerServer(request: ServerRequest): Promise<void> {
    const session = this.#session.current;
    if (session === null || this.#answersUnderWay >= Math.max(MIN_ANSWERS, this.#setup.inFlight)) {
      this.unansweredRequests++;
      return;
    }
    this.#answersUnderWay++;
    await session.exchange.post(session.fields, this.#setup.requests.answerJson(request), null, MESSAGE_MS);
    this.#answersUnderWay--;
  }
}
