/**
 * Effects: what the upstream executed against what callers were told, and what faults cost besides slow and failed
 * calls.
 *
 * Owns duplicates, lost effects and orphans, wasted work and cancellation, error visibility, session survival, and
 * resources given back after a fault. Does not own recovery of service (`recovery`).
 */
export { type EffectCounts, type EffectSummary, countExecutions, effectSummary, withEffects } from './executions.js';
export { sideEffectsOf } from './side-effects.js';
export type {
  AnnotationClass,
  CancelPropagation,
  ErrorVisibilityClass,
  ResourceTrace,
  Share,
  SideEffects,
  WastedWork,
} from './types.js';
