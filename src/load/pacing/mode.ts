/** Which of the two ways to wait a machine can afford. */
import { availableParallelism } from 'node:os';
import type { GeneratorSettings } from '../../scenario/index.js';

export type PacingMode = 'spin' | 'sleep';

/**
 * Cores that spinning workers must leave for the target, the fault proxy and our own main thread on the same machine.
 */
const CORES_TO_LEAVE = 3;

/** The mode for a setting on this machine, for so many workers. */
export function pacingMode(
  setting: GeneratorSettings['pacing'],
  workers: number,
  cores: number = availableParallelism(),
): PacingMode {
  return setting === 'auto' ? (cores - workers >= CORES_TO_LEAVE ? 'spin' : 'sleep') : setting;
}
