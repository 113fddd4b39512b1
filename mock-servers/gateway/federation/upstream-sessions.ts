/** The sessions that a federating gateway has with its upstreams, and requests within them. */
import {
  STATELESS_META,
  STATELESS_REVISIONS,
  headerValue,
  isObject,
  parsedOrUndefined,
  type Federation,
} from '../../../src/protocol/index.js';
import { REVISIONS } from '../../wire/protocol.js';
import type { UpstreamAnswer, UpstreamLink, UpstreamOutcome } from '../forward.js';

/** An open session; its JSON-RPC ids are the gateway's own. */
export interface UpstreamSession {
  readonly link: UpstreamLink;
  readonly id: string;
  /** It is none: each request says by itself who sends it. */
  readonly isStateless: boolean;
  nextRpcId: number;
}

/** A session, or why there is none. */
export type Opening = UpstreamSession | UpstreamOutcome;
export const isOpen = (opening: Opening): opening is UpstreamSession => 'nextRpcId' in opening;

type Headers = Readonly<Record<string, string>>;

const BASE: Headers = { 'content-type': 'application/json', accept: 'application/json, text/event-stream' };
const CLIENT = { name: 'plimsoll-mock-gateway', version: '1.0.0' };
const [STATELESS] = STATELESS_REVISIONS;
const ENVELOPE = {
  [STATELESS_META.revision]: STATELESS,
  [STATELESS_META.client]: CLIENT,
  [STATELESS_META.capabilities]: {},
};
const INITIALIZE = JSON.stringify({
  jsonrpc: '2.0',
  id: 1,
  method: 'initialize',
  params: {
    protocolVersion: REVISIONS[0],
    capabilities: {},
    clientInfo: CLIENT,
  },
});
const INITIALIZED = JSON.stringify({ jsonrpc: '2.0', method: 'notifications/initialized' });

export class UpstreamSessions {
  readonly #mode: Federation['upstreamSessions'];
  readonly #isStateless: boolean;
  /** By owner: the client's session, or one word for all. */
  readonly #kept = new Map<string, Map<UpstreamLink, Promise<Opening>>>();
  opened = 0;

  constructor({ upstreamSessions, upstreamEra }: Pick<Federation, 'upstreamSessions' | 'upstreamEra'>) {
    this.#mode = upstreamSessions;
    this.#isStateless = upstreamEra === 'stateless';
  }

  /** Does something in a session with an upstream; one that was opened for it is ended afterwards. */
  async within<T>(
    link: UpstreamLink,
    clientSession: string,
    headers: Headers,
    act: (session: UpstreamSession) => Promise<T>,
  ): Promise<T | UpstreamOutcome> {
    if (this.#mode !== 'per-call') {
      const opening = await this.#keptAt(link, clientSession, headers);
      return isOpen(opening) ? act(opening) : opening;
    }
    const opening = await this.#open(link, headers);
    if (!isOpen(opening)) return opening;
    const done = await act(opening);
    await ended(opening, headers);
    return done;
  }

  /** The upstream does not know the session any more. */
  forget(link: UpstreamLink, clientSession: string): void {
    this.#kept.get(this.#owner(clientSession))?.delete(link);
  }

  /** A client has gone, and its own sessions with it. */
  async end(clientSession: string): Promise<void> {
    if (this.#mode !== 'per-client') return;
    const own = this.#kept.get(clientSession);
    this.#kept.delete(clientSession);
    for (const opening of own?.values() ?? []) {
      const session = await opening;
      if (isOpen(session)) await ended(session, {});
    }
  }

  #owner(clientSession: string): string {
    return this.#mode === 'shared' ? 'all' : clientSession;
  }

  #keptAt(link: UpstreamLink, clientSession: string, headers: Headers): Promise<Opening> {
    const owner = this.#owner(clientSession);
    let own = this.#kept.get(owner);
    if (own === undefined) this.#kept.set(owner, (own = new Map<UpstreamLink, Promise<Opening>>()));
    const known = own.get(link);
    if (known !== undefined) return known;
    const opening = this.#open(link, headers);
    own.set(link, opening);
    // What failed is tried again by the next message.
    void opening.then((session) => {
      if (!isOpen(session)) own.delete(link);
    });
    return opening;
  }

  async #open(link: UpstreamLink, headers: Headers): Promise<Opening> {
    if (this.#isStateless) return { link, id: '', isStateless: true, nextRpcId: 1 };
    this.opened++;
    const answer = await link.send({ method: 'POST', headers: { ...headers, ...BASE }, body: INITIALIZE });
    if (answer.kind === 'failure') return answer;
    const id = answer.headers['mcp-session-id'];
    if (typeof id !== 'string') return answer;
    const session = { link, id, isStateless: false, nextRpcId: 2 };
    await link.send({ method: 'POST', headers: inSession(session, headers), body: INITIALIZED });
    return session;
  }
}

const inSession = ({ id }: UpstreamSession, headers: Headers): Headers => ({
  ...headers,
  ...BASE,
  'mcp-session-id': id,
  'mcp-protocol-version': REVISIONS[0],
});

async function ended(session: UpstreamSession, headers: Headers): Promise<void> {
  if (session.isStateless) return;
  await session.link.send({ method: 'DELETE', headers: inSession(session, headers), body: '' });
}

/** A message without its JSON-RPC version. */
export interface Outgoing {
  readonly id?: number;
  readonly method: string;
  readonly params?: Readonly<Record<string, unknown>>;
}

/** Sends a message in a session, or as one that says by itself who sends it. */
export function send(session: UpstreamSession, headers: Headers, message: Outgoing): Promise<UpstreamOutcome> {
  const { link, isStateless } = session;
  const said = isStateless ? { ...message, params: withEnvelope(message.params) } : message;
  const body = JSON.stringify({ jsonrpc: '2.0', ...said });
  const own = isStateless ? { ...headers, ...BASE, ...repeated(message) } : inSession(session, headers);
  return link.send({ method: 'POST', headers: own, body });
}

function withEnvelope(params: Outgoing['params'] = {}): Outgoing['params'] {
  const { _meta: meta } = params;
  return { ...params, _meta: { ...(isObject(meta) ? meta : {}), ...ENVELOPE } };
}

/** The header fields that repeat what a stateless request says. */
function repeated({ method, params }: Outgoing): Headers {
  const name = params?.['name'];
  return {
    ...{ 'mcp-protocol-version': STATELESS, 'mcp-method': method },
    ...(typeof name === 'string' ? { 'mcp-name': headerValue(name) } : {}),
  };
}

/** The JSON-RPC response in an answer, be it JSON or an event stream; null where there is none. */
export function responseIn({ headers, body }: UpstreamAnswer): Readonly<Record<string, unknown>> | null {
  const isStream = (headers['content-type'] ?? '').startsWith('text/event-stream');
  const texts = isStream ? [...body.matchAll(/^data: (.*)$/gm)].map(([, data = '']) => data) : [body];
  for (const text of texts) {
    const message = parsedOrUndefined(text);
    if (isObject(message) && ('result' in message || 'error' in message)) return message;
  }
  return null;
}
