/**
 * What an answer means: its outcome and error class, and the verdicts that need not be worked out again.
 *
 * Owns judging an answer layer by layer, the server's stamps in it, and the verdict cache. Does not own: reading bytes
 * into messages (`transports`), or what follows from an outcome (`load`).
 */
export { Oracle, answersId, retryAfterNs, type JudgedBy } from './answer.js';
export { FailureExamples } from './examples.js';
export { compileOutputs, type OutputSchemas } from './output-schemas.js';
export { durationsInField, durationsInMeta, stampByDurations } from './reported-durations.js';
export { clearAnswer, outcomeOf, settle, type Judged } from './settle.js';
export { VerdictCache } from './verdict-cache.js';
