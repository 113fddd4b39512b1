/** The command that prepares a checkout: its output kept, its whole process group ended with us. */
import { spawn } from 'node:child_process';
import { HAS_GROUPS, endOf, releasePipes, signalGroup, startReaper } from '../processes/index.js';
import { redactForeign } from '../secrets/index.js';
import { withoutRepository } from './git.js';

const LAST_LINES = 15;
const LONGEST_LINE = 300;
/** Characters of output kept to find the last lines in. */
const KEPT = 64_000;
const LONGEST_MS = 30 * 60_000;

export interface CommandRequest {
  /** As a shell understands it. */
  readonly command: string;
  readonly folder: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly abort: AbortSignal;
  readonly onEmergency: (act: () => Promise<void>) => void;
}

export interface CommandResult {
  /** How it failed, as in "… ended with exit code 1"; null when it did not. */
  readonly failure: string | null;
  /** Its last lines, of stdout and stderr together. */
  readonly lastLines: readonly string[];
}

/** Runs it to its end, or until it is stopped: everything it started has ended then. Rejects when `abort` is. */
export async function runCommand(request: CommandRequest): Promise<CommandResult> {
  const { command, folder, environment, abort, onEmergency } = request;
  abort.throwIfAborted();
  const reaper = startReaper();
  try {
    const child = spawn(command, {
      shell: true,
      cwd: folder,
      env: { ...withoutRepository(environment), ...reaper.mark },
      detached: HAS_GROUPS,
      stdio: ['ignore', 'pipe', 'pipe'],
      windowsHide: true,
    });
    let kept = '';
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text: string) => {
        kept = (kept + text).slice(-KEPT);
      });
    const { pid } = child;
    const unable = new Promise<string>((resolve) => child.once('error', ({ message }) => resolve(message)));
    if (pid === undefined) return { failure: `could not be started: ${await unable}`, lastLines: [] };
    reaper.watch(pid);
    onEmergency(() => Promise.resolve(signalGroup(pid, 'SIGKILL')));
    const stopped = AbortSignal.any([abort, AbortSignal.timeout(LONGEST_MS)]);
    const stop = (): void => signalGroup(pid, 'SIGKILL');
    stopped.addEventListener('abort', stop, { once: true });
    const { exitCode, signal } = await endOf(child);
    stopped.removeEventListener('abort', stop);
    // What it left in the background would run beside the trials.
    signalGroup(pid, 'SIGKILL');
    releasePipes(child);
    abort.throwIfAborted();
    const lastLines = shown(kept);
    if (stopped.aborted) return { failure: `took longer than ${LONGEST_MS / 60_000} minutes`, lastLines };
    if (signal !== null) return { failure: `was ended by ${signal}`, lastLines };
    return { failure: exitCode === 0 ? null : `ended with exit code ${exitCode ?? 'unknown'}`, lastLines };
  } finally {
    await reaper.stop();
  }
}

function shown(output: string): readonly string[] {
  return redactForeign(output)
    .split(/\r?\n/)
    .filter((line) => line.trim() !== '')
    .slice(-LAST_LINES)
    .map((line) => line.slice(0, LONGEST_LINE));
}
