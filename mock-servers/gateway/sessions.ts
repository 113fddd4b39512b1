/** The gateway's sessions, and what each is called at the upstreams. */
import { randomUUID } from 'node:crypto';
import type { UpstreamLink, UpstreamOutcome } from './forward.js';
import type { Passing } from './routing.js';

/** A client's `initialize`. */
type Opening = Pick<Passing, 'body' | 'headers'>;

/** A session of a client. */
export interface GatewaySession {
  readonly id: string;
  /** The client's `initialize`: sent again to each upstream that joins the session. */
  readonly initialize: string;
  /** What the client showed with it, and each upstream that joins the session is shown. */
  readonly credentials: Readonly<Record<string, string>>;
  /** The upstream that answered it first. */
  readonly home: UpstreamLink;
  readonly upstreamIds: Map<UpstreamLink, Promise<string | UpstreamOutcome>>;
}

const HEADERS = { 'content-type': 'application/json', accept: 'application/json, text/event-stream' } as const;
const INITIALIZED = JSON.stringify({ jsonrpc: '2.0', method: 'notifications/initialized' });

export class GatewaySessions {
  readonly #sessions = new Map<string, GatewaySession>();
  #openedUpstream = 0;

  /** `openedUpstream`: sessions opened at upstreams in the name of clients, beyond the first of each. */
  get counts(): { readonly open: number; readonly openedUpstream: number } {
    return { open: this.#sessions.size, openedUpstream: this.#openedUpstream };
  }

  find(id: string): GatewaySession | undefined {
    return this.#sessions.get(id);
  }

  /** A client's session begins: `home` answered its `initialize`. */
  begin(home: UpstreamLink, upstreamId: string, { body: initialize, headers }: Opening): GatewaySession {
    const { authorization } = headers;
    const credentials: Record<string, string> = authorization === undefined ? {} : { authorization };
    const upstreamIds = new Map([[home, Promise.resolve(upstreamId)]]);
    const session: GatewaySession = { id: randomUUID(), initialize, credentials, home, upstreamIds };
    this.#sessions.set(session.id, session);
    return session;
  }

  end(session: GatewaySession): void {
    this.#sessions.delete(session.id);
  }

  /** What the session is called at an upstream, opening it there if need be; or why that did not work. */
  idAt(session: GatewaySession, link: UpstreamLink): Promise<string | UpstreamOutcome> {
    const known = session.upstreamIds.get(link);
    if (known !== undefined) return known;
    const opening = this.#openAt(session, link);
    session.upstreamIds.set(link, opening);
    // What failed is tried again by the next message.
    void opening.then((id) => {
      if (typeof id !== 'string') session.upstreamIds.delete(link);
    });
    return opening;
  }

  /** The upstream does not know the session any more. */
  forget(session: GatewaySession, link: UpstreamLink): void {
    session.upstreamIds.delete(link);
  }

  async #openAt({ initialize, credentials }: GatewaySession, link: UpstreamLink): Promise<string | UpstreamOutcome> {
    this.#openedUpstream++;
    const headers = { ...HEADERS, ...credentials };
    const answer = await link.send({ method: 'POST', headers, body: initialize });
    if (answer.kind === 'failure') return answer;
    const id = answer.headers['mcp-session-id'];
    if (typeof id !== 'string') return answer;
    await link.send({ method: 'POST', headers: { ...headers, 'mcp-session-id': id }, body: INITIALIZED });
    return id;
  }
}
