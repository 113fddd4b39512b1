/** One process distinguished from another: its number is given to a new process some day, with its start time never. */
import { hasEnded, startOf } from '../platform/index.js';

/** Start time of a process in clock ticks since boot; null where the system does not show it. */
export const processStart = (pid: number): string | null => startOf(pid);

/**
 * Whether the process `pid` that began at `start` still runs; one that has ended and was not waited for yet does not.
 * With a null start, or where the system shows none, any process of that number counts.
 */
export function isRunning(pid: number, start: string | null): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    // EPERM: there is such a process, and it is somebody else's.
    if (!(error instanceof Error && 'code' in error && error.code === 'EPERM')) return false;
  }
  const now = startOf(pid);
  return !hasEnded(pid) && (start === null || now === null || now === start);
}
