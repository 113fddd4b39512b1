/**
 * From the address or command of a server to a scenario, and with PLIMSOLL_FULL=1 to a report and back: a first look in
 * less than a minute, and a scenario that passes its own gates, on seven servers of others.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Summary } from '../../src/analysis/index.js';
import { EXIT } from '../../src/problem/index.js';
import { onlyRun, plimsoll, scratchFolder } from '../e2e/plimsoll.js';
import { FULL } from '../whole-runs.js';
import { SEVEN, running, type RealServer } from './seven.js';
import { suite } from './tools.js';

const LONGEST_MS = 60_000;

const named = (tools: readonly string[]): readonly string[] => tools.flatMap((tool) => ['--tool', tool]);

/** A scenario as `init` writes it, with what it calls and what it does not. */
async function initialScenario(server: RealServer, words: readonly string[], more: readonly string[]) {
  const file = join(scratchFolder(), 'server.yaml');
  const written = await plimsoll(['init', '--quiet', '-o', file, ...more, ...named(server.tools), ...words]);
  expect(written, written.stderr).toMatchObject({ exitCode: EXIT.pass, leftBehind: [] });
  const text = readFileSync(file, 'utf8');
  const called = [...text.matchAll(/^ {2}- tool: "([^"]+)"/gm)].map(([, tool = '']) => tool);
  for (const tool of server.underLoad) expect(called).toContain(tool);
  for (const tool of server.leftOut) {
    expect(called).not.toContain(tool);
    expect(text).toMatch(new RegExp(`^ {2}# ${tool}: (?:not |annotated )`, 'm'));
  }
  const valid = await plimsoll(['validate', '--json', file]);
  expect(JSON.parse(valid.stdout), valid.stdout).toMatchObject({ valid: [{ file, warnings: [] }] });
  return file;
}

async function measured(server: RealServer, words: readonly string[]): Promise<void> {
  const out = scratchFolder();
  const beganMs = performance.now();
  const look = await plimsoll(['--quiet', '--out', out, ...named(server.tools), ...words]);
  expect(performance.now() - beganMs).toBeLessThan(LONGEST_MS);
  expect(look, look.stderr).toMatchObject({ exitCode: EXIT.pass, leftBehind: [] });
  const dir = onlyRun(out);
  const first = summaryOf(dir);
  expect(first.validity.verdict).not.toBe('invalid');
  const file = await initialScenario(server, words, ['--from', dir]);
  const again = scratchFolder();
  const run = await plimsoll(['run', '--quiet', '--out', again, file]);
  expect(run, run.stdout + run.stderr).toMatchObject({ exitCode: EXIT.pass, leftBehind: [] });
  const [short, full] = [first, summaryOf(onlyRun(again))].map(({ capacities: [search] }) => ({
    low: search?.passedPerSecond ?? 0,
    high: search?.failedPerSecond ?? Infinity,
  }));
  // Each search says between which rates the load line lies: both can be right only where these overlap.
  expect(short?.low).toBeGreaterThan(0);
  expect(Math.max(short?.low ?? NaN, full?.low ?? NaN)).toBeLessThanOrEqual(
    Math.min(short?.high ?? NaN, full?.high ?? NaN),
  );
}

const summaryOf = (dir: string): Summary => JSON.parse(readFileSync(join(dir, 'summary.json'), 'utf8')) as Summary;

/** Six of them in CI, where time is short; all of them at night. */
const TRIED = FULL ? SEVEN : SEVEN.slice(0, 6);

for (const server of TRIED) {
  const { skip, title } = suite(server.name, server.needs);
  describe.skipIf(skip)(title, () => {
    const during = async (act: (words: readonly string[]) => Promise<unknown>): Promise<void> => {
      const { words, stop } = await running(server);
      try {
        await act(words);
      } finally {
        await stop();
      }
    };

    it('gets a scenario that validates, of the tools that may be called', () =>
      during((words) => initialScenario(server, words, ['--no-measure'])));

    if (FULL)
      it(
        'gets a report within a minute, and a scenario that passes its own gates',
        () => during((words) => measured(server, words)),
        300_000,
      );
  });
}
