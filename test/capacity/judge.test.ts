import { describe, expect, it } from 'vitest';
import { coolDownNs, type JudgedProbe } from '../../src/capacity/index.js';
import { seededRandom } from '../../src/random/index.js';
import type { Attempt } from '../analysis/fixtures/record.js';
import { MS, S } from '../analysis/fixtures/scenario.js';
import type { Server } from '../analysis/fixtures/simulation.js';
import { probed, type SimulatedProbe } from './simulated.js';

/** Four workers of 25 ms: 160 calls/s. */
const FOUR: Server = { workers: 4, serviceNs: () => 25 * MS };

function judged({
  ratePerSecond,
  forNs = 4 * S,
  ...rest
}: Partial<SimulatedProbe> & { readonly ratePerSecond: number; readonly forNs?: number }): JudgedProbe {
  return probed({ server: FOUR, stepNs: forNs, order: { ratePerSecond, purpose: 'bracket', steps: 1 }, ...rest });
}

describe('a probe of four workers of 25 ms', () => {
  it('passes at 155/s and fails at 165/s', () => {
    const below = judged({ ratePerSecond: 155 });
    expect(below).toMatchObject({
      verdict: 'passed',
      evidence: {
        offered: 496,
        good: 496,
        missRatio: 0,
        queueAge: { source: 'upstream', maxNs: 0, slope: { nsPerSecond: 0, low: 0, high: 0 } },
      },
    });
    const above = judged({ ratePerSecond: 165 });
    expect(above.verdict).toBe('failed');
    // The oldest waiting call ages by 1 - 160/165 a second.
    const { slope } = above.evidence.queueAge;
    expect(Math.abs((slope?.nsPerSecond ?? 0) / (S * (1 - 160 / 165)) - 1)).toBeLessThan(0.05);
    expect(slope?.low ?? 0).toBeGreaterThan(10 * MS);
    expect(above.why.join()).toMatch(/the queue grows: .* limit 10 ms\/s/);
  });

  it('has the goodput that the server has, however late the answers may be', () => {
    const { evidence } = judged({ ratePerSecond: 320, deadlineNs: 30 * S });
    expect(evidence.good).toBe(evidence.offered);
    expect(evidence.goodputPerSecond).toBeCloseTo(160, -0.5);
  });

  it('is neither sustained nor shown to diverge at 161/s, and diverges there by the gentler limit of 1 ms/s', () => {
    // An excess of one call a second: the queue ages by 6.2 ms every second.
    expect(judged({ ratePerSecond: 161 }).verdict).toBe('undecided');
    expect(judged({ ratePerSecond: 161, slopeLimitNsPerSecond: 1 * MS }).verdict).toBe('failed');
  });

  it('is judged by what is not answered where the upstream gives no stamps', () => {
    const server = { ...FOUR, stamps: false };
    expect(judged({ ratePerSecond: 155, server })).toMatchObject({
      verdict: 'passed',
      evidence: { queueAge: { source: 'unanswered' } },
    });
    expect(judged({ ratePerSecond: 165, server })).toMatchObject({
      verdict: 'failed',
      evidence: { queueAge: { source: 'unanswered' } },
    });
  });

  it('fails by its misses where a deadline caps the age of the queue', () => {
    const { verdict, why, evidence } = judged({ ratePerSecond: 320, deadlineNs: 100 * MS });
    expect(verdict).toBe('failed');
    expect(why[0]).toMatch(/were not answered rightly within their deadline \(limit 1 %\)/);
    expect(evidence.abandoned).toBeGreaterThan(300);
    // The slots of given-up calls stay busy, so a while of pause is due.
    expect(coolDownNs(evidence, 4 * S)).toBeGreaterThan(coolDownNs({ ...evidence, abandoned: 0 }, 4 * S));
  });
});

describe('a probe of a server that reports no times, and takes long to answer', () => {
  /** Every fourth call 480 ms, the others 12 ms. */
  const slow = (workers: number): Server => {
    let call = 0;
    return { workers, stamps: false, serviceNs: () => (call++ % 4 === 0 ? 480 : 12) * MS };
  };

  it('does not take the wait for the first answers for a queue that grows', () => {
    for (const forNs of [0.5 * S, 1 * S, 2 * S, 4 * S])
      for (const ratePerSecond of [3, 10, 40, 200])
        expect(
          judged({ ratePerSecond, forNs, server: slow(1000) }).verdict,
          `${ratePerSecond}/s for ${forNs / S} s`,
        ).not.toBe('failed');
  });

  it('takes answers that come later the later the call for a queue, within the time of a few answers', () => {
    // One worker of 130 ms: 7.7 calls a second.
    const one: Server = { workers: 1, stamps: false, serviceNs: () => 130 * MS };
    for (const ratePerSecond of [20, 50, 200])
      expect(judged({ ratePerSecond, forNs: 0.5 * S, server: one }).verdict, `${ratePerSecond}/s`).toBe('failed');
    expect(judged({ ratePerSecond: 200, forNs: 0.5 * S, server: slow(1) }).verdict).toBe('failed');
  });

  it('without a call after the warm-up is undecided, which is no fault of the generator', () => {
    const probe = judged({ ratePerSecond: 1, forNs: 0.5 * S });
    expect(probe).toMatchObject({ verdict: 'undecided', evidence: { offered: 0 } });
    expect(probe.why).toEqual([
      'the probe is too short for a trend of the queue age: no call was due after the warm-up',
    ]);
  });
});

describe('the budget of misses', () => {
  const withFailures = (count: number) => (attempts: Attempt[]) =>
    attempts.map((attempt, i): Attempt => (i >= 500 && i < 500 + count ? { ...attempt, outcome: 'tool' } : attempt));

  it('is one call in a hundred', () => {
    const probe = { ratePerSecond: 100, forNs: 12.5 * S };
    expect(judged({ ...probe, change: withFailures(10) })).toMatchObject({
      verdict: 'passed',
      evidence: { offered: 1000, good: 990 },
    });
    // A share that 11 of 1000 do not show to be more than 1 %: that takes 18.
    for (const [failures, verdict] of [
      [11, 'undecided'],
      [17, 'undecided'],
      [18, 'failed'],
    ] as const)
      expect(judged({ ...probe, change: withFailures(failures) }), `${failures} failures`).toMatchObject({
        verdict,
        evidence: { offered: 1000, good: 1000 - failures },
      });
  });

  it('does not count what went wrong while warming up', () => {
    const early = (attempts: Attempt[]) =>
      attempts.map((attempt, i): Attempt => (i < 50 ? { ...attempt, outcome: 'transport' } : attempt));
    expect(judged({ ratePerSecond: 100, change: early }).verdict).toBe('passed');
  });
});

describe('a probe the generator spoiled', () => {
  it('by late sends says nothing of the target where the verdict would be another without them', () => {
    // 4 % of the calls leave 10 ms late, and miss a deadline of 30 ms for that.
    const late = (attempts: Attempt[]) =>
      attempts.map((attempt, i): Attempt =>
        i % 25 === 0
          ? {
              ...attempt,
              sentNs: attempt.intendedNs + 10 * MS,
              doneNs: attempt.intendedNs + 35 * MS,
              outcome: 'deadline',
            }
          : attempt,
      );
    expect(judged({ ratePerSecond: 100, deadlineNs: 30 * MS, change: late })).toMatchObject({
      verdict: 'invalid',
      why: ['calls left 10 ms late at p99, and without that the verdict would be another'],
    });
  });

  it('by late sends that decide nothing is judged as if they had not been', () => {
    const late = (attempts: Attempt[]) =>
      attempts.map((attempt, i): Attempt =>
        i % 50 === 0 ? { ...attempt, sentNs: attempt.intendedNs + 3 * MS } : attempt,
      );
    expect(judged({ ratePerSecond: 100, change: late }).verdict).toBe('passed');
    expect(judged({ ratePerSecond: 400, change: late }).verdict).toBe('failed');
  });

  it('is known by calls it failed itself, and by calls that have no end', () => {
    const own = (attempts: Attempt[]) =>
      attempts.map((attempt, i): Attempt => (i % 20 === 0 ? { ...attempt, outcome: 'generator' } : attempt));
    expect(judged({ ratePerSecond: 100, change: own })).toMatchObject({
      verdict: 'invalid',
      evidence: { generatorFailures: 20 },
    });
    expect(judged({ ratePerSecond: 100, change: (attempts) => attempts.slice(0, -3) })).toMatchObject({
      verdict: 'invalid',
      why: ['3 of 400 calls have no end in the record'],
    });
    expect(judged({ ratePerSecond: 100, change: () => [] })).toMatchObject({
      verdict: 'invalid',
      evidence: { offered: 0, unaccounted: 400, missRatio: null },
    });
  });
});

describe('a probe in which the generator stood still', () => {
  const stood = (atNs: number, forNs: number) => ({ standstill: { atNs, forNs } });

  it('for much of it says nothing of the target, and the standstill is named', () => {
    expect(judged({ ratePerSecond: 150, ...stood(2 * S, 0.5 * S) })).toMatchObject({
      verdict: 'invalid',
      why: ['the generator stood still for 500 ms, 2 s into the probe: 15.6 % of what is measured'],
    });
  });

  it('is spoiled by the misses that this made, where those of a target that stood still count', () => {
    const probe = { ratePerSecond: 100, forNs: 16 * S, deadlineNs: 0.2 * S };
    const ours = judged({ ...probe, ...stood(8 * S, 0.5 * S) });
    expect(ours).toMatchObject({
      verdict: 'invalid',
      why: ['the generator stood still for 500 ms, 8 s into the probe, and without that the verdict would be another'],
    });
    const theirs = judged({ ...probe, server: { ...FOUR, freeze: { atNs: 8 * S, forNs: 0.5 * S } } });
    expect(theirs.verdict).toBe('failed');
  });

  it('is made again where it would have decided without that, unlike one of a target that stood still', () => {
    const probe = { ratePerSecond: 155, forNs: 16 * S };
    expect(judged({ ...probe, ...stood(12 * S, 0.5 * S) }).verdict).toBe('invalid');
    const theirs = judged({ ...probe, server: { ...FOUR, freeze: { atNs: 12 * S, forNs: 0.5 * S } } });
    expect(theirs.verdict).toBe('undecided');
  });

  it('for a moment that decides nothing is judged all the same', () => {
    expect(judged({ ratePerSecond: 100, ...stood(2 * S, 20 * MS) }).verdict).toBe('passed');
    expect(judged({ ratePerSecond: 320, ...stood(2 * S, 50 * MS) }).verdict).toBe('failed');
    expect(judged({ ratePerSecond: 100, ...stood(30 * S, 5 * S) }).verdict).toBe('passed');
  });
});

describe('an undecided probe', () => {
  it('is one whose trend may lie on either side of the limit', () => {
    const random = seededRandom(3);
    const jittery: Server = { workers: 4, serviceNs: () => 25 * MS * random.exponential(1) };
    const { verdict, evidence } = judged({ ratePerSecond: 140, forNs: 2 * S, server: jittery });
    expect(verdict).toBe('undecided');
    expect(evidence.queueAge.slope?.low).toBeLessThan(10 * MS);
    expect(evidence.queueAge.slope?.high).toBeGreaterThan(10 * MS);
  });

  it('is one too short for a trend', () => {
    expect(judged({ ratePerSecond: 100, forNs: 50 * MS })).toMatchObject({
      verdict: 'undecided',
      evidence: { queueAge: { slope: null } },
    });
  });
});
