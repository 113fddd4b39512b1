/** What a fluid prediction of a drain leaves out is said beside it. */
import { withDefaults } from '../../../src/protocol/index.js';
import { describe, expect, it } from 'vitest';
import { analyse } from '../../../src/analysis/index.js';
import type { Service } from '../../../src/scenario/index.js';
import { faultEvents, recordOf, type Attempt } from '../fixtures/record.js';
import { MS, S, callSpec, sketchPlan, stage } from '../fixtures/scenario.js';
import { constantArrivals, serve } from '../fixtures/simulation.js';

const stages = [stage('main', 100, 20 * S)] as const;
const attempts = serve(constantArrivals(stages), { serviceNs: () => 5 * MS, freeze: { atNs: 10 * S, forNs: 2 * S } });
const mock = (queueCapacity: number | null): Service => ({
  kind: 'mock',
  name: 'backend',
  mock: 'tools',
  options: withDefaults({ queueCapacity }),
  readyWithinNs: S,
});

function drainOf(queueCapacity: number | null, made: readonly Attempt[], loadLinePerSecond?: number) {
  const plan = sketchPlan({
    phases: [{ name: 'fault', stages }],
    calls: [callSpec('search', { deadlineNs: S, deadlineIsExplicit: true })],
    faults: [{ id: 'stall', phase: 0, atNs: 10 * S, forNs: 2 * S }],
    services: [mock(queueCapacity)],
    ...(loadLinePerSecond === undefined ? {} : { loadLinePerSecond }),
  });
  const record = recordOf(plan, made);
  return analyse({ record: { ...record, events: [...record.events, ...faultEvents(plan, [0])] }, plan }).summary
    .recoveries[0]?.drain;
}

const givenUp = attempts.map((attempt): Attempt =>
  attempt.doneNs - attempt.intendedNs <= S
    ? attempt
    : { ...attempt, doneNs: attempt.intendedNs + S, startedNs: NaN, outcome: 'deadline', errorClass: 'deadline' },
);

describe('a fluid prediction', () => {
  it('leaves nothing out of a queue without an end whose callers all wait', () => {
    expect(drainOf(null, attempts, 200)).toMatchObject({ fluidIgnores: [] });
  });

  it('does not know of a bounded queue, nor of calls that were given up', () => {
    expect(drainOf(64, attempts, 200)?.fluidIgnores).toEqual(['bounded-queue']);
    expect(drainOf(null, givenUp, 200)?.fluidIgnores).toEqual(['timeouts']);
    expect(drainOf(64, givenUp, 200)?.fluidIgnores).toEqual(['bounded-queue', 'timeouts']);
  });

  it('that there is not leaves nothing out', () => {
    expect(drainOf(64, givenUp)).toMatchObject({ fluidNs: null, fluidIgnores: [] });
  });
});
