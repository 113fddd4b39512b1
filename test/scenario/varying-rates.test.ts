/** Phases whose rate changes: stages, ramps, spikes and replays. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readScenario, scenarioFromText, type ReadOptions } from '../../src/scenario/index.js';
import { GOOD, changed, line, problemsOf, read, underlined } from './helpers.js';

const STEADY = '  - { name: steady, regime: steady, concurrency: 16, for: 8s }';
const withPhase = (phase: string): string => changed(STEADY, `  - { name: steady, ${phase} }`);
const phaseOf = (phase: string) => read(withPhase(phase)).scenario.phases[0];
const said = (phase: string): string[] =>
  problemsOf(() => read(withPhase(phase))).map(
    (problem) => `${underlined(problem)} | ${problem.what} | ${problem.remedy}`,
  );

describe('regime: stages', () => {
  it('holds rates and ramps them, in calls a second or times the load line, and numbers what has no name', () => {
    expect(
      phaseOf(
        'regime: stages, stages: [{ rate: 50/s, for: 10s }, { name: climb, from: 0.5x, to: 1.2x, for: 30s ' +
          '}], arrivals: poisson, warmup: 2s',
      ),
    ).toEqual({
      regime: 'stages',
      name: 'steady',
      warmupNs: 2e9,
      forNs: 40e9,
      load: {
        kind: 'stages',
        arrivals: 'poisson',
        stages: [
          { label: 'stage 1', rate: { kind: 'absolute', perSecond: 50 }, forNs: 10e9 },
          {
            label: 'climb',
            rate: { kind: 'relative', timesLoadLine: 0.5 },
            rampTo: { kind: 'relative', timesLoadLine: 1.2 },
            forNs: 30e9,
          },
        ],
      },
    });
  });

  it.each<[string, string, string]>([
    [
      'no stage',
      'regime: stages, stages: []',
      'stages | phases.0.stages: this list is empty | write at least one of the stages',
    ],
    [
      'a rate and a ramp in one',
      'regime: stages, stages: [{ rate: 5/s, from: 5/s, to: 9/s, for: 1s }]',
      "{ | phases.0.stages.0: a stage can't have rate and from at once | keep one of them",
    ],
    [
      'half a ramp',
      'regime: stages, stages: [{ from: 5/s, for: 1s }]',
      '{ | phases.0.stages.0: missing key "to" | add to: (write it like 200/s, or 1.5x (times the load line))',
    ],
    [
      'no rate at all',
      'regime: stages, stages: [{ for: 1s }]',
      'phases.0.stages.0: a stage needs one of the keys rate, from | add one of them',
    ],
    [
      'no unit',
      'regime: stages, stages: [{ from: 5, to: 9/s, for: 1s }]',
      '5 | phases.0.stages.0.from: 5 needs a unit | did you mean 5/s, or 5x (times the load line)?',
    ],
    [
      'the same name twice',
      'regime: stages, stages: [{ name: up, rate: 5/s, for: 1s }, { name: up, rate: 9/s, for: 1s }]',
      'up | phases.0.stages.1.name: "up" is already the name of stage 0 | give each stage of a phase its own name',
    ],
    [
      'a warm-up as long as the first stage',
      'regime: stages, stages: [{ rate: 5/s, for: 1s }, { rate: 5/s, for: 9s }], warmup: 1s',
      '1s | phases.0.warmup: the warm-up leaves nothing to measure | make it shorter than the first stage, ' +
        'or make that longer',
    ],
  ])('reports %s', (_, phase, expected) => {
    expect(said(phase).some((one) => one.includes(expected)) ? expected : said(phase)).toBe(expected);
  });

  it('asks for a load line at each end of a ramp', () => {
    const text = withPhase('regime: stages, stages: [{ from: 0.5x, to: 2x, for: 1s }]').replace(
      'load-line: 400/s\n',
      '',
    );
    const problems = problemsOf(() => read(text)).filter(({ code }) => code === 'no-load-line');
    expect(problems.map(underlined)).toEqual(['0.5x', '2x', '0.5x']);
  });

  it('has room for faults over all its stages', () => {
    const text = withPhase('regime: stages, stages: [{ rate: 5/s, for: 6s }, { rate: 5/s, for: 6s }]');
    const fault = (at: string): string =>
      changed('{ phase: fault, at: 5s, for: 5s,', `{ phase: steady, at: ${at}, for: 1s,`, text);
    expect(read(fault('7s')).scenario.faults[0]).toMatchObject({ atNs: 7e9 });
    expect(problemsOf(() => read(fault('11500ms'))).map(({ code }) => code)).toEqual(['fault-outside-phase']);
  });
});

describe('regime: spike', () => {
  it('is base rate, spike and base rate', () => {
    expect(phaseOf('regime: spike, base: 100/s, spike: 900/s, before: 5s, for: 2s, after: 15s')).toEqual({
      regime: 'spike',
      name: 'steady',
      warmupNs: 0,
      forNs: 22e9,
      load: {
        kind: 'stages',
        arrivals: 'constant',
        stages: [
          { label: 'before', rate: { kind: 'absolute', perSecond: 100 }, forNs: 5e9 },
          { label: 'spike', rate: { kind: 'absolute', perSecond: 900 }, forNs: 2e9 },
          { label: 'after', rate: { kind: 'absolute', perSecond: 100 }, forNs: 15e9 },
        ],
      },
    });
  });

  it('must rise above its base', () => {
    expect(said('regime: spike, base: 0.9x, spike: 0.9x, before: 5s, for: 2s, after: 15s')).toEqual([
      '0.9x | phases.0.spike: the rate of the spike is not above the base rate | raise it, or use "regime: ' +
        'stages" for a dip',
    ]);
  });
});

describe('regime: replay', () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'replay-'));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  const files = (texts: Readonly<Record<string, string>>): string => {
    for (const [name, text] of Object.entries(texts)) {
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      writeFileSync(join(folder, name), text);
    }
    return join(folder, Object.keys(texts)[0] ?? '');
  };
  const open = (file: string, options: ReadOptions = {}) => readScenario(file, { environment: {}, ...options });
  const replay = (more = ''): string => withPhase(`regime: replay, file: arrivals.csv${more}`);
  const lines = (texts: Readonly<Record<string, string>>): string[] =>
    problemsOf(() => open(files(texts))).map((problem) =>
      line(
        problem.where === undefined
          ? problem
          : { ...problem, where: { ...problem.where, file: relative(folder, problem.where.file) } },
      ).replaceAll(`${folder}/`, ''),
    );

  it('reads offsets beside the scenario, in any unit, up to the last arrival', () => {
    const { scenario } = open(
      files({ 'a.yaml': replay(), 'arrivals.csv': '# from production\noffset_ms\n0\n12.5\r\n12.5\n\n40\n' }),
    );
    expect(scenario.phases[0]).toEqual({
      regime: 'replay',
      name: 'steady',
      warmupNs: 0,
      forNs: 40_000_001,
      load: {
        kind: 'recording',
        speed: 1,
        forNs: 40_000_001,
        offsetsNs: [0, 12_500_000, 12_500_000, 40_000_000],
      },
    });
  });

  it('replays faster, and leaves out what lies behind its end', () => {
    const { scenario } = open(
      files({ 'a.yaml': replay(', speed: 4x, for: 500ms'), 'arrivals.csv': 'offset_s\n0\n1\n1.5\n2\n3\n' }),
    );
    expect(scenario.phases[0]).toMatchObject({
      forNs: 500e6,
      load: { speed: 4, forNs: 500e6, offsetsNs: [0, 250e6, 375e6] },
    });
  });

  it('puts the recording into the resolved scenario, which reads back the same without the file', () => {
    const file = files({ 'a.yaml': replay(', speed: 2x'), 'arrivals.csv': 'offset_us\n10\n2000\n' });
    const { resolvedText, digest, scenario } = open(file);
    rmSync(join(folder, 'arrivals.csv'));
    const again = scenarioFromText(resolvedText, file, { environment: {} });
    expect(resolvedText).toContain('recorded: |\n      offset_ns\n      10000\n      2000000\n');
    expect(again.scenario).toEqual(scenario);
    expect(again.digest).toBe(digest);
  });

  it('has a digest that covers what the file holds, and not how it is written', () => {
    const digest = (csv: string): string => open(files({ 'a.yaml': replay(), 'arrivals.csv': csv })).digest;
    expect(digest('offset_ms\n0\n5\n')).toBe(digest('\n# the same\noffset_ns\n0\n5000000'));
    expect(digest('offset_ms\n0\n5\n')).not.toBe(digest('offset_ms\n0\n6\n'));
  });

  it('finds the file beside the one it is named in, through extends and --set', () => {
    const file = files({
      'child.yaml': 'version: 1\nextends: base/good.yaml\nname: child\n',
      'base/good.yaml': replay(),
      'base/arrivals.csv': 'offset_ms\n1\n',
      'other.csv': 'offset_ms\n2\n',
    });
    expect(open(file).scenario.phases[0]).toMatchObject({ load: { offsetsNs: [1e6] } });
    expect(open(file, { set: ['phases.steady.file=other.csv'] }).scenario.phases[0]).toMatchObject({
      load: { offsetsNs: [2e6] },
    });
  });

  it.each<[string, string, readonly string[]]>([
    ['an empty file', '', ['arrivals.csv:1:1 there is no arrival in this recording']],
    ['a header alone', 'offset_ms\n', ['arrivals.csv:1:1 there is no arrival in this recording']],
    ['no header', '0\n10\n', ['arrivals.csv:1:1 the first line is "0" and does not name the unit of the offsets']],
    [
      'a time that goes back',
      'offset_ms\n0\n10\n 9\n12\n',
      ['arrivals.csv:4:2 this arrival comes before the one above it'],
    ],
    [
      'what is no number, and where',
      'offset_ms\n0\n10ms\n-3\n1e3\n',
      [
        'arrivals.csv:3:1 "10ms" is not an offset',
        'arrivals.csv:4:1 "-3" is not an offset',
        'arrivals.csv:5:1 "1e3" is not an offset',
      ],
    ],
    [
      'more than a day',
      'offset_s\n0\n1763733600\n',
      ['arrivals.csv:3:1 an arrival 1763733600 into the recording is more than a day after its start'],
    ],
    ['too many', `offset_ns\n${'7\n'.repeat(100_001)}`, ['arrivals.csv:100002:1 there are more than 100000 arrivals']],
  ])('reports %s in its file', (_, csv, expected) => {
    expect(lines({ 'a.yaml': replay(), 'arrivals.csv': csv })).toEqual(expected);
  });

  it('reports a file that is not there, where it is named', () => {
    expect(lines({ 'a.yaml': replay() })).toEqual(['a.yaml:15:43 there is no file arrivals.csv']);
    expect(lines({ 'a.yaml': replay(), 'arrivals.txt': 'offset_ms\n0\n' })).toEqual([
      'a.yaml:15:43 there is no file arrivals.csv',
    ]);
  });

  it('reports when nothing is left to measure', () => {
    expect(lines({ 'a.yaml': replay(', for: 1s'), 'arrivals.csv': 'offset_s\n2\n' })).toEqual([
      'a.yaml:15:62 phases.0.for: the recording has no arrival before this',
    ]);
    expect(lines({ 'a.yaml': replay(', for: 5s, warmup: 3s'), 'arrivals.csv': 'offset_s\n2\n' })).toEqual([
      'a.yaml:15:74 phases.0.warmup: every arrival of the recording falls into the warm-up',
    ]);
  });

  it('has a file or a recording, and not both', () => {
    expect(said('regime: replay')[0]).toContain('a replay phase needs one of the keys file, recorded');
    expect(said('regime: replay, file: a.csv, recorded: "offset_ms\\n0\\n"')[0]).toContain(
      "a replay phase can't have file and recorded at once",
    );
    expect(said('regime: replay, recorded: "offset_ms\\nx\\n"')[0]).toContain(
      'line 2 of the recording: "x" is not an offset',
    );
  });
});

describe('generator.workers', () => {
  const workers = (n: string, more = '') => changed('faults:', `generator: { workers: ${n}${more} }\nfaults:`);

  it('is one by default, also by an assignment', () => {
    expect(read(GOOD).scenario.generator.workers).toBe(1);
    expect(read(workers('4')).scenario.generator.workers).toBe(4);
    expect(read(GOOD, { set: ['generator.workers=2'] }).scenario.generator.workers).toBe(2);
  });

  it('may not outnumber the sessions or the calls in flight, and says what to raise', () => {
    const reported = (text: string) =>
      problemsOf(() => read(text)).map((problem) => `${underlined(problem)} | ${problem.what} | ${problem.remedy}`);
    expect(reported(workers('17'))).toEqual([
      "17 | generator.workers: 17 workers can't share 16 sessions: each needs one of its own | raise " +
        'protocol.sessions to 17, or lower generator.workers to 16',
    ]);
    expect(reported(workers('4', ', max-in-flight: 3')).filter((one) => one.startsWith('4'))).toEqual([
      "4 | generator.workers: 4 workers can't share 3 calls in flight | raise generator.max-in-flight, or " +
        'lower generator.workers to 3',
    ]);
    expect(reported(workers('0'))[0]).toContain('0 is out of range');
  });

  it('warns when the sessions can not be divided evenly', () => {
    expect(read(workers('3')).warnings.map(({ code }) => code)).toContain('uneven-workers');
    expect(read(workers('4')).warnings.map(({ code }) => code)).not.toContain('uneven-workers');
  });
});

it('a scenario without any of this is as it was', () => {
  expect(read(GOOD).scenario.phases.map(({ regime }) => regime)).toEqual(['steady', 'steady']);
});
