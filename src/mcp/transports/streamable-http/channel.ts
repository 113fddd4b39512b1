/** The calls of one session over Streamable HTTP: the measured path, from a slot to a connection and back. */
import { isObject, parsedOrUndefined } from '../../../protocol/index.js';
import {
  SOLE_NAME,
  eraOf,
  getHead,
  withMembers,
  operationOf,
  postHead,
  type CallSpec,
  type HeaderParameters,
  type Revision,
} from '../../../catalog/index.js';
import type { NowNs } from '../../../clock/index.js';
import { SAMPLE_FLAGS, outcomeCode, type ErrorClass, type RunEvent } from '../../../record/index.js';
import type { AttemptSlot, Channel } from '../../channel.js';
import {
  HttpSession,
  HttpStateless,
  InputRounds,
  serverRequestIn,
  type ControlExchange,
  type HttpEra,
  type OpeningFailure,
  type RequestAnswers,
  type ServerRequest,
} from '../../eras/index.js';
import { FailFast } from '../../fail-fast.js';
import { RequestTemplate, type RequestWriter } from '../../fast-path/index.js';
import {
  answersId,
  clearAnswer,
  settle,
  type FailureExamples,
  type Oracle,
  type VerdictCache,
} from '../../oracle/index.js';
import type { Endpoint } from './address.js';
import type { Http1Connection } from './connection.js';
import { controlExchange } from './control.js';
import type { ExchangeListener } from './exchange.js';
import { RECOGNISED, judgeBody, judgeStream, stampByField } from './judging.js';
import { ConnectionPool } from './pool.js';
import { Resumptions } from './resumption.js';
import { ServerStream } from './server-stream.js';

/** Most time the answer to a message that expects none, such as `notifications/cancelled`, may take. */
const MESSAGE_MS = 5_000;
/** Most answers to requests of the server, at least, that may be under way at once. */
const MIN_ANSWERS = 16;

/** Ends of a connection after which the rest of an answer may still be had. */
const MAY_RESUME: ReadonlySet<ErrorClass> = new Set([
  'closed-early',
  'connection-reset',
  'connect-refused',
  'connect-failed',
]);

const OK = outcomeCode('ok');
const SESSION_LOST = outcomeCode('session');

/** What the channels of a run share: one object for all of them. */
export interface HttpChannelSetup {
  readonly endpoint: Endpoint;
  readonly revision: Revision;
  readonly inFlight: number;
  /** Whether each session holds the stream on which the server sends requests of its own. */
  readonly serverStream: boolean;
  readonly calls: readonly CallSpec[];
  /** Arguments that the heads of stateless requests repeat. */
  readonly headerParameters: HeaderParameters;
  /** Whether a session is ended with DELETE when its channel is closed; else it is left behind. */
  readonly endsSessions: boolean;
  readonly writer: RequestWriter;
  readonly requests: RequestAnswers;
  readonly oracle: Oracle;
  readonly verdicts: VerdictCache;
  readonly examples: FailureExamples;
  readonly nowNs: NowNs;
  readonly completed: (slot: AttemptSlot) => void;
  readonly event: (event: RunEvent) => void;
}

/**
 * While the era has no session the calls fail at once as `session-unknown`, without being sent: waiting would hide in
 * the latency of later calls what is an outage of the session. Connections are kept.
 *
 * An abandoned attempt closes its connection, which in the era of sessions cancels nothing; the server gets
 * `notifications/cancelled` on another connection, unless as many of those as the session may have calls in flight are
 * unanswered already: a server that has stopped answering gets no more of them. Its own requests are answered under the
 * same kind of bound. In the stateless era the closed connection is the cancellation: where there is to be none, what
 * still comes is read and dropped instead. There is no rest of an answer either: a call whose stream was cut ends, and
 * whether it is made again, under an id of its own, its retries say.
 */
export class HttpChannel implements Channel, ExchangeListener<Http1Connection> {
  readonly session: number;
  /** Requests of the server that were not answered: too many of our answers were under way. */
  unansweredRequests = 0;

  readonly #setup: HttpChannelSetup;
  readonly #pool: ConnectionPool;
  readonly #exchange: ControlExchange;
  readonly #era: HttpEra;
  /** Whether calls may be sent now. */
  #isOpen = false;
  /** Counts the sessions: an answer to a request of an earlier one says nothing about the present one. */
  #generation = 0;
  readonly #template: RequestTemplate;
  readonly #failFast: FailFast;
  readonly #serverStream: ServerStream | null;
  #nextId = 1;
  #cancelsUnderWay = 0;
  #answersUnderWay = 0;
  /** Results that demand input are of the stateless era alone. */
  readonly #rounds: InputRounds | null;
  /** The rest of an answer is to be had in the era of sessions alone. */
  readonly #resumptions: Resumptions | null;

  constructor(setup: HttpChannelSetup, session: number) {
    const { endpoint, nowNs, event, revision, requests } = setup;
    this.session = session;
    this.#setup = setup;
    this.#pool = new ConnectionPool(endpoint.address, nowNs, setup.inFlight);
    this.#exchange = controlExchange(this.#pool, endpoint);
    this.#template = new RequestTemplate(setup.writer);
    const isStateless = eraOf(revision) === 'stateless';
    this.#rounds = isStateless ? new InputRounds(requests) : null;
    this.#resumptions = isStateless ? null : new Resumptions((slot, lastId) => this.#resume(slot, lastId));
    this.#failFast = new FailFast('session-unknown', nowNs, setup.completed);
    this.#serverStream =
      setup.serverStream && !isStateless
        ? new ServerStream(endpoint, nowNs, (request) => void this.#answerServer(request))
        : null;
    const lost = (): void => void (this.#isOpen = false);
    const reports = { opened: () => this.#opened(), lost };
    const shared = { exchange: this.#exchange, revision, takeId: () => this.#nextId++, ...reports };
    this.#era = isStateless
      ? new HttpStateless(shared)
      : new HttpSession({ ...shared, session, requests, nowNs, event });
  }

  /** Opens the session. On failure every connection is closed. @returns why not, or null. */
  async open(): Promise<OpeningFailure | null> {
    const failure = await this.#era.open();
    if (failure !== null) this.#pool.destroyAll();
    return failure;
  }

  start(slot: AttemptSlot): void {
    const { nowNs } = this.#setup;
    const template = this.#template;
    clearAnswer(slot);
    slot.session = this.session;
    slot.rpcId = this.#nextId++;
    if (!this.#isOpen) {
      slot.connection = -1;
      slot.bytesOut = 0;
      slot.flags &= ~SAMPLE_FLAGS.reusedConnection;
      slot.sentNs = nowNs();
      this.#failFast.refuse(slot);
      return;
    }
    template.compose(slot.rpcId, slot.spec, slot.argumentsJson, slot.callId);
    const connection = this.#pool.take();
    connection.generation = this.#generation;
    slot.connection = connection.index;
    slot.bytesOut = template.size;
    if (connection.attempts > 0) slot.flags |= SAMPLE_FLAGS.reusedConnection;
    else slot.flags &= ~SAMPLE_FLAGS.reusedConnection;
    slot.sentNs = nowNs();
    const request = template.request(slot.rpcId, slot.callId);
    if (!connection.send(this, slot, request, template.ascii, false)) template.forget();
  }

  abandon(slot: AttemptSlot, cancel: boolean): void {
    if (this.#failFast.withdraw(slot)) return;
    this.#rounds?.withdraw(slot);
    const connection = this.#pool.at(slot.connection);
    const isCarried = connection?.slot === slot;
    if (isCarried) {
      connection.slot = null;
      if (cancel && !this.#era.speaksBothWays && !this.#setup.writer.cancels(slot.spec)) connection.drain();
      else connection.destroy();
    }
    if (this.#resumptions?.withdraw(slot) !== true && !isCarried) return;
    // A request of an earlier session is unknown to the present one.
    const isKnown = connection === null || connection.generation === this.#generation;
    if (cancel && isKnown && this.#era.speaksBothWays) void this.#cancel(slot.rpcId, slot.spec);
  }

  ended(connection: Http1Connection): void {
    const slot = connection.slot;
    if (slot === null) return;
    connection.slot = null;
    if (this.#resumptions?.takeEnded(connection, slot) === true) return;
    this.#finish(connection, slot);
  }

  /**
   * The first message that answers decides, and after it nothing does, however the bytes of the stream arrive. What is
   * no JSON is passed over, as the official clients do.
   */
  message(connection: Http1Connection, bytes: Buffer, start: number, end: number): void {
    const { slot } = connection;
    const { verdicts } = this.#setup;
    if (connection.answer !== undefined) return;
    if (slot !== null && verdicts.recognises(slot, bytes, start, end)) {
      connection.answer = RECOGNISED;
      return;
    }
    const message = parsedOrUndefined(bytes.toString('utf8', start, end));
    if (message === undefined) {
      connection.malformedEvent = true;
      return;
    }
    const request = serverRequestIn(message);
    if (request !== null) {
      if (this.#era.speaksBothWays) void this.#answerServer(request);
      return;
    }
    if (isObject(message) && message['method'] !== undefined && message['id'] === undefined) return;
    const id = isObject(message) ? message['id'] : undefined;
    // An error that could not be matched to a request has a null id (JSON-RPC 2.0 section 5).
    if (id === null || (slot !== null && answersId(id, slot.rpcId))) connection.answer = message;
    else connection.stray ??= message;
    if (slot !== null && id === slot.rpcId) verdicts.consider(slot, bytes, start, end);
  }

  streaming(connection: Http1Connection): void {
    const slot = connection.slot;
    if (slot === null) return;
    if (connection.answer === undefined) return;
    connection.drain();
    this.#finish(connection, slot);
  }

  failed(connection: Http1Connection, errorClass: ErrorClass): void {
    const slot = connection.slot;
    if (slot === null) return;
    connection.slot = null;
    if (MAY_RESUME.has(errorClass) && this.#resumptions?.take(connection, slot, errorClass) === true) return;
    slot.doneNs = this.#setup.nowNs();
    slot.firstByteNs = connection.firstByteNs;
    slot.bytesIn = connection.bytesIn;
    // A stream that had begun: without a session, a client that wants the answer has to ask anew.
    if (!this.#era.speaksBothWays && connection.streams) slot.httpStatus = connection.head.status;
    settle(slot, this.#resumptions?.complete(slot) ?? errorClass);
    this.#rounds?.complete(slot);
    this.#setup.completed(slot);
  }

  /** Ends the session within `withinMs`, then every connection. Attempts in flight are abandoned. */
  async close(withinMs: number): Promise<void> {
    this.#isOpen = false;
    this.#resumptions?.clear();
    this.#serverStream?.close();
    if (this.#setup.endsSessions) await this.#era.close(withinMs);
    this.#pool.destroyAll();
  }

  #opened(): void {
    this.#isOpen = true;
    this.#generation++;
    const { calls, headerParameters, endpoint } = this.#setup;
    const { address, fixed } = endpoint;
    const heads = calls.map((call, spec) => ({
      text: postHead(address.path, fixed, this.#era.callFields(call)),
      parameters: [
        ...(headerParameters[spec] ?? []),
        ...(!this.#era.speaksBothWays && operationOf(call).namedBySole === true ? [SOLE_NAME] : []),
      ],
    }));
    this.#template.setHeads(heads);
    this.#serverStream?.open(this.#era.fields);
  }

  #finish(connection: Http1Connection, slot: AttemptSlot): void {
    slot.firstByteNs = connection.firstByteNs;
    slot.doneNs = connection.lastReadNs;
    slot.bytesIn = connection.bytesIn;
    const interrupted = this.#resumptions === null ? null : this.#resumptions.complete(slot);
    let said: unknown = null;
    if (connection.streams) said = judgeStream(this.#setup, connection, slot);
    else if (interrupted !== null) {
      slot.httpStatus = connection.head.status;
      settle(slot, interrupted);
    } else said = judgeBody(this.#setup, connection, slot);
    if (said !== null && slot.outcome !== OK) {
      if (this.#rounds !== null && this.#goesOn(this.#rounds, slot, said)) return;
      this.#setup.examples.add(slot, said);
    }
    if (this.#rounds !== null) this.#rounds.complete(slot);
    stampByField(connection, slot);
    if (slot.outcome === SESSION_LOST && connection.generation === this.#generation)
      this.#era.sessionUnknown(slot.httpStatus);
    this.#setup.completed(slot);
  }

  /** Never rejects; what the server makes of it is not looked at. */
  async #cancel(rpcId: number, spec: number): Promise<void> {
    const note = this.#setup.writer.cancelled(rpcId, spec);
    if (note === null || !this.#isOpen || this.#cancelsUnderWay >= this.#setup.inFlight) return;
    this.#cancelsUnderWay++;
    await this.#exchange.post(this.#era.fields, note, null, MESSAGE_MS);
    this.#cancelsUnderWay--;
  }

  /** Never rejects. A tool may wait for it, so it is sent before anything else is read. */
  async #answerServer(request: ServerRequest): Promise<void> {
    if (!this.#isOpen || this.#answersUnderWay >= Math.max(MIN_ANSWERS, this.#setup.inFlight)) {
      this.unansweredRequests++;
      return;
    }
    this.#answersUnderWay++;
    await this.#exchange.post(this.#era.fields, this.#setup.requests.answerJson(request), null, MESSAGE_MS);
    this.#answersUnderWay--;
  }

  /** Asks for the rest of an answer. */
  #resume(slot: AttemptSlot, lastEventId: string): void {
    const { endpoint } = this.#setup;
    const connection = this.#pool.take();
    connection.generation = this.#generation;
    slot.connection = connection.index;
    const fields = `${this.#era.fields}Last-Event-ID: ${lastEventId}\r\n`;
    connection.send(this, slot, getHead(endpoint.address.path, endpoint.fixed, fields), false, false);
  }

  /** Makes the call again where an answer demands input that the scenario has. */
  #goesOn(rounds: InputRounds, slot: AttemptSlot, said: unknown): boolean {
    const members = rounds.next(slot, typeof said === 'string' ? parsedOrUndefined(said) : said);
    if (members === null) return false;
    slot.rpcId = this.#nextId++;
    const { spec, argumentsJson, callId } = slot;
    const body = withMembers(this.#setup.writer.write(slot.rpcId, spec, argumentsJson, callId), members);
    const request = this.#template.wholeOf(spec, argumentsJson, callId, body);
    const connection = this.#pool.take();
    slot.connection = connection.index;
    slot.bytesOut = Buffer.byteLength(request);
    connection.send(this, slot, request, false, false);
    return true;
  }
}
