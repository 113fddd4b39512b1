/**
 * Calls: the attempts of a run joined into logical calls, placed in phases and stages, and counted.
 *
 * Owns the selection of calls, durations with their quantiles, which calls a standstill touched, and the
 * check of the arrival process. Does not own what waits (`queue`) or what the upstream executed (`effects`).
 */
export { type ArrivalFit, arrivalFit } from './arrivals.js';
export {
  type CallStats,
  type CallTimes,
  type Completions,
  type OutcomeCounts,
  callStats,
  completedWithin,
  perSecond,
  timesOf,
} from './call-stats.js';
export { type Durations, type Quantile, type RankedDurations, durationsOf, plainQuantile, rank } from './durations.js';
export { type PhaseFrame, type StageFrame, framesOf, measuredSeconds, probesOf } from './frames.js';
export { lateReadingNs } from './late-reading.js';
export { NumberList, countOf, gather, rowsByGroup, select } from './selection.js';
export {
  ASSUMED_QUIET_NS,
  type Standstill,
  earlier,
  lengthNs,
  longestOf,
  standstillText,
  standstillsOf,
  touchedForNs,
} from './standstills.js';
export { type CallsResults, callsTopic } from './topic.js';
