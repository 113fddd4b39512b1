/** Arms and trials: how a scenario file becomes an experiment. */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ProblemError, type Problem } from '../../src/problem/index.js';
import {
  readExperimentScenario,
  readScenario,
  readSelfComparison,
  type ExperimentScenario,
} from '../../src/scenario/index.js';

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

describe('a scenario against itself', () => {
  const against = (text: string, options = {}) => readSelfComparison(fileOf(text), { environment: {}, ...options }, 20);

  it('is two arms that are the reference of the file, or the arm that is asked for', () => {
    const { arms, reference, pairs, comparedPairs, ofArm, coolDownNs } = against(
      `${BASE}${ARMS}trials: { pairs: 6, cool-down: 1s }\n`,
    );
    expect({ reference, pairs, comparedPairs, ofArm, coolDownNs }).toEqual({
      ...{ reference: 'first', pairs: 20, comparedPairs: 6, ofArm: 'baseline', coolDownNs: 1e9 },
    });
    const own = read(BASE + ARMS).arms.map((arm) => arm.read().digest);
    expect(arms.map((arm) => arm.read().digest)).toEqual([own[0], own[0]]);
    const other = against(BASE + ARMS, { arm: 'candidate' });
    expect(other.arms.map((arm) => arm.read(3).digest)).toEqual([own[1], own[1]]);
    expect(other.arms[0]?.read(3).scenario.seed).toBe(3);
  });

  it('needs no arms, and takes the number of pairs that are written without them', () => {
    expect(against(BASE)).toMatchObject({ ofArm: null, comparedPairs: 10, arms: [{ name: 'first' }, {}] });
    expect(against(`${BASE}trials: { pairs: 3 }\n`).comparedPairs).toBe(3);
    expect(problemsOf(() => against(BASE, { arm: 'baseline' }))[0]?.what).toContain('has no arms');
  });
});

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

  it('keeps the order in which arms are written, also where their names are numbers', () => {
    const workers = (count: number): string => `{ stack: { services: { backend: { workers: ${count} } } } }`;
    const numbered = read(`${BASE}arms: { 16: ${workers(16)}, next: ${workers(12)}, 8: ${workers(8)} }\n`);
    expect(numbered.arms.map(({ name }) => name)).toEqual(['16', 'next', '8']);
    expect(numbered.reference).toBe('16');
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

  it('has no arms where none are written, and may say how many trials there will be of arms given beside it', () => {
    expect(readExperimentScenario(fileOf(BASE), { environment: {} })).toBeNull();
    const text = `${BASE}prepare: npm ci\ntrials: { pairs: 3 }\n`;
    expect(readExperimentScenario(fileOf(text), { environment: {} })).toBeNull();
    expect(readScenario(fileOf(text), { environment: {} }).scenario.name).toBe('release-gate');
  });
});

const COMMAND = BASE.replace(/backend: .*workers.*} }$/m, 'backend: { command: [node, server.js, "${port}"] } }');
const given = (what: Readonly<Record<string, string>>, reference: string | null = null) => ({
  given: {
    arms: Object.entries(what).map(([name, each]) => ({ option: '--arm', name, what: each })),
    reference,
  },
});

describe('an arm in the worktree of a commit', () => {
  const text = `${COMMAND}arms: { baseline: { git: v1.2 }, candidate: { git: HEAD, description: what is next } }\n`;

  it('names the commit, what prepares it, and the folder of the scenario', () => {
    const file = fileOf(`${text}prepare: npm ci\n`);
    const experiment = readExperimentScenario(file, { environment: {} });
    const [baseline, candidate] = experiment?.arms ?? [];
    expect(baseline?.git).toEqual({ ref: 'v1.2', prepare: 'npm ci', folder: dirname(file) });
    expect(candidate?.git?.ref).toBe('HEAD');
    // Commits are no part of the scenario: both arms have one digest.
    expect(baseline?.read().digest).toBe(candidate?.read().digest);
  });

  it('has its commands run in the folder that it is read with, and only there', () => {
    const [baseline] = read(text).arms;
    const inWorktree = baseline?.read(5, '/cache/tree');
    expect(inWorktree?.scenario.stack.services[0]).toMatchObject({ workingFolder: '/cache/tree' });
    expect(inWorktree?.resolvedText).toContain('folder: "/cache/tree"');
    expect(inWorktree?.digest).toBe(baseline?.read().digest);
  });

  it('needs a command that could run there', () => {
    const problems = refusal(`${BASE}arms: { baseline: { git: v1.2 }, candidate: { git: HEAD } }\n`);
    expect(problems[0]?.code).toBe('no-command');
    expect(problems[0]?.what).toContain('nothing of the stack would run in the worktree of v1.2');
  });

  it('is alike another one of the same name of git', () => {
    expect(refusal(`${COMMAND}arms: { a: { git: HEAD }, b: { git: HEAD } }\n`)[0]?.code).toBe('arms-alike');
  });
});

describe('arms that are given beside the file', () => {
  it('are commits, profiles and the stacks of other scenarios; the reference is the one that is said', () => {
    const other = fileOf(BASE.replace('workers: 4', 'workers: 9').replace('rate: 100/s', 'rate: 7/s'));
    const profiles = 'profiles: { slow: { stack: { services: { backend: { service-time: { constant: 8ms } } } } } }\n';
    const experiment = read(BASE + profiles, given({ plain: other, slower: 'slow' }, 'slower'));
    expect(experiment.reference).toBe('slower');
    const [plain, slower] = experiment.arms.map((arm) => arm.read().scenario);
    expect(plain?.stack.services[0]).toMatchObject({ options: { workers: 9, serviceTime: { ns: 2e6 } } });
    expect(slower?.stack.services[0]).toMatchObject({ options: { workers: 4, serviceTime: { ns: 8e6 } } });
    // The load is that of the file that is run.
    expect(plain?.phases).toEqual(slower?.phases);
    const git = read(COMMAND, given({ baseline: 'git:v1.2', candidate: 'git:feature=x' }, 'baseline'));
    expect(git.arms.map((arm) => arm.git?.ref)).toEqual(['v1.2', 'feature=x']);
  });

  it('join those of the file, and change what one of the same name is taken from', () => {
    const text = `${COMMAND}arms: { baseline: { git: v1, description: old }, next: { git: v2 } }\n`;
    const { arms } = read(text, given({ baseline: 'git:v1.1', extra: 'git:v3' }));
    expect(arms.map(({ name, description, git }) => [name, description, git?.ref])).toEqual([
      ['baseline', 'old', 'v1.1'],
      ['next', null, 'v2'],
      ['extra', null, 'v3'],
    ]);
  });

  it('have the commands of another scenario run in the folder of that one', () => {
    const other = fileOf(COMMAND);
    const [, there] = read(COMMAND.replace('server.js', 'other.js'), given({ here: 'git:v1', there: other })).arms;
    expect(there?.read().scenario.stack.services[0]).toMatchObject({ workingFolder: dirname(other) });
  });

  it.each([
    ['neither commit, profile nor file', BASE, { a: 'HEAD', b: 'git:v1' }, 'unknown-arm', 'neither a commit'],
    ['a file that is not there', BASE, { a: 'nothing.yaml', b: 'git:v1' }, 'file-not-found', 'there is no file'],
    ['one arm', COMMAND, { a: 'git:v1' }, 'too-few-arms', 'two arms or more, found 1'],
    [
      'a profile that changes the load',
      `${BASE}profiles: { long: { phases: [{ name: load, regime: steady, rate: 100/s, for: 50s }] } }\n`,
      { a: 'long', b: 'git:v1' },
      'profile-of-an-arm',
      'profile "long" changes phases',
    ],
    ['a file without a stack', BASE, { a: fileOf('version: 1\nname: x\n'), b: 'git:v1' }, 'no-stack', 'has no stack'],
  ])('are refused: %s', (_what, text, arms, code, said) => {
    const [problem] = problemsOf(() => read(text, given(arms)));
    expect(problem?.code).toBe(code);
    expect(problem?.what).toContain(said);
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

  it('keys that no arm has, a reference without arms, and a negative pause', () => {
    expect(refusal(`${BASE}arms: { a: {}, b: { phases: [] } }\n`)[0]?.what).toContain('unknown key "phases"');
    expect(refusal(`${BASE}reference: x\ntrials: { pairs: 3 }\n`)[0]?.what).toBe('there is no arm "x"');
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
