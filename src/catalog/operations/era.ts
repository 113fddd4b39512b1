/**
 * The protocol's eras: `session` are the revisions with an `initialize` handshake; in `stateless` every request says by
 * itself who sends it and in which revision. An era decides which operations there are, which header fields a request
 * over HTTP has, and what stands in its `_meta`.
 */
import { STATELESS_META, headerValue } from '../../protocol/index.js';

export type Era = 'session' | 'stateless';

/** Revisions that a scenario may ask for, the newest first. */
export const REVISIONS = ['2026-07-28', '2025-11-25', '2025-06-18', '2025-03-26', '2024-11-05'] as const;
export type Revision = (typeof REVISIONS)[number];

/** Asked for where a scenario names none. */
export const DEFAULT_REVISION: Revision = '2025-11-25';
/** The newest of each era. */
export const NEWEST_REVISION = { session: '2025-11-25', stateless: '2026-07-28' } as const satisfies Record<
  Era,
  Revision
>;

const ERA_OF: Record<Revision, Era> = {
  '2026-07-28': 'stateless',
  '2025-11-25': 'session',
  '2025-06-18': 'session',
  '2025-03-26': 'session',
  '2024-11-05': 'session',
};

export function eraOf(revision: Revision): Era {
  return ERA_OF[revision];
}

/** Name and version by which servers know us. The version is the package's. */
export const CLIENT_INFO = { name: 'plimsoll', version: '0.1.0' } as const;

/** What a client has answers for when a server asks. */
export interface Answerable {
  readonly elicitation?: unknown;
  readonly sampling?: unknown;
  readonly roots?: unknown;
}

/** The capabilities that a client with these answers offers. */
export function capabilitiesOf({ elicitation, sampling, roots }: Answerable): Readonly<Record<string, object>> {
  return {
    ...(elicitation === undefined ? {} : { elicitation: { form: { applyDefaults: true } } }),
    ...(sampling === undefined ? {} : { sampling: {} }),
    ...(roots === undefined ? {} : { roots: {} }),
  };
}

/** Members of the `_meta` of each request, as JSON text; empty in the era of sessions. */
export function envelopeJson(revision: Revision, answers: Answerable = {}): string {
  if (eraOf(revision) === 'session') return '';
  const members = { [STATELESS_META.revision]: revision, [STATELESS_META.client]: CLIENT_INFO };
  return JSON.stringify({ ...members, [STATELESS_META.capabilities]: capabilitiesOf(answers) }).slice(1, -1);
}

/**
 * Header fields of a request within a session (MCP 2025-11-25, Transports): none before the handshake.
 *
 * @param sessionId '' where the server gives none.
 */
export function sessionFields(session: { readonly revision: string; readonly sessionId: string } | null): string {
  if (session === null) return '';
  const id = session.sessionId === '' ? '' : `Mcp-Session-Id: ${session.sessionId}\r\n`;
  return `MCP-Protocol-Version: ${session.revision}\r\n${id}`;
}

/**
 * Header fields of a stateless request (MCP 2026-07-28, Transports, Standard Headers): they repeat what its body says,
 * for what stands in between and reads no bodies.
 *
 * @param name what the request acts on; null where its method names nothing.
 */
export function statelessFields(revision: string, method: string, name: string | null): string {
  const named = name === null ? '' : `Mcp-Name: ${headerValue(name)}\r\n`;
  return `MCP-Protocol-Version: ${revision}\r\nMcp-Method: ${method}\r\n${named}`;
}
