/** Every shell step of the pipelines that are shipped, run as it is written. */
import { execa } from 'execa';
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { PACKAGE_ROOT } from '../../src/package/index.js';
import { mockScenario, scenarioFile, scratchFolder } from './plimsoll.js';

const textOf = (path: string): string => readFileSync(join(PACKAGE_ROOT, path), 'utf8');

const scenario = (bound: string): string =>
  scenarioFile(
    mockScenario({
      phases: '- { name: steady, regime: steady, rate: 250/s, for: 500ms, warmup: 0s }',
      more: `gates: [ { metric: response-time, stat: p50, phase: steady, max: ${bound} } ]`,
    }),
  );

/** `npx` as it resolves on a machine where the package is installed: to this build. */
function withNpx(): string {
  const folder = scratchFolder();
  const path = join(folder, 'npx');
  writeFileSync(
    path,
    ['#!/usr/bin/env bash', '[ "$1" = --yes ] && shift', '[ "$1" = plimsoll ] || exit 9', 'shift']
      .concat(`exec node ${PACKAGE_ROOT}dist/bin/plimsoll.js "$@"`, '')
      .join('\n'),
    { mode: 0o755 },
  );
  return `${folder}:${process.env['PATH'] ?? ''}`;
}

interface Ended {
  readonly exitCode: number | undefined;
  readonly all: string;
}

async function bash(script: string, environment: Readonly<Record<string, string>>, cwd: string): Promise<Ended> {
  const { exitCode, all } = await execa('bash', ['--noprofile', '--norc', '-eo', 'pipefail', '-c', script], {
    cwd,
    all: true,
    reject: false,
    stdin: 'ignore',
    env: {
      NO_COLOR: '1',
      PLIMSOLL_ASSUME_MACHINE: 'quiet:20000/s',
      XDG_CACHE_HOME: join(cwd, 'cache'),
      GITHUB_ACTIONS: '',
      ...environment,
    },
  });
  return { exitCode, all };
}

interface Action {
  readonly inputs: Readonly<Record<string, { readonly default?: string }>>;
  readonly runs: {
    readonly steps: readonly {
      readonly name: string;
      readonly shell: string;
      readonly run: string;
      readonly env: Readonly<Record<string, string>>;
    }[];
  };
}

describe('action.yml', () => {
  const { inputs, runs } = parse(textOf('action.yml')) as Action;

  /** The step as the runner starts it: expressions of `env` are filled in, the script is not touched. */
  async function step(
    index: number,
    given: Readonly<Record<string, string>>,
    folder = scratchFolder(),
  ): Promise<Ended & { readonly output: string; readonly summary: string; readonly out: string }> {
    const { run, env } = runs.steps[index] ?? { run: 'exit 9', env: {} };
    const out = join(folder, 'out');
    const valueOf = (name: string): string => ({ out, ...given })[name] ?? inputs[name]?.default ?? '';
    const filled = Object.entries(env).map(([key, text]): readonly [string, string] => [
      key,
      text.replace(/\$\{\{ (?:inputs\.([\w-]+)|github\.action_path) \}\}/g, (_, input: string | undefined) =>
        input === undefined ? PACKAGE_ROOT : valueOf(input),
      ),
    ]);
    const files = { GITHUB_OUTPUT: join(folder, 'output'), GITHUB_STEP_SUMMARY: join(folder, 'summary') };
    const environment = Object.fromEntries<string>(filled);
    const ended = await bash(run, { ...environment, ...files, GITHUB_ACTIONS: 'true' }, folder);
    const text = (path: string): string => (existsSync(path) ? readFileSync(path, 'utf8') : '');
    return { ...ended, output: text(files.GITHUB_OUTPUT), summary: text(files.GITHUB_STEP_SUMMARY), out };
  }

  it('puts no input into a script, where it would be run', () => {
    for (const { run, shell } of runs.steps) {
      expect(run).not.toContain('${{');
      expect(shell).toBe('bash');
    }
  });

  it('installs what is not built, and knows its version', async () => {
    const { exitCode, all } = await step(0, {});
    expect(exitCode, all).toBe(0);
    expect(all).toMatch(/^\d+\.\d+\.\d+/m);
  });

  it('runs the scenario, names folder and exit code, and fills the job summary', async () => {
    const passed = await step(1, { scenario: scenario('5s') });
    expect(passed.exitCode, passed.all).toBe(0);
    const [, directory = ''] = /^directory=(.*)$/m.exec(passed.output) ?? [];
    expect(passed.output).toMatch(/^exit-code=0$/m);
    expect(existsSync(join(directory, 'report.html'))).toBe(true);
    expect(passed.summary).toBe(`${readFileSync(join(directory, 'summary.md'), 'utf8')}\n`);
    expect(passed.all).not.toContain('::error');
  });

  it('fails the job with the exit code of the verdict and annotates it; arguments are words', async () => {
    const failed = await step(1, {
      scenario: scenario('1us'),
      arguments: '--seed=3\n--set=description=$(touch owned) `touch owned`; touch owned\n',
    });
    expect(failed.exitCode, failed.all).toBe(99);
    expect(failed.output).toMatch(/^exit-code=99$/m);
    expect(failed.all).toMatch(/^::error title=response-time p50 of steady <= /m);
    expect(existsSync(join(failed.out, '..', 'owned'))).toBe(false);
    expect(existsSync('owned')).toBe(false);
  });

  it('refuses another command, and takes an option in place of a scenario for a file', async () => {
    expect((await step(1, { command: 'mock; id', scenario: 'x.yaml' })).exitCode).toBe(2);
    const { exitCode, all } = await step(1, { scenario: '--explain' });
    expect(exitCode).toBe(2);
    expect(all).toMatch(/error.*--explain[\s\S]*hint:/);
  });
});

describe('the GitLab template', () => {
  const template = parse(textOf('ci/plimsoll.gitlab-ci.yml')) as Readonly<
    Record<
      string,
      { readonly script: readonly string[]; readonly artifacts: { readonly reports: Readonly<Record<string, string>> } }
    >
  >;
  const job = template['.plimsoll'];

  it('runs, leaves the reports where the job collects them, and ends with the exit code of the verdict', async () => {
    for (const [bound, code] of [
      ['5s', 0],
      ['1us', 99],
    ] as const) {
      const folder = scratchFolder();
      const environment = { PATH: withNpx(), PLIMSOLL_SCENARIO: scenario(bound), PLIMSOLL_OUT: 'reports/plimsoll' };
      const { exitCode, all } = await bash(job?.script.join('\n') ?? 'exit 9', environment, folder);
      expect(exitCode, all).toBe(code);
      for (const path of Object.values(job?.artifacts.reports ?? {}))
        expect(existsSync(join(folder, path)), path).toBe(true);
    }
  });

  it('ends with the exit code of the command where there is no run', async () => {
    const environment = { PATH: withNpx(), PLIMSOLL_SCENARIO: 'nothing.yaml', PLIMSOLL_OUT: 'reports/plimsoll' };
    const { exitCode, all } = await bash(job?.script.join('\n') ?? 'exit 9', environment, scratchFolder());
    expect(exitCode, all).toBe(2);
  });
});

describe('the shell script', () => {
  it('says what the exit code means, and adds a run that passed to the baseline where it is to', async () => {
    const folder = scratchFolder();
    mkdirSync(join(folder, 'baselines'));
    const environment = { PATH: withNpx(), SCENARIO: scenario('5s'), OUT: 'out', ADD_TO_BASELINE: '1' };
    const passed = await bash(textOf('ci/gate.sh'), environment, folder);
    expect(passed.exitCode, passed.all).toBe(0);
    expect(passed.all).toMatch(/^pass: out\/.*\/report\.html$/m);
    expect(readdirSync(join(folder, 'baselines'))).toEqual([
      expect.stringMatching(/^e2e-[0-9a-f]{12}\.baseline\.json$/),
    ]);
  });
});

describe('docs/ci.md', () => {
  it('shows the files as they are shipped', () => {
    const page = textOf('docs/ci.md');
    for (const path of ['ci/plimsoll.gitlab-ci.yml', 'ci/gate.sh']) expect(page).toContain(textOf(path).trimEnd());
  });

  it('uses the action with inputs that it has', () => {
    const page = textOf('docs/ci.md');
    const workflows = [...page.matchAll(/^```yml\n([\s\S]*?)^```$/gm)].map(([, text]) => parse(text ?? '') as unknown);
    const steps = workflows.flatMap((workflow) => {
      const jobs =
        (workflow as { readonly jobs?: Readonly<Record<string, { readonly steps: readonly unknown[] }>> }).jobs ?? {};
      return Object.values(jobs).flatMap(
        (each) => each.steps as readonly { readonly uses?: string; readonly with?: object }[],
      );
    });
    const ours = steps.filter(({ uses }) => uses?.includes('/plimsoll@') === true);
    expect(ours.length).toBeGreaterThan(0);
    const known = Object.keys((parse(textOf('action.yml')) as Action).inputs);
    for (const { with: given = {} } of ours) expect(known).toEqual(expect.arrayContaining(Object.keys(given)));
  });
});
