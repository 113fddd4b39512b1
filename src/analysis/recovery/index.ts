/**
 * Recovery: what a fault did to the calls around it, how long that lasted, and what stayed after it.
 *
 * Owns the confirmed edges of faults, baseline and normal range, times to detect and to recover, dip and drain,
 * metastability, retry amplification and storms, blast radius, the inferred breaker, and hysteresis. Does not own what
 * processes and ledgers report (`effects`).
 */
export type {
  AfterFault,
  Amplification,
  Breaker,
  BreakerSpan,
  HiddenCapacity,
  Hysteresis,
  LoopArea,
  LoopPoint,
  Metastability,
  MetastabilityReason,
  RunAfterFault,
  Storm,
} from './after-fault-types.js';
export { attemptsView } from './context.js';
export { type FaultEdges, edgesOf, faultEvent } from './edges.js';
export { hiddenCapacitiesOf } from './hidden-capacity.js';
export { hysteresisOf } from './hysteresis.js';
export { type Recovery, recoveryOf } from './recovery.js';
export type { RecoverySummary, RecoveryWindow } from './types.js';
