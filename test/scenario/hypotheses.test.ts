import { describe, expect, it } from 'vitest';
import { explain, planOf } from '../../src/plan/index.js';
import { changed, GOOD, line, problemsOf, read, underlined } from './helpers.js';

const HYPOTHESES = `hypotheses:
  - { metric: goodput, stat: ratio, min: 99% }
  - { metric: response-time, stat: p99, tool: search, max: 100ms }
`;
const STATED = GOOD + HYPOTHESES;
const FAULT_PHASE = '{ name: fault, regime: steady, rate: 0.5x, for: 20s }';

describe('hypotheses', () => {
  it('are bounds as gates have them, of the run first and then of its phases', () => {
    const { scenario } = read(
      changed(
        FAULT_PHASE,
        '{ name: fault, regime: steady, rate: 0.5x, for: 20s, hypotheses: [{ metric: error-classes, max: 0 }] }',
        STATED,
      ),
    );
    expect(
      scenario.hypotheses.map(({ index, phase, metric, stat, tool, min, max, unit }) => [
        index,
        phase,
        metric,
        stat,
        tool,
        min,
        max,
        unit,
      ]),
    ).toEqual([
      [0, null, 'goodput', 'ratio', null, 0.99, null, 'ratio'],
      [1, null, 'response-time', 'p99', 'search', null, 100e6, 'ns'],
      [2, 'fault', 'error-classes', 'count', null, null, 0, 'count'],
    ]);
    expect(scenario.contract).toBeNull();
  });

  it('are none where none are written, and the resolved scenario reads back the same', () => {
    expect(read(GOOD).scenario.hypotheses).toEqual([]);
    const once = read(`${STATED}contract: { every: 250ms }\n`);
    expect(read(once.resolvedText).scenario).toEqual(once.scenario);
    expect(once.scenario.contract).toEqual({ everyNs: 250e6 });
  });

  it('stand in the explanation of the plan, and so does the session that watches the tools', () => {
    const text = explain(planOf(read(`${STATED}contract: { every: 250ms }\n`).scenario));
    expect(text).toMatch(/\nhypotheses\n\s+goodput ratio >= 99 %\s+before and after the faults of every phase\n/);
    expect(text).toMatch(/every phase\n\s+response-time p99 of search <= 100 ms/);
    expect(text).toMatch(/contract\s+a session of its own asks for tools\/list every 250ms/);
  });
});

describe('a tool list that changes on purpose', () => {
  const DRIFTING = changed(
    'type: latency, latency: 300ms',
    'type: schema-drift',
    changed('on: upstream, type', 'on: backend, type'),
  );

  it('is worth a warning where the run does not watch it', () => {
    expect(read(DRIFTING).warnings.map((warning) => [warning.code, line(warning)])).toEqual([
      [
        'contract-not-watched',
        'good.yaml:18:57 faults.0.type: the tool list changes, and the run does not ask for it again',
      ],
    ]);
    expect(read(`${DRIFTING}contract: { every: 1s }\n`).warnings).toEqual([]);
  });
});

/** What is wrong with a text, where, what the caret underlines, and what to do. */
const ROWS: readonly (readonly [what: string, text: string, first: string, caret: string, remedy: string | RegExp])[] =
  [
    [
      'an unknown metric',
      changed('metric: goodput', 'metric: godput', STATED),
      'good.yaml:22:15 hypotheses.0.metric: unknown metric "godput"',
      'godput',
      /^did you mean "goodput"\?/,
    ],
    [
      'a metric of faults',
      changed('metric: goodput', 'metric: dip-area', STATED),
      'good.yaml:22:15 hypotheses.0.metric: unknown metric "dip-area"',
      'dip-area',
      /^metric values: response-time, /,
    ],
    [
      'no bound',
      changed(', min: 99%', '', STATED),
      'good.yaml:22:5 hypotheses.0: a hypothesis needs a bound',
      '{',
      'add max: or min:',
    ],
    [
      'no stat',
      changed('stat: ratio, ', '', STATED),
      'good.yaml:22:5 hypotheses.0: a hypothesis on goodput needs a stat',
      '{',
      'add stat: rate | ratio',
    ],
    [
      'a bound without a unit',
      changed('min: 99%', 'min: 99', STATED),
      'good.yaml:22:42 hypotheses.0.min: 99 needs a unit',
      '99',
      /^did you mean 99%\?/,
    ],
    [
      'a call that is not there',
      changed('tool: search, max', 'tool: serch, max', STATED),
      'good.yaml:23:47 hypotheses.1.tool: there is no call "serch"',
      'serch',
      'did you mean "search"? (calls: search, book)',
    ],
    [
      'a phase of its own',
      changed('min: 99%', 'min: 99%, phase: fault', STATED),
      'good.yaml:22:47 hypotheses.0: unknown key "phase"',
      'phase',
      /^keys here: metric, stat, tool, min, max$/,
    ],
    [
      'no fault at all',
      changed(
        'faults:\n  - { phase: fault, at: 5s, for: 5s, on: upstream, type: latency, latency: 300ms }\n',
        '',
        STATED,
      ),
      'good.yaml:19:1 hypotheses: hypotheses are judged before and after faults, and this scenario has none',
      'hypotheses',
      'add a fault, or state gates instead',
    ],
    [
      'no fault in that phase',
      changed('concurrency: 16, for: 8s', 'concurrency: 16, for: 8s, hypotheses: [{ metric: error-ratio, max: 1% }]'),
      'good.yaml:15:63 phases.0.hypotheses: hypotheses are judged before and after faults, and none falls ' +
        'into "steady"',
      'hypotheses',
      'add a fault with this phase, or state gates instead',
    ],
    [
      'tools that are not watched',
      changed('metric: goodput, stat: ratio, min: 99%', 'metric: contract-drift, max: 0', STATED),
      'good.yaml:22:15 hypotheses.0.metric: contract-drift counts changes of the tool list, ' +
        'and the tool list is not watched',
      'contract-drift',
      'add "contract: { every: 1s }" at the top',
    ],
    [
      'a gate on tools that are not watched',
      changed('metric: response-time, stat: p99, phase: steady, max: 100ms', 'metric: contract-drift, max: 0'),
      'good.yaml:20:15 gates.0.metric: contract-drift counts changes of the tool list, ' +
        'and the tool list is not watched',
      'contract-drift',
      'add "contract: { every: 1s }" at the top',
    ],
    [
      'a gate on hypotheses that the scenario has not',
      changed('metric: response-time, stat: p99, phase: steady, max: 100ms', 'metric: failed-hypotheses, max: 0'),
      'good.yaml:20:15 gates.0.metric: failed-hypotheses counts hypotheses, and this scenario has none',
      'failed-hypotheses',
      /^add "hypotheses:"/,
    ],
    [
      'a gate on what only stretches have',
      changed('metric: response-time, stat: p99, phase: steady, max: 100ms', 'metric: sessions-open, min: 100%'),
      'good.yaml:20:15 gates.0.metric: sessions-open is judged before and after faults only',
      'sessions-open',
      'state it under "hypotheses", and gate "failed-hypotheses"',
    ],
    [
      'an interval too short',
      `${GOOD}contract: { every: 1ms }\n`,
      'good.yaml:21:20 contract.every: "1ms" is too small',
      '1ms',
      'write at least 50ms',
    ],
    [
      'an interval without a unit',
      `${GOOD}contract: { every: 1 }\n`,
      'good.yaml:21:20 contract.every: 1 needs a unit',
      '1',
      'did you mean 1s?',
    ],
  ];

describe('what is wrong with a hypothesis is reported with its place and a remedy:', () => {
  for (const [what, text, first, caret, remedy] of ROWS) {
    it(what, () => {
      const [problem] = problemsOf(() => read(text));
      if (problem === undefined) throw new Error('no problem');
      expect(line(problem)).toBe(first);
      expect(underlined(problem)).toBe(caret);
      if (typeof remedy === 'string') expect(problem.remedy).toBe(remedy);
      else expect(problem.remedy).toMatch(remedy);
    });
  }
});
