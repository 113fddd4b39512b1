/** Attempts per call, the rush of them after a fault, and how much they come at once. */
import { describe, expect, it } from 'vitest';
import type { RunEvent } from '../../../src/record/index.js';
import { seededRandom } from '../../../src/random/index.js';
import type { Attempt } from '../fixtures/record.js';
import { MS, S, callSpec } from '../fixtures/scenario.js';
import { constantArrivals, poissonArrivals } from '../fixtures/simulation.js';
import { twiceAtOnce } from '../fixtures/storms.js';
import { CLEAR_NS, ON_NS, STAGES, afterFaultOf, recoveryAround } from './around-a-fault.js';

const retried = callSpec('search', {
  deadlineNs: S,
  deadlineIsExplicit: true,
  attemptTimeoutNs: 5 * MS,
  retry: { ...twiceAtOnce, on: ['transport'] },
});

/** Calls at 100/s whose first `fails(n)` attempts, of three, are reset after 1 ms each. */
function resets(fails: (n: number, atNs: number) => number): Attempt[] {
  return constantArrivals(STAGES).flatMap(({ atNs }, callId) => {
    const failing = fails(callId, atNs);
    const made = Math.min(3, failing + 1);
    return Array.from({ length: made }, (_, attempt): Attempt => {
      const bad = attempt < failing;
      const intendedNs = atNs + attempt * MS;
      return {
        callId,
        attempt,
        intendedNs,
        doneNs: intendedNs + MS,
        final: attempt === made - 1,
        outcome: bad ? 'transport' : 'ok',
        errorClass: bad ? 'connection-reset' : 'none',
      };
    });
  });
}

const during = (atNs: number): boolean => atNs >= ON_NS && atNs < CLEAR_NS;
/** Of 500 calls 400 fail no attempt, 80 one, 16 two and 4 all three: every attempt fails with p = 0.2, exactly. */
const oneFifth = (n: number): number => (n % 500 < 400 ? 0 : n % 500 < 480 ? 1 : n % 500 < 496 ? 2 : 3);

describe('attempts per call', () => {
  it('are (1 - p^3) / (1 - p) = 1.24 where every attempt fails with p = 0.2', () => {
    const { amplification } = afterFaultOf(
      resets((n, atNs) => (during(atNs) ? oneFifth(n) : 0)),
      { calls: [retried] },
    );
    expect(amplification.during).toEqual({
      calls: 500,
      attempts: 620,
      perCall: 1.24,
      failedShare: 0.2,
      expectedPerCall: expect.closeTo(1.24, 12) as number,
    });
    expect(amplification.before).toMatchObject({ failedShare: 0, perCall: 1, expectedPerCall: 1 });
  });

  it('are fewer than that where failures keep to some of the calls: half fail always, the others never', () => {
    const { amplification } = afterFaultOf(
      resets((n, atNs) => (during(atNs) && n % 2 === 0 ? 3 : 0)),
      { calls: [retried] },
    );
    // 250 calls of three attempts and 250 of one: three quarters of 1 000 attempts fail.
    expect(amplification.during).toEqual({
      calls: 500,
      attempts: 1000,
      perCall: 2,
      failedShare: 0.75,
      expectedPerCall: 1 + 0.75 + 0.75 ** 2,
    });
  });

  it('are r + 1 = 3 where everything fails, in the windows of the curve too', () => {
    const { recovery, attemptsPerCall } = recoveryAround(
      resets((_, atNs) => (during(atNs) ? 3 : 0)),
      { calls: [retried] },
    );
    expect(recovery.afterFault.amplification).toEqual({
      before: { calls: 950, attempts: 950, perCall: 1, failedShare: 0, expectedPerCall: 1 },
      during: { calls: 500, attempts: 1500, perCall: 3, failedShare: 1, expectedPerCall: 3 },
      after: { calls: 1500, attempts: 1500, perCall: 1, failedShare: 0, expectedPerCall: 1 },
    });
    expect(attemptsPerCall).toEqual([
      ...new Array<number>(20).fill(1),
      ...new Array<number>(10).fill(3),
      ...new Array<number>(30).fill(1),
    ]);
  });

  it('are 1 where a policy does not try such failures again, whatever fails', () => {
    const attempts = constantArrivals(STAGES).map(({ atNs }, callId): Attempt => ({
      callId,
      intendedNs: atNs,
      doneNs: atNs + MS,
      ...(during(atNs) ? ({ outcome: 'tool', errorClass: 'tool-error' } as const) : {}),
    }));
    expect(afterFaultOf(attempts, { calls: [retried] }).amplification.during).toEqual({
      calls: 500,
      attempts: 500,
      perCall: 1,
      failedShare: 0,
      expectedPerCall: 1,
    });
  });
});

/** The same calls, those of the fault's last second sent again together, `times` over, the moment it is lifted. */
function thunderingHerd(times: number): Attempt[] {
  const calm = resets(() => 0);
  const held = calm.filter(({ intendedNs }) => intendedNs >= CLEAR_NS - S && intendedNs < CLEAR_NS);
  const again = held.flatMap((attempt) =>
    Array.from({ length: times }, (_, n): Attempt => ({
      ...attempt,
      attempt: n + 1,
      intendedNs: CLEAR_NS,
      doneNs: CLEAR_NS + MS,
      final: n === times - 1,
      reused: false,
    })),
  );
  return [...calm.map((attempt) => (held.includes(attempt) ? { ...attempt, final: false } : attempt)), ...again].sort(
    (a, b) => a.intendedNs - b.intendedNs,
  );
}

describe('the rush after a fault', () => {
  const events = [10, 11, 12].map((session): RunEvent => ({
    type: 'session',
    atNs: CLEAR_NS + session * MS,
    session,
    edge: 'reopened',
  }));

  it('is the most sent in a window after it, over the most before: 50 + 200 to 50', () => {
    expect(afterFaultOf(thunderingHerd(2), { events }).storm).toEqual({
      attempts: { peakBeforePerSecond: 100, peakAfterPerSecond: 500, factor: 5 },
      connections: { peakBeforePerSecond: 0, peakAfterPerSecond: 400, factor: null },
      sessions: { peakBeforePerSecond: 0, peakAfterPerSecond: 6, factor: null },
    });
  });

  it('is none without retries, and says nothing of sessions that the record is silent about', () => {
    expect(afterFaultOf(resets(() => 0)).storm).toMatchObject({ attempts: { factor: 1 }, sessions: null });
  });
});

describe('the burstiness of attempts', () => {
  it('is 0 for even sending: one attempt in every 10 ms', () => {
    expect(afterFaultOf(resets(() => 0)).burstiness).toEqual({ binNs: 10 * MS, before: 0, after: 0 });
  });

  it('is about 1 for independent arrivals', () => {
    const attempts = poissonArrivals(100, 30 * S, seededRandom(3, 'burstiness')).map(({ atNs }, callId): Attempt => ({
      callId,
      intendedNs: atNs,
      doneNs: atNs + MS,
    }));
    const { before, after } = afterFaultOf(attempts).burstiness;
    // Of n bins the index has a standard deviation of sqrt(2 / n): 0.05 before and 0.08 after.
    expect(Math.abs((before ?? NaN) - 1)).toBeLessThan(0.2);
    expect(Math.abs((after ?? NaN) - 1)).toBeLessThan(0.33);
  });

  it('is 9 n / (n - 1) where ten come together once in ten bins, n bins in all', () => {
    const inBursts = resets(() => 0).map((attempt): Attempt => {
      if (attempt.intendedNs < CLEAR_NS) return attempt;
      const intendedNs = Math.floor(attempt.intendedNs / (100 * MS)) * 100 * MS;
      return { ...attempt, intendedNs, doneNs: intendedNs + MS };
    });
    const { before, after } = afterFaultOf(inBursts).burstiness;
    expect(before).toBe(0);
    expect(after).toBeCloseTo((9 * 300) / 299, 9);
  });

  it('is unknown for fewer than 100 attempts', () => {
    const few = resets(() => 0)
      .filter((_, n) => n % 10 === 0)
      .map((attempt, callId) => ({ ...attempt, callId }));
    expect(afterFaultOf(few).burstiness).toMatchObject({ after: null });
  });
});
