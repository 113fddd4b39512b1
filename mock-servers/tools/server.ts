/** The `tools` mock as a server on one port: bodies read, paths routed, start and stop. */
import { writeSync } from 'node:fs';
import { createServer, IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { messageOf, ProblemError } from '../../src/problem/index.js';
import { Calls } from './calls.js';
import {
  type ToolsMockOptions,
  CONTROL_PREFIX,
  withDefaults,
  type FaultControl,
  type FaultHitLine,
  type LedgerLine,
  type TruthLine,
  type MockState,
} from '../../src/protocol/index.js';
import { McpEndpoint } from './endpoint.js';
import { MockFaults, WorkingTime } from './faults/index.js';
import { GUEST, type MockHost } from '../process/host.js';
import { mockClock, type MockClock } from '../timing/mock-clock.js';
import { MAX_BODY_BYTES, refusedOrigin, refusedPost, REFUSALS, RPC, rpcError } from '../wire/protocol.js';
import { sendJson, sendRefusal } from '../wire/reply.js';
import { Sessions } from './sessions.js';
import { FaultHits, faultHitLineOf } from './fault-hits.js';
import { answerControl, mockState, type TruthSources } from './control.js';
import { CallTruth, EffectLedger, TRUTH_CAPACITY, type Effect } from './truth.js';

/** A mock that listens. */
export interface ToolsMock {
  /** Complete, with the port that was taken. */
  readonly options: ToolsMockOptions;
  readonly port: number;
  /** The MCP endpoint. */
  readonly url: string;
  /** Same as `GET /plimsoll/truth`. */
  readonly truth: () => readonly TruthLine[];
  /** Same as `GET /plimsoll/ledger`. */
  readonly ledger: () => readonly LedgerLine[];
  /** Same as `GET /plimsoll/fault-hits`. */
  readonly faultHits: () => readonly FaultHitLine[];
  /** Same as `GET /plimsoll/state`. */
  readonly state: () => MockState;
  /** Same as `/plimsoll/faults`. */
  readonly faults: FaultControl;
  /** Closes the port and every connection, at once; calls under way stay unanswered. May be called again. */
  readonly stop: () => Promise<void>;
}

/** A request whose body is being read. The fields are here so that reading needs no closure per request. */
class MockRequest extends IncomingMessage {
  response: ServerResponse | null = null;
  bodyBytes = 0;
  /** The first chunk, which nearly always is the whole body. */
  first: Buffer | null = null;
  more: Buffer[] | null = null;
}

/**
 * Starts a mock in this process.
 *
 * @param partial what differs from `withDefaults`.
 * @throws ProblemError `bad-input` for impossible options, `preflight` when the port cannot be taken.
 */
export async function startToolsMock(
  partial: Partial<ToolsMockOptions> = {},
  within: MockHost = GUEST,
): Promise<ToolsMock> {
  const { ledgerFd } = within;
  const options = withDefaults(partial);
  const clock = mockClock(within);
  const truth = new CallTruth();
  const written = <T>(rowOf: (fact: T) => object): ((fact: T) => void) | null =>
    ledgerFd === null ? null : (fact) => void writeSync(ledgerFd, JSON.stringify(rowOf(fact)) + '\n');
  const ledger = new EffectLedger(
    TRUTH_CAPACITY,
    written((effect) => ledgerLineOf(effect, clock)),
  );
  const hits = new FaultHits(
    TRUTH_CAPACITY,
    written((fact) => faultHitLineOf(fact, clock.absolute)),
  );
  const sessions = new Sessions();
  const workingTime = new WorkingTime((nowNs) => calls.reschedule(nowNs));
  const faults = new MockFaults(options.tools, clock, { sessions, workingTime }, hits);
  const calls = new Calls(options, clock, truth, ledger, faults, workingTime);
  const endpoint = new McpEndpoint(options, clock, calls, sessions, faults);
  faults.begin(options.faults ?? []);
  const connections = new Map<Socket, number>();
  let connectionsSeen = 0;
  const sources: TruthSources = {
    clock,
    calls,
    endpoint,
    sessions,
    faults,
    truth,
    ledger,
    hits,
    connections: () => ({ open: connections.size, seen: connectionsSeen }),
  };

  function onData(this: MockRequest, chunk: Buffer): void {
    const { response } = this;
    if (response === null) return;
    this.bodyBytes += chunk.length;
    if (this.bodyBytes > MAX_BODY_BYTES) {
      this.response = null;
      this.more = null;
      sendRefusal(response, REFUSALS.tooLarge);
    } else if (this.first === null) {
      this.first = chunk;
    } else {
      (this.more ??= [this.first]).push(chunk);
    }
  }

  function onEnd(this: MockRequest): void {
    const receivedNs = clock.now();
    const { response, first, more } = this;
    if (response === null) return;
    const body = more === null ? (first?.toString() ?? '') : Buffer.concat(more).toString();
    try {
      endpoint.post(this, response, body, connections.get(this.socket) ?? 0, receivedNs);
    } catch (thrown) {
      // A bug of the mock must look like a broken server to the harness and like a bug to the reader of the log.
      process.stderr.write(`plimsoll mock tools: internal error: ${messageOf(thrown)}\n`);
      if (!response.headersSent) sendJson(response, 500, rpcError('null', RPC.internalError, 'Internal error'));
      else response.destroy();
    }
  }

  function onRequest(request: MockRequest, response: ServerResponse): void {
    response.sendDate = false;
    const path = pathOf(request.url ?? '/');
    if (path !== options.path) {
      if (path.startsWith(CONTROL_PREFIX)) answerControl(sources, path, request, response);
      else sendRefusal(response, REFUSALS.path);
      return;
    }
    const refusal = refusedOrigin(request.headers);
    if (refusal !== null) {
      sendRefusal(response, refusal);
      return;
    }
    switch (request.method ?? '') {
      case 'POST': {
        const refusedToo = refusedPost(request.headers);
        if (refusedToo !== null) {
          sendRefusal(response, refusedToo);
          return;
        }
        request.response = response;
        request.on('data', onData);
        request.on('end', onEnd);
        return;
      }
      case 'GET':
        endpoint.get(response);
        return;
      case 'DELETE':
        endpoint.delete(request, response);
        return;
      default:
        sendRefusal(response, REFUSALS.method, 'null', ['Allow', 'POST, DELETE']);
    }
  }

  // No timeouts of its own: a connection that is idle, slow or waiting is the experiment, not a fault.
  const server = createServer<typeof MockRequest>(
    { IncomingMessage: MockRequest, keepAliveTimeout: 0, headersTimeout: 0, requestTimeout: 0, noDelay: true },
    onRequest,
  );
  server.on('connection', (socket: Socket) => {
    connectionsSeen += 1;
    connections.set(socket, connectionsSeen);
    socket.once('close', () => connections.delete(socket));
  });

  await new Promise<void>((resolve, reject) => {
    const refused = (error: NodeJS.ErrnoException): void => reject(cannotListen(error, options));
    server.once('error', refused);
    server.listen(options.port, options.host, 4096, () => {
      server.off('error', refused);
      resolve();
    });
  });

  const { port } = server.address() as AddressInfo;
  const host = options.host.includes(':') ? `[${options.host}]` : options.host;
  let stopped: Promise<void> | null = null;
  return {
    options: { ...options, port },
    port,
    url: `http://${host}:${port}${options.path}`,
    truth: () => [...truth.read(clock.absolute)],
    ledger: () => [...ledger.read(clock.absolute)],
    faultHits: () => [...hits.read(clock.absolute)],
    state: () => mockState(sources),
    faults,
    stop: () => {
      stopped ??= new Promise<void>((resolve) => {
        calls.stop();
        server.close(() => resolve());
        server.closeAllConnections();
      });
      return stopped;
    },
  };
}

function ledgerLineOf({ callId, tool, atNs, key }: Effect, clock: MockClock): LedgerLine {
  return { call: callId, tool, atNs: clock.absolute(atNs), key };
}

function pathOf(url: string): string {
  const query = url.indexOf('?');
  return query < 0 ? url : url.slice(0, query);
}

function cannotListen(error: NodeJS.ErrnoException, options: ToolsMockOptions): ProblemError {
  const place = `${options.host}:${options.port}`;
  if (error.code === 'EADDRINUSE') {
    return new ProblemError('preflight', [
      {
        code: 'port-in-use',
        what: `mock server tools: port ${options.port} on ${options.host} is in use`,
        remedy: 'Stop what listens there, or choose port 0 to get a free one.',
      },
    ]);
  }
  return new ProblemError('preflight', [
    {
      code: 'cannot-listen',
      what: `mock server tools: cannot listen on ${place}: ${error.message}`,
      remedy: 'Choose a host name of this machine, such as 127.0.0.1, and a port this user may take.',
    },
  ]);
}
