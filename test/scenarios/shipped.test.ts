/**
 * Every shipped scenario as a whole run, with the answer that its own head states. Shortened, unless PLIMSOLL_FULL=1
 * asks for each as it is shipped (`npm run nightly`).
 */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Summary } from '../../src/analysis/index.js';
import type { Comparison } from '../../src/compare/index.js';
import { PACKAGE_ROOT } from '../../src/package/index.js';
import { plimsoll, scratchFolder } from '../e2e/plimsoll.js';
import { FULL, LEAVES_OUT, asWholeRuns } from '../whole-runs.js';
import { SHIPPED, SHIPPED_EXPERIMENTS } from './answers.js';

const FOLDER = join(PACKAGE_ROOT, 'scenarios');
/** Runs in real time: another process may spoil one of them. What is wrong in the product spoils all three. */
const RETRIES = 2;

/** What their heads state needs gateways that are installed: `test/gateways`. */
const ELSEWHERE = ['gateways', 'gateways-federating', 'gateways-many', 'gateways-replicas', 'gateways-sizes'];

it('every shipped scenario has its answer here', () => {
  const files = readdirSync(FOLDER).filter((name) => name.endsWith('.yaml'));
  const answered = [...[...SHIPPED, ...SHIPPED_EXPERIMENTS].map(({ name }) => name), ...ELSEWHERE];
  expect([...new Set(answered)].map((name) => `${name}.yaml`).sort()).toEqual(files.sort());
});

describe.skipIf(LEAVES_OUT).concurrent(asWholeRuns('the answer of the shipped scenario'), () => {
  const made = SHIPPED.filter(({ nightly }) => nightly !== true || FULL);
  for (const { name, profile, arm, shortened, exitCode = 0, answer } of made)
    it(
      [name, profile === undefined ? '' : `, profile ${profile}`, arm === undefined ? '' : `, arm ${arm}`].join(''),
      { timeout: 300_000, retry: RETRIES },
      async () => {
        const result = await plimsoll([
          'run',
          join(FOLDER, `${name}.yaml`),
          ...(profile === undefined ? [] : ['--profile', profile]),
          ...(arm === undefined ? [] : ['--arm', arm]),
          ...(FULL ? [] : shortened.flatMap((assignment) => ['--set', assignment])),
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

  for (const { name, shortened, exitCode, answer } of SHIPPED_EXPERIMENTS)
    it(name, { timeout: 300_000, retry: RETRIES }, async () => {
      const result = await plimsoll([
        ...['compare', join(FOLDER, `${name}.yaml`)],
        ...(FULL ? [] : shortened.flatMap((assignment) => ['--set', assignment])),
        ...['--out', scratchFolder(), '--quiet', '--json'],
      ]);
      if (result.stdout === '') throw new Error(`the comparison printed nothing: ${result.stderr}`);
      const comparison = JSON.parse(result.stdout) as Comparison;
      expect(result.exitCode, JSON.stringify([comparison.reasons, comparison.gates], null, 1)).toBe(exitCode);
      expect(result.leftBehind).toEqual([]);
      answer(comparison, FULL);
    });
});
