/**
 * Recovery: what a fault did to the calls around it, how long that lasted, and what stayed after it.
 *
 * Owns the confirmed edges of faults, baseline and normal range, times to detect and to recover, dip and drain,
 * metastability, retry amplification and storms, blast radius, the inferred breaker, and hysteresis. Does not own what
 * processes and ledgers report (`effects`).
 */
export type * from './after-fault-types.js';
export { type FaultEdges, faultEvent } from './edges.js';
export { type EdgesResults, edgesTopic } from './edges-topic.js';
export type { Recovery } from './recovery.js';
export { type RecoveryResults, recoveryTopic } from './topic.js';
export type { RecoverySummary, RecoveryWindow } from './types.js';
export { worstRecovery } from './worst.js';
