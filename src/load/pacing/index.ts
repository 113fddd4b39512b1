/**
 * Waiting for what is due: the loop that tells the engine the time, on the thread's own event loop.
 *
 * Owns the two ways to wait (spin, sleep) and the measure of how late the event loop itself is. Does not own: what is due or
 * what happens then (`engine`).
 */
import { availableParallelism } from 'node:os';
import type { GeneratorSettings } from '../../scenario/index.js';

export type PacingMode = 'spin' | 'sleep';

/** Cores from which a spinning generator leaves enough for a target and a fault proxy on the same machine. */
const CORES_TO_SPIN = 4;

/** The mode for a setting on this machine. */
export function pacingMode(setting: GeneratorSettings['pacing'], cores: number = availableParallelism()): PacingMode {
  return setting === 'auto' ? (cores >= CORES_TO_SPIN ? 'spin' : 'sleep') : setting;
}

export { PacingLoop, type LoopSeams, type Paced, type Waiting } from './loop.js';
export { threadSeams, tightenTimerSlack } from './wait.js';
