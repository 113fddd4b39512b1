/**
 * Whether the end-to-end tests can fail: the same run once as it is, and once with a bug planted that makes every run
 * invalid.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { EXIT } from '../../src/problem/index.js';
import { mockScenario, plimsoll, scenarioFile, scratchFolder, type Finished } from './plimsoll.js';

/** Changes the compiled validity as it is loaded, in whichever file of the bundle it is. */
const HOOKS = `
export async function load(url, context, next) {
  const loaded = await next(url, context);
  if (!url.includes('/dist/bin/')) return loaded;
  return { ...loaded, source: String(loaded.source).replace(/verdict: .* \\?\\? "valid"/, 'verdict: "invalid"') };
}`;

function plantedBug(): string {
  const folder = scratchFolder();
  const [hooks, preload] = [join(folder, 'hooks.mjs'), join(folder, 'preload.mjs')];
  writeFileSync(hooks, HOOKS);
  writeFileSync(
    preload,
    `import { register } from 'node:module';\nregister(${JSON.stringify(pathToFileURL(hooks).href)});\n`,
  );
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
