/** A shipped scenario as a whole run, held against its answer. */
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { Summary } from '../../src/analysis/index.js';
import type { Comparison } from '../../src/compare/index.js';
import { PACKAGE_ROOT } from '../../src/package/index.js';
import { plimsoll, scratchFolder } from '../e2e/plimsoll.js';
import { FULL } from '../whole-runs.js';
import type { ShippedExperiment, ShippedScenario } from './answers.js';

export const FOLDER = join(PACKAGE_ROOT, 'scenarios');
/** Runs in real time: another process may spoil one of them. What is wrong in the product spoils all three. */
const HOW = { timeout: 300_000, retry: 2 };

const settings = (shortened: readonly string[]): readonly string[] =>
  FULL ? [] : shortened.flatMap((assignment) => ['--set', assignment]);

/** A test of the scenario as a run, shortened unless PLIMSOLL_FULL=1. */
export function testRun({ name, profile, arm, shortened, exitCode = 0, answer }: ShippedScenario): void {
  it(
    [name, profile === undefined ? '' : `, profile ${profile}`, arm === undefined ? '' : `, arm ${arm}`].join(''),
    HOW,
    async () => {
      const result = await plimsoll([
        'run',
        join(FOLDER, `${name}.yaml`),
        ...(profile === undefined ? [] : ['--profile', profile]),
        ...(arm === undefined ? [] : ['--arm', arm]),
        ...settings(shortened),
        ...['--out', scratchFolder(), '--quiet', '--json'],
      ]);
      if (result.stdout === '') throw new Error(`the run printed nothing: ${result.stderr}`);
      const { summary, gates } = JSON.parse(result.stdout) as { summary: Summary; gates: { results: unknown } };
      const why = JSON.stringify([summary.validity.reasons, gates.results], null, 1);
      expect(summary.validity.verdict, why).toBe('valid');
      expect(result.exitCode, why).toBe(exitCode);
      expect(summary.samples.unaccounted).toBe(0);
      expect(result.leftBehind).toEqual([]);
      answer(summary, FULL);
    },
  );
}

/** A test of the scenario as a comparison of its arms, shortened unless PLIMSOLL_FULL=1. */
export function testComparison({ name, shortened, exitCode, answer }: ShippedExperiment): void {
  it(name, HOW, async () => {
    const result = await plimsoll([
      ...['compare', join(FOLDER, `${name}.yaml`)],
      ...settings(shortened),
      ...['--out', scratchFolder(), '--quiet', '--json'],
    ]);
    if (result.stdout === '') throw new Error(`the comparison printed nothing: ${result.stderr}`);
    const comparison = JSON.parse(result.stdout) as Comparison;
    expect(result.exitCode, JSON.stringify([comparison.reasons, comparison.gates], null, 1)).toBe(exitCode);
    expect(result.leftBehind).toEqual([]);
    answer(comparison, FULL);
  });
}
