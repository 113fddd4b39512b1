/**
 * Analysis: from a run record to every number that is told. Pure: no socket, clock, process or file.
 *
 * Owns the definitions of all metrics, the statistics under them, the validity verdict, and the figures' data. Does not
 * own: reading files (`record`), judging against bounds (`gate`), or how things look (`report`).
 */
export type * from './summary.js';
export type * from './side-effects/types.js';
export type * from './growth-summary.js';
export type * from './figures.js';
export type * from './inputs.js';
export type * from './attribution/types.js';
export type * from './after-fault/types.js';
export type { FluidLimit } from './fluid-limits.js';
export type * from './drift/types.js';
export type * from './hypotheses/types.js';
export type { SteadyQuantity, SteadyState, SteadyStretch, SteadyTest } from './steady-state/index.js';
export type { ArrivalFit } from './arrivals.js';
export { analyse, type Analysis } from './analyse.js';
export { probeEvidence, type ProbeSlice } from './probe.js';
export { lagLimitNs } from './lag-limit.js';
export { throughputOf } from './scaling.js';
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
