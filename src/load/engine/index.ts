/**
 * The open and the closed loop: from an intended time to a recorded attempt. Time comes in from outside.
 *
 * Owns in-flight bounds, the client's queue, deadlines, retries and the accounting: every call that is offered is
 * recorded. Does not own: when arrivals are (`pacers`), waiting for them (`pacing`), or how a call travels (`mcp`).
 */
export { Engine, INTERRUPTED_DRAIN_NS } from './engine.js';
export type { EngineSetup } from './setup.js';
export { Counters, COUNTERS, type Counter } from './counters.js';
export type { Mark } from './schedule.js';
