/**
 * The plan: a scenario resolved into what will be sent, when, and which faults fall into it.
 *
 * Owns the expansion of phases into segments, call totals, fault times, the order of an experiment's trials, and the
 * explanation of all that as text.
 * Pure: same scenario and load line, same plan. Does not own: ports, processes, sockets or clocks.
 */
export type { LoadSegment, Plan, PlannedFault, PlannedPhase, Stage } from './types.js';
export { planOf, resolveRate } from './plan.js';
export * from './arrivals.js';
export { isCalm, needsOf, type Needs } from './needs.js';
export { isBalanced, rowsPerDesign, trialOrder, type TrialOrder } from './trial-order.js';
export { explain } from './explain.js';
