/**
 * The protocol's eras: `session` are the revisions with an `initialize` handshake. An era decides which operations
 * there are and which header fields a request over HTTP has.
 */
export type Era = 'session';

/** Revisions that a scenario may ask for. */
export const REVISIONS = ['2025-11-25', '2025-06-18', '2025-03-26'] as const;
export type Revision = (typeof REVISIONS)[number];

const ERA_OF: Record<Revision, Era> = { '2025-11-25': 'session', '2025-06-18': 'session', '2025-03-26': 'session' };

export function eraOf(revision: Revision): Era {
  return ERA_OF[revision];
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
