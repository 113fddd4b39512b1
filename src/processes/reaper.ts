/**
 * The reaper: kills the process groups of a run that was killed (`kill -9`, out of memory) or that ends at once.
 *
 * A shell in a session of its own reads group ids from a pipe that only we hold; when the pipe ends, whatever is still
 * on its list is killed. It costs one sleeping `sh`. Where there is no POSIX shell (Windows) nothing is started.
 */
import { spawn } from 'node:child_process';
import { HAS_GROUPS, PIDS_WITH_VARIABLE } from '../platform/index.js';
import { markText, newMark, processesWithMark, type ProcessMark, type Survivor } from './mark.js';

/**
 * `kill -s KILL -- -GROUP` is understood by every POSIX shell; `kill -KILL -- -GROUP` is a syntax error in dash. A
 * group whose leader has ended stays on the list while anything of it runs: behind `npx`, `npm run` and `sh -c` the
 * server outlives the wrapper. Where the run was killed, what carries its mark is ended too: between the start of a
 * process and the line that names it this process may be killed, and nothing is left that could warn of it.
 */
const SCRIPT = `
trap '' HUP INT TERM
groups=""
folder=""
while read -r sign id; do
  [ "$sign" = "." ] && break
  if [ "$sign" = "=" ]; then folder=$id; continue; fi
  kept=""
  for group in $groups; do [ "$group" = "$id" ] || kept="$kept $group"; done
  groups=$kept
  if [ "$sign" = "+" ] || kill -s 0 -- "-$id" 2>/dev/null; then groups="$groups $id"; fi
done
for group in $groups; do kill -s KILL -- "-$group" 2>/dev/null; done
[ -n "$folder" ] && rm -rf -- "$folder"
[ "$sign" = "." ] && exit 0
${PIDS_WITH_VARIABLE}
for pass in 1 2 3; do
  for pid in $(pids_with "$1"); do kill -s KILL "$pid" 2>/dev/null; done
  sleep 0.1
done
exit 0
`;

/** Keeps the processes that a run starts. */
export interface ProcessKeeper {
  /** Every process of the run, and what it starts in turn, carries this in its environment. */
  readonly mark: ProcessMark;
  /** From now on the group of this process, which leads it, dies with us. */
  watch(pid: number): void;
  /** The process has ended by itself. What is left of its group is still watched. */
  forget(pid: number): void;
}

export interface Reaper extends ProcessKeeper {
  /** From now on this folder, the last that was named, is removed when the reaper ends, however we end. */
  removes(folder: string): void;
  /** Processes that carry the mark, outside all groups that are watched; null where environments can't be read. */
  survivors(): Promise<readonly Survivor[] | null>;
  /** Ends the reaper; what is still watched is killed. Idempotent, never rejects. */
  stop(): Promise<void>;
}

/** Starts the reaper of this run. Never throws: without a shell it only marks. */
export function startReaper(): Reaper {
  const mark = newMark();
  const watched = new Set<number>();
  const { pid: own, send, stop } = HAS_GROUPS ? startShell(markText(mark)) : NO_SHELL;
  return {
    mark,
    watch: (pid) => {
      watched.add(pid);
      send(`+ ${pid}\n`);
    },
    forget: (pid) => {
      watched.delete(pid);
      send(`- ${pid}\n`);
    },
    removes: (folder) => send(`= ${folder}\n`),
    // The shell has the mark among its arguments, which `ps` shows beside the environment.
    survivors: () => processesWithMark(mark, own === undefined ? watched : new Set([...watched, own])),
    stop,
  };
}

interface Shell {
  /** It leads a group of its own; undefined where there is none. */
  readonly pid: number | undefined;
  readonly send: (line: string) => void;
  readonly stop: () => Promise<void>;
}

const NO_SHELL: Shell = { pid: undefined, send: () => undefined, stop: () => Promise.resolve() };

function startShell(marked: string): Shell {
  const shell = spawn('/bin/sh', ['-c', SCRIPT, 'plimsoll-reaper', marked], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  const { stdin } = shell;
  const ended = new Promise<void>((resolve) => {
    shell.once('exit', () => resolve());
    // There is no shell: nothing is kept.
    shell.once('error', () => resolve());
  });
  stdin.on('error', () => undefined);
  return {
    pid: shell.pid,
    send: (line) => {
      if (stdin.writable) stdin.write(line);
    },
    stop: async () => {
      if (stdin.writable) stdin.end('.\n');
      await ended;
    },
  };
}
