/**
 * Mock servers: MCP servers whose truth is known.
 *
 * Owns what a mock can be told to be, what it answers and when, the `_meta` keys by which harness and mock understand
 * each other, what goes wrong in it on command, and the truth it tells afterwards. Does not own: starting one as a
 * child (`stack`), judging its answers (`mcp`), or faults on links (`toxiproxy`).
 */
export { canonicalJson, derivedAnswer } from './answer.js';
export { META_CALL, META_GATEWAYS, META_STAMPS, META_TIMEOUT } from './meta.js';
export type { GatewayStamps, UpstreamStamps } from './meta.js';

export { withDefaults } from './tools/defaults.js';
export type { MockTool, ServiceTime, ToolsMockOptions, WhenFull } from './tools/options.js';
export { BALANCES, gatewayShape, SESSION_KEEPERS } from './gateway/options.js';
export type { Balance, GatewayMockOptions, GatewayShape, SessionKeeper } from './gateway/options.js';

export { faultObjections, MOCK_FAULT_KINDS } from './tools/faults/index.js';
export type { FaultControl, FaultStatus, MockFault, MockFaultKind, Which } from './tools/faults/index.js';

export { serveUntilSignalled } from './process/run.js';
export { startGatewayMock } from './gateway/server.js';
export type { GatewayMock, GatewayState } from './gateway/server.js';
export type { GatewayRow, GatewayWindow } from './gateway/truth.js';
export { startToolsMock } from './tools/server.js';
export type { ToolsMock } from './tools/server.js';
export type { MockState } from './tools/truth-endpoints.js';
export type { EffectRow, TruthOutcome, TruthRow } from './tools/truth.js';
export type { FaultHitRow } from './tools/fault-hits.js';

export { queueModel } from './timing/queue.js';
export type { Admission, QueueModel } from './timing/queue.js';
export { serviceTimes } from './timing/service-time.js';
