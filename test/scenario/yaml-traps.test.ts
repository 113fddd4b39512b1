import { describe, expect, it } from 'vitest';
import { changed, GOOD, line, problemsOf, read } from './helpers.js';

const bomb = [
  'a: &a [x, x, x, x, x, x, x, x, x, x]',
  ...'bcdef'.split('').map(
    (name, i) =>
      `${name}: &${name} [${Array(10)
        .fill(`*${'abcde'[i] ?? ''}`)
        .join(', ')}]`,
  ),
].join('\n');

describe('YAML and its traps', () => {
  it.each<[string, string, string]>([
    ['a duplicate key', 'a: 1\na: 2\n', 'good.yaml:2:1 the same key is written twice in one map'],
    [
      'a number and a text that are the same key',
      '1: a\n"1": b\n',
      'good.yaml:2:1 the key "1" is written twice in the same map',
    ],
    ['an unknown tag', 'a: !foo 1\n', 'good.yaml:1:4 YAML tags (!) have no meaning here'],
    ['a tag of other schemas', 'a: !!binary aGk=\n', 'good.yaml:1:13 YAML tags (!) have no meaning here'],
    ['an alias without an anchor', 'a: *x\n', 'good.yaml:1:4 there is no anchor "&x" above this alias'],
    ['an alias in its own anchor', 'a: &x [*x]\n', 'good.yaml:1:8 the alias "*x" stands inside its own anchor'],
    ['an alias bomb', bomb, 'good.yaml:2:8 more than 50000 values (aliases count each time they are used)'],
    [
      'a merge key',
      'a:\n  <<: { b: 1 }\n',
      'good.yaml:2:3 merge keys (<<) are not part of YAML 1.2 and are not merged',
    ],
    [
      'a YAML 1.1 directive',
      '%YAML 1.1\n---\na: no\n',
      'good.yaml:1:1 only YAML 1.2 is read, and a %YAML directive asks for another version',
    ],
    [
      'two documents',
      'a: 1\n---\nb: 2\n',
      'good.yaml:2:1 a scenario is one YAML document, and a second one begins here',
    ],
    ['a tab as indentation', 'a:\n\tb: 1\n', "good.yaml:2:1 YAML can't be indented with tabs"],
    ['bad indentation', 'a:\n   b: 1\n  c: 2\n', 'good.yaml:3:1 the indentation does not fit the lines above'],
    ['an open bracket', 'a: [1, 2\n', 'good.yaml:2:1 a "[" or "{" above is not closed, or its lines are not indented'],
    [
      'a placeholder that YAML takes apart',
      'a: { b: ${env.X} }\n',
      'good.yaml:1:10 unexpected flow-map-start at node end',
    ],
    ['a key that would reach a prototype', '__proto__: { a: 1 }\n', 'good.yaml:1:1 "__proto__" can\'t be a key'],
    ['a list as a key', '? [a]\n: 1\n', 'good.yaml:1:3 a key must be text'],
    ['infinity', 'a: .inf\n', 'good.yaml:1:4 infinity and not-a-number have no JSON form'],
    ['half a surrogate pair', 'a: "\\uD800"\n', 'good.yaml:1:4 this text holds half of a surrogate pair'],
    ['nesting without end', '['.repeat(5000), 'good.yaml:1:820 nested more than 64 deep'],
    ['nesting past the bound', `${'['.repeat(70)}1${']'.repeat(70)}`, 'good.yaml:1:66 nested more than 64 deep'],
    ['nothing', '', 'good.yaml:1:1 good.yaml is empty'],
    ['nothing but comments', '# soon\n', 'good.yaml:1:1 good.yaml is empty'],
    ['a list', '- a\n- b\n', 'good.yaml:1:1 a scenario is a map, found a list'],
    ['a word', 'hello\n', 'good.yaml:1:1 a scenario is a map, found "hello"'],
  ])('refuses %s in its own words', (_what, text, first) => {
    const [problem] = problemsOf(() => read(text));
    expect(problem && line(problem).replace(/:\d+ nested/, ':N nested')).toBe(
      first.replace(/:\d+ nested/, ':N nested'),
    );
  });

  it('says how to write a placeholder that YAML took apart', () => {
    expect(problemsOf(() => read('a: { b: ${env.X} }\n'))[0]?.remedy).toContain('quote text that holds "${"');
  });

  it('reports one syntax error once, and not what the parser stumbled over afterwards', () => {
    const text = changed('{ to: backend }', '{ to: ${env.X} }');
    expect(problemsOf(() => read(text))).toHaveLength(1);
  });

  it.each([
    ['a byte order mark', `\uFEFF${GOOD}`],
    ['Windows line ends', GOOD.replaceAll('\n', '\r\n')],
    ['JSON', JSON.stringify(JSON.parse(JSON.stringify(toJson())), null, 2)],
    ['JSON indented with tabs', JSON.stringify(toJson(), null, '\t')],
  ])('reads the same scenario with %s', (_what, text) => {
    expect(read(text).digest).toBe(read(GOOD).digest);
  });

  it('keeps words that YAML 1.1 would have changed', () => {
    const text = changed('[hull, draught]', '[no, 12:30, 1_000, 2026-01-01, 0o17, off, ~]');
    const [call] = read(text).scenario.calls;
    expect(call?.arguments['query']).toEqual({
      kind: 'pick',
      values: ['no', '12:30', '1_000', '2026-01-01', 15, 'off', null],
    });
  });

  it('expands aliases', () => {
    const text = changed('{ phase: fault, at: 5s, for: 5s,', '{ phase: fault, at: &five 5s, for: *five,');
    expect(read(text).scenario.faults[0]).toMatchObject({ atNs: 5e9, forNs: 5e9 });
  });

  function toJson(): unknown {
    return {
      version: 1,
      name: 'good',
      'load-line': '400/s',
      stack: {
        services: { backend: { mock: 'tools', workers: 4, 'service-time': { constant: '8ms' } } },
        links: { upstream: { to: 'backend' } },
        target: 'upstream',
      },
      protocol: { sessions: 16 },
      calls: [
        {
          tool: 'search',
          weight: 80,
          arguments: { query: { pick: ['hull', 'draught'] } },
          expect: 'derived',
          deadline: '250ms',
        },
        {
          tool: 'book',
          weight: 20,
          arguments: { berth: { unique: 'uuid' } },
          effect: 'exactly-once',
          retry: { attempts: 2, backoff: '50ms' },
        },
      ],
      phases: [
        { name: 'steady', regime: 'steady', concurrency: 16, for: '8s' },
        { name: 'fault', regime: 'steady', rate: '0.5x', for: '20s' },
      ],
      faults: [{ phase: 'fault', at: '5s', for: '5s', on: 'upstream', type: 'latency', latency: '300ms' }],
      gates: [{ metric: 'response-time', stat: 'p99', phase: 'steady', max: '100ms' }],
    };
  }
});
