/** `plimsoll gate --calibrate`: a target against itself, an interruption, and what is foreseen by what it stored. */
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { EXIT } from '../../src/problem/index.js';
import { EXPERIMENT_FILE, type CalibrationFile, type ExperimentFile } from '../../src/record/index.js';
import { finished, plimsoll, scenarioFile, scratchFolder, start, until } from './plimsoll.js';
import { LEAVES_OUT, asWholeRuns } from '../whole-runs.js';

const PAIRS = 6;
const SCENARIO = `version: 1
name: gate
stack:
  services: { backend: { mock: tools, workers: 4, service-time: { constant: 1ms } } }
  target: backend
calls: [{ tool: search, arguments: { query: { pick: [hull, draught] } } }]
phases: [{ name: load, regime: steady, rate: 250/s, for: 400ms, warmup: 0s }]
arms:
  before: {}
  after: { stack: { services: { backend: { service-time: { constant: 5ms } } } } }
trials: { pairs: 4, cool-down: 0s }
`;
const MEDIAN = ['--gate', '{ metric: response-time, stat: p50, max-increase: 400% }'];

describe.skipIf(LEAVES_OUT)(asWholeRuns('a calibration'), () => {
  it('is made of a target against itself, goes on where it was cut off, and foretells a comparison', async () => {
    const file = scenarioFile(SCENARIO);
    const [out, baselines] = [scratchFolder(), join(scratchFolder(), 'baselines')];
    const explained = async (): Promise<string> => {
      const { exitCode, stdout, stderr } = await plimsoll(
        ['compare', file, '--explain', '--baselines', baselines].concat(MEDIAN),
      );
      expect(exitCode, stderr).toBe(EXIT.pass);
      return stdout;
    };
    expect(await explained()).toContain(
      `the spread on this machine is not known; plimsoll gate --calibrate ${file} measures it`,
    );

    const command = ['gate', '--calibrate', file, '--out', out, '--baselines', baselines, ...MEDIAN];
    const first = start([...command, '--pairs', String(PAIRS)]);
    const dirOf = (): string => join(out, readdirSync(out)[0] ?? '');
    const experiment = (): ExperimentFile =>
      JSON.parse(readFileSync(join(dirOf(), EXPERIMENT_FILE), 'utf8')) as ExperimentFile;
    const trials = (): number => (existsSync(join(dirOf(), EXPERIMENT_FILE)) ? experiment().attempts.length : 0);
    expect(await until(() => trials() >= 2, 60_000)).toBe(true);
    first.process.kill('SIGINT');
    const cut = await finished(first);
    expect(cut.exitCode, cut.stderr).toBe(EXIT.interrupted);
    expect(cut.leftBehind).toEqual([]);
    expect(cut.stderr).toContain(`--resume ${dirOf()}`);
    expect(existsSync(baselines)).toBe(false);
    const kept = experiment();
    expect(kept.arms.map(({ scenarioDigest }) => scenarioDigest)).toEqual([
      kept.arms[0]?.scenarioDigest,
      kept.arms[0]?.scenarioDigest,
    ]);

    const second = await plimsoll([...command, '--resume', dirOf(), '--quiet']);
    expect(second.exitCode, second.stderr).toBe(EXIT.pass);
    expect(experiment().order).toEqual(kept.order);
    expect(experiment().attempts.slice(0, 2)).toEqual(kept.attempts.slice(0, 2));
    expect(second.stdout).toMatch(/^gate, arm before: calibrated by \d pairs/);
    expect(second.stdout).toMatch(/^false alarms of a comparison of 4 pairs: \d.* % \[/m);
    const [stored = ''] = readdirSync(baselines);
    const path = join(baselines, stored);
    expect(second.stdout).toContain(`written: ${path}`);
    const calibration = JSON.parse(readFileSync(path, 'utf8')) as CalibrationFile;
    expect(calibration).toMatchObject({ schema: 'plimsoll/calibration-v1', name: 'gate', pairs: 4 });
    expect(calibration.gates.map(({ stat, where }) => [stat, where])).toEqual([
      ['p50', 'load, ok calls'],
      ['p50', 'load, all calls'],
    ]);
    expect(calibration.gates[0]?.spread.estimate).toBeGreaterThan(0);

    const list = await plimsoll(['baseline', 'list', '--baselines', baselines]);
    expect(list.stdout).toMatch(/: gate, calibrated by \d pairs on \d{4}/);
    const foretold = await explained();
    expect(foretold).toMatch(/by the calibration of \d{4}-\d\d-\d\d \(\d pairs\)$/m);
    expect(foretold).toMatch(/^ {2}response-time p50 .*, increase <= 400 % +load, all calls +\+/m);
    const environment = calibration.environment.map((field) =>
      field.field === 'host.cpuModel' ? { ...field, value: 'Example CPU' } : field,
    );
    writeFileSync(path, JSON.stringify({ ...calibration, environment, fingerprint: '0'.repeat(64) }));
    expect(await explained()).toMatch(
      /the stored calibration is of another machine \(host\.cpuModel: .*Example CPU there/,
    );
  }, 120_000);
});

describe('a calibration that says nothing', () => {
  it.each([
    ['too few pairs', ['gate', '--calibrate', 'quickstart', '--pairs', '4'], 'give 5 or more'],
    ['a policy', ['gate', '--calibrate', 'quickstart', '--inconclusive', 'warn'], '--inconclusive is about a verdict'],
    ['pairs of a run', ['gate', 'reports', '--pairs', '20'], '--pairs is about a calibration'],
    ['--set of a run', ['gate', 'reports', '--set', 'seed=3'], '--set is about a calibration'],
    ['an unknown arm', ['gate', '--calibrate', 'compare', '--arm', 'releasd'], 'did you mean "released"?'],
    ['a folder', ['gate', '--calibrate', 'scenarios'], 'scenarios'],
    [
      'a limit versus the baseline',
      [
        'gate',
        '--calibrate',
        'compare',
        '--gate',
        '{ metric: response-time, stat: p50, versus: baseline, max-increase: 1% }',
      ],
      'leave "versus: baseline" out',
    ],
    [
      'an unknown phase',
      [
        'gate',
        '--calibrate',
        'compare',
        '--gate',
        '{ metric: response-time, stat: p50, phase: stedy, max-increase: 1% }',
      ],
      'did you mean "steady"?',
    ],
  ])('is refused in one clear message: %s', async (_what, parameters, said) => {
    const { exitCode, stderr } = await plimsoll(parameters);
    expect(exitCode, stderr).toBe(EXIT.badInput);
    expect(stderr).toContain(said);
    expect(stderr.match(/^error /gm)).toHaveLength(1);
    expect(stderr).toContain('hint:');
  });
});
