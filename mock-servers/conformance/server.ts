/**
 * The `conformance` mock: what the official conformance suite wants a server to offer, in both eras. It shares the
 * wire code of the other mocks, whose rules of the protocol are so held against the suite.
 */
import type { ServerResponse } from 'node:http';
import { messageOf } from '../../src/problem/index.js';
import { STATELESS_META, isObject } from '../../src/protocol/index.js';
import { HttpServer, pathOf, readBody, type MockRequest } from '../wire/http-server.js';
import {
  RPC,
  REFUSALS,
  negotiatedRevision,
  readMessage,
  refusedPost,
  refusedRevision,
  rpcError,
  rpcResult,
  type Message,
} from '../wire/protocol.js';
import { sendEmpty, sendJson, sendRefusal } from '../wire/reply.js';
import {
  COMPLETE,
  COMPLETE_LIST,
  claimsStateless,
  discoverResult,
  refusedParameters,
  refusedStateless,
} from '../wire/stateless.js';
import { PROMPTS, RESOURCES, TEMPLATES, getPrompt, readResource } from './content.js';
import { Refused, type Exchange, type Json } from './exchange.js';
import { Peers, type Peer } from './peers.js';
import { callTool, conformanceTools, listed } from './tools.js';
import { Reply } from './reply.js';

type Request = Extract<Message, { readonly kind: 'request' }>;

const PATH = '/mcp';
const INFO = { name: 'plimsoll-mock-conformance', version: '1.0.0' };
const CHANGES = { listChanged: true };
const STATELESS_CAPABILITIES = { tools: CHANGES, prompts: CHANGES, resources: {}, completions: {} };
const CAPABILITIES = {
  ...{ tools: CHANGES, prompts: CHANGES, resources: { subscribe: true } },
  ...{ completions: {}, logging: {} },
};
/** What is repeated in the head of the one tool that wants that. */
const REPEATED = [{ path: ['region'], name: 'Region' }];
/** Results of these may be kept by what stands in between. */
const KEPT: readonly string[] = [
  ...['tools/list', 'prompts/list', 'resources/list', 'resources/templates/list', 'resources/read'],
];
const SESSION_ONLY: readonly string[] = ['ping', 'logging/setLevel', 'resources/subscribe', 'resources/unsubscribe'];

export interface ConformanceMock {
  readonly port: number;
  readonly url: string;
  readonly options: { readonly path: string };
  readonly stop: () => Promise<void>;
}

/** @throws ProblemError `preflight` when the port cannot be taken. */
export async function startConformanceMock({ port = 0 }: { readonly port?: number } = {}): Promise<ConformanceMock> {
  const http = new HttpServer();
  const endpoint = new Endpoint();
  const place = { host: '127.0.0.1', port, path: PATH };
  const listening = await http.listen('conformance', place, (request, response) => endpoint.answer(request, response));
  return { ...listening, options: { path: PATH }, stop: () => http.stop() };
}

class Endpoint {
  readonly #peers = new Peers();
  readonly #tools = conformanceTools((list) => this.#peers.announce(list));

  answer(request: MockRequest, response: ServerResponse): void {
    const { method, headers } = request;
    if (pathOf(request) !== PATH) return sendRefusal(response, REFUSALS.path);
    const session = String(headers['mcp-session-id'] ?? '');
    if (method === 'POST') {
      const refusal = refusedPost(headers);
      if (refusal !== null) return sendRefusal(response, refusal);
      return readBody(request, response, () => void this.#post(request, response));
    }
    const peer = this.#peers.find(session);
    if (method === 'DELETE' && peer !== undefined) {
      this.#peers.end(session);
      return sendEmpty(response, 200);
    }
    const kept = method === 'GET' ? peer?.take(String(headers['last-event-id'] ?? '')) : undefined;
    if (kept !== undefined) return new Reply(response, null).finish(kept);
    if (method === 'DELETE' && session !== '') return sendRefusal(response, REFUSALS.unknownSession);
    sendRefusal(response, REFUSALS.method, 'null', ['Allow', 'POST, DELETE']);
  }

  async #post(request: MockRequest, response: ServerResponse): Promise<void> {
    const { headers } = request;
    const message = readMessage(request.body);
    if (message.kind === 'refused') return sendRefusal(response, message.refusal);
    const params = message.kind === 'response' ? {} : message.params;
    if (claimsStateless(headers, params)) {
      if (message.kind !== 'request') return sendEmpty(response, 202);
      const idJson = JSON.stringify(message.id);
      const repeated = message.params['name'] === 'test_headers' ? REPEATED : [];
      const refusal =
        refusedStateless(headers, message) ?? refusedParameters(headers, repeated, message.params['arguments']);
      return refusal === null ? this.#stateless(message, response) : sendRefusal(response, refusal, idJson);
    }
    if (message.kind === 'request' && message.method === 'initialize') return this.#initialize(message, response);
    const peer = this.#peers.find(String(headers['mcp-session-id'] ?? ''));
    const idJson = message.kind === 'request' ? JSON.stringify(message.id) : 'null';
    if (peer === undefined) {
      const isMissing = headers['mcp-session-id'] === undefined;
      return sendRefusal(response, isMissing ? REFUSALS.noSession : REFUSALS.unknownSession, idJson);
    }
    const refusal = refusedRevision(headers);
    if (refusal !== null) return sendRefusal(response, refusal, idJson);
    if (message.kind !== 'request') {
      if (message.kind === 'response') peer.answered(request.body);
      return sendEmpty(response, 202);
    }
    await this.#run(message, new Reply(response, peer), peer);
  }

  #initialize(request: Request, response: ServerResponse): void {
    const { protocolVersion: asked, capabilities } = request.params;
    const id = this.#peers.open(isObject(capabilities) ? capabilities : {});
    const result = { protocolVersion: negotiatedRevision(asked), capabilities: CAPABILITIES, serverInfo: INFO };
    const json = rpcResult(JSON.stringify(request.id), JSON.stringify(result));
    sendJson(response, 200, json, ['Mcp-Session-Id', id]);
  }

  async #stateless(request: Request, response: ServerResponse): Promise<void> {
    const { method, id, params } = request;
    const idJson = JSON.stringify(id);
    if (method === 'server/discover')
      return sendJson(response, 200, rpcResult(idJson, discoverResult(STATELESS_CAPABILITIES, INFO)));
    if (method === 'subscriptions/listen') return this.#peers.listen(response, id, params);
    if (SESSION_ONLY.includes(method) || method === 'initialize')
      return sendJson(response, 404, rpcError(idJson, RPC.methodNotFound, 'Method not found'));
    await this.#run(request, new Reply(response, null), null);
  }

  async #run(request: Request, reply: Reply, peer: Peer | null): Promise<void> {
    const { params, method } = request;
    const meta = isObject(params['_meta']) ? params['_meta'] : {};
    const said = meta[STATELESS_META.capabilities];
    const idJson = JSON.stringify(request.id);
    const exchange: Exchange = {
      ...{ isStateless: peer === null, params, meta },
      capabilities: peer?.capabilities ?? (isObject(said) ? said : {}),
      notify: (name, content) => reply.event({ jsonrpc: '2.0', method: name, params: content }),
      ask: (name, content) => reply.ask(name, content),
      hangUp: () => reply.hangUp(),
    };
    try {
      const result = await this.#result(method, exchange);
      if (result === null) throw new Refused(RPC.methodNotFound, 'Method not found', undefined, 404);
      const kept = KEPT.includes(method) ? COMPLETE_LIST : COMPLETE;
      const members = peer === null && result['resultType'] === undefined ? kept : '';
      reply.finish(rpcResult(idJson, JSON.stringify(result), members === '' ? '' : withoutLastComma(members, result)));
    } catch (thrown) {
      if (!(thrown instanceof Refused)) process.stderr.write(`plimsoll mock conformance: ${messageOf(thrown)}\n`);
      const { code, message, data, status } =
        thrown instanceof Refused ? thrown : new Refused(RPC.internalError, 'Internal error');
      reply.finish(rpcError(idJson, code, message, data), peer === null ? status : 200);
    }
  }

  /** Null: there is no such method. */
  #result(method: string, exchange: Exchange): Json | Promise<Json> | null {
    switch (method) {
      case 'tools/list':
        return { tools: listed(this.#tools) };
      case 'tools/call':
        return callTool(this.#tools, exchange);
      case 'resources/list':
        return { resources: RESOURCES };
      case 'resources/templates/list':
        return { resourceTemplates: TEMPLATES };
      case 'resources/read':
        return readResource(exchange);
      case 'prompts/list':
        return { prompts: PROMPTS };
      case 'prompts/get':
        return getPrompt(exchange);
      case 'completion/complete':
        return { completion: { values: ['paris', 'park', 'party'], total: 3, hasMore: false } };
      default:
        return SESSION_ONLY.includes(method) && !exchange.isStateless ? {} : null;
    }
  }
}

/** A result without members of its own has nothing that the comma would part. */
const withoutLastComma = (members: string, result: Json): string =>
  Object.keys(result).length === 0 ? members.slice(0, -1) : members;
