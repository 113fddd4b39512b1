/**
 * How many calls and when: arrival processes, the engine that keeps to them, and the thread it runs on.
 *
 * Owns pacers (pure), the open and closed loop, in-flight bounds, deadlines, retries, the generator's own health, and
 * the yardstick it measures itself against. Does not own: how a call travels (`mcp`), what is kept (`record`), what it
 * means (`analysis`).
 */
export {
  startGenerator,
  type Generator,
  type GeneratorSetup,
  type LiveStats,
  type SegmentResult,
} from './generator.js';
export { measureLoopbackReference, type LoopbackReference } from './loopback-reference/index.js';
export { measureSelfLoad, type SelfLoad, type SelfLoadOptions, type SelfLoadStep } from './self-load/index.js';
