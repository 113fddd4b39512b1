/** What a fault costs those who don't pass it. */
import { describe, expect, it } from 'vitest';
import type { PlannedFault } from '../../../src/plan/index.js';
import type { Stack } from '../../../src/scenario/index.js';
import type { Attempt } from '../fixtures/record.js';
import { MS, S, callSpec } from '../fixtures/scenario.js';
import { constantArrivals } from '../fixtures/simulation.js';
import { CLEAR_NS, ON_NS, STAGES, afterFaultOf } from './around-a-fault.js';

const calls = ['search', 'book', 'list', 'never'].map((label) =>
  callSpec(label, { deadlineNs: S, deadlineIsExplicit: true }),
);

/** Labels by turns: 167 or 166 of each during the fault, of which all of `search` and every fifth of `book` fail. */
const attempts = constantArrivals(STAGES).map(({ atNs }, callId): Attempt => {
  const spec = callId % 3;
  const bad = atNs >= ON_NS && atNs < CLEAR_NS && (spec === 0 || (spec === 1 && callId % 5 === 0));
  return {
    callId,
    spec,
    intendedNs: atNs,
    doneNs: atNs + MS,
    ...(bad ? ({ outcome: 'tool', errorClass: 'tool-error' } as const) : {}),
  };
});

const onOneTool: Partial<PlannedFault> = {
  place: 'mock',
  type: 'is-error',
  on: 'backend',
  action: { kind: 'is-error', tool: 'search' },
};

describe('the blast radius', () => {
  it('is what the routes lost that a fault of one tool does not look at', () => {
    const { routes, radius, reason } = afterFaultOf(attempts, { calls, fault: onOneTool }).blastRadius;
    expect(routes.map(({ label, touched, loss }) => [label, touched, loss])).toEqual([
      ['search', true, 1],
      ['book', false, expect.closeTo(34 / 167, 12)],
      ['list', false, 0],
      ['never', false, null],
    ]);
    expect(routes[1]).toMatchObject({ offeredBefore: 317, goodBefore: 317, offeredDuring: 167, goodDuring: 133 });
    expect(radius).toBeCloseTo(34 / 334, 12);
    expect(reason).toBeNull();
  });

  it('does not exist where every call passes the link', () => {
    const { routes, radius, reason } = afterFaultOf(attempts, { calls }).blastRadius;
    expect(routes.every(({ touched }) => touched)).toBe(true);
    expect([radius, reason]).toEqual([null, 'no-untouched-route']);
  });

  it('is that of every route where the fault is on nothing that calls pass', () => {
    const aside: Stack = {
      services: [{ kind: 'url', name: 'backend', url: 'http://127.0.0.1:1/mcp' }],
      links: [{ name: 'upstream', to: 'backend' }],
      target: { kind: 'service', service: 'backend' },
    };
    const { routes, radius } = afterFaultOf(attempts, { calls, stack: aside }).blastRadius;
    expect(routes.some(({ touched }) => touched)).toBe(false);
    expect(radius).toBeCloseTo((166 + 34) / 500, 12);
  });

  it('reaches through gateways: a replica behind one is on the way of all', () => {
    const gateway: Stack = {
      services: [
        { kind: 'url', name: 'backend', url: 'http://127.0.0.1:1/mcp' },
        {
          kind: 'gateway',
          name: 'front',
          to: ['upstream'],
          options: {
            path: '/mcp',
            seed: 1,
            balance: 'sticky',
            sessions: 'gateway',
            eject: true,
            federation: null,
            workers: 1,
            serviceTime: { kind: 'constant', ns: 0 },
            queueCapacity: null,
          },
          front: false,
          readyWithinNs: S,
        },
      ],
      links: [{ name: 'upstream', to: 'backend' }],
      target: { kind: 'service', service: 'front' },
    };
    expect(afterFaultOf(attempts, { calls, stack: gateway }).blastRadius.reason).toBe('no-untouched-route');
    expect(
      afterFaultOf(attempts, { calls, stack: gateway, fault: { ...onOneTool, on: 'backend' } }).blastRadius.radius,
    ).toBeCloseTo(34 / 334, 12);
  });

  it('is unknown where the way of the calls is unknown, and for a handful of calls', () => {
    const elsewhere: Stack = { services: [], links: [], target: { kind: 'url', url: 'http://127.0.0.1:1/mcp' } };
    expect(afterFaultOf(attempts, { calls, stack: elsewhere }).blastRadius).toEqual({
      routes: [],
      radius: null,
      reason: 'wiring-unknown',
    });
    const few = attempts
      .filter(({ spec }, n) => spec === 0 || n % 100 === 1)
      .map((attempt, callId) => ({ ...attempt, callId }));
    expect(afterFaultOf(few, { calls, fault: onOneTool }).blastRadius).toMatchObject({
      radius: null,
      reason: 'too-few-calls',
    });
  });
});
