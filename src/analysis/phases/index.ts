/**
 * Phases: everything that is reported of one phase, of its stages and of its tools.
 *
 * Owns the phase summary. Does not own the definitions of its parts: those are in `calls`, `queue` and `stability`.
 */
export { type AnalysedPhase, type RunParts, completionsOf, toolStats } from './phase.js';
export { type PhasesResults, phasesTopic } from './topic.js';
export type { PhaseSummary, StageStats, ToolStats } from './types.js';
