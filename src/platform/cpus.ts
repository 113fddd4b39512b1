/** On which CPUs a process may run: set by taskset(1), on Linux alone. */
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { promisify } from 'node:util';
import { LINUX } from './linux-files.js';
import { IS_LINUX } from './system.js';

const PIN_WITHIN_MS = 5_000;

/** Whether a process can be held to CPUs here. */
export const CAN_PIN = IS_LINUX;

/** How many CPUs the machine has, also those that others alone may use. */
export const cpuCount = (): number => cpus().length;

let atStart: string | null = null;

/** The CPUs that we were given, as a list like `0-3,6`, whatever we are held to since; null where it is not known. */
export function givenCpus(): string | null {
  if (atStart !== null || !IS_LINUX) return atStart;
  try {
    const [, found = null] = /^Cpus_allowed_list:\s*(\S+)$/m.exec(readFileSync(LINUX.status, 'utf8')) ?? [];
    atStart = found;
  } catch {
    // Unknown, then.
  }
  return atStart;
}

/** The command that runs another one on these CPUs alone, as the same process. @param list like `0-3,6`. */
export const pinnedCommand = (
  command: readonly [string, ...string[]],
  list: string,
): readonly [string, ...string[]] => ['taskset', '-c', list, ...command];

/** Holds this process, with all its threads, to CPUs. Rejects where the system refuses. @param list like `0-3,6`. */
export async function pinOurselves(list: string): Promise<void> {
  givenCpus();
  const parameters = ['-a', '-c', '-p', list, String(process.pid)];
  await promisify(execFile)('taskset', parameters, { timeout: PIN_WITHIN_MS });
}
