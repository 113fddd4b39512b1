/** `plimsoll baseline`, and runs that are judged by what it stored. */
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { GateReport } from '../../src/gate/index.js';
import { EXIT } from '../../src/problem/index.js';
import type { BaselineFile, Manifest } from '../../src/record/index.js';
import { mockScenario, onlyRun, plimsoll, scenarioFile, scratchFolder } from './plimsoll.js';

const LIMIT = '{ metric: response-time, stat: p50, versus: baseline, max-increase: 50% }';
const SCENARIO = mockScenario({
  phases: '- { name: steady, regime: steady, rate: 250/s, for: 800ms, warmup: 0s }',
  more: `gates: [ ${LIMIT} ]`,
});

const file = scenarioFile(SCENARIO);
const runs = scratchFolder();
const baselines = join(scratchFolder(), 'baselines');
let run = '';
let first: Awaited<ReturnType<typeof plimsoll>> | null = null;

const stored = (folder = baselines): string => join(folder, readdirSync(folder)[0] ?? '');
const read = (path: string): BaselineFile => JSON.parse(readFileSync(path, 'utf8')) as BaselineFile;

/** The baseline as if it had been measured on so many days, each with its own speed. */
function asMeasuredOn(days: readonly number[]): string {
  const file_ = read(stored());
  const folder = scratchFolder();
  const [run_] = file_.runs;
  const changed = {
    ...file_,
    runs: days.map((_, day) => ({
      ...run_,
      runId: `day-${day}`,
      startedUtc: `2026-0${day + 1}-01T10:00:00.000Z`,
    })),
    numbers: file_.numbers.map((number) => ({
      ...number,
      values: days.map((speed) => (number.values[0] === null ? null : (number.values[0] ?? 0) * speed)),
    })),
  };
  writeFileSync(join(folder, 'e2e-000000000000.baseline.json'), JSON.stringify(changed));
  return folder;
}

beforeAll(async () => {
  first = await plimsoll(['run', file, '--out', runs, '--baselines', baselines, '--quiet']);
  run = onlyRun(runs);
}, 60_000);

describe('a run with a gate versus the baseline', () => {
  it('is inconclusive while nothing is stored, and says how to store it', () => {
    expect(first?.exitCode, first?.stderr).toBe(EXIT.inconclusive);
    expect(first?.stdout).toContain('there is no baseline of the scenario "e2e"');
    expect(first?.stdout).toMatch(/make one with "plimsoll\s+baseline add DIR"/);
  });

  it('is added to a baseline once, which is small, listed and shown with what it can see', async () => {
    const added = await plimsoll(['baseline', 'add', run, '--baselines', baselines]);
    expect(added.exitCode, added.stderr).toBe(0);
    expect(added.stdout).toContain('1 run of 1 session, 5 are needed before it decides anything');
    expect(readFileSync(stored(), 'utf8').length).toBeLessThan(200_000);
    const again = await plimsoll(['baseline', 'add', run, '--baselines', baselines]);
    expect(again.exitCode).toBe(0);
    expect(again.stderr).toContain('is part of its baseline already');
    expect(read(stored()).runs).toHaveLength(1);
    const list = await plimsoll(['baseline', 'list', '--baselines', baselines, '--json']);
    expect(JSON.parse(list.stdout)).toMatchObject({ baselines: [{ name: 'e2e', sessions: 1 }] });
    const shown = await plimsoll(['baseline', 'show', '--baselines', asMeasuredOn([1, 1.02, 0.98, 1.01, 0.99])]);
    expect(shown.stdout).toMatch(
      /response-time p50 +steady, ok calls .*another session: .* ms to .* ms +passes a limit of \+\d/,
    );
  });

  it('is judged by runs of five days: passes, regresses, and keeps what it was judged by', async () => {
    const like = asMeasuredOn([1, 1.02, 0.98, 1.01, 0.99]);
    const faster = asMeasuredOn([0.5, 0.51, 0.49, 0.505, 0.495]);
    const passes = await plimsoll(['gate', run, '--baselines', like, '--json']);
    expect(passes.exitCode, passes.stdout).toBe(EXIT.pass);
    const { results } = JSON.parse(passes.stdout) as GateReport;
    expect(results).toMatchObject([{ change: { versus: 'baseline', sessions: 5, kind: 'ratio' } }]);
    const out = scratchFolder();
    const fails = await plimsoll(['gate', run, '--baselines', faster, '--out', out]);
    expect(fails.exitCode, fails.stdout).toBe(EXIT.gateFailed);
    expect(fails.stdout).toContain('beyond the limit of +50 %');
    expect(readFileSync(join(out, 'junit.xml'), 'utf8')).toContain('<failure type="regress"');
    // The record keeps what the run itself was judged by.
    expect((await plimsoll(['gate', run])).exitCode).toBe(EXIT.inconclusive);
    const manifest = JSON.parse(readFileSync(join(run, 'manifest.json'), 'utf8')) as Manifest;
    expect(manifest.files.find(({ path }) => path === 'baseline.json')).toMatchObject({ path: 'baseline.json' });
    const report = readFileSync(join(run, 'gate.json'), 'utf8');
    expect((await plimsoll(['report', run])).exitCode).toBe(0);
    expect(readFileSync(join(run, 'gate.json'), 'utf8')).toBe(report);
  });

  it('is invalid by the baseline of another machine, whatever the pipeline makes of undecided ones', async () => {
    const folder = asMeasuredOn([1, 1, 1, 1, 1]);
    const path = stored(folder);
    const other = read(path);
    const environment = other.environment.map((field) =>
      field.field === 'host.cpuModel' ? { ...field, value: 'Example CPU' } : field,
    );
    writeFileSync(path, JSON.stringify({ ...other, environment, fingerprint: '0'.repeat(64) }));
    const { exitCode, stdout } = await plimsoll(['gate', run, '--baselines', folder, '--inconclusive', 'pass']);
    expect(exitCode).toBe(EXIT.invalid);
    expect(stdout).toContain('the baseline is of another machine (host.cpuModel: ');
    expect(stdout).toContain('Example CPU there');
  });

  it.each([
    ['pass', EXIT.pass],
    ['warn', EXIT.pass],
    ['fail', EXIT.gateFailed],
  ])('ends as the pipeline wants it where it is undecided: %s', async (policy, code) => {
    expect((await plimsoll(['gate', run, '--inconclusive', policy])).exitCode).toBe(code);
  });

  it('takes a further limit from the command line', async () => {
    const tight = '{ metric: response-time, stat: p50, versus: baseline, max-increase: 1% }';
    const folder = asMeasuredOn([1, 1.3, 0.7, 1.1, 0.9]);
    const { exitCode, stdout } = await plimsoll(['gate', run, '--baselines', folder, '--gate', tight]);
    expect(exitCode, stdout).toBe(EXIT.inconclusive);
    expect(stdout).toContain('increase versus the baseline <= 1 %');
    expect(stdout).toContain('the smallest change that is found is');
  });
});

describe('bad input', () => {
  const inBaselines = (text: string): string => {
    const folder = scratchFolder();
    writeFileSync(join(folder, 'x.baseline.json'), text);
    return folder;
  };
  it.each([
    [
      'a limit without versus',
      () => ['gate', run, '--gate', '{ metric: response-time, stat: p50, max-increase: 1% }'],
      'versus: baseline',
    ],
    ['an unknown policy', () => ['gate', run, '--inconclusive', 'fial'], 'did you mean "fail"?'],
    ['a folder that is no run', () => ['baseline', 'add', scratchFolder()], 'run'],
    ['a baseline that is none', () => ['gate', run, '--baselines', inBaselines('{}')], 'is not of the format'],
    ['half a baseline', () => ['baseline', 'list', '--baselines', inBaselines('{"schema":')], 'is not JSON'],
    ['nothing to show', () => ['baseline', 'show', '--baselines', scratchFolder()], 'there is no baseline'],
    ['a prune without a limit', () => ['baseline', 'prune', '--baselines', baselines], '--older-than'],
  ])('%s is one clear message', async (_what, parameters, said) => {
    const { exitCode, stderr } = await plimsoll(parameters());
    expect(exitCode).toBe(EXIT.badInput);
    expect(stderr).toContain(said);
    expect(stderr).toContain('hint:');
    expect(stderr).not.toContain('    at ');
  });
});

describe('plimsoll baseline prune', () => {
  it('says what it would remove, and removes it with --yes', async () => {
    const folder = asMeasuredOn([1, 2, 3, 4, 5, 6]);
    const path = stored(folder);
    const dry = await plimsoll(['baseline', 'prune', '--keep', '5', '--baselines', folder]);
    expect(dry.stdout).toContain('would remove 1 run of ');
    expect(read(path).runs).toHaveLength(6);
    await plimsoll(['baseline', 'prune', '--keep', '5', '--baselines', folder, '--yes']);
    const left = read(stored(folder));
    expect(left.runs.map(({ runId }) => runId)).toEqual(['day-1', 'day-2', 'day-3', 'day-4', 'day-5']);
    expect(left.numbers.every(({ values }) => values.length === 5)).toBe(true);
  });
});

describe('plimsoll runs', () => {
  it('lists records with size and age, and removes none that a baseline holds', async () => {
    const list = await plimsoll(['runs', 'list', runs, '--baselines', baselines, '--json']);
    expect(JSON.parse(list.stdout)).toMatchObject({
      records: [{ kind: 'run', status: 'complete', name: 'e2e', isBaseline: true }],
    });
    const bare = await plimsoll(['runs', runs, '--baselines', baselines, '--json']);
    expect(bare).toMatchObject({ exitCode: 0, stdout: list.stdout });
    const kept = await plimsoll(['runs', 'prune', runs, '--keep', '0', '--baselines', baselines, '--yes']);
    expect(kept.stdout).toContain('removed 0 records');
    const dry = await plimsoll(['runs', 'prune', runs, '--keep', '0', '--baselines', scratchFolder()]);
    expect(dry.stdout).toContain('would remove 1 record');
    expect(dry.stderr).toContain('--yes');
    expect(existsSync(run)).toBe(true);
  });
});
