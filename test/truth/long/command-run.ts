/** A whole run of the command, as a user would make it, and its record read back. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { execa } from 'execa';
import type { PhaseSummary, Summary } from '../../../src/analysis/index.js';
import { PACKAGE_ROOT, entryPath } from '../../../src/package/index.js';
import { EXIT } from '../../../src/problem/index.js';
import { readRecord, type RunRecord } from '../../../src/record/index.js';

export interface CommandRun {
  readonly summary: Summary;
  readonly record: RunRecord;
  /** Why the run itself says that its numbers are not to be judged by. */
  readonly disturbed: readonly string[];
}

/** Exit codes of a run that was made, whatever it found. */
const MADE: readonly (number | undefined)[] = [EXIT.pass, EXIT.invalid, EXIT.inconclusive, EXIT.gateFailed];

/**
 * Runs a scenario. Rejects when no run was made, with what the command said.
 * @param folder where the scenario and the run directory go
 */
export async function commandRun(
  name: string,
  scenario: string,
  seed: number,
  folder: string,
  signal: AbortSignal,
): Promise<CommandRun> {
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `${name.replaceAll(/[^a-z0-9.-]+/gi, '-')}.yaml`);
  writeFileSync(file, scenario);
  const { exitCode, stdout, stderr } = await execa(
    process.execPath,
    [entryPath('command'), 'run', file, '--out', folder, '--seed', String(seed), '--quiet', '--json'],
    {
      cwd: PACKAGE_ROOT,
      reject: false,
      stdin: 'ignore',
      maxBuffer: 256 * 1024 * 1024,
      cancelSignal: signal,
      forceKillAfterDelay: 15_000,
    },
  );
  signal.throwIfAborted();
  // With --json, what was wrong with a scenario is on stdout.
  if (!MADE.includes(exitCode) || stdout === '')
    throw new Error(`the run of ${name} ended with ${exitCode ?? 'a signal'}: ${stdout}${stderr}`);
  const { dir, summary } = JSON.parse(stdout) as { readonly dir: string; readonly summary: Summary };
  return { summary, record: await readRecord(resolve(PACKAGE_ROOT, dir)), disturbed: disturbances(summary) };
}

function disturbances({ validity }: Summary): readonly string[] {
  return validity.reasons.filter(({ severity }) => severity !== 'warning').map(({ what }) => what);
}

export function phaseOf(summary: Summary, name: string): PhaseSummary {
  const phase = summary.phases.find((each) => each.name === name);
  if (phase === undefined) throw new Error(`the run has no phase ${name}`);
  return phase;
}
