/** What is read by nobody, or can't be written: `plimsoll ... | head -1`, a closed terminal, a full disk. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Summary } from '../../src/analysis/index.js';
import { EXPORTS } from '../../src/export/index.js';
import { PACKAGE_ROOT, entryPath } from '../../src/package/index.js';
import { finished, mockScenario, onlyRun, plimsoll, scenarioFile, scratchFolder, start } from './plimsoll.js';

const FILE = scenarioFile(mockScenario());
const TRACE = /^\s+at .*:\d+:\d+|Unhandled/m;

/** Runs the command with the reader of `closed` gone before anything is written. */
async function withoutReader(closed: 'stdout' | 'stderr', parameters: readonly string[]) {
  const started = start(parameters);
  started.process[closed].destroy();
  return finished(started);
}

describe.concurrent('without a reader of stdout', () => {
  it.each([
    ['--help'],
    ['schema'],
    ['validate', FILE, '--json'],
    ['run', FILE, '--explain'],
    ['run', FILE, '--explain', '--json'],
  ])('plimsoll %s %s passes as it would', async (...parameters) => {
    const { exitCode, stderr } = await withoutReader('stdout', parameters);
    expect(stderr).not.toMatch(TRACE);
    expect(exitCode).toBe(0);
  });

  it('a failed check is still a failed check', async () => {
    const { exitCode, stderr } = await withoutReader('stdout', ['report', scratchFolder(), '--json']);
    expect(stderr).not.toMatch(TRACE);
    expect(exitCode).toBe(2);
  });
});

describe.concurrent('a run', () => {
  it.each(['stdout', 'stderr'] as const)(
    'goes on to its end and its verdict without a reader of %s',
    async (closed) => {
      const folder = scratchFolder();
      const run = await withoutReader(closed, ['run', FILE, '--out', folder]);
      expect(run.exitCode).toBe(0);
      expect(run.stderr).not.toMatch(TRACE);
      expect(run.leftBehind).toEqual([]);
      const summary = JSON.parse(readFileSync(join(onlyRun(folder), EXPORTS.summary.file), 'utf8')) as Summary;
      expect([summary.status, summary.samples.logicalCalls]).toEqual(['complete', 100]);
    },
  );
});

describe.concurrent('what can not be written', () => {
  it('on stdout ends with 74 and a hint where the check itself passed', async () => {
    const full = openSync('/dev/full', 'w');
    const command = [entryPath('command'), 'validate', FILE];
    const child = spawn(process.execPath, command, { cwd: PACKAGE_ROOT, stdio: ['ignore', full, 'pipe'] });
    let stderr = '';
    child.stderr?.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    const [exitCode] = (await once(child, 'close')) as [number | null];
    closeSync(full);
    expect(stderr).not.toMatch(TRACE);
    expect(stderr).toMatch(/stdout could not be written \(ENOSPC\)\n {2}hint: /);
    expect(exitCode).toBe(74);
  });

  it.each(['/proc/no-such', '/proc/no-such/folder', join(FILE, 'below')])(
    'into the folder %s ends with 74 and a hint',
    async (folder) => {
      const { exitCode, stderr } = await plimsoll(['schema', '--write', folder]);
      expect(stderr).toMatch(/^error .*\n {2}hint: /);
      expect(exitCode).toBe(74);
    },
  );
});
