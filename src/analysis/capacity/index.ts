/**
 * Capacity: the rate a stack sustains, and how its throughput scales with concurrency.
 *
 * Owns the evidence of one probe, the results of a capacity search, the knee and the scalability fit. Does not own
 * which rate is probed next (the `capacity` room).
 */
export { contradictions, intervalOf, poolsOf, type Pool, type RatedProbe } from './interval.js';
export { loadLineTopic } from './load-line.js';
export {
  type ProbeSlice,
  evidenceWithoutLag,
  evidenceWithoutStandstills,
  probeEvidence,
  standstillsIn,
} from './probe.js';
export { throughputOf } from './scaling.js';
export { type CapacityResults, capacityTopic } from './topic.js';
export type {
  CapacityInterval,
  CapacityProbe,
  CapacitySummary,
  Fitted,
  ScalingPoint,
  ScalingSummary,
} from './types.js';
export { MOST_MISSED_OF_HUNDRED, shownBy } from './verdict.js';
