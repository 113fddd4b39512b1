/** `plimsoll compare` over a scenario with arms: trials in turn, an interruption, and going on. */
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { comparisonExitCode, type Comparison } from '../../src/compare/index.js';
import { EXIT } from '../../src/problem/index.js';
import { EXPERIMENT_FILE, FILES, HOLDER_FILE, type ExperimentFile } from '../../src/record/index.js';
import { finished, plimsoll, scenarioFile, scratchFolder, start, until } from './plimsoll.js';

const IS_FULL = process.env['PLIMSOLL_FULL'] === '1';
/** Interrupted in trial 5 of 20, or in trial 3 of 4. */
const [PAIRS, KEPT] = IS_FULL ? [10, 4] : [2, 2];

const SCENARIO = `version: 1
name: gate
stack:
  services: { backend: { mock: tools, workers: 4, service-time: { constant: 1ms } } }
  target: backend
calls: [{ tool: search, arguments: { query: { pick: [hull, draught] } } }]
phases: [{ name: load, regime: steady, rate: 250/s, for: 500ms, warmup: 0s }]
arms:
  before: {}
  after: { stack: { services: { backend: { service-time: { constant: 5ms } } } } }
trials: { pairs: ${PAIRS}, cool-down: 0s }
`;
const MEDIAN = '{ metric: response-time, stat: p50, max-increase: 10% }';

const experimentIn = (dir: string): ExperimentFile =>
  JSON.parse(readFileSync(join(dir, EXPERIMENT_FILE), 'utf8')) as ExperimentFile;

describe('an experiment', () => {
  it('keeps finished trials when interrupted, goes on in the same order, and is compared as a whole', async () => {
    const file = scenarioFile(SCENARIO);
    const out = scratchFolder();
    const first = start(['compare', file, '--out', out, '--gate', MEDIAN]);
    const dirOf = (): string => join(out, readdirSync(out)[0] ?? '');
    const trials = (): number =>
      existsSync(join(dirOf(), EXPERIMENT_FILE)) ? experimentIn(dirOf()).attempts.length : 0;
    expect(await until(() => trials() >= KEPT, 60_000)).toBe(true);
    first.process.kill('SIGINT');
    const cut = await finished(first);
    expect(cut.exitCode, cut.stderr).toBe(EXIT.interrupted);
    expect(cut.leftBehind).toEqual([]);
    expect(cut.stderr).toContain(`--resume ${dirOf()}`);
    const kept = experimentIn(dirOf());
    const finishedOnes = kept.attempts.slice(0, KEPT);
    expect(finishedOnes.map(({ standing }) => standing)).toEqual(finishedOnes.map(() => 'used'));
    expect(kept.attempts.filter(({ standing }) => standing === 'used')).toHaveLength(KEPT);

    const other = await plimsoll(['compare', file, '--set', 'phases.0.rate=200/s', '--resume', dirOf()]);
    expect(other.exitCode).toBe(EXIT.badInput);
    expect(other.stderr).toContain('another scenario');

    // Another process goes on with it at the same time: this one.
    writeFileSync(join(dirOf(), HOLDER_FILE), JSON.stringify({ pid: process.pid, host: hostname() }));
    const twice = await plimsoll(['compare', file, '--resume', dirOf()]);
    expect(twice.exitCode, twice.stderr).toBe(EXIT.badInput);
    expect(twice.stderr).toContain(`${dirOf()} is being run by process ${process.pid}`);
    // One that was killed is gone.
    writeFileSync(join(dirOf(), HOLDER_FILE), JSON.stringify({ pid: 2 ** 22 + 1, host: hostname() }));

    // A trial that was killed leaves a folder under the name that its next attempt would have.
    const next = KEPT / 2 + 1;
    for (const name of [`before-${next}`, `after-${next}`, `before-${next}-2`, `after-${next}-2`])
      mkdirSync(join(dirOf(), 'runs', name), { recursive: true });

    const second = await plimsoll(['compare', file, '--resume', dirOf(), '--gate', MEDIAN, '--json', '--quiet']);
    const comparison = JSON.parse(second.stdout) as Comparison;
    expect(second.exitCode, second.stderr).toBe(comparisonExitCode(comparison.verdict));
    expect(existsSync(join(dirOf(), HOLDER_FILE))).toBe(false);
    const whole = experimentIn(dirOf());
    expect(whole.order).toEqual(kept.order);
    expect(whole.attempts.slice(0, KEPT)).toEqual(finishedOnes);
    const used = whole.attempts.filter(({ standing }) => standing === 'used');
    expect(used).toHaveLength(2 * PAIRS);
    for (const { run } of used) expect([run, existsSync(join(dirOf(), run, FILES.manifest))]).toEqual([run, true]);
    expect(comparison.order).toMatchObject({ interleaved: true, carryOverBalanced: true, pairedSeeds: true });
    expect(comparison.environment.filter(({ standing }) => standing === 'blocking')).toEqual([]);
    const declared = comparison.environment.filter(({ standing }) => standing === 'declared');
    expect(declared.map(({ field }) => field)).toEqual(['identity.scenarioDigest']);

    // A busy machine only adds to what an arm takes: no trial is faster than its service time.
    const [median] = comparison.effects.filter(({ metric, stat }) => metric === 'response-time' && stat === 'p50');
    const fastest = (arm: 'reference' | 'candidate'): number =>
      Math.min(...(median?.pairs ?? []).map((pair) => pair[arm] ?? NaN));
    expect(fastest('candidate')).toBeGreaterThan(5e6);
    expect(fastest('reference')).toBeLessThan(fastest('candidate'));

    const again = await plimsoll(['compare', dirOf(), '--gate', MEDIAN, '--json']);
    expect(again.stdout).toBe(second.stdout);
  }, 120_000);

  it.each([
    ['--gate', '{ metric: respons-time, stat: p50, max-increase: 10% }', 'response-time'],
    ['--gate', '{ metric: response-time, stat: p50, phase: laod, max-increase: 10% }', 'did you mean "load"?'],
    ['--gate', '{ metric: response-time, stat: p50, tool: book, max-increase: 10% }', 'book'],
    ['--resume', 'package.json', 'has no experiment.json'],
    ['--resume', '', 'names no folder'],
    ['--inconclusive', 'fial', 'did you mean "fail"?'],
    ['--variable', 'host.cpuModl', 'host.cpuModel'],
  ])('is not begun with a wrong %s %s', async (option, value, said) => {
    const out = join(scratchFolder(), 'experiments');
    const { exitCode, stderr } = await plimsoll(['compare', scenarioFile(SCENARIO), '--out', out, option, value]);
    expect(exitCode, stderr).toBe(EXIT.badInput);
    expect(stderr).toContain(said);
    expect(existsSync(out)).toBe(false);
  });

  it('says which of how many phases a trial is in', async () => {
    const first = '{ name: first, regime: steady, rate: 50/s, for: 200ms, warmup: 0s }';
    const file = scenarioFile(SCENARIO.replace('phases: [', `phases: [${first}, `));
    const run = start(['compare', file, '--out', scratchFolder(), '--gate', MEDIAN]);
    let said = '';
    run.process.stderr.on('data', (chunk: Buffer) => {
      said += chunk.toString();
      if (said.includes('  load  (')) run.process.kill('SIGINT');
    });
    expect((await finished(run)).exitCode).toBe(EXIT.interrupted);
    expect(said).toContain('phase 1 of 2  first');
    expect(said).toContain('phase 2 of 2  load');
  }, 60_000);

  it('is explained without anything being sent, and needs arms', async () => {
    const file = scenarioFile(SCENARIO);
    const explained = await plimsoll(['compare', file, '--explain']);
    expect(explained.exitCode, explained.stderr).toBe(EXIT.pass);
    expect(explained.stdout).toContain(`2 arms, ${PAIRS} pairs, ${2 * PAIRS} trials`);
    expect(explained.stdout).toMatch(/before {2}after/);
    expect(explained.stdout).toContain(`each arm: plimsoll run ${file} --arm NAME --explain`);
    const gateway = (name: string): string =>
      `${name}: { stack: { services: { gate: { gateway: ${name}, to: [backend] } }, target: gate } }`;
    const gateways = scenarioFile(SCENARIO.replace(/after:.*/, `${gateway('nginx')}\n  ${gateway('haproxy')}`));
    const programs = scratchFolder();
    writeFileSync(join(programs, 'nginx'), '#!/bin/sh\necho "nginx version: nginx/1.24.7" >&2\n', { mode: 0o755 });
    const foreseen = await plimsoll(['compare', gateways, '--explain'], {
      PATH: programs,
      PLIMSOLL_GATEWAYS: programs,
    });
    expect(foreseen.exitCode, foreseen.stderr).toBe(EXIT.pass);
    expect(foreseen.stdout).toMatch(/^ {2}nginx\n.*\n {6}installed: 1\.24\.7$/m);
    expect(foreseen.stdout).toMatch(/haproxy is not on this machine\n {8}hint: install it: apt-get /);
    const without = await plimsoll(['compare', scenarioFile(SCENARIO.slice(0, SCENARIO.indexOf('arms:')))]);
    expect(without.exitCode).toBe(EXIT.badInput);
    expect(without.stderr).toContain('has no arms to compare');
  }, 30_000);
});
