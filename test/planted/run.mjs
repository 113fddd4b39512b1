/**
 * Plants each bug of `bugs.mjs` in a copy of the sources and runs the test that must notice it: `npm run planted`.
 * Fails when a bug goes unnoticed, or when its place in the source is gone.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { BUGS } from './bugs.mjs';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const COPIED = ['src', 'mock-servers', 'test', 'schema', 'package.json', 'tsconfig.json', 'vitest.config.ts'];
const VITEST = join(ROOT, 'node_modules/vitest/vitest.mjs');

const folder = mkdtempSync(join(tmpdir(), 'plimsoll-planted-'));
let missed = 0;
try {
  for (const name of COPIED) cpSync(join(ROOT, name), join(folder, name), { recursive: true });
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  const failsWith = (tests) =>
    spawnSync(process.execPath, [VITEST, 'run', '--project', 'pure', ...tests], { cwd: folder }).status !== 0;

  const tests = [...new Set(BUGS.map(({ test }) => test))];
  if (failsWith(tests)) throw new Error('The tests fail without any planted bug.\nhint: make them pass first');
  for (const { topic, file, find, replace, test } of BUGS) {
    const path = join(folder, file);
    const source = readFileSync(path, 'utf8');
    if (source.split(find).length !== 2)
      throw new Error(`${file} must hold "${find}" once.\nhint: name another place for the bug "${topic}"`);
    writeFileSync(path, source.replace(find, replace));
    const noticed = failsWith([test]);
    writeFileSync(path, source);
    if (!noticed) missed++;
    console.log(`${noticed ? 'noticed' : 'MISSED '}  ${topic} (${test})`);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
console.log(`${BUGS.length - missed} of ${BUGS.length} planted bugs were noticed`);
process.exitCode = missed === 0 ? 0 : 1;
