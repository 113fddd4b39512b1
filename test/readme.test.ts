import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { describe, expect, it } from 'vitest';
import { PACKAGE_ROOT } from '../src/entrypoints.js';
import { scenarioFromText } from '../src/scenario/index.js';

const README = readFileSync(join(PACKAGE_ROOT, 'README.md'), 'utf8');

function blocks(language: string): readonly string[] {
  return [...README.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, 'gm'))].map((match) => match[1] ?? '');
}

const COMMANDS = blocks('sh').flatMap((block) => block.split('\n').filter((line) => line !== ''));

/** Whole runs take minutes together: they are made where a skip is a failure, and named as skipped elsewhere. */
const RUNS_TOO = process.env['PLIMSOLL_NO_SKIP'] === '1';

/** Valid runs end with a verdict; on a machine that is busy with other things a run may say that it can't judge. */
const HONEST_ENDS = [0, 75, 4];
/** Fit, or not fit to measure. */
const DOCTOR_ENDS = [0, 3];

describe('every command of the README works as it is written:', () => {
  it('there are commands', () => {
    expect(COMMANDS.length).toBeGreaterThan(6);
  });

  for (const command of COMMANDS) {
    if (command === 'npm ci && npm test') {
      it(`${command} (this is it: dist/ was built by npm ci)`, () => {
        expect(existsSync(join(PACKAGE_ROOT, 'dist/src/cli/main.js'))).toBe(true);
      });
      continue;
    }
    const isRun = / run (?!.*--explain)|npm start|reports\/runs\/latest/.test(command);
    it.skipIf(isRun && !RUNS_TOO)(
      `${command}${isRun && !RUNS_TOO ? ' (a whole run: made with PLIMSOLL_NO_SKIP=1)' : ''}`,
      async () => {
        // `npm ci` has put this very tree here; running it again would pull it from under the test.
        const { exitCode, all } = await execa(command.replace('npm ci && ', ''), { shell: true, cwd: PACKAGE_ROOT, reject: false, all: true, stdin: 'ignore' });
        expect(isRun ? HONEST_ENDS : command.includes(' doctor') ? DOCTOR_ENDS : [0], all).toContain(exitCode);
        if (/ run |npm start/.test(command) && isRun) {
          const report = /^report: (.+)$/m.exec(all)?.[1] ?? '';
          expect(existsSync(join(PACKAGE_ROOT, report)), all).toBe(true);
        }
      },
      180_000,
    );
  }
});

describe('what the README shows', () => {
  it('is a valid scenario', () => {
    const [example] = blocks('yaml');
    expect(scenarioFromText(example ?? '', 'README.md').scenario.gates).toHaveLength(1);
  });

  it('are files that exist', () => {
    for (const [, path] of README.matchAll(/!\[[^\]]*\]\(([^)]+)\)/g)) expect(existsSync(join(PACKAGE_ROOT, path ?? '')), path).toBe(true);
  });
});
