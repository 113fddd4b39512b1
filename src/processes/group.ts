/** A child that leads a process group: signals to the whole group, and an end that no held pipe keeps away. */
import type { ChildProcess } from 'node:child_process';
import { HAS_GROUPS } from '../platform/index.js';

/** From the end of a process to the end of waiting for what it wrote last. */
const LAST_OUTPUT_MS = 500;

export interface ProcessEnd {
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** Signals the group that `pid` leads. That nothing is left of it is what was wanted. */
export function signalGroup(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(HAS_GROUPS ? -pid : pid, name);
  } catch (thrown) {
    // EPERM: all that is left are zombies, or processes that changed their user (kill(2) on macOS).
    const code: unknown = thrown instanceof Error && 'code' in thrown ? thrown.code : undefined;
    if (code !== 'ESRCH' && code !== 'EPERM') throw thrown;
  }
}

/**
 * Resolves when the process has ended and what it wrote is read. Waits for the pipes only for a moment: a grandchild
 * may hold them for ever. Never resolves for a process that could not be started.
 */
export function endOf(child: ChildProcess): Promise<ProcessEnd> {
  return new Promise((resolve) => {
    child.once('exit', (exitCode, signal) => {
      const end = (): void => {
        clearTimeout(timer);
        resolve({ exitCode, signal });
      };
      const timer = setTimeout(end, LAST_OUTPUT_MS);
      child.once('close', end);
    });
  });
}

/** Lets go of the pipes to a process that has ended, whatever else holds their other ends. */
export function releasePipes(child: ChildProcess): void {
  for (const stream of child.stdio) stream?.destroy();
}
