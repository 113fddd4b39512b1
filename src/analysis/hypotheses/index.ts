/**
 * Steady-state hypotheses: whether what the scenario expects was so before the faults, and again after them.
 *
 * Owns the stretches that are judged and the verdicts on them. Does not own how a bound is judged (`bounds`), the
 * recovery that the stretch after a fault counts from, or what follows from a verdict (`validity`, `gate`).
 */
export { type HypothesesPart, hypothesesTopic } from './topic.js';
export type { HypothesisJudgement, HypothesisResult, PhaseHypotheses } from './types.js';
