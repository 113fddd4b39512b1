/**
 * The `gateway` mock: a small MCP gateway over Streamable HTTP with a queue of its own, whose truth is known.
 *
 * `tools/call` passes the queue (virtual time, as in the `tools` mock) and is sent on when its worker is done with it;
 * all other messages pass at once. A caller that goes away changes nothing: its call is sent on all the same.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { messageOf, ProblemError } from '../../src/problem/index.js';
import { seededRandom } from '../../src/random/index.js';
import {
  type GatewayMockOptions,
  gatewayOptions,
  META_CALL,
  CONTROL_PREFIX,
  isObject,
  CONTROL_PATHS,
  type GatewayTruthLine,
  type GatewayWindow,
} from '../../src/protocol/index.js';
import { DueAnswers } from '../timing/due-answers.js';
import { GUEST, type MockHost } from '../process/host.js';
import { mockClock } from '../timing/mock-clock.js';
import { queueModel } from '../timing/queue.js';
import { serviceTimes } from '../timing/service-time.js';
import { MAX_BODY_BYTES, readMessage, REFUSALS, RPC, rpcError } from '../wire/protocol.js';
import { sendJson, sendRefusal } from '../wire/reply.js';
import { sendRows } from '../wire/rows.js';
import { Rotation } from './rotation.js';
import { Routes, type Passing, type Routed } from './routes.js';
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

/** A gateway that listens. */
export interface GatewayMock {
  readonly options: GatewayMockOptions;
  readonly port: number;
  readonly url: string;
  /** Same as `GET /plimsoll/truth`. */
  readonly truth: () => readonly GatewayTruthLine[];
  /** Same as `GET /plimsoll/windows`. */
  readonly windows: () => readonly GatewayWindow[];
  readonly state: () => GatewayState;
  /** Closes the port and every connection, at once. May be called again. */
  readonly stop: () => Promise<void>;
}

interface Waiting {
  readonly dueNs: number;
  readonly sequence: number;
  readonly call: GatewayCall;
  readonly passing: Passing;
  readonly response: ServerResponse;
  readonly idJson: string;
}

const PASSED_ON = ['content-type', 'accept', 'mcp-protocol-version', 'authorization', 'last-event-id'] as const;

/** @throws ProblemError `bad-input` for impossible options, `preflight` when the port cannot be taken. */
export async function startGatewayMock(
  partial: Partial<GatewayMockOptions>,
  within: MockHost = GUEST,
): Promise<GatewayMock> {
  const options = gatewayOptions(partial);
  const clock = mockClock(within);
  const truth = new GatewayTruth(clock);
  const stream = `gateway-mock/${options.name}`;
  const rotation = new Rotation(
    options,
    options.balance === 'random' ? seededRandom(options.seed, stream).fork('balance') : null,
  );
  const routes = new Routes(options, rotation);
  const queue = queueModel(options);
  const nextServiceNs = serviceTimes({ seed: options.seed, serviceTime: options.serviceTime, tools: [] }, stream);
  const messages = new Map<string, number>();
  let sequence = 0;
  const waiting = new DueAnswers<Waiting>(clock, (due, nowNs) => void forward(due, nowNs));

  function tell(response: ServerResponse, routed: Routed, body: string | null, idJson: string): void {
    if (response.destroyed) return;
    switch (routed.kind) {
      case 'unknown-session':
        sendRefusal(response, REFUSALS.unknownSession, idJson);
        return;
      case 'failed':
        sendJson(
          response,
          502,
          rpcError(idJson, RPC.serverError, `Bad Gateway: ${routed.upstream ?? options.name}: ${routed.why}`),
        );
        return;
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

  function count(routed: Routed): void {
    const name = routed.kind === 'unknown-session' ? null : routed.upstream;
    if (name !== null) messages.set(name, (messages.get(name) ?? 0) + 1);
  }

  async function forward({ call, passing, response, idJson }: Waiting, nowNs: number): Promise<void> {
    call.forwardedNs = nowNs;
    truth.forwarded(call);
    const routed = await routes.pass(passing);
    count(routed);
    call.answeredNs = clock.now();
    call.upstream = routed.kind === 'unknown-session' ? null : routed.upstream;
    call.outcome = routed.kind === 'answer' ? 'answered' : 'failed';
    truth.answered(call);
    if (routed.kind !== 'answer') {
      tell(response, routed, null, idJson);
      return;
    }
    const { absolute } = clock;
    const stamps = {
      gateway: options.name,
      upstream: routed.upstream,
      received: absolute(call.receivedNs),
      started: absolute(call.startedNs),
      forwarded: absolute(call.forwardedNs),
      answered: absolute(call.answeredNs),
    };
    tell(response, routed, withStamps(routed.answer.headers['content-type'] ?? '', routed.answer.body, stamps), idJson);
  }

  function post(passing: Passing, response: ServerResponse, receivedNs: number): void {
    const message = readMessage(passing.body);
    if (message.kind === 'refused') {
      sendRefusal(response, message.refusal);
      return;
    }
    const idJson = message.kind === 'request' ? JSON.stringify(message.id) : 'null';
    if (message.kind !== 'request' || message.method !== 'tools/call') {
      const routing =
        message.kind === 'request' && message.method === 'initialize'
          ? routes.initialize(passing)
          : routes.pass(passing);
      void routing.then((routed) => {
        count(routed);
        tell(response, routed, null, idJson);
      });
      return;
    }
    const meta = message.params['_meta'];
    const callId = isObject(meta) ? meta[META_CALL] : undefined;
    const call = truth.received(typeof callId === 'string' ? callId : null, passing.sessionId ?? '', receivedNs);
    const admission = queue.arrive(receivedNs, nextServiceNs());
    if (admission.kind === 'full') {
      call.outcome = 'shed';
      sendJson(response, 503, rpcError(idJson, RPC.serverError, 'Gateway overloaded: the queue is full'), [
        'Retry-After',
        '1',
      ]);
      return;
    }
    call.startedNs = admission.startNs;
    waiting.add({ dueNs: admission.finishNs, sequence: sequence++, call, passing, response, idJson });
  }

  function onRequest(request: IncomingMessage, response: ServerResponse): void {
    response.sendDate = false;
    const path = (request.url ?? '/').split('?', 1)[0] ?? '/';
    const method = request.method ?? '';
    if (path.startsWith(CONTROL_PREFIX)) {
      answerControl(`${method} ${path}`, response);
    } else if (path !== options.path) {
      sendRefusal(response, REFUSALS.path);
    } else if (method !== 'POST' && method !== 'DELETE') {
      sendRefusal(response, REFUSALS.method, 'null', ['Allow', 'POST, DELETE']);
    } else {
      readBody(request, response, (body) => {
        const session = request.headers['mcp-session-id'];
        const passing = {
          method,
          headers: passedOn(request),
          body,
          sessionId: typeof session === 'string' ? session : null,
        } as const;
        if (method === 'POST') post(passing, response, clock.now());
        else
          void routes.end(passing).then((routed) => {
            count(routed);
            tell(response, routed, null, 'null');
          });
      });
    }
  }

  const state = (): GatewayState => ({
    sessions: { open: routes.sessions.open, openedUpstream: routes.sessions.openedUpstream },
    ejections: rotation.ejections,
    upstreams: rotation.links.map((link) => ({
      ...link.upstream,
      inRotation: !rotation.isOut(link),
      messages: messages.get(link.upstream.name) ?? 0,
    })),
    truth: truth.counts,
  });

  function answerControl(asked: string, response: ServerResponse): void {
    if (asked === `GET ${CONTROL_PATHS.truth}`) sendRows(response, truth.rows());
    else if (asked === `GET ${CONTROL_PATHS.windows}`) sendRows(response, truth.windows());
    else if (asked === `GET ${CONTROL_PATHS.state}`) sendJson(response, 200, JSON.stringify(state()));
    else sendRefusal(response, REFUSALS.path);
  }

  // No timeouts of its own: a connection that is idle, slow or waiting is the experiment, not a fault.
  const server = createServer({ keepAliveTimeout: 0, headersTimeout: 0, requestTimeout: 0, noDelay: true }, onRequest);
  const connections = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    connections.add(socket);
    socket.once('close', () => connections.delete(socket));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => reject(cannotListen(error, options)));
    server.listen(options.port, options.host, 4096, () => resolve());
  });
  const { port } = server.address() as AddressInfo;
  const host = options.host.includes(':') ? `[${options.host}]` : options.host;
  let stopped: Promise<void> | null = null;
  return {
    options: { ...options, port },
    port,
    url: `http://${host}:${port}${options.path}`,
    truth: () => [...truth.rows()],
    windows: () => [...truth.windows()],
    state,
    stop: () => {
      stopped ??= new Promise<void>((resolve) => {
        waiting.stop();
        rotation.stop();
        server.close(() => resolve());
        for (const socket of connections) socket.destroy();
      });
      return stopped;
    },
  };
}

function passedOn({ headers }: IncomingMessage): Readonly<Record<string, string>> {
  return Object.fromEntries(
    PASSED_ON.flatMap((name) => {
      const value = headers[name];
      return typeof value === 'string' ? [[name, value] as const] : [];
    }),
  );
}

function readBody(request: IncomingMessage, response: ServerResponse, whole: (body: string) => void): void {
  const chunks: Buffer[] = [];
  let bytes = 0;
  request.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes <= MAX_BODY_BYTES) chunks.push(chunk);
  });
  request.on('end', () => {
    if (bytes > MAX_BODY_BYTES) sendRefusal(response, REFUSALS.tooLarge);
    else whole(Buffer.concat(chunks).toString());
  });
}

function cannotListen(error: Error, { host, port }: GatewayMockOptions): ProblemError {
  return new ProblemError('preflight', [
    {
      code: 'cannot-listen',
      what: `mock server gateway: cannot listen on ${host}:${port}: ${messageOf(error)}`,
      remedy: 'Choose a free port (0 takes one) and a host name of this machine.',
    },
  ]);
}
