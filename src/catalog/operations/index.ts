/**
 * The MCP operations that a scenario can call, one file each, and what a call of them is.
 *
 * Owns a call's grammar, defaults and checks, its arguments and expected answers, and the text of its request: JSON-RPC
 * and the head over HTTP. Pure. Does not own: how a request travels and what comes back (`mcp`), or how many calls are
 * made and when (`load`).
 */
export type { ArgumentValue, JsonValue } from './arguments.js';
export { ARGUMENT_SCHEMA, GENERATOR_NAMES, literalFrom } from './arguments.js';
export { firstRequests, loadGenerator, loadRandom, specDrawer } from './call-order.js';
export type * from './call-spec.js';
export {
  CLIENT_INFO,
  DEFAULT_REVISION,
  NEWEST_REVISION,
  REVISIONS,
  capabilitiesOf,
  envelopeJson,
  eraOf,
  sessionFields,
  statelessFields,
  type Era,
  type Revision,
} from './era.js';
export { expectationWords, expectedPattern, type Expectation } from './expectation.js';
export * from './header-parameters.js';
export { fixedFields, getHead, postHead, type HeadTarget } from './http-head.js';
export * from './list.js';
export type { Operation, ServerFacts } from './operation.js';
export * from './request.js';
export * from './request-generator.js';
export {
  callOfTrace,
  callOfTraceId,
  traceCall,
  traceIdsBefore,
  traceIdsOf,
  traceparentOf,
  type TraceIds,
} from './trace.js';
