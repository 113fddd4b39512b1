/**
 * The MCP operations that a scenario can call, one file each, and what a call of them is.
 *
 * Owns a call's grammar, defaults and checks, its arguments and expected answers, and the text of its request: JSON-RPC
 * and the head over HTTP. Pure. Does not own: how a request travels and what comes back (`mcp`), or how many calls are
 * made and when (`load`).
 */
export type { ArgumentValue, JsonValue } from './arguments.js';
export { ARGUMENT_SCHEMA, literalFrom } from './arguments.js';
export { firstRequests, loadGenerator, loadRandom, specDrawer } from './call-order.js';
export type {
  CallPolicy,
  CallRequest,
  CallSpec,
  OperationName,
  Retry,
  RetryBudget,
  RetryOn,
  ToolsCall,
} from './call-spec.js';
export { REVISIONS, sessionFields, type Era, type Revision } from './era.js';
export { expectationWords, type Expectation } from './expectation.js';
export { fixedFields, postHead, type HeadTarget } from './http-head.js';
export {
  CallText,
  SUBJECT_KEYS,
  callSpecOf,
  checkCall,
  labelOf,
  operationOf,
  subjectKeyOf,
  subjectOf,
  toolOf,
} from './list.js';
export type { Operation, ServerFacts } from './operation.js';
export {
  REQUEST_START,
  cancelledJson,
  carriesCallId,
  requestJson,
  requestTextOf,
  type RequestText,
} from './request.js';
export {
  makeRequestGenerator,
  type CallContent,
  type CounterStart,
  type RequestGenerator,
} from './request-generator.js';
