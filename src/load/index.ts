/**
 * How many calls and when: arrival processes, the engine that keeps to them, and the thread it runs on.
 *
 * Owns pacers (pure), the open and closed loop, in-flight bounds, deadlines, retries, and the generator's own health.
 * Does not own: how a call travels (`mcp`), what is written (`record`), what it means (`analysis`), what rate the
 * generator can hold on this machine (`calibration`).
 */
export {
  ANNOUNCED_NS,
  startGenerator,
  startLoadThreads,
  type Generator,
  type GeneratorSetup,
  type LiveStats,
  type LoadThreads,
  type LoadThreadsSetup,
  type SegmentResult,
} from './generator.js';
export { pacerOf } from './pacers/index.js';
export { Counters, Engine } from './engine/index.js';
export { PacingLoop, pacingMode, threadSeams, type PacingMode } from './pacing/index.js';
