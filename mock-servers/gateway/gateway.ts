/**
 * The `gateway` mock: a small MCP gateway over Streamable HTTP with a queue of its own, whose truth is known.
 *
 * `tools/call` passes the queue (virtual time, as in the `tools` mock) and is sent on when its worker is done with it;
 * all other messages pass at once. A caller that goes away changes nothing: its call is sent on all the same.
 */
import type { IncomingHttpHeaders, ServerResponse } from 'node:http';
import { seededRandom } from '../../src/random/index.js';
import { type GatewayMockOptions, CONTROL_PREFIX, CONTROL_PATHS } from '../../src/protocol/index.js';
import { DueAnswers } from '../timing/due-answers.js';
import type { MockHost } from '../process/host.js';
import { mockClock, type MockClock } from '../timing/mock-clock.js';
import { queueModel, type QueueModel } from '../timing/queue.js';
import { serviceTimes } from '../timing/service-time.js';
import { type MockRequest, pathOf, readBody } from '../wire/http-server.js';
import { callIdOf, readMessage, REFUSALS, RPC, rpcError } from '../wire/protocol.js';
import { sendJson, sendRefusal } from '../wire/reply.js';
import { sendRows } from '../wire/rows.js';
import { Rotation } from './rotation.js';
import { Federating } from './federation/federation.js';
import { Routes } from './routes.js';
import type { Passing, Routed, Routing } from './routing.js';
import { withStamps } from './stamps.js';
import { GatewayTruth, type GatewayCall } from './truth.js';

/** `GET /plimsoll/state`. */
export interface GatewayState {
  readonly sessions: { readonly open: number; readonly openedUpstream: number };
  readonly ejections: number;
  /** In rotation now. */
  readonly upstreams: readonly {
    readonly name: string;
    readonly url: string;
    readonly inRotation: boolean;
    readonly messages: number;
  }[];
  readonly truth: { readonly rows: number; readonly dropped: number };
}

interface Waiting {
  readonly dueNs: number;
  readonly sequence: number;
  readonly call: GatewayCall;
  readonly passing: Passing;
  readonly response: ServerResponse;
  readonly idJson: string;
}

const PASSED_ON: ReadonlySet<string> = new Set([
  'content-type',
  'accept',
  'mcp-protocol-version',
  'mcp-method',
  'mcp-name',
  'authorization',
  'last-event-id',
  'traceparent',
]);

export class Gateway {
  readonly truth: GatewayTruth;
  readonly #options: GatewayMockOptions;
  readonly #clock: MockClock;
  readonly #rotation: Rotation;
  readonly #routes: Routing;
  readonly #queue: QueueModel;
  readonly #nextServiceNs: () => number;
  readonly #waiting: DueAnswers<Waiting>;
  /** Messages by upstream. */
  readonly #messages = new Map<string, number>();
  #sequence = 0;

  constructor(options: GatewayMockOptions, within: MockHost) {
    const { name, seed, balance, serviceTime } = options;
    const stream = `gateway-mock/${name}`;
    this.#options = options;
    this.#clock = mockClock(within);
    this.truth = new GatewayTruth(this.#clock);
    this.#rotation = new Rotation(options, balance === 'random' ? seededRandom(seed, stream).fork('balance') : null);
    this.#routes =
      options.federation === null
        ? new Routes(options, this.#rotation)
        : new Federating(options.federation, this.#rotation.links, this.#clock);
    this.#queue = queueModel(options);
    this.#nextServiceNs = serviceTimes({ seed, serviceTime, tools: [] }, stream);
    this.#waiting = new DueAnswers(this.#clock, (due, nowNs) => void this.#forward(due, nowNs));
  }

  get state(): GatewayState {
    return {
      sessions: this.#routes.counts,
      ejections: this.#rotation.ejections,
      upstreams: this.#rotation.links.map((link) => ({
        ...link.upstream,
        inRotation: !this.#rotation.isOut(link),
        messages: this.#messages.get(link.upstream.name) ?? 0,
      })),
      truth: this.truth.counts,
    };
  }

  answer(request: MockRequest, response: ServerResponse): void {
    const path = pathOf(request);
    const { method = '', headers } = request;
    if (path.startsWith(CONTROL_PREFIX)) {
      this.#answerControl(`${method} ${path}`, response);
    } else if (path !== this.#options.path) {
      sendRefusal(response, REFUSALS.path);
    } else if (method !== 'POST' && method !== 'DELETE') {
      sendRefusal(response, REFUSALS.method, 'null', ['Allow', 'POST, DELETE']);
    } else {
      const session = headers['mcp-session-id'];
      const sessionId = typeof session === 'string' ? session : null;
      readBody(request, response, ({ body }) => {
        const passing: Passing = { method, headers: passedOn(headers), body, sessionId };
        if (method === 'POST') this.#post(passing, response, this.#clock.now());
        else void this.#pass(this.#routes.end(passing), response, 'null');
      });
    }
  }

  /** Forgets all calls under way: the server is going down. */
  stop(): void {
    this.#waiting.stop();
    this.#rotation.stop();
  }

  #answerControl(asked: string, response: ServerResponse): void {
    if (asked === `GET ${CONTROL_PATHS.truth}`) sendRows(response, this.truth.rows());
    else if (asked === `GET ${CONTROL_PATHS.windows}`) sendRows(response, this.truth.windows());
    else if (asked === `GET ${CONTROL_PATHS.state}`) sendJson(response, 200, JSON.stringify(this.state));
    else sendRefusal(response, REFUSALS.path);
  }

  #post(passing: Passing, response: ServerResponse, receivedNs: number): void {
    const message = readMessage(passing.body);
    if (message.kind === 'refused') return sendRefusal(response, message.refusal);
    const idJson = message.kind === 'request' ? JSON.stringify(message.id) : 'null';
    const method = message.kind === 'request' ? message.method : null;
    if (message.kind !== 'request' || method !== 'tools/call') {
      const routing = method === 'initialize' ? this.#routes.initialize(passing) : this.#routes.pass(passing);
      return void this.#pass(routing, response, idJson);
    }
    const call = this.truth.received(callIdOf(message.params), passing.sessionId ?? '', receivedNs);
    const admission = this.#queue.arrive(receivedNs, this.#nextServiceNs());
    if (admission.kind === 'full') {
      call.outcome = 'shed';
      const error = rpcError(idJson, RPC.serverError, 'Gateway overloaded: the queue is full');
      return sendJson(response, 503, error, ['Retry-After', '1']);
    }
    call.startedNs = admission.startNs;
    const sequence = this.#sequence++;
    this.#waiting.add({ dueNs: admission.finishNs, sequence, call, passing, response, idJson });
  }

  /** Passes a message that has no queue. */
  async #pass(routing: Promise<Routed>, response: ServerResponse, idJson: string): Promise<void> {
    const routed = await routing;
    this.#count(routed);
    this.#reply(response, routed, null, idJson);
  }

  async #forward({ call, passing, response, idJson }: Waiting, nowNs: number): Promise<void> {
    call.forwardedNs = nowNs;
    this.truth.forwarded(call);
    const routed = await this.#routes.pass(passing);
    this.#count(routed);
    call.answeredNs = this.#clock.now();
    call.upstream = routed.kind === 'unknown-session' ? null : routed.upstream;
    call.outcome = routed.kind === 'answer' ? 'answered' : 'failed';
    this.truth.answered(call);
    this.#reply(response, routed, routed.kind === 'answer' ? this.#stamped(call, routed) : null, idJson);
  }

  /** The upstream's answer with the gateway's stamps in it. */
  #stamped(call: GatewayCall, { answer, upstream }: Extract<Routed, { readonly kind: 'answer' }>): string {
    // What the gateway answers by itself was nowhere else.
    if (upstream === null) return answer.body;
    const { absolute } = this.#clock;
    return withStamps(answer.headers['content-type'] ?? '', answer.body, {
      gateway: this.#options.name,
      upstream,
      received: absolute(call.receivedNs),
      started: absolute(call.startedNs),
      forwarded: absolute(call.forwardedNs),
      answered: absolute(call.answeredNs),
    });
  }

  #count(routed: Routed): void {
    const name = routed.kind === 'unknown-session' ? null : routed.upstream;
    if (name !== null) this.#messages.set(name, (this.#messages.get(name) ?? 0) + 1);
  }

  /** Answers the client. @param body in place of the upstream's, if not null. */
  #reply(response: ServerResponse, routed: Routed, body: string | null, idJson: string): void {
    if (response.destroyed) return;
    switch (routed.kind) {
      case 'unknown-session':
        return sendRefusal(response, REFUSALS.unknownSession, idJson);
      case 'failed': {
        const text = `Bad Gateway: ${routed.upstream ?? this.#options.name}: ${routed.why}`;
        return sendJson(response, 502, rpcError(idJson, RPC.serverError, text));
      }
      case 'answer': {
        const { answer, sessionId } = routed;
        const text = body ?? answer.body;
        const headers = ['Content-Length', String(Buffer.byteLength(text))];
        for (const name of ['content-type', 'retry-after'] as const) {
          const value = answer.headers[name];
          if (value !== undefined) headers.push(name, value);
        }
        if (sessionId !== null) headers.push('Mcp-Session-Id', sessionId);
        response.writeHead(answer.status, headers);
        response.end(text);
      }
    }
  }
}

const passedOn = (headers: IncomingHttpHeaders): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      PASSED_ON.has(name) || name.startsWith('mcp-param-') ? [[name, String(value)]] : [],
    ),
  );
