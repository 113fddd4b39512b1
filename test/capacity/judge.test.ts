import { describe, expect, it } from 'vitest';
import type { ProbeSlice } from '../../src/analysis/index.js';
import {
  CapacitySearch,
  coolDownNs,
  judgeProbe,
  probeSegment,
  type JudgedProbe,
  type SearchResult,
} from '../../src/capacity/index.js';
import { seededRandom, type Random } from '../../src/random/index.js';
import { constantArrivals, poissonArrivals, serve, type Server } from '../analysis/fixtures/simulation.js';
import { columnsOf, type Attempt } from '../analysis/fixtures/record.js';
import { MS, S, callSpec } from '../analysis/fixtures/scenario.js';

interface Probe {
  readonly ratePerSecond: number;
  readonly forNs?: number;
  readonly arrivals?: 'constant' | 'poisson';
  readonly server?: Server;
  readonly deadlineNs?: number;
  readonly random?: Random;
  readonly change?: (attempts: Attempt[]) => Attempt[];
}

/** Four workers of 25 ms: 160 calls/s. */
const FOUR: Server = { workers: 4, serviceNs: () => 25 * MS };

/** Simulates a probe (first in, first out; a fifth of it warm-up) and judges it. */
function judged(probe: Probe): JudgedProbe {
  const {
    ratePerSecond,
    arrivals = 'constant',
    server = FOUR,
    deadlineNs = 5 * S,
    random = seededRandom(1),
    change = (attempts) => attempts,
  } = probe;
  const phase = { arrivals, stepNs: probe.forNs ?? 4 * S };
  const { segment, warmupNs } = probeSegment(phase, 2, { ratePerSecond, purpose: 'bracket', steps: 1 });
  const [{ forNs }] = segment.stages;
  const startNs = 100 * S;
  const due =
    arrivals === 'constant'
      ? constantArrivals(segment.stages)
      : poissonArrivals(ratePerSecond, forNs, random.fork('arrivals'));
  const calls = serve(due, server).map((attempt): Attempt => {
    const late = attempt.doneNs > attempt.intendedNs + deadlineNs;
    const at = (ns: number | undefined) => (ns === undefined ? {} : ns + startNs);
    const stamps = Object.fromEntries(
      (['receivedNs', 'startedNs', 'finishedNs'] as const).flatMap((name) =>
        attempt[name] === undefined || late ? [] : [[name, at(attempt[name])]],
      ),
    );
    return {
      callId: 7_000 + attempt.callId,
      phase: 2,
      intendedNs: attempt.intendedNs + startNs,
      doneNs: startNs + (late ? attempt.intendedNs + deadlineNs : attempt.doneNs),
      outcome: late ? 'deadline' : 'ok',
      warmup: attempt.intendedNs < warmupNs,
      ...stamps,
    };
  });
  const attempts = change(calls);
  const slice: ProbeSlice = {
    startNs,
    measuredFromNs: startNs + warmupNs,
    scheduledEndNs: startNs + forNs,
    offered: calls.length,
    samples: columnsOf(attempts),
    specs: [callSpec('search', { deadlineNs, deadlineIsExplicit: false })],
  };
  return judgeProbe(slice, { ratePerSecond, arrivals });
}

/** The whole search on simulated probes. */
function searched(seed: number, probe: (ratePerSecond: number, steps: number, random: Random) => Probe): SearchResult {
  const search = new CapacitySearch({ lowPerSecond: 50, highPerSecond: 2000, resolution: 0.05, confirmations: 2 });
  for (let n = 0; ; n++) {
    const step = search.next();
    if (step.kind === 'end') return step.result;
    const { ratePerSecond, steps } = step.order;
    search.learn(judged(probe(ratePerSecond, steps, seededRandom(seed, String(n)))).verdict);
  }
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
    expect(slope?.low ?? 0).toBeGreaterThan(1 * MS);
    expect(above.why.join()).toMatch(/the queue grows: .* limit 1 ms\/s/);
  });

  it('fails at 161/s already, where the excess is one call a second', () => {
    expect(judged({ ratePerSecond: 161 }).verdict).toBe('failed');
  });

  it('is judged by what is not answered where the upstream gives no stamps', () => {
    const server = { ...FOUR, stamps: false };
    expect(judged({ ratePerSecond: 155, server })).toMatchObject({
      verdict: 'passed',
      evidence: { queueAge: { source: 'answers' } },
    });
    expect(judged({ ratePerSecond: 165, server })).toMatchObject({
      verdict: 'failed',
      evidence: { queueAge: { source: 'answers' } },
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

describe('the budget of misses', () => {
  const withFailures = (count: number) => (attempts: Attempt[]) =>
    attempts.map((attempt, i): Attempt => (i >= 500 && i < 500 + count ? { ...attempt, outcome: 'tool' } : attempt));

  it('is one call in a hundred', () => {
    const probe = { ratePerSecond: 100, forNs: 12.5 * S };
    expect(judged({ ...probe, change: withFailures(10) })).toMatchObject({
      verdict: 'passed',
      evidence: { offered: 1000, good: 990 },
    });
    expect(judged({ ...probe, change: withFailures(11) })).toMatchObject({
      verdict: 'failed',
      evidence: { offered: 1000, good: 989 },
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
    // 2 % of the calls leave 10 ms late, and miss a deadline of 30 ms for that.
    const late = (attempts: Attempt[]) =>
      attempts.map((attempt, i): Attempt =>
        i % 50 === 0
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

describe('an undecided probe', () => {
  it('is one whose trend may lie on either side of the limit', () => {
    const random = seededRandom(3);
    const jittery: Server = { workers: 4, serviceNs: () => 25 * MS * random.exponential(1) };
    const { verdict, evidence } = judged({ ratePerSecond: 140, forNs: 2 * S, server: jittery });
    expect(verdict).toBe('undecided');
    expect(evidence.queueAge.slope?.low).toBeLessThan(1 * MS);
    expect(evidence.queueAge.slope?.high).toBeGreaterThan(1 * MS);
  });

  it('is one too short for a trend', () => {
    expect(judged({ ratePerSecond: 100, forNs: 50 * MS })).toMatchObject({
      verdict: 'undecided',
      evidence: { queueAge: { slope: null } },
    });
  });
});

describe('five searches of four workers of 25 ms', () => {
  it('end inside [0.9, 1.0) of 160/s, with jitter on the way and in the service', () => {
    for (const seed of [1, 2, 3, 4, 5]) {
      const result = searched(seed, (ratePerSecond, steps, random) => ({
        ratePerSecond,
        forNs: 2 * S * steps,
        random,
        server: {
          workers: 4,
          serviceNs: () => 25 * MS * (0.98 + 0.04 * random.next()),
          outboundNs: 0.2 * MS,
          returnNs: 0.1 * MS,
        },
      }));
      expect(result, `seed ${seed}`).toMatchObject({ ended: 'found' });
      expect(result.passedPerSecond ?? 0, `seed ${seed}`).toBeGreaterThanOrEqual(0.9 * 160);
      expect(result.passedPerSecond ?? 0, `seed ${seed}`).toBeLessThan(160);
      expect(result.failedPerSecond ?? 0, `seed ${seed}`).toBeLessThanOrEqual(1.05 * 160);
    }
  });

  it('end there too with independent arrivals, given probes long enough to distinguish a burst from a trend', () => {
    for (const seed of [1, 2, 3, 4, 5]) {
      const result = searched(seed, (ratePerSecond, steps, random) => ({
        ratePerSecond,
        forNs: 20 * S * steps,
        random,
        arrivals: 'poisson',
      }));
      expect(result.ended, `seed ${seed}`).toBe('found');
      expect(result.passedPerSecond ?? 0, `seed ${seed}`).toBeGreaterThanOrEqual(0.9 * 160);
      expect(result.passedPerSecond ?? 0, `seed ${seed}`).toBeLessThan(160);
    }
  });
});
