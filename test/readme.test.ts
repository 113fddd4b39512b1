import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import type { Summary } from '../src/analysis/index.js';
import { PACKAGE_ROOT } from '../src/package/index.js';
import { readScenario } from '../src/scenario/index.js';
import { plimsoll, scratchFolder } from './e2e/plimsoll.js';
import { SHIPPED } from './scenarios/answers.js';
import { exactAndOff, exactLines } from './truth/long/printed.js';
import { FULL, LEAVES_OUT } from './whole-runs.js';

/** The README and all pages of the documentation, by path. */
const PAGES = new Map(
  ['README.md', ...readdirSync(join(PACKAGE_ROOT, 'docs')).map((name) => `docs/${name}`)]
    .filter((path) => path.endsWith('.md'))
    .map((path) => [path, readFileSync(join(PACKAGE_ROOT, path), 'utf8')]),
);

function blocksOf(text: string, language: string): readonly string[] {
  return [...text.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, 'gm'))].map(
    (match) => match[1] ?? '',
  );
}

const linesOf = (block: string): readonly string[] => block.split('\n').filter((line) => line !== '');
/** Blocks of commands; a command that stands on several pages is run once. */
const BLOCKS = [...PAGES.values()].flatMap((text) => blocksOf(text, 'sh')).map(linesOf);
const COMMANDS = [...new Set(BLOCKS.flat())];

/** Whole runs take minutes together: they are made where a skip is a failure, and named as skipped elsewhere. */
const RUNS_TOO = !LEAVES_OUT;

const TRUTH = / run truth /;
const DOCTOR = / doctor$/;

/**
 * The two commands that judge the machine of the test too. The doctor: fit, or not fit to measure. The truth suite:
 * all inside; timing undecided on a busy machine, or outside where the machine took its time unseen. What is exact
 * must hold whatever the machine did.
 */
const ENDS_BY_DESIGN: readonly (readonly [RegExp, readonly number[]])[] = [
  [DOCTOR, [0, 3]],
  [TRUTH, [0, 75, 99]],
];

const isRun = (command: string): boolean =>
  / run (?!.*--explain)|npm start|plimsoll -- |reports\/runs\/latest/.test(command);
const isLeftOut = (command: string): boolean => isRun(command) && !RUNS_TOO;

/** The shipped scenario that a command runs. `test/scenarios` runs each of them, by day shortened. */
const shippedIn = (command: string): string | null =>
  /^npx plimsoll run scenarios\/([\w-]+)\.yaml(?: --quiet)?$/.exec(command)?.[1] ?? null;
const isMadeElsewhere = (command: string): boolean => shippedIn(command) !== null && RUNS_TOO && !FULL;

/** This test is what it asks for. */
const THIS_ITSELF = 'npm ci && npm test';

interface Ended {
  readonly exitCode?: number | undefined;
  readonly all: string;
}

/** The commands run one after the other, as a reader would type them. */
function startCommands(): ReadonlyMap<string, Promise<Ended>> {
  const onEnd = new Map<string, (end: Ended) => void>();
  const waiting = BLOCKS.map((lines, index) => {
    const earlier = new Set(BLOCKS.slice(0, index).flat());
    const isHere = (line: string): boolean => line !== THIS_ITSELF && !isLeftOut(line) && !isMadeElsewhere(line);
    return lines.filter((line) => isHere(line) && !earlier.has(line));
  });
  const ends = new Map(
    waiting.flat().map((command) => [command, new Promise<Ended>((resolve) => onEnd.set(command, resolve))]),
  );
  const run = async (command: string): Promise<void> => {
    // `npm ci` has put this very tree here; running it again would pull it from under the test.
    const end = await execa(command.replace('npm ci && ', ''), {
      shell: true,
      cwd: PACKAGE_ROOT,
      reject: false,
      all: true,
      stdin: 'ignore',
      // What is tested is the commands and not the machine.
      env: { PLIMSOLL_ASSUME_MACHINE: 'quiet:20000/s' },
    });
    onEnd.get(command)?.(end);
  };
  const all = waiting.flat();
  const runAll = async (commands: readonly string[]): Promise<void> => {
    for (const command of commands) await run(command);
  };
  // Where no run is made, the doctor, which takes the longest, examines the machine beside the other commands.
  const isBeside = (command: string): boolean => !RUNS_TOO && DOCTOR.test(command);
  void runAll(all.filter((command) => !isBeside(command)));
  void runAll(all.filter(isBeside));
  return ends;
}

/** The answer that the head of a shipped scenario states, of a run as it is shipped. */
function expectAnswerOf(scenario: string, folder: string): void {
  const summary = JSON.parse(readFileSync(join(folder, 'summary.json'), 'utf8')) as Summary;
  const shipped = SHIPPED.filter(({ name, profile, arm }) => name === scenario && (profile ?? arm) === undefined);
  expect(shipped).toHaveLength(1);
  for (const { answer } of shipped) answer(summary, true);
}

describe('every command of the README and the documentation works as it is written:', () => {
  let ends: ReadonlyMap<string, Promise<Ended>> = new Map();
  beforeAll(() => {
    ends = startCommands();
  });

  it('there are commands', () => {
    expect(COMMANDS.length).toBeGreaterThan(6);
  });

  for (const command of COMMANDS) {
    if (command === THIS_ITSELF) {
      it(`${command} (this is it: dist/ was built by npm ci)`, () => {
        expect(existsSync(join(PACKAGE_ROOT, 'dist/bin/plimsoll.js'))).toBe(true);
      });
      continue;
    }
    if (isMadeElsewhere(command)) {
      it(`${command} (shortened, in test/scenarios)`, () => {
        expect(SHIPPED.map(({ name }) => name)).toContain(shippedIn(command));
      });
      continue;
    }
    it.skipIf(isLeftOut(command))(
      `${command}${isLeftOut(command) ? ' (skipped: a whole run, made with PLIMSOLL_NO_SKIP=1)' : ''}`,
      async () => {
        const { exitCode, all } = (await ends.get(command)) ?? { all: 'was never started' };
        const expected = ENDS_BY_DESIGN.find(([pattern]) => pattern.test(command))?.[1] ?? [0];
        expect(expected, all).toContain(exitCode);
        if (TRUTH.test(command)) {
          expect(exactLines(all), 'exact statements').not.toEqual([]);
          expect(exactAndOff(all)).toEqual([]);
        }
        if (/ run |npm start|plimsoll -- /.test(command) && isRun(command)) {
          const report = /^report: (.+)$/m.exec(all)?.[1] ?? '';
          expect(existsSync(join(PACKAGE_ROOT, report)), all).toBe(true);
          if (command.endsWith('npm start')) expectAnswerOf('quickstart', join(PACKAGE_ROOT, dirname(report)));
        }
      },
      300_000,
    );
  }
});

/**
 * Whole scenarios have a version; docs/metrics.md has parts of scenarios besides, which are read by a test of the
 * catalog. A first line `# FILE.yaml` names the file, for others to extend it.
 */
const SCENARIOS = [...PAGES]
  .filter(([path]) => path !== 'docs/metrics.md')
  .map(([path, text]) => [path, blocksOf(text, 'yaml')] as const)
  .filter(([, blocks]) => blocks.length > 0);

describe('every scenario of the README and the documentation', () => {
  it('is on the pages that explain them', () => {
    expect(SCENARIOS.map(([path]) => path)).toEqual(
      expect.arrayContaining(['README.md', 'docs/scenarios.md', 'docs/extending.md']),
    );
  });

  it.each(SCENARIOS)('of %s passes "validate" without a warning, with each of its profiles', async (_page, blocks) => {
    const folder = scratchFolder();
    const files = blocks.map((block, index) => join(folder, /^# (\S+\.yaml)\n/.exec(block)?.[1] ?? `${index}.yaml`));
    files.forEach((file, index) => writeFileSync(file, blocks[index] ?? ''));
    const secrets = Object.fromEntries(
      [...blocks.join().matchAll(/\$\{secret\.(\w+)\}/g)].map(([, name = '']) => [name, 'kept-to-itself']),
    );
    const valid = (file: string) => expect.objectContaining({ file, warnings: [] }) as unknown;
    const all = await plimsoll(['validate', '--json', ...files], secrets);
    expect(JSON.parse(all.stdout)).toMatchObject({ valid: files.map(valid), problems: [] });
    expect(all.exitCode).toBe(0);
    for (const [index, file] of files.entries()) {
      const { profiles } = parse(blocks[index] ?? '') as {
        readonly profiles?: Readonly<Record<string, unknown>> | null;
      };
      for (const profile of Object.keys(profiles ?? {}))
        expect(readScenario(file, { profile, environment: secrets }).warnings, `${file} --profile ${profile}`).toEqual(
          [],
        );
    }
  });
});

describe('links and pictures of', () => {
  it.each([...PAGES])('%s lead to files that exist', (path, text) => {
    for (const [, target = ''] of text.matchAll(/\]\((?!https?:|#)([^)#]+)/g))
      expect(existsSync(join(PACKAGE_ROOT, dirname(path), target)), target).toBe(true);
  });
});
