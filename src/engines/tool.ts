/** Programs of an engine, as its users call them. */
import { spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { ProblemError } from '../problem/index.js';

export interface ToolResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

const MOST_OUTPUT = 16 * 1024 * 1024;
const SHOWN = 600;

/** Calls programs with the environment of a run. */
export class Tool {
  readonly #program: string;
  readonly #environment: Readonly<Record<string, string | undefined>>;

  constructor(program: string, environment: Readonly<Record<string, string | undefined>>) {
    this.#program = program;
    this.#environment = environment;
  }

  /** Ends with whatever exit code. @throws ProblemError (`preflight`) when there is no such program. */
  call(parameters: readonly string[], input = ''): Promise<ToolResult> {
    return new Promise((resolve, reject) => {
      const child = spawn(this.#program, parameters, { env: this.#environment, stdio: ['pipe', 'pipe', 'pipe'] });
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
      child.once('close', (code) => resolve({ exitCode: code ?? 1, ...output }));
      // A program that is gone before it has read its input says so by its exit code.
      child.stdin.on('error', () => undefined).end(input);
    });
  }

  /** What it prints. @throws ProblemError (`preflight`) with its own words when it refuses. */
  async answer(parameters: readonly string[], input = ''): Promise<string> {
    const { exitCode, stdout, stderr } = await this.call(parameters, input);
    if (exitCode === 0) return stdout;
    const words = (stderr.trim() === '' ? stdout : stderr).trim().slice(-SHOWN);
    throw new ProblemError('preflight', {
      code: 'engine-refused',
      what: `${this.#program} ${parameters[0] ?? ''} ended with exit code ${exitCode}: ${words || 'it said nothing'}`,
      remedy: `do what ${this.#program} asks for; nothing of this run is left there`,
    });
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
