/**
 * A gateway that speaks MCP itself: it holds the sessions of its clients, shows the tools of all upstreams as one list,
 * and calls the upstream that a tool belongs to. What it does beyond that are its switches, each off by default.
 */
import { randomUUID } from 'node:crypto';
import { STATELESS_META, canonicalJson, isObject, type Federation } from '../../../src/protocol/index.js';
import type { MockClock } from '../../timing/mock-clock.js';
import {
  negotiatedRevision,
  readMessage,
  REFUSALS,
  RPC,
  rpcError,
  rpcResult,
  type Message,
} from '../../wire/protocol.js';
import { COMPLETE_LIST, claimsStateless, discoverResult, refusedStateless } from '../../wire/stateless.js';
import type { UpstreamAnswer, UpstreamLink, UpstreamOutcome } from '../forward.js';
import type { Passing, Routed, Routing } from '../routing.js';
import { Breakers } from './breaker.js';
import { placesOf, shownTools, type Offer, type Place } from './tool-list.js';
import { responseIn, send, UpstreamSessions, type UpstreamSession } from './upstream-sessions.js';

type Request = Extract<Message, { readonly kind: 'request' }>;

/** A call that is at an upstream. */
interface UnderWay {
  readonly session: UpstreamSession;
  readonly rpcId: number;
}

const TRACE = 'traceparent';
const SERVER = { name: 'plimsoll-mock-gateway', version: '1.0.0' };
/** In place of a session, of all clients that have none. */
const WITHOUT_SESSION = '';
const ENVELOPE: ReadonlySet<string> = new Set(Object.values(STATELESS_META));
const JSON_HEADERS = { 'content-type': 'application/json' } as const;

export class Federating implements Routing {
  readonly #federation: Federation;
  readonly #links: readonly UpstreamLink[];
  readonly #clock: MockClock;
  readonly #upstream: UpstreamSessions;
  readonly #breakers: Breakers;
  /** Sessions of clients, each with its number. */
  readonly #clients = new Map<string, number>();
  /** By client session and JSON-RPC id of the client. */
  readonly #underWay = new Map<string, UnderWay>();
  readonly #cached = new Map<string, { readonly result: unknown; readonly untilNs: number }>();
  #places: Promise<ReadonlyMap<string, Place>> | null = null;
  #clientsSeen = 0;

  constructor(federation: Federation, links: readonly UpstreamLink[], clock: MockClock) {
    this.#federation = federation;
    this.#links = links;
    this.#clock = clock;
    this.#upstream = new UpstreamSessions(federation);
    this.#breakers = new Breakers(federation.breaker);
  }

  get counts(): Routing['counts'] {
    return { open: this.#clients.size, openedUpstream: this.#upstream.opened };
  }

  initialize({ body }: Passing): Promise<Routed> {
    const message = readMessage(body);
    if (message.kind !== 'request') return Promise.resolve({ kind: 'unknown-session' });
    const id = randomUUID();
    this.#clients.set(id, this.#clientsSeen++);
    const result = JSON.stringify({
      protocolVersion: negotiatedRevision(message.params['protocolVersion']),
      capabilities: { tools: {} },
      serverInfo: SERVER,
    });
    return Promise.resolve(own(200, rpcResult(JSON.stringify(message.id), result), id));
  }

  async pass(passing: Passing): Promise<Routed> {
    const message = readMessage(passing.body);
    if (message.kind === 'request' && claimsStateless(passing.headers, message.params))
      return this.#passStateless(message, passing);
    const client = passing.sessionId;
    if (client === null) {
      const { status, code, message: words } = REFUSALS.noSession;
      return own(status, rpcError('null', code, words));
    }
    if (!this.#clients.has(client)) return { kind: 'unknown-session' };
    if (message.kind !== 'request') {
      if (message.kind === 'notification' && message.method === 'notifications/cancelled')
        await this.#cancel(client, message.params);
      return own(202, '');
    }
    const idJson = JSON.stringify(message.id);
    switch (message.method) {
      case 'tools/list': {
        const offers = await this.#offers(client, this.#headers(passing));
        const tools = shownTools(offers, this.#federation, this.#clients.get(client) ?? 0);
        return own(200, rpcResult(idJson, JSON.stringify({ tools })));
      }
      case 'tools/call':
        return this.#call(message, passing, client, false);
      case 'ping':
        return own(200, rpcResult(idJson, '{}'));
      default:
        return own(200, rpcError(idJson, RPC.methodNotFound, 'Method not found'));
    }
  }

  /** A request of a client that has no session. */
  async #passStateless(message: Request, passing: Passing): Promise<Routed> {
    const idJson = JSON.stringify(message.id);
    const refusal = refusedStateless(passing.headers, message);
    if (refusal !== null) return own(refusal.status, rpcError(idJson, refusal.code, refusal.message, refusal.data));
    switch (message.method) {
      case 'server/discover':
        return own(200, rpcResult(idJson, discoverResult({ tools: {} }, SERVER)));
      case 'tools/list': {
        const tools = shownTools(await this.#offers(WITHOUT_SESSION, this.#headers(passing)), this.#federation, 0);
        return own(200, rpcResult(idJson, JSON.stringify({ tools }), COMPLETE_LIST));
      }
      case 'tools/call':
        return this.#call(message, passing, WITHOUT_SESSION, true);
      default:
        return own(404, rpcError(idJson, RPC.methodNotFound, 'Method not found'));
    }
  }

  async end({ sessionId }: Passing): Promise<Routed> {
    if (sessionId === null || !this.#clients.delete(sessionId)) return { kind: 'unknown-session' };
    await this.#upstream.end(sessionId);
    return own(200, '');
  }

  /** The headers of a client that reach an upstream. */
  #headers({ headers }: Passing): Readonly<Record<string, string>> {
    const { keepMeta, passToken } = this.#federation;
    const { authorization, [TRACE]: trace } = headers;
    return {
      ...(passToken && authorization !== undefined ? { authorization } : {}),
      ...(keepMeta && trace !== undefined ? { [TRACE]: trace } : {}),
    };
  }

  /** What every upstream offers; one that can't be asked offers nothing. */
  async #offers(client: string, headers: Readonly<Record<string, string>>): Promise<readonly Offer[]> {
    return Promise.all(
      this.#links.map(async (link) => {
        const list = (session: UpstreamSession): Promise<UpstreamOutcome> => listAt(session, headers);
        let answer = await this.#upstream.within(link, client, headers, list);
        if (answer.kind === 'answer' && answer.status === 404) {
          this.#upstream.forget(link, client);
          answer = await this.#upstream.within(link, client, headers, list);
        }
        return { link, tools: answer.kind === 'answer' ? toolsIn(answer) : [] };
      }),
    );
  }

  async #placeOf(name: string, client: string): Promise<Place | undefined> {
    if (this.#federation.toolNames === 'prefixed') {
      const link = this.#links.find(({ upstream }) => name.startsWith(`${upstream.name}__`));
      return link === undefined ? undefined : { link, tool: name.slice(link.upstream.name.length + 2) };
    }
    const [only, ...others] = this.#links;
    if (only !== undefined && others.length === 0) return { link: only, tool: name };
    // Learnt once, by the first call.
    this.#places ??= this.#offers(client, {}).then((offers) => placesOf(offers, this.#federation));
    const place = (await this.#places).get(name);
    if (place === undefined) this.#places = null;
    return place;
  }

  async #call(request: Request, passing: Passing, client: string, isStateless: boolean): Promise<Routed> {
    const idJson = JSON.stringify(request.id);
    const { name, arguments: given = {} } = request.params;
    const place = await this.#placeOf(String(name), client);
    if (place === undefined)
      return own(200, rpcError(idJson, RPC.invalidParams, `Invalid params: Unknown tool: ${String(name)}`));
    const { cacheNs } = this.#federation;
    const key = cacheNs === null ? '' : canonicalJson([name, given]);
    const known = this.#cached.get(key);
    if (known !== undefined && this.#clock.now() < known.untilNs)
      return own(200, rpcResult(idJson, JSON.stringify(inEra(isStateless, known.result))));
    const upstream = place.link.upstream.name;
    if (!this.#breakers.lets(upstream, this.#clock.now()))
      return own(503, rpcError(idJson, RPC.serverError, `Circuit breaker open: ${upstream}`));
    const outcome = await this.#callAt(place, request, passing, client);
    this.#breakers.ended(upstream, isFailure(outcome), this.#clock.now());
    if (outcome.kind === 'failure') return { kind: 'failed', upstream, why: outcome.why };
    const response = responseIn(outcome);
    if (response === null) return { kind: 'answer', answer: outcome, upstream, sessionId: null };
    const { result } = response;
    if (cacheNs !== null && isObject(result) && result['isError'] !== true) {
      // What one call's answer says of that call is no part of another's.
      const { _meta: meta, ...rest } = result;
      void meta;
      this.#cached.set(key, { result: rest, untilNs: this.#clock.now() + cacheNs });
    }
    const said = result === undefined ? {} : { result: inEra(isStateless, result) };
    const body = JSON.stringify({ ...response, ...said, id: request.id });
    return { kind: 'answer', answer: { ...outcome, headers: JSON_HEADERS, body }, upstream, sessionId: null };
  }

  /** Calls the upstream, again as often as the switches say. */
  async #callAt(place: Place, request: Request, passing: Passing, client: string): Promise<UpstreamOutcome> {
    const { listBeforeCall, keepMeta, retries } = this.#federation;
    const headers = this.#headers(passing);
    const { _meta: meta, ...plain } = request.params;
    const params = { ...plain, name: place.tool, ...(keepMeta ? carriedMeta(meta) : {}) };
    const once = (): Promise<UpstreamOutcome> =>
      this.#upstream.within(place.link, client, headers, async (session) => {
        if (listBeforeCall) await listAt(session, headers);
        const rpcId = session.nextRpcId++;
        const key = underWayKey(client, request.id);
        this.#underWay.set(key, { session, rpcId });
        try {
          return await send(session, headers, { id: rpcId, method: 'tools/call', params });
        } finally {
          this.#underWay.delete(key);
        }
      });
    let outcome = await once();
    if (outcome.kind === 'answer' && outcome.status === 404) {
      // The upstream has lost the session, so it has done nothing.
      this.#upstream.forget(place.link, client);
      outcome = await once();
    }
    for (let retry = 0; retry < retries && isFailure(outcome); retry++) outcome = await once();
    return outcome;
  }

  async #cancel(client: string, params: Readonly<Record<string, unknown>>): Promise<void> {
    const { requestId, ...rest } = params;
    const found = this.#underWay.get(underWayKey(client, requestId));
    if (found === undefined) return;
    const { session, rpcId } = found;
    // There only the end of the stream would cancel, and it is the gateway's own.
    if (session.isStateless) return;
    await send(session, {}, { method: 'notifications/cancelled', params: { ...rest, requestId: rpcId } });
  }
}

const underWayKey = (client: string, rpcId: unknown): string => `${client} ${JSON.stringify(rpcId)}`;

const isFailure = (outcome: UpstreamOutcome): boolean => outcome.kind === 'failure' || outcome.status >= 500;

function listAt(session: UpstreamSession, headers: Readonly<Record<string, string>>): Promise<UpstreamOutcome> {
  return send(session, headers, { id: session.nextRpcId++, method: 'tools/list' });
}

function toolsIn(answer: UpstreamAnswer): Offer['tools'] {
  const result = responseIn(answer)?.['result'];
  const tools = isObject(result) ? result['tools'] : undefined;
  return Array.isArray(tools) ? tools.filter(isObject) : [];
}

/** A result as the era of the client has it. */
function inEra(isStateless: boolean, result: unknown): unknown {
  if (!isObject(result)) return result;
  const { resultType = 'complete', ...rest } = result;
  return isStateless ? { resultType, ...rest } : rest;
}

/** What of the `_meta` of a request goes on: not who sent it, which is between the client and the gateway. */
function carriedMeta(meta: unknown): { readonly _meta?: unknown } {
  if (!isObject(meta)) return meta === undefined ? {} : { _meta: meta };
  const kept = Object.entries(meta).filter(([key]) => !ENVELOPE.has(key));
  return kept.length === 0 && Object.keys(meta).length > 0 ? {} : { _meta: Object.fromEntries(kept) };
}

/** An answer of the gateway itself. */
function own(status: number, body: string, sessionId: string | null = null): Routed {
  const headers = body === '' ? {} : JSON_HEADERS;
  return { kind: 'answer', answer: { kind: 'answer', status, headers, body }, upstream: null, sessionId };
}
