/** A child process of the stack, in a process group of its own: output kept, end noticed, the whole group stopped. */
import { createWriteStream } from 'node:fs';
import { execa } from 'execa';
import {
  HAS_GROUPS,
  endOf,
  releasePipes,
  signalGroup,
  type ProcessEnd,
  type ProcessKeeper,
} from '../processes/index.js';
import { redactForeign } from '../secrets/index.js';

const TAIL_LINES = 40;
/** Characters kept of a line that has not ended. */
const LONGEST_LINE = 64_000;
/** From SIGTERM to SIGKILL. */
const GRACE_MS = 2_000;

export interface Child {
  readonly pid: number;
  /** Resolves when the process has ended, for whatever reason; what it started may live on. */
  readonly exited: Promise<ProcessEnd>;
  hasExited(): boolean;
  /** The last lines of stdout and stderr together, without secrets. */
  tail(): readonly string[];
  /** Calls `listener` for each line that comes from now on and for those already kept. */
  onLine(listener: (line: string) => void): void;
  /** Signals the whole group. */
  signal(name: NodeJS.Signals): void;
  /** SIGKILL to the whole group. Resolves when the process is gone. */
  kill(): Promise<void>;
  /** SIGTERM to the group, SIGKILL after two seconds. Resolves when it is gone. */
  stop(): Promise<void>;
}

export interface ChildSetup {
  readonly command: readonly [string, ...string[]];
  readonly environment: Readonly<Record<string, string>>;
  readonly workingFolder: string;
  readonly keeper: ProcessKeeper;
  /** Open files of ours that the child gets as descriptors 3, 4, ... */
  readonly inherit?: readonly number[] | undefined;
  /** Every piece of output, in order of arrival. */
  readonly log: (text: string) => void;
}

/** Starts a child. Rejects with the reason when the program can't be started at all. */
export async function startChild(setup: ChildSetup): Promise<Child> {
  const [program, ...parameters] = setup.command;
  const inherited = (setup.inherit ?? []).map((fd) => createWriteStream('', { fd, autoClose: false }));
  const subprocess = execa(program, parameters, {
    cwd: setup.workingFolder,
    env: { ...setup.environment, ...setup.keeper.mark },
    detached: HAS_GROUPS,
    cleanup: true,
    // Open for as long as we live: our own servers end when it closes.
    stdio: ['pipe', 'pipe', 'pipe', ...inherited],
    buffer: false,
    reject: false,
    windowsHide: true,
  });
  subprocess.stdin.on('error', () => undefined);

  const tail: string[] = [];
  const listeners: ((line: string) => void)[] = [];
  const keep = (stream: NodeJS.ReadableStream): void => {
    let rest = '';
    stream.setEncoding('utf8');
    stream.on('data', (chunk: string) => {
      setup.log(chunk);
      const lines = (rest + chunk).split(/\r?\n/);
      rest = lines.pop() ?? '';
      if (rest.length > LONGEST_LINE) rest = redactForeign(rest).slice(-LONGEST_LINE);
      for (const line of lines) {
        tail.push(line);
        if (tail.length > TAIL_LINES) tail.shift();
        for (const listener of listeners) listener(line);
      }
    });
    stream.on('end', () => {
      if (rest !== '') tail.push(rest);
    });
    stream.on('error', () => undefined);
  };
  keep(subprocess.stdout);
  keep(subprocess.stderr);

  const pid = subprocess.pid;
  if (pid === undefined) {
    const result = await subprocess;
    throw new Error(result.shortMessage ?? `${program} can't be started`);
  }
  setup.keeper.watch(pid);
  let hasExited = false;
  const exited = endOf(subprocess).then((end) => {
    hasExited = true;
    setup.keeper.forget(pid);
    return end;
  });
  const signal = (name: NodeJS.Signals): void => signalGroup(pid, name);
  const kill = async (): Promise<void> => {
    signal('SIGKILL');
    await exited;
    // A grandchild in a group of its own may hold the pipes for ever.
    releasePipes(subprocess);
    setup.keeper.forget(pid);
  };
  return {
    pid,
    exited,
    hasExited: () => hasExited,
    // As one text: a secret may be broken over several lines.
    tail: () => redactForeign(tail.join('\n')).split('\n'),
    onLine: (listener) => {
      for (const line of tail) listener(line);
      listeners.push(listener);
    },
    signal,
    kill,
    stop: async () => {
      signal('SIGTERM');
      // A frozen process can't take SIGTERM before it is thawed.
      signal('SIGCONT');
      const timer = setTimeout(() => signal('SIGKILL'), GRACE_MS);
      await exited;
      clearTimeout(timer);
      // Grandchildren that outlived the leader of the group.
      await kill();
    },
  };
}
