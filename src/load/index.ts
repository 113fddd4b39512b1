/**
 * How many calls and when: arrival processes, the engine that keeps to them, and the thread it runs on.
 *
 * Owns pacers (pure), the open and closed loop, in-flight bounds, deadlines, retries, and the generator's own health.
 * Does not own: how a call travels (`mcp`), what is written (`record`), what it means (`analysis`), what rate the
 * generator can hold on this machine (`calibration`).
 */
export type { Generator, GeneratorSetup, LiveStats, LoadThreads, LoadThreadsSetup } from './generator.js';
export type { SegmentResult } from './messages.js';
export { ANNOUNCED_NS, startGenerator, startLoadThreads } from './worker-pool.js';
export { pacerOf } from './pacers/index.js';
export { Counters, Engine } from './engine/index.js';
export { PacingLoop, pacingMode, threadSeams, type PacingMode } from './pacing/index.js';
