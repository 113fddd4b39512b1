/**
 * Sessions: opened by handshake, kept, reopened when a server forgets them, ended.
 *
 * Owns the handshake's messages, what a failed opening is called, and the session over Streamable HTTP.
 * Does not own: connections and framing (`http1`), child processes (`stdio`), what an answer means (`answer.ts`).
 */
export { CLIENT_INFO, INITIALIZED_JSON, initializeJson, readInitialize, type OpeningFailure } from './handshake.js';
export { excerpt, openingProblem } from './opening-problem.js';
export {
  FORGOTTEN_TRIES,
  endHttpSession,
  endpointOf,
  openHttpSession,
  postHead,
  type Endpoint,
  type NotOpened,
  type OpenedSession,
} from './http-opening.js';
