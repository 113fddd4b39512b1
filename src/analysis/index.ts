/**
 * Analysis: from a run record to every number that is told. Pure: no socket, clock, process or file.
 *
 * Owns the definitions of all metrics, the statistics under them, the validity verdict, and the figures' data. Does not
 * own: reading files (`record`), judging against bounds (`gate`), or how things look (`report`).
 */
export type * from './summary.js';
export type * from './effects/types.js';
export type * from './stability/growth-types.js';
export type * from './figures/types.js';
export type * from './inputs.js';
export type * from './queue/attribution-types.js';
export type * from './recovery/after-fault-types.js';
export type { FluidLimit } from './queue/fluid-limits.js';
export type * from './contract/types.js';
export type * from './hypotheses/types.js';
export type { SteadyQuantity, SteadyState, SteadyStretch, SteadyTest } from './stability/stationarity.js';
export type { ArrivalFit } from './calls/arrivals.js';
export { analyse, type Analysis } from './analyse.js';
export { probeEvidence, type ProbeSlice } from './capacity/probe.js';
export { lagLimitNs } from './calls/lag-limit.js';
export { throughputOf } from './capacity/scaling.js';
export {
  CLOSED_LOOP,
  absentReading,
  callReadings,
  deciding,
  durationsReading,
  gateText,
  judge,
  knownReading,
  phaseLabel,
  worstOf,
  type Judged,
  type Reading,
} from './bounds/index.js';
