/**
 * Figures: the points of the charts, from the same parts as the summary. For display only: whatever is compared or
 * gated is in the summary.
 */
export { figuresOf } from './figures.js';
export { DURATION_BOUNDS_NS, operationDurations, type OperationDurations } from './operation-durations.js';
export type * from './types.js';
