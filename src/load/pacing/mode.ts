/** Which of the two ways to wait a machine can afford. */
import { availableParallelism } from 'node:os';
import type { GeneratorSettings } from '../../scenario/index.js';

export type PacingMode = 'spin' | 'sleep';

/** Cores from which a spinning generator leaves enough for a target and a fault proxy on the same machine. */
const CORES_TO_SPIN = 4;

/** The mode for a setting on this machine. */
export function pacingMode(setting: GeneratorSettings['pacing'], cores: number = availableParallelism()): PacingMode {
  return setting === 'auto' ? (cores >= CORES_TO_SPIN ? 'spin' : 'sleep') : setting;
}
