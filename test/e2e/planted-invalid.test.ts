/**
 * Whether the end-to-end tests can fail: the same run once as it is, and once with a bug planted that makes every run
 * invalid.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { COMPILED } from '../../src/package/index.js';
import { EXIT } from '../../src/problem/index.js';
import { mockScenario, plimsoll, scenarioFile, scratchFolder, type Finished } from './plimsoll.js';

/** Changes the bundled validity as it is read, in whichever file of the bundle it is; V8 compiles that anew. */
const PRELOAD = `
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
const read = fs.readFileSync;
fs.readFileSync = (file, ...options) => {
  const content = read(file, ...options);
  if (!String(file).includes('/dist/bin/')) return content;
  if (String(file).endsWith('${COMPILED}')) return Buffer.alloc(0);
  return Buffer.from(String(content).replace(/verdict: .* \\?\\? "valid"/, 'verdict: "invalid"'));
};
syncBuiltinESMExports();
`;

function plantedBug(): string {
  const preload = join(scratchFolder(), 'preload.mjs');
  writeFileSync(preload, PRELOAD);
  return `--import=${preload}`;
}

/** What every end-to-end test of a good run demands. */
function expectValid({ exitCode, stdout, stderr }: Finished): void {
  expect(exitCode, stderr).toBe(EXIT.pass);
  const { summary } = JSON.parse(stdout) as { summary: { validity: { verdict: string } } };
  expect(summary.validity.verdict).toBe('valid');
}

describe.concurrent('a run that is fine', () => {
  const run = (environment: Readonly<Record<string, string>>): Promise<Finished> =>
    plimsoll(['run', scenarioFile(mockScenario()), '--out', scratchFolder(), '--quiet', '--json'], environment);

  it('is valid and ends with 0', async () => expectValid(await run({})), 60_000);

  it('fails the same check when a bug makes every run invalid', async () => {
    const result = await run({ NODE_OPTIONS: plantedBug() });
    expect(() => expectValid(result)).toThrow();
    expect(result.exitCode, result.stderr).toBe(EXIT.invalid);
  }, 60_000);
});
