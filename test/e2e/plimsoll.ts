/**
 * Runs the real command as a user would, and knows whether it left anything behind.
 */
import { randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { execa } from 'execa';
import { PACKAGE_ROOT, entryPath } from '../../src/package/index.js';

/** What a run keeps of this machine is kept here, and not in the home of the user who runs the tests. */
const CACHE = mkdtempSync(join(tmpdir(), 'plimsoll-cache-'));

/**
 * The machine is busy with other tests: what it is worth is assumed, so that only the product decides how a run ends.
 * An empty value has the machine measured.
 */
const ASSUMED = { PLIMSOLL_ASSUME_MACHINE: 'quiet:20000/s' };

/** A folder of this test run. */
export function scratchFolder(): string {
  return mkdtempSync(join(tmpdir(), 'plimsoll-e2e-'));
}

/** Writes a scenario file and gives its path. */
export function scenarioFile(text: string, folder = scratchFolder()): string {
  const path = join(folder, 'scenario.yaml');
  writeFileSync(path, text);
  return path;
}

export interface Started {
  readonly process: ReturnType<typeof launch>;
  /** Processes that carry this run's mark in their environment: the command itself and everything it started. */
  alive(): readonly number[];
}

export interface Finished {
  readonly exitCode: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
  /** Process ids that outlived the command by more than two seconds. */
  readonly leftBehind: readonly number[];
}

/** Starts `plimsoll ...parameters`. */
export function start(parameters: readonly string[], environment: Readonly<Record<string, string>> = {}): Started {
  const name = 'PLIMSOLL_TEST_MARK';
  const value = randomUUID();
  const mark = `${name}=${value}`;
  return {
    process: launch(parameters, { XDG_CACHE_HOME: CACHE, ...ASSUMED, ...environment, [name]: value, NO_COLOR: '1' }),
    alive: () => processesWith(mark),
  };
}

function launch(parameters: readonly string[], environment: Readonly<Record<string, string>>) {
  return execa(process.execPath, [entryPath('command'), ...parameters], {
    cwd: PACKAGE_ROOT,
    env: environment,
    reject: false,
    stdin: 'ignore',
    maxBuffer: 64 * 1024 * 1024,
  });
}

/** Runs `plimsoll ...parameters` to its end. */
export async function plimsoll(
  parameters: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<Finished> {
  return finished(start(parameters, environment));
}

/** Waits for the end of a command, and a moment for what it started. */
export async function finished(started: Started): Promise<Finished> {
  const { exitCode, stdout, stderr } = await started.process;
  let leftBehind = started.alive();
  for (let i = 0; i < 80 && leftBehind.length > 0; i++) {
    await sleep(25);
    leftBehind = started.alive();
  }
  return { exitCode, stdout, stderr, leftBehind };
}

/** Linux: the processes whose environment holds `mark`. */
function processesWith(mark: string): number[] {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return pids.map(Number).filter((pid) => {
    try {
      // A zombie has no environment any more, and is no process to worry about.
      return readFileSync(`/proc/${pid}/environ`, 'latin1').split('\0').includes(mark);
    } catch {
      return false;
    }
  });
}

/** Waits until `isSo`, at most `withinMs`; says whether it came to be. */
export async function until(isSo: () => boolean, withinMs = 20_000): Promise<boolean> {
  const end = performance.now() + withinMs;
  while (!isSo()) {
    if (performance.now() > end) return false;
    await sleep(25);
  }
  return true;
}

/** The only run directory in a folder. */
export function onlyRun(folder: string): string {
  const runs = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  const [run] = runs;
  if (run === undefined || runs.length !== 1) throw new Error(`${folder} holds ${runs.length} runs`);
  return join(folder, run.name);
}

/** A short scenario on the mock; parts can be replaced. */
export function mockScenario(
  parts: { readonly backend?: string; readonly calls?: string; readonly phases?: string; readonly more?: string } = {},
): string {
  return `version: 1
name: e2e
stack:
  services:
    backend: ${parts.backend ?? '{ mock: tools, workers: 4, service-time: { constant: 2ms } }'}
  target: backend
protocol: { sessions: 4 }
calls:
  ${parts.calls ?? '- { tool: search, arguments: { query: hull }, expect: derived, deadline: 5s }'}
phases:
  ${parts.phases ?? '- { name: steady, regime: steady, rate: 50/s, for: 2s, warmup: 0s }'}
${parts.more ?? ''}
`;
}
