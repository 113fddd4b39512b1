/** The MCP endpoint: messages, and sessions as `Mcp-Session-Id` names them. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { canonicalJson, listedTools, META_TIMEOUT, type MockTool, isObject } from '../../src/protocol/index.js';
import { servedTool, type ServedTool } from './served-tool.js';
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
import { sendEmpty, sendJson, sendRefusal, sendRpc } from '../wire/reply.js';
import {
  COMPLETE,
  COMPLETE_LIST,
  NOT_STATELESS,
  claimsStateless,
  discoverResult,
  refusedParameters,
  refusedStateless,
} from '../wire/stateless.js';
import { Offers } from './offers.js';
import { resultJson, TOOL_RESULT } from './result.js';

/** Version of what the mock does, reported as `serverInfo.version`. */
const MOCK_VERSION = '1.0.0';
const SERVER_INFO = { name: 'plimsoll-mock-tools', version: MOCK_VERSION };

/** First members of each result, as JSON text, in the era of sessions: none. */
const NO_MEMBERS = '';

const COUNTED = [
  'initialize',
  'server/discover',
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

const STATELESS_CAPABILITIES = { tools: {}, resources: {}, prompts: {}, completions: {} };
const CAPABILITIES = { ...STATELESS_CAPABILITIES, logging: {} };
/** Methods of the era of sessions that the stateless one does not have. */
const GONE: readonly string[] = ['initialize', 'ping', 'logging/setLevel'];
/** Methods whose result may be kept by what stands in between. */
const KEPT: readonly string[] = ['resources/list', 'resources/templates/list', 'resources/read', 'prompts/list'];

type Request = Extract<Message, { readonly kind: 'request' }>;

export class McpEndpoint {
  readonly #mock: MockParts;
  readonly #calls: Calls;
  readonly #tools = new Map<string, ServedTool>();
  readonly #toolListJson: string;
  readonly #offers: Offers;
  readonly #carried = new CarriedReader();
  readonly #counts = new Map<Counted, number>(COUNTED.map((method) => [method, 0]));

  constructor(mock: MockParts, calls: Calls) {
    this.#mock = mock;
    this.#calls = calls;
    const { tools } = mock.options;
    this.#offers = new Offers(mock.options);
    for (const tool of tools) this.#tools.set(tool.name, servedTool(tool));
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
    if (this.#isStateless(request, message))
      return this.#postStateless(message, request, response, connection, receivedNs);
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
        return this.#call(message, request, sessionId, response, connection, receivedNs, NO_MEMBERS);
      case 'tools/list':
        return this.#answer(response, message, this.#toolList(receivedNs));
      case 'ping':
        return this.#answer(response, message, '{}');
      default:
        this.#offer(message, request, sessionId, response, connection, receivedNs, NO_MEMBERS);
    }
  }

  #isStateless({ headers }: IncomingMessage, message: Message): boolean {
    const { eras } = this.#mock.options;
    if (!eras.includes('stateless')) return false;
    if (!eras.includes('session')) return true;
    return claimsStateless(
      headers,
      message.kind === 'request' || message.kind === 'notification' ? message.params : {},
    );
  }

  /** One POST of the stateless era: the request itself says so. */
  #postStateless(
    message: Message,
    request: IncomingMessage,
    response: ServerResponse,
    connection: number,
    receivedNs: number,
  ): void {
    if (message.kind !== 'request') {
      this.#count(message.kind === 'notification' ? message.method : 'other');
      return sendEmpty(response, 202);
    }
    const idJson = JSON.stringify(message.id);
    const isForeign = !claimsStateless(request.headers, message.params);
    const { checksHeaders } = this.#mock.options;
    const refusal = isForeign ? NOT_STATELESS : refusedStateless(checksHeaders ? request.headers : null, message);
    if (refusal !== null) return sendRefusal(response, refusal, idJson);
    this.#count(message.method);
    switch (message.method) {
      case 'server/discover':
        return this.#answer(response, message, discoverResult(STATELESS_CAPABILITIES, SERVER_INFO));
      case 'tools/call':
        return this.#call(message, request, '', response, connection, receivedNs, COMPLETE);
      case 'tools/list':
        return this.#answer(response, message, this.#toolList(receivedNs), COMPLETE_LIST);
      default: {
        const members = KEPT.includes(message.method) ? COMPLETE_LIST : COMPLETE;
        if (GONE.includes(message.method)) this.#unknownMethod(message, response, members);
        else this.#offer(message, request, '', response, connection, receivedNs, members);
      }
    }
  }

  #unknownMethod(request: Request, response: ServerResponse, members: string): void {
    const error = rpcError(JSON.stringify(request.id), RPC.methodNotFound, 'Method not found');
    if (members === NO_MEMBERS) sendRpc(response, this.#mock.options.answers, error);
    else sendJson(response, 404, error);
  }

  #toolList(atNs: number): string {
    const { faults } = this.#mock;
    return faults.on ? toolListJson(faults.toolsShown(atNs)) : this.#toolListJson;
  }

  /** DELETE ends the session. */
  delete(request: IncomingMessage, response: ServerResponse): void {
    if (!this.#mock.options.eras.includes('session')) return this.#notAllowed(response);
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
    this.#notAllowed(response);
  }

  #notAllowed(response: ServerResponse): void {
    const allowed = this.#mock.options.eras.includes('session') ? 'POST, DELETE' : 'POST';
    sendRefusal(response, REFUSALS.method, 'null', ['Allow', allowed]);
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
      serverInfo: SERVER_INFO,
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
    members: string,
  ): void {
    const { name, arguments: given, _meta: meta } = request.params;
    const isStateless = members !== NO_MEMBERS;
    const invalid = (why: string): void => this.#error(response, request, RPC.invalidParams, `Invalid params: ${why}`);
    if (typeof name !== 'string' || (given !== undefined && !isObject(given)))
      return invalid('name must be a string, arguments an object');
    const callId = callIdOf(request.params);
    const served = this.#tools.get(name);
    if (isStateless && served === undefined) return invalid(`there is no tool ${name}`);
    const isChecked = isStateless && this.#mock.options.checksHeaders;
    const refusal = isChecked && served !== undefined ? refusedParameters(headers, served.repeated, given) : null;
    if (refusal !== null) return sendRefusal(response, refusal, JSON.stringify(request.id));
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
      return this.#answer(response, request, result, members);
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
      members,
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
    members: string,
  ): void {
    const { params, method, id: rpcId } = request;
    const offer = this.#offers.answer(method, params);
    if (offer === null) return this.#unknownMethod(request, response, members);
    if (offer.kind === 'refused') {
      const isMissing = offer.code === RPC.resourceNotFound && members !== NO_MEMBERS;
      return this.#error(response, request, isMissing ? RPC.invalidParams : offer.code, offer.message);
    }
    if (offer.kind === 'result') return this.#answer(response, request, offer.json, members);
    const { tool, argumentsJson, form } = offer;
    const { _meta: meta } = params;
    this.#calls.arrive({
      ...{ tool, form, argumentsJson, session, rpcId, members, connection, receivedNs, response },
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

  /** @param members first members of the result, besides what it is. */
  #answer(response: ServerResponse, request: Request, resultJson: string, members = NO_MEMBERS): void {
    sendRpc(response, this.#mock.options.answers, rpcResult(JSON.stringify(request.id), resultJson, members));
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
