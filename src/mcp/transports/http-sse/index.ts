/**
 * HTTP+SSE, the transport of MCP 2024-11-05: a GET opens the stream of a session, the server says on it where messages
 * are POSTed to, and every answer comes on that stream.
 *
 * Owns the stream, the opening of a session over it, and the channel that carries its calls. Does not own: connections
 * (`streamable-http`), the messages of the handshake (`eras`), what an answer means (`oracle`).
 *
 * All answers of a session share one stream: a large one holds up those behind it, as over stdio.
 */
export { HttpSseChannel } from './channel.js';
