import { withDefaults } from '../../src/protocol/index.js';
import { describe, expect, it } from 'vitest';
import { analyse } from '../../src/analysis/index.js';
import type { EffectRow } from '../../src/record/index.js';
import { recordOf, type Attempt } from './fixtures/record.js';
import { MS, S, callSpec, sketchPlan, stage } from './fixtures/scenario.js';

const plan = sketchPlan({
  phases: [{ name: 'steady', stages: [stage('main', 100, 10 * S)] }],
  calls: [callSpec('book', { effect: 'exactly-once' }), callSpec('search')],
});

/**
 * 1 000 calls, every second one a booking: 37 executed twice, 11 never, 5 executed though the caller saw a failure, and
 * 3 that failed and were not executed.
 */
const bookings = Array.from({ length: 500 }, (_, n) => 2 * n);
const duplicated = new Set(bookings.slice(0, 37));
const lost = new Set(bookings.slice(100, 111));
const orphaned = new Set(bookings.slice(200, 205));
const refused = new Set(bookings.slice(300, 303));
const attempts = Array.from({ length: 1000 }, (_, callId): Attempt => {
  const intendedNs = callId * 10 * MS;
  const failed =
    orphaned.has(callId) || refused.has(callId)
      ? ({ outcome: 'transport', errorClass: 'connection-reset' } as const)
      : {};
  return { callId, spec: callId % 2, intendedNs, doneNs: intendedNs + 1 * MS, ...failed };
});
const execution = (callId: number | null, tool = 'book'): EffectRow => ({ callId, tool, atNs: 0 });
const ledger = bookings.flatMap((callId) =>
  lost.has(callId) || refused.has(callId)
    ? []
    : duplicated.has(callId)
      ? [execution(callId), execution(callId)]
      : [execution(callId)],
);

describe('effects', () => {
  const { summary } = analyse({
    record: recordOf(plan, attempts, { effects: [...ledger, execution(null), execution(1, 'book')] }),
    plan,
  });

  it('are counted exactly: 37 duplicates, 11 lost, 5 orphans, 3 failed and not executed', () => {
    expect(summary.effects).toMatchObject({
      calls: 500,
      exactlyOnce: 500 - 37 - 11 - 5 - 3,
      duplicates: 37,
      lost: 11,
      orphans: 5,
      failedNotExecuted: 3,
    });
  });

  it('of an unknown call are kept apart', () => {
    // One execution names no call, and one a call of another tool.
    expect(summary.effects?.unattributed).toBe(2);
  });

  it('turn a right answer into an effect outcome, which is not good', () => {
    const [phase] = summary.phases;
    expect(phase?.outcomes).toMatchObject({ ok: 1000 - 37 - 11 - 5 - 3, effect: 48, transport: 8 });
    expect(phase?.errorClasses).toEqual([
      { errorClass: 'duplicate-effect', count: 37 },
      { errorClass: 'lost-effect', count: 11 },
      { errorClass: 'connection-reset', count: 8 },
    ]);
    expect(phase?.good).toBe(944);
    expect(phase?.tools.map(({ label, good }) => [label, good])).toEqual([
      ['book', 444],
      ['search', 500],
    ]);
  });

  it('are reported by phase and call', () => {
    expect(summary.effects?.slices).toEqual([
      {
        phase: 'steady',
        label: 'book',
        calls: 500,
        exactlyOnce: 444,
        duplicates: 37,
        lost: 11,
        orphans: 5,
        failedNotExecuted: 3,
      },
    ]);
  });

  it('are unknown without a ledger, and all lost when an upstream that keeps one has it empty', () => {
    expect(analyse({ record: recordOf(plan, attempts), plan }).summary.effects).toBeNull();
    const mock = { kind: 'mock', name: 'backend', mock: 'tools', options: withDefaults({}), readyWithinNs: S } as const;
    const withMock = sketchPlan({
      phases: [{ name: 'steady', stages: [stage('main', 100, 10 * S)] }],
      calls: plan.scenario.calls,
      services: [mock],
    });
    expect(analyse({ record: recordOf(withMock, attempts), plan: withMock }).summary.effects).toMatchObject({
      calls: 500,
      lost: 492,
      duplicates: 0,
    });
    expect(
      analyse({ record: recordOf(withMock, attempts, { status: 'interrupted' }), plan: withMock }).summary.effects,
    ).toBeNull();
  });
});
