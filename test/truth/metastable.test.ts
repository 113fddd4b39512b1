/**
 * Metastable failure: one first-in-first-out worker of 5 ms, callers who give up after 200 ms and try twice more at
 * once, a stall of 3 s. What an exact simulation says must happen, the engine does, attempt by attempt, and the
 * analysis finds.
 */
import { describe, expect, it } from 'vitest';
import { analyse } from '../../src/analysis/index.js';
import { faultEvents, recordOf, type Attempt } from '../analysis/fixtures/record.js';
import { callSpec as analysedSpec, sketchPlan, stage } from '../analysis/fixtures/scenario.js';
import { MS, S, World, callSpec, open, retryPolicy } from '../load/simulation.js';
import { hiddenCapacityPerSecond, simulateStorm, type Storm, type StormAttempt } from './theory/index.js';

const DEADLINE = 10 * S;
const NO_REMEDY = { retries: 2, dropExpired: false, budget: null } as const;

function storm(ratePerSecond: number, forS: number, remedy: Partial<Storm> = {}): Storm {
  return {
    ...NO_REMEDY,
    ratePerSecond,
    forNs: forS * S,
    serviceNs: 5 * MS,
    timeoutNs: 200 * MS,
    stall: { atNs: 10 * S, forNs: 3 * S },
    ...remedy,
  };
}

/** The table: what each arrangement does within its observation. */
const ROWS = [
  { name: '64/s', storm: storm(64, 150), recovers: true },
  { name: '70/s', storm: storm(70, 150), recovers: false },
  { name: '70/s, the server drops expired work', storm: storm(70, 60, { dropExpired: true }), recovers: true },
  { name: '70/s, a retry budget of 10 %', storm: storm(70, 60, { budget: { share: 0.1, saved: 10 } }), recovers: true },
  { name: '70/s, retries off', storm: storm(70, 60, { retries: 0 }), recovers: true },
] as const;

/** Share of the calls intended in [fromS, toS) that ended well. */
function goodShare(attempts: readonly StormAttempt[], fromS: number, toS: number): number {
  const firstOf = new Map(
    attempts.filter(({ attempt }) => attempt === 0).map(({ callId, intendedNs }) => [callId, intendedNs]),
  );
  const ends = attempts.filter(
    ({ final, callId }) => final && (firstOf.get(callId) ?? -1) >= fromS * S && (firstOf.get(callId) ?? -1) < toS * S,
  );
  return ends.filter(({ ok }) => ok).length / ends.length;
}

function asRecorded(attempts: readonly StormAttempt[]): readonly Attempt[] {
  return attempts.map(({ callId, attempt, intendedNs, startedNs, finishedNs, doneNs, ok, final }) => ({
    callId,
    attempt,
    intendedNs,
    doneNs,
    final,
    outcome: ok ? 'ok' : 'deadline',
    errorClass: ok ? 'none' : 'attempt-timeout',
    ...(ok && startedNs !== null && finishedNs !== null ? { receivedNs: intendedNs, startedNs, finishedNs } : {}),
  }));
}

describe('the hidden capacity', () => {
  it('is mu / (1 + r): 66.7/s', () => {
    expect(hiddenCapacityPerSecond(5 * MS, 2)).toBeCloseTo(66.67, 2);
  });

  it.each(ROWS)('$name: recovers $recovers', ({ storm: one, recovers }) => {
    const attempts = simulateStorm(one);
    expect(goodShare(attempts, 0, 9)).toBe(1);
    expect(goodShare(attempts, 10, 12)).toBeLessThan(0.1);
    const lastS = one.forNs / S;
    expect(goodShare(attempts, lastS - 11, lastS - 1)).toBe(recovers ? 1 : 0);
  });

  it('lies between the last rate that comes back and the first that stays down, at every load', () => {
    for (const ratePerSecond of [50, 60, 64])
      expect(goodShare(simulateStorm(storm(ratePerSecond, 200)), 180, 195), `${ratePerSecond}/s`).toBe(1);
    for (const ratePerSecond of [68, 70, 80, 120])
      expect(goodShare(simulateStorm(storm(ratePerSecond, 200)), 180, 195), `${ratePerSecond}/s`).toBe(0);
  });
});

/** Dropping and budgets ask for an order among what happens at one nanosecond, of which theory knows nothing. */
const WITHOUT_TIES = ROWS.filter(({ storm: one }) => !one.dropExpired && one.budget === null);

describe('the engine in a storm', () => {
  it.each(WITHOUT_TIES)(
    '$name: sends, gives up and tries again as the simulation says, attempt by attempt',
    ({ storm: one }) => {
      const { ratePerSecond, forNs, serviceNs, timeoutNs, retries, stall } = one;
      const retry = retryPolicy({ attempts: retries, backoffNs: 0, jitter: 'none', on: ['timeout'] });
      const world = new World({
        calls: [callSpec({ deadlineNs: DEADLINE, attemptTimeoutNs: timeoutNs, retry: retries === 0 ? null : retry })],
        inFlightPerSession: 1_000,
        workers: 1,
        stall,
        answer: () => ({ serviceNs }),
      });
      world.run(open(ratePerSecond, forNs));
      const inOrder = (a: readonly unknown[], b: readonly unknown[]): number =>
        Number(a[0]) - Number(b[0]) || Number(a[1]) - Number(b[1]);
      const expected = simulateStorm(one)
        .map(({ callId, attempt, intendedNs, doneNs, ok, final }) => [callId, attempt, intendedNs, doneNs, ok, final])
        .sort(inOrder);
      const seen = world.samples
        .map(({ callId, attempt, intendedNs, doneNs, outcomeName, final }) => [
          callId,
          attempt,
          intendedNs,
          doneNs,
          outcomeName === 'ok',
          final,
        ])
        .sort(inOrder);
      expect(seen.length).toBe(expected.length);
      // One comparison, because a failing one is not to print ten thousand rows.
      expect(seen.findIndex((row, n) => String(row) !== String(expected[n]))).toBe(-1);
    },
  );
});

describe('the analysis of a storm', () => {
  it.each(ROWS)('$name: says when it came back, or that it did not', ({ storm: one, recovers }) => {
    const attempts = simulateStorm(one);
    const plan = sketchPlan({
      phases: [{ name: 'storm', stages: [stage('main', one.ratePerSecond, one.forNs)] }],
      calls: [
        analysedSpec('search', { deadlineNs: DEADLINE, deadlineIsExplicit: true, attemptTimeoutNs: one.timeoutNs }),
      ],
      faults: [{ id: 'stall', phase: 0, ...one.stall }],
    });
    const record = recordOf(plan, asRecorded(attempts));
    const { summary } = analyse({ record: { ...record, events: [...record.events, ...faultEvents(plan, [0])] }, plan });
    const [recovery] = summary.recoveries;
    const [phase] = summary.phases;
    expect(phase?.retryAmplification).toBeCloseTo(attempts.length / (phase?.offered ?? NaN), 12);
    // What was lost is every call that did not end well.
    const lost = attempts.filter(({ ok, final }) => final && !ok).length;
    expect((phase?.offered ?? NaN) - (phase?.good ?? NaN)).toBe(lost);
    expect(recovery?.afterFault.metastability).toMatchObject({
      verdict: recovers ? 'recovered' : 'metastable',
      offeredPerSecond: one.ratePerSecond,
    });
    if (!recovers) {
      expect(recovery?.timeToRecover).toEqual({
        kind: 'censored',
        ns: expect.closeTo(one.forNs - 13 * S, -9) as number,
      });
      expect(recovery?.dip?.depth).toBe(1);
      return;
    }
    const firstOf = new Map(
      attempts.filter(({ attempt }) => attempt === 0).map(({ callId, intendedNs }) => [callId, intendedNs]),
    );
    const lastBadNs = Math.max(
      ...attempts.filter(({ ok, final }) => final && !ok).map(({ callId }) => firstOf.get(callId) ?? NaN),
    );
    expect(recovery?.timeToRecover.kind).toBe('value');
    // In steps of a window, and not before the last call that failed; what was only slow or tried twice comes after
    // that.
    const backNs = (recovery?.timeToRecover.kind === 'value' ? recovery.timeToRecover.ns : NaN) + 13 * S;
    expect(backNs).toBeGreaterThan(lastBadNs - 0.5 * S);
  });
});
