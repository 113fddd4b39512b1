/**
 * The stateless era: revisions of MCP in which every request says by itself who sends it.
 *
 * Owns `server/discover`, with which a client finds out whether a server speaks such a revision, and what it has
 * instead of a session over Streamable HTTP. Does not own: what stands in each request (`catalog/operations`).
 */
export { DISCOVER, discoverJson, readDiscover, type DiscoverAnswer } from './discover.js';
export { HttpStateless } from './http-stateless.js';
