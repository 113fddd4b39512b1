/**
 * Waiting for what is due: the loop that drives the engine by the clock, on the thread's own event loop.
 *
 * Owns the two ways to wait (spin, sleep) and the measure of how late the event loop itself is. Does not own: what is
 * due or what happens then (`engine`).
 */
export { pacingMode, type PacingMode } from './mode.js';
export { PacingLoop, type LoopSeams, type Paced, type Waiting } from './loop.js';
export { threadSeams } from './wait.js';
