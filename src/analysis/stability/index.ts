/**
 * Stability: whether a number stays the same while a phase goes on.
 *
 * Owns stationarity of steady phases and the resource trends of soak phases. Does not own what follows from an unstable
 * phase (`validity`, `gate`), or the statistical tests (`statistics`).
 */
export { byProcess, RESOURCE_FIELDS, type Growth } from './growth.js';
export type * from './growth-types.js';
export { stationarityOf } from './stationarity.js';
export { growthTopic } from './topic.js';
export type { Stationarity, StationarityStretch, StationarityTest } from './types.js';
