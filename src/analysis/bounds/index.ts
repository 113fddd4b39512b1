/**
 * Bounds: how a bound (of a gate or a hypothesis) is judged against what was read for it.
 *
 * Owns the verdict on a reading and which of several decides. Does not own: how a metric is read (`catalog/metrics`),
 * what a bound is compared with, or what follows from a verdict.
 */
export { deciding, judge, worstOf, type GateChange, type GateResult, type Judged } from './judge.js';
export { CLOSED_LOOP, phaseLabel } from './labels.js';
export { placed, sourceMark, type PlacedReading } from './readings.js';
