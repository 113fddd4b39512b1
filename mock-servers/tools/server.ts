/** The `tools` mock as a server on one port: its parts, which request goes to which, start and stop. */
import { writeSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { messageOf } from '../../src/problem/index.js';
import { Calls } from './calls.js';
import {
  CONTROL_PREFIX,
  withDefaults,
  type ToolsMockOptions,
  type FaultControl,
  type FaultHitLine,
  type LedgerLine,
  type TruthLine,
  type MockState,
} from '../../src/protocol/index.js';
import { McpEndpoint } from './endpoint.js';
import { HttpSse } from './http-sse.js';
import { MockFaults, WorkingTime } from './faults/index.js';
import { GUEST, type MockHost } from '../process/host.js';
import { mockClock } from '../timing/mock-clock.js';
import { type Answering, HttpServer, type MockRequest, pathOf, readBody } from '../wire/http-server.js';
import { refusedPost, REFUSALS, RPC, rpcError } from '../wire/protocol.js';
import { sendJson, sendRefusal } from '../wire/reply.js';
import { Sessions } from './sessions.js';
import { answerControl, mockState, type TruthSources } from './control.js';
import { CallTruth, Ledger } from './truth.js';

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
  const given = withDefaults(partial);
  // Every answer is an event of the session's stream.
  const options: ToolsMockOptions = given.transport === 'http-sse' ? { ...given, answers: 'json' } : given;
  const mock = partsOf(options, within);
  const server = new HttpServer();
  const sources: TruthSources = { ...mock, connections: () => server.connections };
  const { port, url } = await server.listen('tools', options, answering(options, sources, server));
  const { absolute } = mock.clock;
  return {
    options: { ...options, port },
    port,
    url,
    truth: () => [...mock.truth.read(absolute)],
    ledger: () => mock.ledger.read(),
    faultHits: () => mock.hits.read(),
    state: () => mockState(sources),
    faults: mock.faults,
    stop: () => {
      mock.calls.stop();
      return server.stop();
    },
  };
}

/** The parts of a mock, its first faults begun. */
function partsOf(options: ToolsMockOptions, within: MockHost): Omit<TruthSources, 'connections'> {
  const { ledgerFd } = within;
  const clock = mockClock(within);
  const written = ledgerFd === null ? null : (line: object) => void writeSync(ledgerFd, JSON.stringify(line) + '\n');
  const truth = new CallTruth();
  const ledger = new Ledger<LedgerLine>(written);
  const hits = new Ledger<FaultHitLine>(written);
  const sessions = new Sessions();
  const workingTime = new WorkingTime((nowNs) => calls.reschedule(nowNs));
  const faults = new MockFaults(options.tools, clock, { sessions, workingTime }, (hit) => hits.add(hit));
  const parts = { options, clock, sessions, faults, workingTime, truth, ledger, hits };
  const calls = new Calls(parts);
  faults.begin(options.faults ?? []);
  return { ...parts, calls, endpoint: new McpEndpoint(parts, calls) };
}

/** Answers requests: those of MCP, and the control API's beside them. */
function answering(options: ToolsMockOptions, sources: TruthSources, server: HttpServer): Answering {
  const { path: mcpPath, transport } = options;
  const isMcp = (transport === 'http-sse' ? httpSse : streamable)(mcpPath, sources, server);
  return (request, response) => {
    const path = pathOf(request);
    if (isMcp(path, request, response)) return;
    if (path.startsWith(CONTROL_PREFIX)) answerControl(sources, path, request, response);
    else sendRefusal(response, REFUSALS.path);
  };
}

/** Answers a request; false when nothing of MCP is served at this path. */
type McpAnswering = (path: string, request: MockRequest, response: ServerResponse) => boolean;

function streamable(mcpPath: string, { endpoint, clock }: TruthSources, server: HttpServer): McpAnswering {
  const post = guarded((request, response) => {
    const receivedNs = clock.now();
    endpoint.post(request, response, request.body, server.numberOf(request.socket), receivedNs);
  });
  return (path, request, response) => {
    if (path !== mcpPath) return false;
    const { method, headers } = request;
    const refusal = method === 'POST' ? refusedPost(headers) : null;
    if (refusal !== null) sendRefusal(response, refusal);
    else if (method === 'POST') readBody(request, response, post);
    else if (method === 'GET') endpoint.get(response);
    else if (method === 'DELETE') endpoint.delete(request, response);
    else sendRefusal(response, REFUSALS.method, 'null', ['Allow', 'POST, DELETE']);
    return true;
  };
}

function httpSse(ssePath: string, { endpoint, sessions, clock }: TruthSources, server: HttpServer): McpAnswering {
  const transport = new HttpSse(ssePath, endpoint, sessions);
  const post = guarded((request, response) => {
    const receivedNs = clock.now();
    transport.post(request, response, server.numberOf(request.socket), receivedNs);
  });
  return (path, request, response) => {
    const takes = path === ssePath ? 'GET' : path === transport.messagePath ? 'POST' : null;
    if (takes === null) return false;
    if (request.method !== takes) sendRefusal(response, REFUSALS.method, 'null', ['Allow', takes]);
    else if (takes === 'GET') transport.get(response);
    else readBody(request, response, post);
    return true;
  };
}

/** A bug of the mock must look like a broken server to the harness and like a bug to the reader of the log. */
function guarded(answer: Answering): Answering {
  return (request, response) => {
    try {
      answer(request, response);
    } catch (thrown) {
      process.stderr.write(`plimsoll mock tools: internal error: ${messageOf(thrown)}\n`);
      if (!response.headersSent) sendJson(response, 500, rpcError('null', RPC.internalError, 'Internal error'));
      else response.destroy();
    }
  };
}
