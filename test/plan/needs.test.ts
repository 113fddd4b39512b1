import { describe, expect, it } from 'vitest';
import { isCalm, needsOf, planOf, type Needs, type Plan } from '../../src/plan/index.js';
import { scenarioFromText } from '../../src/scenario/index.js';

interface Parts {
  readonly target?: string;
  readonly links?: string;
  readonly protocol?: string;
  readonly phases: string;
  readonly more?: string;
}

const needs = (parts: Parts): Needs => needsOf(plan(parts));

function plan(parts: Parts): Plan {
  const text = `version: 1
name: needs
load-line: 400/s
stack:
  services: { backend: { mock: tools } }
  ${parts.links ?? ''}
  target: ${parts.target ?? 'backend'}
protocol: ${parts.protocol ?? '{ sessions: 4 }'}
calls: [{ tool: search, arguments: { query: hull }, expect: success, deadline: 1s }]
phases:
  - ${parts.phases}
${parts.more ?? ''}`;
  return planOf(scenarioFromText(text, 'needs.yaml').scenario);
}

describe('what a scenario needs', () => {
  it('a closed loop needs a connection for each caller, and one at least for each session', () => {
    expect(needs({ phases: '{ name: a, regime: steady, concurrency: 32, for: 5s }' })).toEqual({
      connections: 32,
      openFiles: 96,
      ports: 32,
      ratePerSecond: null,
    });
    expect(needs({ protocol: '{ sessions: 100 }', phases: '{ name: a, regime: floor, for: 5s }' })).toMatchObject({
      connections: 100,
      ports: 100,
    });
  });

  it('an open loop may fill every slot in flight', () => {
    expect(needs({ phases: '{ name: a, regime: steady, rate: 50/s, for: 5s }' })).toMatchObject({
      connections: 256,
      ratePerSecond: 50,
    });
    expect(
      needs({ phases: '{ name: a, regime: steady, rate: 50/s, for: 5s }', more: 'generator: { max-in-flight: 20 }\n' }),
    ).toMatchObject({ connections: 20 });
  });

  it('behind a link the engine holds two ends of each connection', () => {
    expect(
      needs({
        links: 'links: { upstream: { to: backend } }',
        target: 'upstream',
        phases: '{ name: a, regime: steady, concurrency: 32, for: 5s }',
      }),
    ).toMatchObject({ connections: 32, openFiles: 128, ports: 64 });
  });

  it('a stdio target needs a child for each session, and no port', () => {
    expect(
      needs({
        target: '{ command: [node, server.js] }',
        protocol: '{ transport: stdio, sessions: 8 }',
        phases: '{ name: a, regime: steady, concurrency: 8, for: 5s }',
      }),
    ).toEqual({
      connections: 8,
      openFiles: 88,
      ports: 0,
      ratePerSecond: null,
    });
  });

  it('the highest rate is that of the hardest stage, with multiples of the load line resolved', () => {
    const overload = '{ name: a, regime: overload, rate: 1.5x, for: 5s, after: { rate: 0.5x, for: 5s } }';
    expect(needs({ phases: `{ name: b, regime: steady, rate: 50/s, for: 5s }\n  - ${overload}` }).ratePerSecond).toBe(
      600,
    );
  });
});

describe('a calm plan, whose calls need no generator that is compiled ahead', () => {
  it.each([
    ['an open loop at 100/s', '{ name: a, regime: steady, rate: 100/s, for: 5s }', true],
    ['an open loop at 101/s', '{ name: a, regime: steady, rate: 101/s, for: 5s }', false],
    ['a closed loop, as fast as its target', '{ name: a, regime: floor, for: 5s }', false],
    ['half of a load line of 400/s', '{ name: a, regime: steady, rate: 0.5x, for: 5s }', false],
    ['a search', '{ name: a, regime: capacity, between: [10/s, 90/s], step: 4s }', false],
  ])('%s', (_, phases, calm) => {
    expect(isCalm(plan({ phases }))).toBe(calm);
  });
});
