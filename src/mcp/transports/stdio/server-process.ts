/**
 * The child process behind a stdio session, in a process group of its own: a Ctrl-C in the terminal reaches us and not
 * it, so that we end it in order, and its own children can be ended with it.
 */
import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { existsSync } from 'node:fs';
import type { Readable, Writable } from 'node:stream';
import {
  HAS_GROUPS,
  endOf,
  releasePipes,
  signalGroup,
  type ProcessEnd,
  type ProcessKeeper,
} from '../../../processes/index.js';
import type { CallTarget } from '../../../scenario/index.js';

export type StdioTarget = Extract<CallTarget, { kind: 'stdio' }>;

const STDERR_TAIL_CHARACTERS = 4_096;
/** From the end of its input to SIGTERM, and from there to SIGKILL, at most. */
const GRACE_MS = 1_000;

/** How a process ended, for people: `exit code 1`, `signal SIGKILL`, `spawn ENOENT`. */
export type Ending = string;

export class ServerProcess {
  /** Resolves when the process has ended or could not be started. */
  readonly ended: Promise<Ending>;
  readonly stdin: Writable;
  readonly stdout: Readable;
  readonly #child: ChildProcessByStdio<Writable, Readable, Readable>;
  readonly #keeper: ProcessKeeper | undefined;
  #stderrTail = '';
  #end: ProcessEnd | null = null;
  #hasEnded = false;

  /**
   * @param keeper ends its group when this process is killed.
   * @param output takes what it writes to stderr.
   */
  constructor(target: StdioTarget, keeper: ProcessKeeper | undefined, output?: (text: string) => void) {
    this.#keeper = keeper;
    const [program, ...parameters] = target.command;
    this.#child = spawn(program, parameters, {
      cwd: target.workingFolder,
      env: { ...process.env, ...target.environment, ...keeper?.mark },
      stdio: ['pipe', 'pipe', 'pipe'],
      detached: HAS_GROUPS,
      windowsHide: true,
    });
    const { pid } = this.#child;
    if (pid !== undefined) keeper?.watch(pid);
    this.stdin = this.#child.stdin;
    this.stdout = this.#child.stdout;
    this.#child.stderr.setEncoding('utf8');
    this.#child.stderr.on('data', (text: string) => {
      this.#stderrTail = tailOf(this.#stderrTail + text);
      output?.(text);
    });
    for (const stream of [this.#child.stdin, this.#child.stdout, this.#child.stderr])
      stream.on('error', () => undefined);
    // After the last byte of stdout, so that answers which were written before the end are still read.
    const ended = endOf(this.#child).then((end) => {
      this.#end = end;
      if (pid !== undefined) keeper?.forget(pid);
      return endingOf(end.exitCode, end.signal);
    });
    const failed = new Promise<Ending>((resolve) => {
      this.#child.once('error', (error) => {
        if (pid === undefined) resolve(startFailure(target, error));
      });
    });
    this.ended = Promise.race([ended, failed]).then((ending) => {
      this.#hasEnded = true;
      return ending;
    });
  }

  get pid(): number | null {
    return this.#child.pid ?? null;
  }

  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  /** How it ended; null while it runs, and when it could not be started. */
  get end(): ProcessEnd | null {
    return this.#end;
  }

  /** The end of what it wrote to stderr. */
  get stderrTail(): string {
    return this.#stderrTail;
  }

  /** Signals the whole group. */
  signal(name: NodeJS.Signals): void {
    if (this.#child.pid !== undefined) signalGroup(this.#child.pid, name);
  }

  /** Ends its input, then sends SIGTERM, then SIGKILL (MCP 2025-11-25, Lifecycle, Shutdown of stdio). Never rejects. */
  async stop(withinMs: number): Promise<void> {
    const graceMs = Math.min(GRACE_MS, withinMs / 2);
    if (!this.#hasEnded) {
      this.stdin.end();
      const politely = setTimeout(() => {
        this.signal('SIGTERM');
        // A frozen process can't take SIGTERM before it is thawed.
        this.signal('SIGCONT');
      }, graceMs);
      const kill = setTimeout(() => this.signal('SIGKILL'), graceMs * 2);
      await this.ended;
      clearTimeout(politely);
      clearTimeout(kill);
    }
    // Grandchildren that outlived the leader of the group.
    this.signal('SIGKILL');
    // One in a group of its own may hold the pipes for ever.
    releasePipes(this.#child);
    if (this.#child.pid !== undefined) this.#keeper?.forget(this.#child.pid);
  }
}

/** The last whole lines: half of one may hold half of a secret. */
function tailOf(text: string): string {
  if (text.length <= STDERR_TAIL_CHARACTERS) return text;
  const tail = text.slice(-STDERR_TAIL_CHARACTERS);
  const begin = tail.indexOf('\n') + 1;
  return begin < tail.length ? tail.slice(begin) : tail;
}

function endingOf(code: number | null, signal: string | null): Ending {
  return signal === null ? `exit code ${code ?? 'unknown'}` : `signal ${signal}`;
}

function startFailure(target: StdioTarget, error: Error): Ending {
  // ENOENT is also what a missing working folder gives.
  if (!existsSync(target.workingFolder)) return `the working folder ${target.workingFolder} does not exist`;
  const code = 'code' in error ? error.code : '';
  const [program] = target.command;
  if (code === 'ENOENT') return `there is no program "${program}"`;
  return code === 'EACCES' ? `"${program}" is no program that may be executed` : error.message;
}
