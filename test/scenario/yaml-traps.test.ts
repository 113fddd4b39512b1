import { describe, expect, it } from 'vitest';
import { argumentsOf, changed, GOOD, line, problemsOf, read } from './helpers.js';

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
    ['a duplicate key', 'a: 1\na: 2\n', 'good.yaml:2:1 the key "a" is written twice in the same map'],
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

  it('takes a quoted << for the text it is', () => {
    const text = changed('{ pick: [hull, draught] }', '{ "<<": [hull] }');
    expect(argumentsOf(read(text).scenario)?.['query']).toEqual({ kind: 'constant', value: { '<<': ['hull'] } });
  });

  it.each<[string, string, string, string]>([
    ['a tab as indentation', 'a:\n\tb: 1\n', "2:1 YAML can't be indented with tabs", 'two for each level'],
    ['lines that are not aligned', 'a:\n   b: 1\n  c: 2\n', '3:1 the indentation does not fit', 'align it'],
    ['a value and a map at once', 'a: 1\n  b: 2\n', '2:3 the key has a value already, and', 'align the line below'],
    ['a key without a colon', 'a: 1\nb 2\nc: 3\n', '2:1 "b 2" has no colon', 'write "b: 2"'],
    ['no blank behind a colon', 'a:\n  b:1\n  c: 2\n', '2:3 there is no blank behind the colon of "b"', '"b: 1"'],
    ['an open bracket', 'a: [1, 2\nb: 3\n', '2:1 a "[" or "{" above is not closed', 'close it'],
    ['an open brace', 'a: { b: 1\nc: 2\n', '2:1 a "[" or "{" above is not closed', 'close it'],
    ['a bracket too many', 'a: [1]]\n', '1:7 there is no "[" for this "]"', 'delete it'],
    ['an open quote', 'a: "x\nb: 1\n', '1:4 the quote " is opened here and never closed', 'write the closing "'],
    ['text behind a quote', 'a: "x" y\n', '1:8 something stands behind a closing quote', 'put all of the value'],
    ['two colons in a line', 'a: b: c\n', '1:5 a second ": " stands in one line', 'quote the value'],
    ['a missing comma', 'a: { b: 1 c: 2 }\n', '1:9 a comma is missing inside { } or [ ]', 'write a comma'],
    ['a list behind its key', 'a: - 1\n', '1:4 a list item ("- ") stands behind a key', 'on the next line'],
    ['a key among list items', '- a\nb: 1\n', '2:1 a key of a map stands among the items', 'begin the line with "- "'],
    ['a list item among keys', 'b: 1\n- a\n', '2:1 a list item ("- ") stands among the keys', 'delete the "- "'],
    ['a reserved character', 'a: @x\n', '1:4 a value can\'t begin with "@"', 'put it in quotes'],
    ['a bare asterisk', 'a: *\n', '1:4 "*" alone means nothing', 'put it in quotes'],
    ['a regular expression in double quotes', 'a: "\\d+"\n', '1:5 "\\d" is no escape', 'use single quotes'],
    ['a placeholder in braces', 'a: { b: ${env.X} }\n', '1:10 YAML takes the braces of "${"', 'quote text that'],
  ])("tells %s in plain words, with the parser's own behind them", (_what, text, first, remedy) => {
    const [problem, ...more] = problemsOf(() => read(text));
    expect(more).toEqual([]);
    expect(problem && line(problem)).toMatch(/ \(YAML parser: .+\)$/);
    expect(problem && line(problem).startsWith(`good.yaml:${first}`), problem && line(problem)).toBe(true);
    expect(problem?.remedy).toContain(remedy);
  });

  it.each<[string, string, string]>([
    ['a list of 1.9 million numbers', `a: [${'1,'.repeat(1_900_000)}1]`, 'more than 50000 values'],
    ['300 000 keys', Array.from({ length: 300_000 }, (_, i) => `k${i}: 1`).join('\n'), 'more than 50000 values'],
    ['a million brackets', '['.repeat(1_000_000), 'nested more than 64 deep'],
    ['a million list items in each other', '- '.repeat(1_000_000), 'nested more than 64 deep'],
    [
      '24 000 aliases of a long text',
      `a: &a ${'x'.repeat(20_000)}\nb: [${Array(24_000).fill('*a').join(', ')}]`,
      'unknown key "a"',
    ],
  ])('reads or refuses %s in bounded work', (_what, text, part) => {
    // As a share of what the same machine takes for a text within the bounds.
    const cpu = (action: () => unknown): number => {
      const before = process.cpuUsage();
      action();
      const { user, system } = process.cpuUsage(before);
      return (user + system) / 1_000;
    };
    const usual = `a: [${'1,'.repeat(45_000)}1]`;
    const usualMs = cpu(() => problemsOf(() => read(usual)));
    let problems: ReturnType<typeof problemsOf> = [];
    const ms = cpu(() => {
      problems = problemsOf(() => read(text));
    });
    expect(problems.map(({ what }) => what).join('\n')).toContain(part);
    expect(ms / usualMs).toBeLessThan(5);
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
    ['line ends of a carriage return alone', GOOD.replaceAll('\n', '\r')],
    ['JSON', JSON.stringify(JSON.parse(JSON.stringify(toJson())), null, 2)],
    ['JSON indented with tabs', JSON.stringify(toJson(), null, '\t')],
  ])('reads the same scenario with %s', (_what, text) => {
    expect(read(text).digest).toBe(read(GOOD).digest);
  });

  it('keeps words that YAML 1.1 would have changed', () => {
    const text = changed('[hull, draught]', '[no, 12:30, 1_000, 2026-01-01, 0o17, off, ~]');
    expect(argumentsOf(read(text).scenario)?.['query']).toEqual({
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
