/**
 * Queue: what waits, where, for how long, and when it is gone.
 *
 * Owns the age of the queue, calls in flight, the latency breakdown, the first growing queue, and drains. Does not own
 * response times as such (`calls`).
 */
export type { Attribution } from './attribution-types.js';
export { LEAST_WINDOWS } from './attribution.js';
export { type AgeAsBefore, type Drain, type LineSlice, drainOf } from './drain.js';
export { type FluidLimit, fluidLimits } from './fluid-limits.js';
export {
  type Flights,
  type InFlight,
  consistencyErrorOf,
  flightsByPhase,
  inFlight,
  inFlightByWindow,
  peakPerSecond,
} from './in-flight.js';
export { type QueueAge, ageGrowth, backlogAt, emptiedAt, maxAgeNs, queueAge } from './line.js';
export { growthRank, mainAttribution } from './main-attribution.js';
export { type EndedInStage, type StageName, type StageSplit, rowsByPhase, stageSplit } from './stage-split.js';
export { type UpstreamCalls, mostUpstreamCalls, upstreamCallsAt } from './upstream-calls.js';
export { spansTopic } from './spans-topic.js';
export { attributionTopic } from './topic.js';
