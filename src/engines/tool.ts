/** Programs of an engine, as its users call them. */
import { spawn, type ChildProcess } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { ProblemError } from '../problem/index.js';

export interface ToolResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

const MOST_OUTPUT = 16 * 1024 * 1024;
const SHOWN = 600;

export interface ToolCall {
  /** Default: none. */
  readonly input?: string;
  /** Ends the program, and rejects with its reason; nothing is to be known of what it did. */
  readonly abort?: AbortSignal;
}

/** Calls programs with the environment of a run. */
export class Tool {
  readonly #program: string;
  readonly #environment: Readonly<Record<string, string | undefined>>;

  constructor(program: string, environment: Readonly<Record<string, string | undefined>>) {
    this.#program = program;
    this.#environment = environment;
  }

  /** Ends with whatever exit code. @throws ProblemError (`preflight`) when there is no such program. */
  call(parameters: readonly string[], { input = '', abort }: ToolCall = {}): Promise<ToolResult> {
    return new Promise((resolve, reject) => {
      const child = spawn(this.#program, parameters, {
        env: this.#environment,
        stdio: ['pipe', 'pipe', 'pipe'],
        // Ctrl-C of a terminal is for us: what a program was asked to submit is known when it has answered.
        detached: true,
      });
      const stop = (): void => {
        endGroup(child);
        reject(abort?.reason instanceof Error ? abort.reason : new Error(String(abort?.reason)));
      };
      if (abort?.aborted === true) stop();
      else abort?.addEventListener('abort', stop, { once: true });
      const output = { stdout: '', stderr: '' };
      for (const name of ['stdout', 'stderr'] as const)
        child[name].setEncoding('utf8').on('data', (text: string) => {
          output[name] = (output[name] + text).slice(-MOST_OUTPUT);
        });
      child.once('error', () =>
        reject(
          new ProblemError('preflight', {
            code: 'engine-missing',
            what: `${this.#program} can't be called here`,
            remedy: `install ${this.#program}, put it on PATH, or write the job with --print and submit it elsewhere`,
          }),
        ),
      );
      child.once('close', (code) => {
        abort?.removeEventListener('abort', stop);
        resolve({ exitCode: code ?? 1, ...output });
      });
      // A program that is gone before it has read its input says so by its exit code.
      child.stdin.on('error', () => undefined).end(input);
    });
  }

  /** What it prints. @throws ProblemError (`preflight`) with its own words when it refuses. */
  async answer(parameters: readonly string[], call: ToolCall = {}): Promise<string> {
    const { exitCode, stdout, stderr } = await this.call(parameters, call);
    if (exitCode === 0) return stdout;
    const words = (stderr.trim() === '' ? stdout : stderr).trim().slice(-SHOWN);
    throw new ProblemError('preflight', {
      code: 'engine-refused',
      what: `${this.#program} ${parameters[0] ?? ''} ended with exit code ${exitCode}: ${words || 'it said nothing'}`,
      remedy: `do what ${this.#program} asks for; nothing of this run is left there`,
    });
  }
}

/** Ends a program with what it has started. */
function endGroup(child: ChildProcess): void {
  try {
    if (child.pid !== undefined) process.kill(-child.pid, 'SIGTERM');
  } catch {
    // It has ended, or its system knows no groups.
    child.kill();
  }
}

/** A run of hours goes on where its engine does not answer so many times in a row. */
export const MOST_UNANSWERED = 5;

/** Waits; rejects at once when the run is stopped. */
export async function pause(ms: number, abort: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal: abort }).catch(() => undefined);
  abort.throwIfAborted();
}

export const failedShards = (which: string, why: string): ProblemError =>
  new ProblemError('invalid', {
    code: 'shard-failed',
    what: `the run is invalid: ${which} failed: ${why}`,
    remedy: 'see what that shard printed, and run again: without one of its shards a run is another load',
  });
