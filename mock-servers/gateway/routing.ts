/** How a gateway deals with the messages of its clients: it passes them on, or speaks MCP itself. */
import type { Message, UpstreamAnswer } from './forward.js';

/** A message of a client with the headers that travel on. */
export interface Passing extends Message {
  /** `Mcp-Session-Id` as the client sent it. */
  readonly sessionId: string | null;
}

/** What became of a message. */
export type Routed =
  | {
      readonly kind: 'answer';
      readonly answer: UpstreamAnswer;
      /** Null: the gateway answered by itself. */
      readonly upstream: string | null;
      /** The id the client gets. */
      readonly sessionId: string | null;
    }
  /** The gateway does not know the session, or lost its upstream. */
  | { readonly kind: 'unknown-session' }
  | { readonly kind: 'failed'; readonly upstream: string | null; readonly why: string };

export interface Routing {
  /** Sessions of clients that are open, and sessions opened at upstreams beyond what a client asked for. */
  readonly counts: { readonly open: number; readonly openedUpstream: number };
  initialize(passing: Passing): Promise<Routed>;
  /** Any other message. */
  pass(passing: Passing): Promise<Routed>;
  /** Ends a client's session. */
  end(passing: Passing): Promise<Routed>;
}
