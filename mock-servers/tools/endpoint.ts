/** The MCP endpoint: messages, and sessions as `Mcp-Session-Id` names them. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { canonicalJson, listedTools, META_TIMEOUT, type MockTool, isObject } from '../../src/protocol/index.js';
import { argumentsCheck, type ArgumentsCheck } from './arguments-check.js';
import type { Calls } from './calls.js';
import { CarriedReader } from './carried.js';
import type { MockParts } from './parts.js';
import {
  callIdOf,
  negotiatedRevision,
  readMessage,
  refusedRevision,
  REFUSALS,
  RPC,
  rpcError,
  rpcResult,
  type Message,
  type Refusal,
} from '../wire/protocol.js';
import { sendEmpty, sendRefusal, sendRpc } from '../wire/reply.js';
import { Offers } from './offers.js';
import { resultJson, TOOL_RESULT } from './result.js';

/** Version of what the mock does, reported as `serverInfo.version`. */
const MOCK_VERSION = '1.0.0';

const COUNTED = [
  'initialize',
  'notifications/initialized',
  'notifications/cancelled',
  'ping',
  'tools/list',
  'tools/call',
  'resources/list',
  'resources/templates/list',
  'resources/read',
  'prompts/list',
  'prompts/get',
  'completion/complete',
  'logging/setLevel',
  'GET',
  'DELETE',
  'other',
] as const;
type Counted = (typeof COUNTED)[number];
const isCounted = (method: string): method is Counted => COUNTED.some((known) => known === method);

const CAPABILITIES = { tools: {}, resources: {}, prompts: {}, completions: {}, logging: {} };

type Request = Extract<Message, { readonly kind: 'request' }>;

export class McpEndpoint {
  readonly #mock: MockParts;
  readonly #calls: Calls;
  readonly #tools = new Map<string, { readonly tool: MockTool; readonly check: ArgumentsCheck }>();
  readonly #toolListJson: string;
  readonly #offers: Offers;
  readonly #carried = new CarriedReader();
  readonly #counts = new Map<Counted, number>(COUNTED.map((method) => [method, 0]));

  constructor(mock: MockParts, calls: Calls) {
    this.#mock = mock;
    this.#calls = calls;
    const { tools } = mock.options;
    this.#offers = new Offers(mock.options);
    for (const tool of tools) this.#tools.set(tool.name, { tool, check: argumentsCheck(tool.inputSchema) });
    this.#toolListJson = toolListJson(tools);
  }

  /** Messages that reached the endpoint, by JSON-RPC method, GET and DELETE; refused requests are not counted. */
  get counts(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#counts);
  }

  /** One POST with its whole body; `receivedNs` is when the body was complete. */
  post(request: IncomingMessage, response: ServerResponse, body: string, connection: number, receivedNs: number): void {
    const { faults, sessions } = this.#mock;
    if (faults.on) faults.advance(receivedNs);
    const message = readMessage(body);
    if (message.kind === 'refused') return sendRefusal(response, message.refusal);
    const session = request.headers['mcp-session-id'];
    if (message.kind === 'request' && message.method === 'initialize')
      return this.#initialize(message, session, response);
    const refusal = this.#refusedSession(session) ?? refusedRevision(request.headers);
    if (refusal !== null)
      return sendRefusal(response, refusal, message.kind === 'request' ? JSON.stringify(message.id) : 'null');
    const sessionId = sessions.find(String(session)) ?? '';
    if (message.kind !== 'request') {
      this.#count(message.kind === 'notification' ? message.method : 'other');
      if (message.kind === 'notification' && message.method === 'notifications/cancelled')
        this.#calls.cancel(sessionId, message.params['requestId']);
      return sendEmpty(response, 202);
    }
    this.#count(message.method);
    switch (message.method) {
      case 'tools/call':
        return this.#call(message, request, sessionId, response, connection, receivedNs);
      case 'tools/list': {
        const list = faults.on ? toolListJson(faults.toolsShown(receivedNs)) : this.#toolListJson;
        return this.#answer(response, message, list);
      }
      case 'ping':
        return this.#answer(response, message, '{}');
      default:
        this.#offer(message, request, sessionId, response, connection, receivedNs);
    }
  }

  /** DELETE ends the session. */
  delete(request: IncomingMessage, response: ServerResponse): void {
    const session = request.headers['mcp-session-id'];
    const { faults, clock, sessions } = this.#mock;
    const { on } = faults;
    if (on) faults.advance(clock.now());
    const refusal = this.#refusedSession(session) ?? refusedRevision(request.headers);
    if (refusal !== null) return sendRefusal(response, refusal);
    this.#count('DELETE');
    if (!on || !faults.keepsSession(clock.now())) sessions.close(String(session));
    sendEmpty(response, 200);
  }

  /**
   * GET: this server never speaks first, so it offers no stream of its own. The specification's answer to that is 405,
   * which clients take quietly; an idle stream would cost a socket per session and be reconnected for ever when it
   * breaks.
   */
  get(response: ServerResponse): void {
    this.#count('GET');
    sendRefusal(response, REFUSALS.method, 'null', ['Allow', 'POST, DELETE']);
  }

  /** Counts a GET that another transport has answered with a stream. */
  streamOpened(): void {
    this.#count('GET');
  }

  #initialize(request: Request, session: string | readonly string[] | undefined, response: ServerResponse): void {
    const idJson = JSON.stringify(request.id);
    if (session !== undefined)
      return sendRefusal(response, this.#refusedSession(session) ?? REFUSALS.initializedAlready, idJson);
    this.#count('initialize');
    const asked = request.params['protocolVersion'];
    if (typeof asked !== 'string')
      return this.#error(response, request, RPC.invalidParams, 'Invalid params: protocolVersion must be a string');
    const opened = this.#mock.sessions.open();
    const result = JSON.stringify({
      protocolVersion: negotiatedRevision(asked),
      capabilities: CAPABILITIES,
      serverInfo: { name: 'plimsoll-mock-tools', version: MOCK_VERSION },
    });
    sendRpc(response, this.#mock.options.answers, rpcResult(idJson, result), ['Mcp-Session-Id', opened]);
  }

  #call(
    request: Request,
    { headers }: IncomingMessage,
    session: string,
    response: ServerResponse,
    connection: number,
    receivedNs: number,
  ): void {
    const { name, arguments: given, _meta: meta } = request.params;
    const invalid = (why: string): void => this.#error(response, request, RPC.invalidParams, `Invalid params: ${why}`);
    if (typeof name !== 'string' || (given !== undefined && !isObject(given)))
      return invalid('name must be a string, arguments an object');
    const callId = callIdOf(request.params);
    const served = this.#tools.get(name);
    const wrong = served?.check(given ?? {}) ?? null;
    if (served === undefined || wrong !== null) {
      const text = served === undefined ? `Unknown tool: ${name}` : `Invalid arguments for tool ${name}: ${wrong}`;
      const { clock } = this.#mock;
      // Refused at the door: no time in queue or service.
      const result = resultJson(
        TOOL_RESULT,
        clock,
        { text, isError: true, callId, padding: null },
        receivedNs,
        receivedNs,
        clock.now(),
      );
      return this.#answer(response, request, result);
    }
    let argumentsJson: string;
    try {
      argumentsJson = canonicalJson(given ?? {});
    } catch {
      return invalid('arguments are nested too deep');
    }
    this.#calls.arrive({
      tool: served.tool,
      form: TOOL_RESULT,
      argumentsJson,
      callId,
      session,
      rpcId: request.id,
      timeoutNs: timeoutOf(meta),
      connection,
      receivedNs,
      carried: this.#carried.read(headers, meta, argumentsJson),
      response,
    });
  }

  /** A request for what the mock offers besides tools. */
  #offer(
    request: Request,
    { headers }: IncomingMessage,
    session: string,
    response: ServerResponse,
    connection: number,
    receivedNs: number,
  ): void {
    const { params, method, id: rpcId } = request;
    const offer = this.#offers.answer(method, params);
    if (offer === null) return this.#error(response, request, RPC.methodNotFound, 'Method not found');
    if (offer.kind === 'refused') return this.#error(response, request, offer.code, offer.message);
    if (offer.kind === 'result') return this.#answer(response, request, offer.json);
    const { tool, argumentsJson, form } = offer;
    const { _meta: meta } = params;
    this.#calls.arrive({
      ...{ tool, form, argumentsJson, session, rpcId, connection, receivedNs, response },
      callId: callIdOf(params),
      timeoutNs: timeoutOf(meta),
      carried: this.#carried.read(headers, meta, argumentsJson),
    });
  }

  #refusedSession(session: string | readonly string[] | undefined): Refusal | null {
    if (session === undefined) return REFUSALS.noSession;
    const isKnown = typeof session === 'string' && this.#mock.sessions.find(session) !== undefined;
    return isKnown ? null : REFUSALS.unknownSession;
  }

  #answer(response: ServerResponse, request: Request, resultJson: string): void {
    sendRpc(response, this.#mock.options.answers, rpcResult(JSON.stringify(request.id), resultJson));
  }

  #error(response: ServerResponse, request: Request, code: number, message: string): void {
    sendRpc(response, this.#mock.options.answers, rpcError(JSON.stringify(request.id), code, message));
  }

  #count(method: string): void {
    const counted = isCounted(method) ? method : 'other';
    this.#counts.set(counted, (this.#counts.get(counted) ?? 0) + 1);
  }
}

/** The caller's time limit; Infinity when the request holds none, or none that is valid. */
function timeoutOf(meta: unknown): number {
  const timeout = isObject(meta) ? meta[META_TIMEOUT] : undefined;
  return typeof timeout === 'string' && /^\d{1,18}$/.test(timeout) ? Number(timeout) : Infinity;
}

const toolListJson = (tools: readonly MockTool[]): string => JSON.stringify({ tools: listedTools(tools) });
