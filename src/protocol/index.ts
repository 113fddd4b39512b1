/**
 * Protocol: what the harness and its mock servers must agree on.
 *
 * Owns the `_meta` keys, canonical JSON, derived answers, the options of the mocks with their defaults and checks, the
 * faults a mock can be asked for, and the control API beside the MCP path: its paths, rows and state. Does not own: the
 * servers (`mock-servers`), how a scenario writes any of this (`scenario`, `catalog`), or the form in which a run
 * record keeps it (`record`).
 */
export { canonicalJson } from './canonical-json.js';
export { completionName, derivedAnswer, promptName, READ_RESOURCE } from './derived-answer.js';
export { isObject, parsedOrUndefined } from './json.js';
export {
  ARGUMENT_NONCE,
  META_CALL,
  META_DURATIONS,
  META_GATEWAYS,
  META_STAMPS,
  META_TIMEOUT,
  META_TRACEPARENT,
} from './meta.js';
export type { GatewayStamps, UpstreamStamps } from './meta.js';
export {
  STATELESS_ERRORS,
  STATELESS_META,
  STATELESS_REVISIONS,
  headerTextOf,
  headerValue,
  textOfHeader,
} from './stateless.js';
export { listedTools, type ListedTool } from './listed-tools.js';
export { matches, readObject, type ObjectOf, type Shape } from './shape.js';

export {
  federationOf,
  TOOL_NAMES,
  UPSTREAM_ERAS,
  UPSTREAM_SESSIONS,
  type Federation,
} from './mock-options/federation.js';
export type { Breaker } from './mock-options/federation.js';
export { BALANCES, gatewayOptions, gatewayShape, SESSION_KEEPERS } from './mock-options/gateway.js';
export type { GatewayMockOptions, GatewayShape, Upstream } from './mock-options/gateway.js';
export { MOST_ANSWER_BYTES, type AnswerSize } from './mock-options/answer-size.js';
export type { QueueShape } from './mock-options/queue-shape.js';
export { isTemplate, matchesTemplate, type MockPrompt, type MockResource } from './mock-options/offers.js';
export type { ServiceTime } from './mock-options/service-time.js';
export type { MockTool, ToolHints } from './mock-options/tool.js';
export { MOST_MORE_TOOLS, moreTools } from './mock-options/more-tools.js';
export { withDefaults } from './mock-options/tools-defaults.js';
export type { ToolsMockOptions, WhenFull } from './mock-options/tools.js';

export { faultObjections } from './mock-faults/objections.js';
export { MAX_LEAK_BYTES, MOCK_FAULT_KINDS, MOCK_FAULT_MESSAGES } from './mock-faults/messages.js';
export type { FaultOf, MockFault, MockFaultKind, MockFaultParameters, Which } from './mock-faults/messages.js';

export { faultCounts, refusalReasons, type FaultControl, type FaultStatus } from './mock-control/faults.js';
export { CONTROL_PATHS, CONTROL_PREFIX } from './mock-control/paths.js';
export {
  faultHitLine,
  gatewayWindow,
  ledgerLine,
  mockState,
  readyLine,
  truthLine,
  TRUTH_OUTCOMES,
} from './mock-control/rows.js';
export type * from './mock-control/rows.js';
