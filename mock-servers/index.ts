/**
 * Mock servers: MCP servers whose truth is known.
 *
 * Owns what a mock answers and when, what goes wrong in it on request, and what it reports afterwards. Does not own:
 * its options, its control API and the `_meta` keys (`protocol`), starting one as a child (`stack`), judging its
 * answers (`mcp`), or faults on links (`toxiproxy`).
 */
export { serveUntilSignalled } from './process/run.js';
export { startConformanceMock, type ConformanceMock } from './conformance/server.js';
export { startGatewayMock } from './gateway/server.js';
export type { GatewayMock } from './gateway/server.js';
export type { GatewayState } from './gateway/gateway.js';
export { startToolsMock } from './tools/server.js';
export type { ToolsMock } from './tools/server.js';

export { queueModel } from './timing/queue.js';
export type { Admission, QueueModel } from './timing/queue.js';
export { serviceTimes } from './timing/service-time.js';
