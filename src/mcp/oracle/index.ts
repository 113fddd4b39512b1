/**
 * What an answer means: its outcome and error class, and the verdicts that need not be worked out again.
 *
 * Owns judging an answer layer by layer, the server's stamps in it, and the verdict cache. Does not own: reading bytes
 * into messages (`transports`), or what follows from an outcome (`load`).
 */
export { Oracle, answersId, clearAnswer, outcomeOf, retryAfterNs, settle, type Judged } from './answer.js';
export { FailureExamples } from './examples.js';
export { compileOutputs, type OutputSchemas } from './output-schemas.js';
export { durationsInField, durationsInMeta, stampByDurations } from './reported-durations.js';
export { VerdictCache } from './verdict-cache.js';
