import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { subjectOf } from '../../src/catalog/index.js';
import { readScenario, scenarioFromText, type ReadOptions } from '../../src/scenario/index.js';
import { argumentsOf, changed, GOOD, line, problemsOf, underlined } from './helpers.js';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'scenario-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** Writes files and gives the path of the first. */
function files(texts: Readonly<Record<string, string | Uint8Array>>): string {
  for (const [name, text] of Object.entries(texts)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return join(folder, Object.keys(texts)[0] ?? '');
}

const read = (file: string, options: ReadOptions = {}) => readScenario(file, { environment: {}, ...options });
/** Problems as lines, with paths relative to the test's folder. */
const lines = (action: () => unknown) =>
  problemsOf(action).map((problem) =>
    line(
      problem.where === undefined
        ? problem
        : {
            ...problem,
            where: {
              ...problem.where,
              file: problem.where.file.startsWith('--') ? problem.where.file : relative(folder, problem.where.file),
            },
          },
    ).replaceAll(`${folder}/`, ''),
  );

describe('extends', () => {
  it('merges maps, replaces lists and removes what is null', () => {
    const file = files({
      'child.yaml':
        'version: 1\nname: child\nextends: ./base/good.yaml\nprotocol: { sessions: 32 }\nload-line: ' +
        'null\nphases:\n  - { name: fault, regime: steady, rate: 100/s, for: 20s }\ngates: ~\n',
      'base/good.yaml': GOOD,
    });
    const { scenario } = read(file);
    expect(scenario.name).toBe('child');
    expect(scenario.protocol.sessions).toBe(32);
    expect(scenario.loadLinePerSecond).toBeNull();
    expect(scenario.phases.map(({ name }) => name)).toEqual(['fault']);
    expect(scenario.gates).toEqual([]);
    expect(scenario.calls.map(subjectOf)).toEqual(['search', 'book']);
  });

  it('points into the file a mistake is written in', () => {
    const file = files({
      'child.yaml':
        'extends: base.yaml\nname: child\nfaults: []\ngates:\n  - { metric: response-time, stat: p99, ' +
        'phase: steedy, max: 1s }\n',
      'base.yaml': changed('for: 8s', 'for: 8'),
    });
    expect(lines(() => read(file))).toEqual([
      'child.yaml:5:48 gates.0.phase: there is no phase "steedy"',
      'base.yaml:15:59 phases.0.for: 8 needs a unit',
    ]);
  });

  it('points at the key of a map that lacks something', () => {
    const file = files({
      'child.yaml': 'extends: base.yaml\nstack: { services: { extra: { command: null } } }\n',
      'base.yaml': GOOD,
    });
    expect(lines(() => read(file))).toEqual(['child.yaml:2:31 stack.services.extra.command is empty']);
  });

  it.each<[string, Record<string, string>, string]>([
    ['a missing parent', { 'a.yaml': 'extends: ./b.yaml\n' }, 'a.yaml:1:10 there is no file b.yaml'],
    [
      'a circle',
      { 'a.yaml': 'extends: b.yaml\n', 'b.yaml': 'extends: a.yaml\n' },
      'b.yaml:1:10 a.yaml is extended by itself: a.yaml -> b.yaml -> a.yaml',
    ],
    [
      'a file that extends itself',
      { 'a.yaml': 'extends: a.yaml\n' },
      'a.yaml:1:10 a.yaml is extended by itself: a.yaml -> a.yaml',
    ],
    ['a list of parents', { 'a.yaml': 'extends: [b.yaml]\n' }, 'a.yaml:1:10 extends names one file'],
    ['a placeholder', { 'a.yaml': 'extends: "${env.X}.yaml"\n' }, "a.yaml:1:10 extends can't hold placeholders"],
    [
      'a parent with bad YAML',
      { 'a.yaml': 'extends: b.yaml\n', 'b.yaml': 'a: 1\na: 2\n' },
      'b.yaml:2:1 the key "a" is written twice in the same map',
    ],
    ['a folder as parent', { 'a.yaml': 'extends: sub\n', 'sub/b.yaml': '' }, 'a.yaml:1:10 sub is a folder'],
    [
      'a removal of nothing',
      { 'a.yaml': 'extends: b.yaml\nprotocl: null\n', 'b.yaml': GOOD },
      'a.yaml:2:1 protocl is empty, which removes an inherited key, but nothing is inherited under this name',
    ],
  ])('refuses %s', (_what, texts, first) => expect(lines(() => read(files(texts)))[0]).toBe(first));

  it('lets inherited commands run where they were written for', () => {
    const base =
      'version: 1\nname: base\nstack:\n  services:\n    server: { command: [node, server.js] }\n    other: ' +
      '{ command: [node], working-folder: ../other }\n  target: server\ncalls: [{ tool: echo }]\nphases: ' +
      '[{ name: floor, regime: floor, for: 4s }]\n';
    const file = files({ 'a/child.yaml': 'extends: ../b/base.yaml\nname: child\n', 'b/base.yaml': base });
    const child = read(file);
    expect(child.scenario.stack.services).toMatchObject([
      { workingFolder: join(folder, 'b') },
      { workingFolder: join(folder, 'other') },
    ]);
    expect(child.resolvedText).toContain('working-folder: ../b');
    // The resolved text names the folder that it was made for, and gives the same from any other.
    for (const place of ['a', 'runs/of/today']) {
      const again = scenarioFromText(child.resolvedText, join(folder, place, 'resolved.yaml'), { environment: {} });
      expect(again.scenario).toEqual(child.scenario);
      expect(again.digest).toBe(child.digest);
      expect(again.resolvedText).toBe(child.resolvedText);
    }
  });
});

describe('profiles', () => {
  const PROFILES =
    `${GOOD}profiles:\n  ci: { protocol: { sessions: 20 }, faults: [] }\n  soak: { phases: ` +
    `[{ name: fault, regime: steady, rate: 0.5x, for: 60s }], gates: ~ }\n`;

  it('changes nothing unless chosen, and only what it says', () => {
    const file = files({ 'a.yaml': PROFILES });
    expect(read(file).scenario).toEqual(read(files({ 'b.yaml': GOOD })).scenario);
    expect(read(file, { profile: 'ci' }).scenario).toEqual({
      ...read(file).scenario,
      faults: [],
      protocol: { ...read(file).scenario.protocol, sessions: 20 },
    });
    expect(read(file, { profile: 'soak' }).scenario.phases).toHaveLength(1);
  });

  it('proposes the profile that was meant', () => {
    const [problem] = problemsOf(() => read(files({ 'a.yaml': PROFILES }), { profile: 'cii' }));
    expect(problem && line(problem)).toMatch(/a\.yaml:21:1 there is no profile "cii"$/);
    expect(problem?.remedy).toContain('did you mean "ci"?');
  });

  it('points at the beginning of a file without profiles', () => {
    const options = { profile: 'ci' };
    expect(lines(() => read(files({ 'a.yaml': GOOD }), options))).toEqual(['a.yaml:1:1 there is no profile "ci"']);
  });

  it('points at a mistake in the chosen profile', () => {
    const file = files({ 'a.yaml': changed('sessions: 20', 'sessions: none', PROFILES) });
    expect(lines(() => read(file, { profile: 'ci' }))).toEqual([
      'a.yaml:22:31 protocol.sessions: expected a whole number, found "none"',
    ]);
  });

  it.each([
    ['profiles: [ci]\n', 'a.yaml:21:11 profiles: expected a map of profiles'],
    ['profiles: { ci: 1 }\n', 'a.yaml:21:13 profiles.ci: expected a map of changes'],
    ['profiles: { ci: { fases: [] } }\n', 'a.yaml:21:19 profiles.ci: unknown key "fases"'],
    ['profiles: { ci: { extends: b.yaml } }\n', 'a.yaml:21:19 profiles.ci: unknown key "extends"'],
  ])('refuses %j', (text, first) => expect(lines(() => read(files({ 'a.yaml': GOOD + text })))).toEqual([first]));

  it('inherits the profiles of a parent', () => {
    const file = files({ 'child.yaml': 'extends: base.yaml\nname: child\n', 'base.yaml': PROFILES });
    expect(read(file, { profile: 'ci' }).scenario.protocol.sessions).toBe(20);
  });
});

describe('--set', () => {
  const set = (...assignments: string[]) => read(files({ 'a.yaml': GOOD }), { set: assignments });

  it('sets by position, by name, and with quotes', () => {
    expect(set('calls.0.weight=3').scenario.calls[0]?.weight).toBe(3);
    expect(set('phases.steady.concurrency=4').scenario.phases[0]).toMatchObject({ load: { concurrency: 4 } });
    expect(set('calls.book.deadline=2s').scenario.calls[1]?.deadlineNs).toBe(2e9);
    expect(set('stack.services."backend".workers=9').scenario.stack.services[0]).toMatchObject({
      options: { workers: 9 },
    });
    expect(set('protocol.headers.x-a=b=c').scenario.protocol.headers).toEqual({ 'x-a': 'b=c' });
  });

  it('reads the value as YAML and makes the maps it needs', () => {
    expect(set('generator.max-in-flight=64').scenario.generator.maxInFlight).toBe(64);
    expect(argumentsOf(set('calls.0.arguments.query={ pick: [a, b] }').scenario)).toEqual({
      query: { kind: 'pick', values: ['a', 'b'] },
    });
  });

  it('removes a key with an empty value', () => {
    expect(set('load-line=', 'phases.fault.rate=50/s').scenario.loadLinePerSecond).toBeNull();
  });

  it('goes after the profile, in the order given', () => {
    const file = files({ 'a.yaml': `${GOOD}profiles: { ci: { seed: 2 } }\n` });
    expect(read(file, { profile: 'ci', set: ['seed=3', 'seed=4'] }).scenario.seed).toBe(4);
    expect(read(file, { profile: 'ci', set: ['seed=3'], seed: 5 }).scenario.seed).toBe(5);
  });

  it.each([
    ['phases.steady.for=9', '--set:2:19 phases.0.for: 9 needs a unit', '9'],
    ['nothing', '--set:2:1 "nothing" is not an assignment', 'nothing'],
    ['=1', '--set:2:1 "=1" is not an assignment', '=1'],
    ['a..b=1', '--set:2:1 "a..b=1" is not an assignment', 'a..b=1'],
    ['calls.7.weight=1', '--set:2:7 calls has no item 7', '7'],
    ['calls.serch.weight=1', '--set:2:7 calls has no item "serch"', 'serch'],
    ['name.first=x', '--set:2:6 name is a single value: there is nothing below it to set', 'first'],
    ['stack.services.backend.workrs=3', '--set:2:24 stack.services.backend: unknown key "workrs"', 'workrs'],
    [
      'seed=[1',
      '--set:2:8 a "[" or "{" above is not closed, or its lines are not indented ' +
        '(YAML parser: Flow sequence must end with a ])',
      '',
    ],
    ['__proto__.x=1', '--set:2:1 "__proto__.x=1" is not an assignment', '__proto__.x=1'],
  ])('points into %j', (assignment, first, caret) => {
    const file = files({ 'a.yaml': GOOD });
    const options = { set: ['seed=1', assignment] };
    const [problem] = problemsOf(() => read(file, options));
    expect(lines(() => read(file, options))[0]).toBe(first);
    expect(problem && underlined(problem)).toBe(caret);
  });
});

describe('a flag that stands for an assignment', () => {
  const workers = (value: string): ReadOptions => ({
    set: ['generator.workers=3'],
    flags: [{ flag: '--workers', path: ['generator', 'workers'], value }],
  });

  it('goes behind those of --set', () => {
    expect(read(files({ 'a.yaml': GOOD }), workers('2')).scenario.generator.workers).toBe(2);
  });

  it.each([
    ['abc', '--workers:1:1 generator.workers: ', 'abc'],
    ['0', '--workers:1:1 generator.workers: ', '0'],
    ['[1', '--workers:1:3 a "[" or "{" above is not closed', ''],
    ['', '--workers:1:1 --workers "" has no value', ''],
  ])('is named where its value %j is wrong', (value, first, caret) => {
    const file = files({ 'a.yaml': GOOD });
    const [problem] = problemsOf(() => read(file, workers(value)));
    expect(problem === undefined ? '' : line(problem)).toContain(first);
    expect(problem && underlined(problem)).toBe(caret);
  });
});

describe('files', () => {
  it.each<[string, Record<string, string | Uint8Array>, string, string | RegExp]>([
    ['a missing file', { 'quickstart.yaml': GOOD }, 'quikstart.yaml', /^did you mean "quickstart\.yaml"\?/],
    ['a folder', { 'sub/quickstart.yaml': GOOD }, 'sub', 'scenarios in it: quickstart.yaml'],
    ['an empty folder', { 'sub/other.txt': '' }, 'sub', 'name a scenario file'],
    [
      'binary junk',
      { 'a.yaml': new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0, 1, 2]) },
      'a.yaml',
      'check that this is the file you meant',
    ],
    ['Latin-1', { 'a.yaml': Buffer.from('a: 1\nn: hé', 'latin1') }, 'a.yaml', /^save it as UTF-8 if it is Latin-1/],
    ['UTF-16 with its mark', { 'a.yaml': Buffer.from(`\uFEFF${GOOD}`, 'utf16le') }, 'a.yaml', /iconv -f UTF-16LE/],
    ['UTF-16 without its mark', { 'a.yaml': Buffer.from(GOOD, 'utf16le').swap16() }, 'a.yaml', /iconv -f UTF-16BE/],
    ['a path through a file', { 'a.yaml': GOOD }, 'a.yaml/b.yaml', 'check the path'],
  ])('refuses %s', (_what, texts, name, remedy) => {
    files(texts);
    const problems = problemsOf(() => read(join(folder, name)));
    expect(problems).toHaveLength(1);
    if (typeof remedy === 'string') expect(problems[0]?.remedy).toBe(remedy);
    else expect(problems[0]?.remedy).toMatch(remedy);
  });

  it('points at the first byte that is no UTF-8', () => {
    const file = files({
      'a.yaml': Buffer.concat([Buffer.from('a: 1\nß: h'), Buffer.from([0xe9]), Buffer.from(' x\n')]),
    });
    expect(lines(() => read(file))).toEqual(["a.yaml:2:5 a.yaml is not UTF-8 text: byte E9 can't stand here"]);
  });

  it('ends with exit code 2', () => {
    try {
      read(join(folder, 'none.yaml'));
      expect.unreachable();
    } catch (error) {
      expect(error).toMatchObject({ kind: 'bad-input', exitCode: 2 });
    }
  });
});
