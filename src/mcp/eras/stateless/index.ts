/**
 * The stateless era: revisions of MCP in which every request says by itself who sends it.
 *
 * Owns `server/discover`, with which a client finds out whether a server speaks such a revision, what it asks where
 * that is refused, what it has instead of a session over Streamable HTTP, and what is answered to a result that demands
 * input. Does not own: what stands in each request (`catalog/operations`).
 */
export { DISCOVER, LIST_TOOLS, discoverJson, mayListTools, readDiscover, type DiscoverAnswer } from './discover.js';
export { HttpStateless } from './http-stateless.js';
export { InputRounds } from './input-rounds.js';
