/** Arms and trials: how a scenario file becomes an experiment. */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ProblemError, type Problem } from '../../src/problem/index.js';
import { readExperimentScenario, readScenario, type ExperimentScenario } from '../../src/scenario/index.js';

const BASE = `version: 1
name: release-gate
seed: 7
stack:
  services: { backend: { mock: tools, workers: 4, service-time: { constant: 2ms } } }
  target: backend
calls: [{ tool: search, arguments: { query: "\${env.QUERY:-hull}" }, expect: success, deadline: 1s }]
phases: [{ name: load, regime: steady, rate: 100/s, for: 5s }]
`;
const ARMS = `arms:
  baseline: { description: the release before }
  candidate: { stack: { services: { backend: { service-time: { constant: 3ms } } } } }
`;

function fileOf(text: string): string {
  const file = join(mkdtempSync(join(tmpdir(), 'plimsoll-arms-')), 'arms.yaml');
  writeFileSync(file, text);
  return file;
}

function read(text: string, options = {}): ExperimentScenario {
  const experiment = readExperimentScenario(fileOf(text), { environment: {}, ...options });
  if (experiment === null) throw new Error('a file without arms');
  return experiment;
}

function problemsOf(act: () => unknown): readonly Problem[] {
  try {
    act();
  } catch (thrown) {
    if (thrown instanceof ProblemError) return thrown.problems;
    throw thrown;
  }
  throw new Error('nothing was refused');
}

const refusal = (text: string): readonly Problem[] => problemsOf(() => read(text));

describe('a scenario with arms', () => {
  it('is an experiment: the first arm is the reference, ten pairs, two seconds between trials', () => {
    const experiment = read(BASE + ARMS);
    expect(experiment).toMatchObject({
      name: 'release-gate',
      reference: 'baseline',
      pairs: 10,
      coolDownNs: 2e9,
      seed: 7,
    });
    expect(experiment.arms.map(({ name, description }) => [name, description])).toEqual([
      ['baseline', 'the release before'],
      ['candidate', null],
    ]);
  });

  it('takes the reference, the number of trials and the pause from the file, a profile, and --set', () => {
    const text = `${BASE}${ARMS}reference: candidate
trials: { pairs: 6, order: interleaved, cool-down: 0s }
profiles: { ci: { trials: { pairs: 3 } } }
`;
    expect(read(text)).toMatchObject({ reference: 'candidate', pairs: 6, coolDownNs: 0 });
    expect(read(text, { profile: 'ci' }).pairs).toBe(3);
    expect(read(text, { set: ['trials.pairs=4'] }).pairs).toBe(4);
  });

  it('lays each arm over the scenario, and over nothing else', () => {
    const [baseline, candidate] = read(BASE + ARMS).arms.map((arm) => arm.read());
    const timeOf = (arm: typeof baseline) => arm?.scenario.stack.services[0];
    expect(timeOf(baseline)).toMatchObject({ options: { serviceTime: { ns: 2e6 } } });
    expect(timeOf(candidate)).toMatchObject({ options: { serviceTime: { ns: 3e6 } } });
    expect(baseline?.resolvedText).not.toContain('arms');
    expect({ ...baseline?.scenario, stack: null }).toEqual({ ...candidate?.scenario, stack: null });
  });

  it('is the scenario of its arm when one is chosen, and the digest is that of the same scenario without arms', () => {
    const file = fileOf(BASE + ARMS);
    const plain = readScenario(fileOf(BASE), { environment: {} });
    expect(readScenario(file, { arm: 'baseline', environment: {} })).toMatchObject({ digest: plain.digest });
    expect(read(BASE + ARMS).digest).toBe(plain.digest);
    expect(read(BASE + ARMS.replace('3ms', '4ms')).digest).toBe(plain.digest);
  });

  it('gives the trials of an arm other seeds, and nothing else: the digest stays', () => {
    const [baseline] = read(BASE + ARMS).arms;
    expect(baseline?.read(99).digest).toBe(baseline?.read().digest);
    expect(baseline?.read(99)).toMatchObject({
      scenario: readScenario(fileOf(BASE), { environment: {}, seed: 99 }).scenario,
    });
  });

  it('gives an arm variables of the environment', () => {
    const arms = 'arms: { baseline: {}, candidate: { environment: { QUERY: keel } } }\n';
    const queries = read(BASE + arms).arms.map((arm) => arm.read().scenario.calls[0]);
    expect(read(BASE + arms).arms.map((arm) => arm.read().environment)).toEqual([{}, { QUERY: 'keel' }]);
    expect(queries).toMatchObject([
      { arguments: { query: { value: 'hull' } } },
      { arguments: { query: { value: 'keel' } } },
    ]);
  });

  it('has no arms where none are written', () => {
    expect(readExperimentScenario(fileOf(BASE), { environment: {} })).toBeNull();
  });
});

describe('arms that can not be compared are refused with the place and what to do:', () => {
  it('one arm', () => {
    const [problem] = refusal(`${BASE}arms: { only: {} }\n`);
    expect(problem).toMatchObject({ code: 'too-few-arms', where: { line: 9 } });
    expect(problem?.what).toContain('two arms or more, found 1');
  });

  it('an unknown reference', () => {
    const [problem] = refusal(`${BASE}${ARMS}reference: basline\n`);
    expect(problem).toMatchObject({
      code: 'unknown-arm',
      where: { line: 12 },
      remedy: 'did you mean "baseline"? (arms: baseline, candidate)',
    });
  });

  it('arms that differ in nothing', () => {
    expect(refusal(`${BASE}arms: { a: {}, b: { stack: { target: backend } } }\n`)).toMatchObject([
      { code: 'arms-alike', what: 'the arms a and b do not differ in anything' },
    ]);
  });

  it('what is wrong in the arm alone, with the arm', () => {
    const [problem] = refusal(`${BASE}arms: { a: {}, b: { stack: { target: beckend } } }\n`);
    expect(problem?.what).toMatch(/^in arm b: /);
    expect(problem?.where?.line).toBe(9);
  });

  it('keys that no arm has, trials without arms, and a negative pause', () => {
    expect(refusal(`${BASE}arms: { a: {}, b: { phases: [] } }\n`)[0]?.what).toContain('unknown key "phases"');
    expect(refusal(`${BASE}trials: { pairs: 3 }\n`)[0]?.what).toContain('missing key "arms"');
    expect(refusal(`${BASE}${ARMS}trials: { pairs: 0 }\n`)[0]?.code).toBe('out-of-range');
  });

  it('a run of all of them at once, and an arm of a file without', () => {
    const problems = problemsOf(() => readScenario(fileOf(BASE + ARMS), { environment: {} }));
    expect(problems[0]?.code).toBe('arm-needed');
    expect(problems[0]?.remedy).toContain('--arm baseline');
    expect(problemsOf(() => readScenario(fileOf(BASE), { arm: 'x', environment: {} }))[0]?.code).toBe('no-arms');
    const unknown = problemsOf(() => readScenario(fileOf(BASE + ARMS), { arm: 'candidat', environment: {} }));
    expect(unknown[0]?.code).toBe('unknown-arm');
    expect(unknown[0]?.remedy).toContain('did you mean "candidate"?');
  });
});
