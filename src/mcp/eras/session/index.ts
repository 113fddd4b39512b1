/**
 * The era of sessions: revisions of MCP with an `initialize` handshake.
 *
 * Owns the handshake's messages, what a failed opening is called, and the session over Streamable HTTP from its opening
 * to its end. Does not own: how bytes travel (`transports`), what an answer means (`oracle`).
 */
export { INITIALIZED_JSON, initializeJson, readInitialize, type OpeningFailure } from './handshake.js';
export { FORGOTTEN_TRIES, HttpSession, failureOf } from './http-session.js';
export { diedEarly, diedWhenAsked, endedAfter, type StdioOutput } from './died.js';
export { openingProblem } from './opening-problem.js';
export { excerpt, quoted, wordsOf } from './server-words.js';
export { RequestAnswers, serverRequestIn, type ServerRequest } from './server-requests.js';
