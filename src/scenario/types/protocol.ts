/** How calls travel. */
import type { Revision } from '../../catalog/index.js';
import type { LateText } from './text.js';

export interface Protocol {
  /** Revision asked for in `initialize`. */
  readonly revision: Revision;
  readonly transport: 'streamable-http' | 'stdio';
  /** Sessions opened before the first phase and pinned. For stdio: child processes. */
  readonly sessions: number;
  /** Extra HTTP headers on every request; may hold secrets. */
  readonly headers: Readonly<Record<string, LateText>>;
  /** Most calls one session may have in flight. */
  readonly inFlightPerSession: number;
  /** Whether each request's `_meta` holds how long its attempt may take, so that a server can drop what is too late. */
  readonly propagateDeadline: boolean;
}
