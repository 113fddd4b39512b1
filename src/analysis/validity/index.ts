/**
 * Validity: whether the numbers of a run can be trusted, and if not, why and what to do.
 *
 * Owns the checks and their limits. A check asks whether the numbers measure what they claim to, never whether the
 * target was good. Does not own the numbers themselves.
 */
export { disturbedByOthers } from './disturbed.js';
export { OTHERS_ARE_BUSY_CORES } from './machine.js';
export { validityTopic } from './topic.js';
export type { Validity, ValidityReason } from './types.js';
