/**
 * Effects: what the upstream executed against the answers that callers got, and what faults cost besides slow and
 * failed calls.
 *
 * Owns duplicates, lost effects and orphans, wasted work and cancellation, error visibility, session survival, and
 * resources given back after a fault. Does not own recovery of service (`recovery`).
 */
export { effectsTopic } from './effects-topic.js';
export type { EffectCounts, EffectSummary } from './executions.js';
export { sideEffectsTopic } from './side-effects.js';
export type * from './types.js';
