/** Gates on a change, as texts. */
import { describe, expect, it } from 'vitest';
import { comparativeGateText } from '../../src/catalog/index.js';
import { ProblemError } from '../../src/problem/index.js';
import { explain, planOf } from '../../src/plan/index.js';
import { comparativeGatesFromTexts, requireGatesFit, scenarioFromText } from '../../src/scenario/index.js';

const read = (...texts: readonly string[]) => comparativeGatesFromTexts(texts, '--gate');

function problemsOf(text: string): readonly string[] {
  try {
    read(text);
    return [];
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    return error.problems.map(({ where, what, remedy }) => `${where?.column ?? 0} ${what} | ${remedy}`);
  }
}

describe('a comparative gate', () => {
  it.each([
    [
      '{ metric: response-time, stat: p99, versus: reference, max-increase: 10%, and-at-least: 2ms }',
      { margin: 0.1, atLeast: 2e6, change: 'ratio', unit: 'ns', level: 'error' },
      'response-time p99 in every phase, increase <= 10 % or < 2 ms',
    ],
    [
      '{ metric: goodput, stat: rate, phase: steady, tool: search, max-decrease: 5%, level: warn }',
      { margin: 0.05, atLeast: null, change: 'ratio', phase: 'steady', tool: 'search', level: 'warn' },
      'goodput rate of search in steady, decrease <= 5 %',
    ],
    [
      '{ metric: deadline-miss-ratio, max-increase: 1% }',
      { margin: 0.01, change: 'difference', stat: 'ratio' },
      'deadline-miss-ratio in every phase, increase <= 1 percentage point',
    ],
    [
      '{ metric: deadline-miss-ratio, max-increase: 0.25%, and-at-least: 0.5% }',
      { margin: 0.0025, atLeast: 0.005 },
      'deadline-miss-ratio in every phase, increase <= 0.25 percentage points or < 0.5 percentage points',
    ],
    ['{ metric: duplicates, max-increase: 0 }', { margin: 0, unit: 'count' }, 'duplicates, increase <= 0'],
    [
      '{ metric: time-to-recover, max-increase: 2s }',
      { margin: 2e9 },
      'time-to-recover after every fault, increase <= 2 s',
    ],
  ])('%s is read in the unit of its metric', (text, gate, words) => {
    const [found] = read(text);
    expect(found).toMatchObject({ index: 0, versus: 'reference', ...gate });
    expect(found === undefined ? '' : comparativeGateText(found)).toBe(words);
  });

  it.each([
    ['{ metric: response-tim, stat: p99, max-increase: 10% }', 'response-time'],
    ['{ metric: response-time, stat: p99, max-increas: 10% }', 'max-increase'],
    ['{ metric: response-time, max-increase: 10% }', 'needs a stat | add stat: p50 |'],
    ['{ metric: goodput, stat: p99, max-decrease: 10% }', 'goodput has no p99'],
    ['{ metric: goodput, stat: rate, max-increase: 10% }', 'would limit an improvement | write max-decrease'],
    ['{ metric: response-time, stat: p99 }', 'needs max-increase | add max-increase: 10%'],
    ['{ metric: response-time, stat: p99, max-increase: 10 }', 'did you mean 10%?'],
    [
      '{ metric: response-time, stat: p99, max: 100ms }',
      'limits a change, not a value | write max-increase; a limit of the value itself',
    ],
    ['{ metric: goodput, stat: rate, max-decrease: 100% }', 'less than 100 %'],
    ['{ metric: response-time, stat: p99, max-increase: 10%, and-at-least: 2 }', 'did you mean 2ms?'],
    ['{ metric: sessions-open, max-decrease: 1% }', 'before and after faults only'],
    ['response-time p99 10%', 'is not a map'],
    ['{ metric: response-time', ''],
  ])('%s is refused: %s', (text, said) => {
    const problems = problemsOf(text);
    expect(problems).not.toEqual([]);
    expect(problems.join('\n')).toContain(said);
  });

  it('reports what is wrong with all of them at once', () => {
    expect(() => read('{ metric: goodput, stat: p99 }', '{ metric: duplicates }')).toThrow(/goodput.*duplicates/s);
  });
});

describe('the gates of a scenario', () => {
  const scenario = (...gates: readonly string[]): string => `version: 1
name: mixed
stack: { target: { url: "http://127.0.0.1:3000/mcp" } }
calls: [ { tool: echo } ]
phases: [ { name: steady, regime: steady, rate: 10/s, for: 10s } ]
gates:
${gates.map((gate) => `  - ${gate}`).join('\n')}
`;
  const BOUND = '{ metric: response-time, stat: p99, max: 100ms }';
  const CHANGE = '{ metric: response-time, stat: p99, versus: reference, max-increase: 10%, and-at-least: 2ms }';

  it('are bounds and limits on a change in one list, and each keeps its position', () => {
    const { scenario: found } = scenarioFromText(scenario(CHANGE, BOUND), 's.yaml');
    expect(found.gates).toMatchObject([{ index: 1, max: 100e6 }]);
    expect(found.comparativeGates).toMatchObject([{ index: 0, margin: 0.1, atLeast: 2e6 }]);
    expect(explain(planOf(found))).toMatch(/gates\n.*<= 100 ms\n\ngates on a change \(judged by "plimsoll compare"/);
  });

  it('versus the baseline are explained as such', () => {
    const { scenario: found } = scenarioFromText(scenario(CHANGE.replace('reference', 'baseline'), BOUND), 's.yaml');
    expect(found.comparativeGates).toMatchObject([{ index: 0, versus: 'baseline', margin: 0.1 }]);
    const text = explain(planOf(found));
    expect(text).toMatch(/gates versus the stored baseline\n.*increase versus the baseline <= 10 % or < 2 ms/);
    expect(text).not.toContain('not in a single run');
  });

  it.each([
    ['{ metric: response-time, stat: p99, max: 1s, max-increase: 10% }', 'write two gates'],
    ['{ metric: response-time, stat: p99, versus: reference }', 'add max-increase: 10%'],
    ['{ metric: response-time, stat: p99, versus: baselin, max-increase: 10% }', 'did you mean "baseline"?'],
    ['{ metric: response-time, stat: p99, versus: baseline }', 'add max-increase: 10%'],
    ['{ metric: response-time, stat: p99, phase: stedy, max-increase: 10% }', 'did you mean "steady"?'],
    ['{ metric: response-time, stat: p99, tool: ech, max-increase: 10% }', 'did you mean "echo"?'],
    ['{ metric: duplicates, max-increase: 0 }', 'effect: exactly-once'],
  ])('refuse %s where it stands', (gate, remedy) => {
    try {
      scenarioFromText(scenario(gate), 's.yaml');
      expect.unreachable();
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error;
      expect(error.problems.map((each) => `${each.what} | ${each.remedy}`).join('\n')).toContain(remedy);
      expect(error.problems[0]?.where?.line).toBe(7);
    }
  });
});

describe('gates beside a scenario', () => {
  const scenario = scenarioFromText(
    `version: 1
name: fits
stack: { services: { backend: { mock: tools } }, target: backend }
calls: [{ tool: search }]
phases: [{ name: steady, regime: steady, rate: 10/s, for: 2s }]
gates: [{ metric: error-ratio, max: 5% }]
`,
    'fits.yaml',
    { environment: {} },
  );
  const fit = (...texts: readonly string[]): readonly string[] => {
    try {
      requireGatesFit(scenario, texts, '--gate');
      return [];
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error;
      return error.problems.map(
        ({ where, what, remedy }) => `${where?.file ?? ''}:${where?.column ?? 0} ${what} | ${remedy}`,
      );
    }
  };

  it('may ask for what the scenario has', () => {
    expect(fit()).toEqual([]);
    expect(fit('{ metric: response-time, stat: p99, phase: steady, tool: search, max-increase: 10% }')).toEqual([]);
  });

  it('are refused with the place in their own text, all at once', () => {
    const problems = fit(
      '{ metric: response-time, stat: p99, phase: stedy, max-increase: 10% }',
      '{ metric: time-to-recover, max-increase: 1s }',
      '{ metric: response-time, stat: p99, tool: book, max-increase: 10% }',
    );
    expect(problems).toHaveLength(3);
    expect(problems[0]).toMatch(/^--gate:44 .*stedy.*steady/);
    expect(problems[1]).toMatch(/^--gate:11 .*is measured at faults, and this scenario has none/);
    expect(problems[2]).toMatch(/^--gate:43 .*book.*search/);
  });
});
