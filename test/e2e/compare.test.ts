/** `plimsoll compare` over run records. */
import { cpSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { comparisonExitCode, type Comparison } from '../../src/compare/index.js';
import type { History } from '../../src/history/index.js';
import { writeExperiment, type ExperimentFile } from '../../src/record/index.js';
import { plimsoll, scenarioFile, scratchFolder } from './plimsoll.js';

const scenario = (rate: string): string => `version: 1
name: compared
stack:
  services:
    backend: { mock: tools, workers: 4, service-time: { constant: 1ms } }
  target: backend
calls:
  - { tool: search, arguments: { query: { pick: [hull, draught] } } }
phases:
  - { name: steady, regime: steady, rate: ${rate}, for: 500ms, warmup: 0s }
gates:
  - { metric: error-ratio, max: 50% }
  - { metric: error-ratio, versus: reference, max-increase: 1% }
`;

const folder = scratchFolder();
const run = (name: string): string => join(folder, name);

/** Runs the scenario and keeps the record under a name of its own. */
async function recorded(name: string, rate: string): Promise<void> {
  const out = join(scratchFolder(), 'runs');
  const { stderr } = await plimsoll(['run', scenarioFile(scenario(rate)), '--out', out, '--seed', '7', '--quiet']);
  const [made] = readdirSync(out);
  if (made === undefined) throw new Error(stderr);
  cpSync(join(out, made), run(name), { recursive: true });
}

beforeAll(async () => {
  for (const name of ['a0', 'b0', 'b1', 'a1']) await recorded(name, '250/s');
  await recorded('faster', '260/s');
}, 120_000);

const MEDIAN = '{ metric: response-time, stat: p50, max-increase: 10% }';
const arms = (): readonly string[] => [`a=${run('a0')}`, `a=${run('a1')}`, `b=${run('b0')}`, `b=${run('b1')}`];

describe('plimsoll compare', () => {
  it('holds runs against each other in the order in which they ran, and is the same when made again', async () => {
    const out = [join(scratchFolder(), 'first'), join(scratchFolder(), 'second')] as const;
    const call = (to: string) => plimsoll(['compare', ...arms(), '--gate', MEDIAN, '--json', '--out', to]);
    const first = await call(out[0]);
    const second = await call(out[1]);
    const comparison = JSON.parse(first.stdout) as Comparison;
    expect(first.exitCode, first.stderr).toBe(comparisonExitCode(comparison.verdict));
    expect(second.exitCode).toBe(first.exitCode);
    expect(comparison.order).toMatchObject({ interleaved: true, carryOverBalanced: true, pairedSeeds: true });
    expect(comparison.order.rows).toEqual([
      ['a', 'b'],
      ['b', 'a'],
    ]);
    expect(comparison.environment.filter(({ standing }) => standing === 'blocking')).toEqual([]);
    // 125 calls of each trial: the curve ends where ten are slower.
    expect(comparison.curves).toMatchObject({ percentiles: [{ phase: 'steady' }], missing: [] });
    expect(comparison.curves.percentiles[0]?.arms.map(({ arm }) => arm)).toEqual(['a', 'b']);
    expect(comparison.arms[0]).toMatchObject({ stack: [[{ name: 'backend', kind: 'server' }]] });
    // The gate of the scenario, and the one that is added.
    expect(comparison.gates.map(({ gate }) => gate.metric)).toEqual(['error-ratio', 'response-time']);
    for (const file of ['comparison.json', 'comparison.md', 'comparison.html', 'junit.xml'])
      expect(readFileSync(join(out[0], file), 'utf8')).toBe(readFileSync(join(out[1], file), 'utf8'));
    expect(readFileSync(join(out[0], 'comparison.json'), 'utf8')).toBe(`${first.stdout}\n`);
  });

  it('refuses other scenarios with the field that differs, until it is declared', async () => {
    const refused = await plimsoll(['compare', run('a0'), run('faster'), '--gate', MEDIAN]);
    expect(refused.exitCode).toBe(4);
    expect(refused.stdout).toContain('the environments differ in identity.scenarioDigest');
    // The terminal may break the line before the field.
    expect(refused.stdout).toMatch(/--variable\s+identity\.scenarioDigest/);
    const variable = ['--variable', 'identity.scenarioDigest', '--json'];
    const declared = await plimsoll(['compare', run('a0'), run('faster'), '--gate', MEDIAN, ...variable]);
    const comparison = JSON.parse(declared.stdout) as Comparison;
    expect(comparison.environment[0]).toMatchObject({ field: 'identity.scenarioDigest', standing: 'declared' });
    expect(comparison.gates[1]?.outcomes[0]?.why).toContain('one trial of an arm shows no spread');
  });

  it('reads an experiment, leaves out what was disturbed, and writes beside it', async () => {
    const dir = scratchFolder();
    for (const name of ['a0', 'b0', 'b1', 'a1']) cpSync(run(name), join(dir, 'runs', name), { recursive: true });
    cpSync(run('a0'), join(dir, 'runs', 'disturbed'), { recursive: true });
    const attempt = (row: number, arm: string, name: string) =>
      ({ row, repeat: 0, arm, run: `runs/${name}`, standing: 'used', reason: null }) as const;
    const experiment: ExperimentFile = {
      schema: 'plimsoll/experiment-v1',
      experimentId: 'c0ffee',
      name: 'compared',
      startedUtc: '2026-11-20T19:05:06.789Z',
      plimsollVersion: '0.1.0',
      scenarioDigest: 'd1',
      seed: 7,
      arms: [
        { name: 'b', isReference: false, scenarioDigest: 'd1', git: null },
        { name: 'a', isReference: true, scenarioDigest: 'd1', git: null },
      ],
      variables: [],
      trials: 3,
      order: [
        ['a', 'b'],
        ['b', 'a'],
        ['a', 'b'],
      ],
      carryOverBalanced: false,
      elapsedNs: 0,
      attempts: [
        { ...attempt(0, 'a', 'disturbed'), standing: 'disturbed', reason: 'another process took 40 % of a CPU' },
        attempt(0, 'a', 'a0'),
        attempt(0, 'b', 'b0'),
        attempt(1, 'b', 'b1'),
        attempt(1, 'a', 'a1'),
      ],
      disturbedBlocks: [],
    };
    await writeExperiment(dir, experiment);
    const found = await plimsoll(['compare', dir, '--gate', MEDIAN]);
    const comparison = JSON.parse(readFileSync(join(dir, 'comparison.json'), 'utf8')) as Comparison;
    expect(found.exitCode, found.stderr).toBe(comparisonExitCode(comparison.verdict));
    expect(comparison.reasons).toContain('only 2 of the 3 planned rows of trials are complete');
    expect(comparison).toMatchObject({ reference: 'a', leftOut: [{ arm: 'a', row: 0, folder: 'runs/disturbed' }] });
    expect(readFileSync(join(dir, 'comparison.md'), 'utf8')).toContain('left out: another process took 40 % of a CPU');
  });

  it('annotates at most ten gates and fills the job summary, under GitHub Actions alone', async () => {
    const gates = Array.from({ length: 12 }, (_, n) => [
      '--gate',
      // Of 125 calls there is no such quantile: undecided, and so annotated.
      `{ metric: response-time, stat: p99, max-increase: ${n + 1}% }`,
    ]).flat();
    const call = (environment: Readonly<Record<string, string>>) =>
      plimsoll(['compare', run('a0'), run('b0'), ...gates], environment);
    const summary = join(scratchFolder(), 'summary.md');
    writeFileSync(summary, 'before\n');
    const github = await call({ GITHUB_ACTIONS: 'true', GITHUB_STEP_SUMMARY: summary });
    expect(github.stderr.match(/^::\w+ title=/gm), github.stderr).toHaveLength(10);
    expect(readFileSync(summary, 'utf8')).toMatch(/^before\n[^]*compared/);
    const elsewhere = await call({ GITHUB_ACTIONS: '', GITHUB_STEP_SUMMARY: join(scratchFolder(), 'none.md') });
    expect(elsewhere.stderr).not.toContain('::');
    expect(elsewhere.exitCode).toBe(github.exitCode);
  });

  it.each([
    ['one arm', () => [run('a0')], 'nothing to compare it with'],
    ['a run twice', () => [run('a0'), run('a0')], 'is given twice'],
    ['unequal arms', () => [...arms(), `b=${run('faster')}`], '(a: 2, b: 3)'],
    ['a scenario beside a run', () => ['scenarios/compare.yaml', run('a0')], 'is compared by itself'],
    ['no folder', () => [run('a0'), 'b='], '"b=" names no folder'],
    ['no run', () => [run('a0'), join(folder, 'nothing')], 'there is no folder'],
    ['an unknown field', () => [...arms(), '--variable', 'host.cpuModl'], 'host.cpuModel'],
    ['an option of trials', () => [...arms(), '--within', '5m'], '--within is about trials to be run'],
    ['a part of the scenario', () => [...arms(), '--set', 'seed=7'], '--set is about trials to be run'],
    ['a bad gate', () => [...arms(), '--gate', '{ metric: respons-time }'], 'response-time'],
  ])('refuses %s in one clear message', async (_what, parameters, said) => {
    const { exitCode, stderr } = await plimsoll(['compare', ...parameters()]);
    expect(exitCode).toBe(2);
    expect(stderr).toContain(said);
    expect(stderr).toContain('hint:');
  });

  it('leaves its runs to be seen over time, those of another text of the scenario in a line of their own', async () => {
    const page = join(scratchFolder(), 'pages', 'history.html');
    const shown = await plimsoll(['history', 'compared', '--in', folder, '--out', page]);
    expect(shown.exitCode, shown.stderr).toBe(0);
    expect(shown.stdout).toMatch(/^compared {2}5 runs in 2 lines\n/);
    expect(readFileSync(page, 'utf8').match(/report\.html">[\w-]+<\/a>/g)).toHaveLength(5);
    const { stdout } = await plimsoll(['history', '--in', folder, '--metric', 'response-time:p50', '--json']);
    const history = JSON.parse(stdout) as History;
    expect(history.lines.map(({ runs }) => runs.length)).toEqual([1, 4]);
    expect(new Set(history.series.map(({ metric, stat }) => `${metric} ${stat}`))).toEqual(
      new Set(['response-time p50']),
    );
  });

  it.each([
    ['a metric that is none', ['--metric', 'respons-time'], 'did you mean "response-time"?'],
    ['a statistic that it has not', ['--metric', 'goodput:p99'], 'statistics of goodput: ratio, rate'],
    ['a scenario without runs', ['compard'], 'did you mean "compared"?'],
    ['a folder that is none', ['--in', join(folder, 'nothing')], 'there is no folder'],
    ['a folder without runs', ['--in', join(run('a0'), 'logs')], 'there is no run in'],
    ['a run in place of a folder of runs', ['--in', run('a0')], 'is a run or an experiment itself'],
    ['no run at all', ['--last', '0'], 'leaves no run'],
  ])('refuses a history of %s in one clear message', async (_what, parameters, said) => {
    const places = parameters.includes('--in') ? [] : ['--in', folder];
    const { exitCode, stderr } = await plimsoll(['history', ...parameters, ...places]);
    expect(exitCode).toBe(2);
    expect(stderr).toContain(said);
    expect(stderr).toContain('hint:');
  });

  it('names a damaged run in its history, and counts each of the others once', async () => {
    const runs = join(scratchFolder(), 'runs');
    for (const name of ['whole', 'damaged']) cpSync(run('a0'), join(runs, name), { recursive: true });
    writeFileSync(join(runs, 'damaged', 'run.json'), '{"runId":');
    const out = join(runs, 'history.html');
    const { exitCode, stdout, stderr } = await plimsoll(['history', '--in', runs, '--in', runs, '--out', out]);
    expect(exitCode, stderr).toBe(0);
    expect(stdout).toMatch(/^compared {2}1 run, 1 left out\n/);
    // Its lines end where the terminal does.
    const words = stdout.replace(/\s+/g, ' ');
    expect(words).toMatch(/left out: .+damaged: its run\.json can't be read, so that its scenario is unknown/);
  });

  it('leaves runs whose numbers are exported for other programs', async () => {
    const out = join(scratchFolder(), 'numbers.csv');
    const written = await plimsoll(['export', run('a0'), '--format', 'csv', '--out', out]);
    expect(written.exitCode, written.stderr).toBe(0);
    expect(readFileSync(out, 'utf8')).toMatch(/^metric,stat,tool,where,unit,kind,value,low,high,why\r\nresponse-time,/);
    const { stdout } = await plimsoll(['export', run('a0'), '--format', 'otlp']);
    expect(stdout).toContain('"mcp.client.operation.duration"');
    const wrong = await plimsoll(['export', run('a0'), '--format', 'otpl']);
    expect(wrong.exitCode).toBe(2);
    expect(wrong.stderr).toContain('did you mean "otlp"?');
  });

  it('refuses a summary that was changed, or is not one of this version', async () => {
    const changed = join(scratchFolder(), 'changed');
    cpSync(run('b0'), changed, { recursive: true });
    writeFileSync(join(changed, 'summary.json'), '{}');
    const { exitCode, stderr } = await plimsoll(['compare', run('a0'), changed]);
    expect(exitCode).toBe(2);
    expect(stderr).toContain(`plimsoll report ${changed}`);
  });
});
