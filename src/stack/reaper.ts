/**
 * The reaper: kills the process groups of a run that was killed (`kill -9`, out of memory).
 *
 * A shell in a session of its own reads group ids from a pipe that only we hold; when the pipe ends, whatever is still
 * on its list is killed. It costs one sleeping `sh`. Where there is no POSIX shell (Windows) nothing is started.
 */
import { execa } from 'execa';

const SCRIPT = `
groups=""
while read -r sign id; do
  kept=""
  for group in $groups; do [ "$group" = "$id" ] || kept="$kept $group"; done
  groups=$kept
  [ "$sign" = "+" ] && groups="$groups $id"
done
for group in $groups; do kill -KILL -- "-$group" 2>/dev/null || kill -KILL "$group" 2>/dev/null; done
exit 0
`;

export interface Reaper {
  /** From now on this process (and its group) dies with us. */
  watch(pid: number): void;
  /** It has ended by itself. */
  forget(pid: number): void;
  /** Ends the reaper; what is still watched is killed. */
  stop(): Promise<void>;
}

const NO_REAPER: Reaper = { watch: () => undefined, forget: () => undefined, stop: () => Promise.resolve() };

/** Starts the reaper of this run. Never throws: without a shell it is a no-op. */
export function startReaper(): Reaper {
  if (process.platform === 'win32') return NO_REAPER;
  const shell = execa('/bin/sh', ['-c', SCRIPT], {
    detached: true,
    cleanup: false,
    stdin: 'pipe',
    stdout: 'ignore',
    stderr: 'ignore',
    reject: false,
    buffer: false,
  });
  shell.stdin.on('error', () => undefined);
  const send = (line: string): void => {
    if (shell.stdin.writable) shell.stdin.write(line);
  };
  return {
    watch: (pid) => send(`+ ${pid}\n`),
    forget: (pid) => send(`- ${pid}\n`),
    stop: async () => {
      shell.stdin.end();
      await shell;
    },
  };
}
