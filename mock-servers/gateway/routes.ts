/** A gateway that passes messages on: where each goes, and under which session id. */
import type { UpstreamLink, UpstreamOutcome } from './forward.js';
import type { GatewayMockOptions } from '../../src/protocol/index.js';
import type { Rotation } from './rotation.js';
import type { Passing, Routed, Routing } from './routing.js';
import { GatewaySessions, type GatewaySession } from './sessions.js';

/** The session id that a message has for an upstream, null for none; or what came of opening a session there. */
type SessionThere = string | null | UpstreamOutcome;

export class Routes implements Routing {
  readonly sessions = new GatewaySessions();
  readonly #rotation: Rotation;
  readonly #mode: 'sticky' | GatewayMockOptions['sessions'];

  constructor(options: Pick<GatewayMockOptions, 'balance' | 'sessions'>, rotation: Rotation) {
    this.#rotation = rotation;
    this.#mode = options.balance === 'sticky' ? 'sticky' : options.sessions;
  }

  get counts(): Routing['counts'] {
    return this.sessions.counts;
  }

  /** Sends a client's `initialize` to the next upstream. */
  async initialize(passing: Passing): Promise<Routed> {
    const routed = await this.#toAny(passing, () => null);
    if (routed.kind !== 'answer' || this.#mode === 'upstream') return routed;
    const { sessionId } = routed;
    const home = this.#linkOf(routed.upstream);
    if (sessionId === null || home === undefined) return routed;
    return { ...routed, sessionId: this.sessions.begin(home, sessionId, passing).id };
  }

  /** Sends any other message on. */
  async pass(passing: Passing): Promise<Routed> {
    const { sessionId } = passing;
    if (sessionId === null || this.#mode === 'upstream') return this.#toAny(passing, () => sessionId);
    const session = this.sessions.find(sessionId);
    if (session === undefined) return { kind: 'unknown-session' };
    return this.#mode === 'sticky' ? this.#toHome(passing, session) : this.#inSession(passing, session);
  }

  /** Ends a client's session, with every upstream that knows it. */
  async end(passing: Passing): Promise<Routed> {
    const { sessionId } = passing;
    const session = sessionId === null || this.#mode === 'upstream' ? undefined : this.sessions.find(sessionId);
    if (session === undefined) return this.pass(passing);
    this.sessions.end(session);
    let last: Routed = { kind: 'unknown-session' };
    for (const [link, opening] of session.upstreamIds) {
      const id = await opening;
      if (typeof id === 'string') last = routedBy(link, await sent(link, passing, id));
    }
    return last;
  }

  async #inSession(passing: Passing, session: GatewaySession): Promise<Routed> {
    const routed = await this.#toAny(passing, (link) => this.sessions.idAt(session, link));
    if (routed.kind !== 'answer' || routed.answer.status !== 404) return routed;
    // The upstream has lost the session, so it has done nothing: the gateway opens a new one there and sends the
    // message again, once.
    const link = this.#linkOf(routed.upstream);
    if (link === undefined) return routed;
    this.sessions.forget(session, link);
    return routedBy(link, await sent(link, passing, await this.sessions.idAt(session, link)));
  }

  async #toHome(passing: Passing, session: GatewaySession): Promise<Routed> {
    const { home } = session;
    const id = await this.sessions.idAt(session, home);
    const gone = (): Routed => {
      this.sessions.end(session);
      return { kind: 'unknown-session' };
    };
    if (this.#rotation.isOut(home)) return gone();
    const outcome = await sent(home, passing, id);
    if (outcome.kind === 'failure' && this.#rotation.unreachable(home) && !outcome.taken) return gone();
    if (outcome.kind === 'answer' && outcome.status === 404) this.sessions.end(session);
    return routedBy(home, outcome);
  }

  /** To the next upstream in turn; to the one after it where that one can't have taken it and leaves the rotation. */
  async #toAny(
    passing: Passing,
    sessionAt: (link: UpstreamLink) => SessionThere | Promise<SessionThere>,
  ): Promise<Routed> {
    for (let tried = 0; tried < this.#rotation.links.length; tried++) {
      const link = this.#rotation.next();
      if (link === null) break;
      const outcome = await sent(link, passing, await sessionAt(link));
      if (outcome.kind === 'failure' && this.#rotation.unreachable(link) && !outcome.taken) continue;
      return routedBy(link, outcome);
    }
    return { kind: 'failed', upstream: null, why: 'no upstream is in rotation' };
  }

  #linkOf(name: string | null): UpstreamLink | undefined {
    return this.#rotation.links.find(({ upstream }) => upstream.name === name);
  }
}

async function sent(
  link: UpstreamLink,
  { method, headers, body }: Passing,
  id: SessionThere,
): Promise<UpstreamOutcome> {
  if (id !== null && typeof id !== 'string') return id;
  return link.send({ method, headers: id === null ? headers : { ...headers, 'mcp-session-id': id }, body });
}

function routedBy({ upstream }: UpstreamLink, outcome: UpstreamOutcome): Routed {
  if (outcome.kind === 'failure') return { kind: 'failed', upstream: upstream.name, why: outcome.why };
  const id = outcome.headers['mcp-session-id'];
  return { kind: 'answer', answer: outcome, upstream: upstream.name, sessionId: typeof id === 'string' ? id : null };
}
