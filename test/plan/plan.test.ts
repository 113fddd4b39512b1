import { describe, expect, it } from 'vitest';
import { planOf, resolveRate } from '../../src/plan/index.js';
import { scenarioFromText } from '../../src/scenario/index.js';

const HEAD = `version: 1
name: planned
stack:
  services: { backend: { mock: tools } }
  links: { upstream: { to: backend } }
  target: upstream
protocol: { sessions: 16 }
calls: [{ tool: search, arguments: { query: x } }]
`;
const scenarioOf = (rest: string) => scenarioFromText(HEAD + rest, 'planned.yaml', { environment: {} }).scenario;

describe('a plan', () => {
  it('makes the floor a closed loop of one caller without a pause', () => {
    const [floor] = planOf(scenarioOf('phases: [{ name: floor, regime: floor, for: 4s }]')).phases;
    expect(floor).toMatchObject({
      loop: 'closed',
      warmupNs: 0.8e9,
      forNs: 4e9,
      plannedCalls: null,
      segment: { loop: 'closed', phase: 0, concurrency: 1, thinkNs: 0, forNs: 4e9 },
    });
  });

  it('makes a steady phase what it says', () => {
    const { phases } = planOf(
      scenarioOf(
        'phases:\n  - { name: a, regime: steady, concurrency: 8, think: 5ms, for: 10s }\n' +
          '  - { name: b, regime: steady, rate: 30/m, arrivals: poisson, for: 10s, warmup: 0s }\n',
      ),
    );
    expect(phases[0]?.segment).toEqual({ loop: 'closed', phase: 0, concurrency: 8, thinkNs: 5e6, forNs: 10e9 });
    expect(phases[1]).toMatchObject({
      loop: 'open',
      warmupNs: 0,
      plannedCalls: 5,
      segment: {
        loop: 'open',
        phase: 1,
        arrivals: 'poisson',
        stages: [{ label: 'main', ratePerSecond: 0.5, forNs: 10e9 }],
      },
    });
  });

  it('runs the stages of an overload on one schedule', () => {
    const plan = planOf(
      scenarioOf(
        'load-line: 100/s\n' +
          'phases: [{ name: over, regime: overload, before: { rate: 0.5x, for: 5s }, ' +
          'rate: 1.5x, for: 5s, after: { rate: 0.5x, for: 15s } }]',
      ),
    );
    expect(plan.phases[0]).toMatchObject({
      loop: 'open',
      forNs: 25e9,
      warmupNs: 0,
      plannedCalls: 250 + 750 + 750,
      segment: {
        stages: [
          { label: 'before', ratePerSecond: 50, forNs: 5e9 },
          { label: 'overload', ratePerSecond: 150, forNs: 5e9 },
          { label: 'after', ratePerSecond: 50, forNs: 15e9 },
        ],
      },
    });
    expect(plan.scheduledNs).toBe(25e9);
  });

  const SEARCH =
    'phases:\n  - { name: line, regime: capacity, between: [50/s, 2k/s], step: 2s }\n' +
    '  - { name: half, regime: steady, rate: 0.5x, for: 20s }\n';

  it('leaves multiples open until a capacity phase has found the load line', () => {
    const scenario = scenarioOf(SEARCH);
    const before = planOf(scenario);
    expect(before.loadLinePerSecond).toBeNull();
    expect(before.phases.map(({ segment, plannedCalls }) => [segment, plannedCalls])).toEqual([
      [null, null],
      [null, null],
    ]);
    expect(before.phases[1]?.phase.load).toEqual({
      kind: 'stages',
      arrivals: 'constant',
      stages: [{ label: 'main', rate: { kind: 'relative', timesLoadLine: 0.5 }, forNs: 20e9 }],
    });
    const after = planOf(scenario, 400);
    expect(after.loadLinePerSecond).toBe(400);
    expect(after.phases[0]?.segment).toBeNull();
    expect(after.phases[1]).toMatchObject({ plannedCalls: 4000, segment: { stages: [{ ratePerSecond: 200 }] } });
  });

  it('takes the declared load line before a search and the measured one after it', () => {
    const scenario = scenarioOf(
      `load-line: 100/s\n${SEARCH}`.replace(
        'phases:\n',
        'phases:\n  - { name: first, regime: steady, rate: 0.5x, for: 10s }\n',
      ),
    );
    const rates = (measured: number | null) =>
      planOf(scenario, measured).phases.map(({ segment }) =>
        segment?.loop === 'open' ? segment.stages[0].ratePerSecond : null,
      );
    expect(rates(null)).toEqual([50, null, null]);
    expect(rates(400)).toEqual([50, null, 200]);
  });

  it('gives each phase the load line of the last search before it', () => {
    const scenario = scenarioOf(
      'load-line: 100/s\nphases:\n  - { name: a, regime: steady, rate: 0.5x, for: 10s }\n' +
        '  - { name: line, regime: capacity, between: [50/s, 2k/s], step: 2s }\n' +
        '  - { name: b, regime: steady, rate: 0.5x, for: 10s }\n' +
        '  - { name: again, regime: capacity, between: [50/s, 2k/s], step: 2s }\n' +
        '  - { name: c, regime: steady, rate: 0.5x, for: 10s }\n',
    );
    const rates = (measured: readonly (readonly [number, number])[]) =>
      planOf(scenario, new Map(measured)).phases.map(({ segment }) =>
        segment?.loop === 'open' ? segment.stages[0].ratePerSecond : null,
      );
    expect(
      rates([
        [1, 400],
        [3, 300],
      ]),
    ).toEqual([50, null, 200, null, 150]);
    expect(rates([[1, 400]])).toEqual([50, null, 200, null, null]);
    expect(rates([[3, 300]])).toEqual([50, null, null, null, 150]);
  });

  it('places faults in their phases', () => {
    const plan = planOf(
      scenarioOf(
        'phases:\n  - { name: a, regime: steady, rate: 1/s, for: 20s }\n' +
          '  - { name: b, regime: steady, rate: 1/s, for: 20s }\n' +
          'faults: [{ phase: b, at: 5s, for: 5s, on: upstream, type: down }]\n',
      ),
    );
    expect(plan.faults).toMatchObject([{ id: 'down-upstream', phaseIndex: 1, atNs: 5e9, forNs: 5e9 }]);
  });

  it('is the same every time', () => {
    const scenario = scenarioOf(SEARCH);
    expect(planOf(scenario, 123)).toEqual(planOf(scenario, 123));
  });
});

describe('a rate', () => {
  it('is absolute, or a multiple of a known load line', () => {
    expect(resolveRate({ kind: 'absolute', perSecond: 7 }, null)).toBe(7);
    expect(resolveRate({ kind: 'relative', timesLoadLine: 1.5 }, 400)).toBe(600);
    expect(resolveRate({ kind: 'relative', timesLoadLine: 1.5 }, null)).toBeNull();
  });
});
