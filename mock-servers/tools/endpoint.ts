/** The MCP endpoint: messages, and sessions as `Mcp-Session-Id` names them. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import {
  canonicalJson,
  META_TIMEOUT,
  type MockTool,
  type ToolHints,
  type ToolsMockOptions,
  isObject,
} from '../../src/protocol/index.js';
import { argumentsCheck, type ArgumentsCheck } from './arguments-check.js';
import type { Calls } from './calls.js';
import type { MockFaults } from './faults/index.js';
import type { MockClock } from '../timing/mock-clock.js';
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
import { resultJson } from './result.js';
import type { Sessions } from './sessions.js';

/** Version of what the mock does, reported as `serverInfo.version`. */
const MOCK_VERSION = '1.0.0';

const COUNTED = [
  'initialize',
  'notifications/initialized',
  'notifications/cancelled',
  'ping',
  'tools/list',
  'tools/call',
  'GET',
  'DELETE',
  'other',
] as const;
type Counted = (typeof COUNTED)[number];
const isCounted = (method: string): method is Counted => COUNTED.some((known) => known === method);

type Request = Extract<Message, { readonly kind: 'request' }>;

interface ServedTool {
  readonly tool: MockTool;
  readonly check: ArgumentsCheck;
}

export class McpEndpoint {
  readonly #options: ToolsMockOptions;
  readonly #clock: MockClock;
  readonly #calls: Calls;
  readonly #sessions: Sessions;
  readonly #faults: MockFaults;
  readonly #tools = new Map<string, ServedTool>();
  readonly #toolListJson: string;
  readonly #counts = new Map<Counted, number>(COUNTED.map((method) => [method, 0]));

  constructor(options: ToolsMockOptions, clock: MockClock, calls: Calls, sessions: Sessions, faults: MockFaults) {
    this.#options = options;
    this.#clock = clock;
    this.#calls = calls;
    this.#sessions = sessions;
    this.#faults = faults;
    for (const tool of options.tools) this.#tools.set(tool.name, { tool, check: argumentsCheck(tool.inputSchema) });
    this.#toolListJson = toolListJson(options.tools);
  }

  /** Messages that reached the endpoint, by JSON-RPC method, GET and DELETE; refused requests are not counted. */
  get counts(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#counts);
  }

  /** One POST with its whole body; `receivedNs` is when the body was complete. */
  post(request: IncomingMessage, response: ServerResponse, body: string, connection: number, receivedNs: number): void {
    if (this.#faults.on) this.#faults.advance(receivedNs);
    const message = readMessage(body);
    if (message.kind === 'refused') {
      sendRefusal(response, message.refusal);
      return;
    }
    const session = request.headers['mcp-session-id'];
    if (message.kind === 'request' && message.method === 'initialize') {
      this.#initialize(message, session, response);
      return;
    }
    const refusal = this.#refusedSession(session) ?? refusedRevision(request.headers);
    if (refusal !== null) {
      sendRefusal(response, refusal, message.kind === 'request' ? JSON.stringify(message.id) : 'null');
      return;
    }
    if (message.kind !== 'request') {
      this.#count(message.kind === 'notification' ? message.method : 'other');
      if (message.kind === 'notification' && message.method === 'notifications/cancelled') {
        this.#calls.cancel(this.#sessions.find(String(session)) ?? '', message.params['requestId']);
      }
      sendEmpty(response, 202);
      return;
    }
    this.#count(message.method);
    switch (message.method) {
      case 'tools/call':
        this.#call(message, this.#sessions.find(String(session)) ?? '', response, connection, receivedNs);
        return;
      case 'tools/list':
        this.#answer(
          response,
          message,
          this.#faults.on ? toolListJson(this.#faults.toolsShown(receivedNs)) : this.#toolListJson,
        );
        return;
      case 'ping':
        this.#answer(response, message, '{}');
        return;
      default:
        this.#error(response, message, RPC.methodNotFound, 'Method not found');
    }
  }

  /** DELETE ends the session. */
  delete(request: IncomingMessage, response: ServerResponse): void {
    const session = request.headers['mcp-session-id'];
    const { on } = this.#faults;
    if (on) this.#faults.advance(this.#clock.now());
    const refusal = this.#refusedSession(session) ?? refusedRevision(request.headers);
    if (refusal !== null) {
      sendRefusal(response, refusal);
      return;
    }
    this.#count('DELETE');
    if (!on || !this.#faults.keepsSession(this.#clock.now())) this.#sessions.close(String(session));
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

  #initialize(request: Request, session: string | readonly string[] | undefined, response: ServerResponse): void {
    if (session !== undefined) {
      sendRefusal(response, this.#refusedSession(session) ?? REFUSALS.initializedAlready, JSON.stringify(request.id));
      return;
    }
    this.#count('initialize');
    const asked = request.params['protocolVersion'];
    if (typeof asked !== 'string') {
      this.#error(response, request, RPC.invalidParams, 'Invalid params: protocolVersion must be a string');
      return;
    }
    const opened = this.#sessions.open();
    const result = JSON.stringify({
      protocolVersion: negotiatedRevision(asked),
      capabilities: { tools: {} },
      serverInfo: { name: 'plimsoll-mock-tools', version: MOCK_VERSION },
    });
    sendRpc(response, this.#options.answers, rpcResult(JSON.stringify(request.id), result), ['Mcp-Session-Id', opened]);
  }

  #call(request: Request, session: string, response: ServerResponse, connection: number, receivedNs: number): void {
    const { name, arguments: given, _meta: meta } = request.params;
    if (typeof name !== 'string' || (given !== undefined && !isObject(given))) {
      this.#error(response, request, RPC.invalidParams, 'Invalid params: name must be a string, arguments an object');
      return;
    }
    const callId = callIdOf(request.params);
    const served = this.#tools.get(name);
    const wrong = served === undefined ? `Unknown tool: ${name}` : served.check(given ?? {});
    if (served === undefined || wrong !== null) {
      const text = served === undefined ? `Unknown tool: ${name}` : `Invalid arguments for tool ${name}: ${wrong}`;
      // Refused at the door: no time in queue or service.
      const result = resultJson(this.#clock, text, true, callId, receivedNs, receivedNs, this.#clock.now());
      this.#answer(response, request, result);
      return;
    }
    let argumentsJson: string;
    try {
      argumentsJson = canonicalJson(given ?? {});
    } catch {
      this.#error(response, request, RPC.invalidParams, 'Invalid params: arguments are nested too deep');
      return;
    }
    this.#calls.arrive({
      tool: served.tool,
      argumentsJson,
      callId,
      session,
      rpcId: request.id,
      timeoutNs: timeoutOf(meta),
      connection,
      receivedNs,
      response,
    });
  }

  #refusedSession(session: string | readonly string[] | undefined): Refusal | null {
    if (session === undefined) return REFUSALS.noSession;
    return typeof session === 'string' && this.#sessions.find(session) !== undefined ? null : REFUSALS.unknownSession;
  }

  #answer(response: ServerResponse, request: Request, resultJson: string): void {
    sendRpc(response, this.#options.answers, rpcResult(JSON.stringify(request.id), resultJson));
  }

  #error(response: ServerResponse, request: Request, code: number, message: string): void {
    sendRpc(response, this.#options.answers, rpcError(JSON.stringify(request.id), code, message));
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

function toolListJson(tools: readonly MockTool[]): string {
  return JSON.stringify({ tools: tools.map(listed) });
}

/** An effect of this mock adds and is not idempotent: booking twice books twice. */
function usualHints({ effect }: MockTool): ToolHints {
  return effect ? { readOnlyHint: false, destructiveHint: false, idempotentHint: false } : { readOnlyHint: true };
}

/** A tool as `tools/list` shows it. */
function listed(tool: MockTool): Readonly<Record<string, unknown>> {
  return {
    name: tool.name,
    description: tool.description,
    inputSchema: tool.inputSchema,
    annotations: { ...(tool.annotations ?? usualHints(tool)), openWorldHint: false },
  };
}
