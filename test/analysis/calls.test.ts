import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { analyse, type PhaseSummary } from '../../src/analysis/index.js';
import { OUTCOMES, joinCalls } from '../../src/record/index.js';
import { columnsOf, recordOf, type Attempt } from './fixtures/record.js';
import { MS, S, callSpec, sketchPlan, stage } from './fixtures/scenario.js';
import { constantArrivals, serve } from './fixtures/simulation.js';

const plan = sketchPlan({
  phases: [{ name: 'steady', stages: [stage('main', 10, 10 * S)] }],
  calls: [callSpec('search', { deadlineNs: 250 * MS, deadlineIsExplicit: true })],
});

function phaseOf(attempts: readonly Attempt[]): PhaseSummary {
  const [phase] = analyse({ record: recordOf(plan, attempts), plan }).summary.phases;
  if (phase === undefined) throw new Error('no phase');
  return phase;
}

describe('logical calls', () => {
  it('begin with the first attempt and end, with its outcome, with the last', () => {
    const calls = joinCalls(
      columnsOf([
        { callId: 0, attempt: 0, intendedNs: 100, doneNs: 150, outcome: 'shed', errorClass: 'http-429', final: false },
        { callId: 0, attempt: 1, intendedNs: 200, admittedNs: 205, sentNs: 210, startedNs: 215, doneNs: 290 },
      ]),
      plan.scenario.calls,
      1,
    );
    expect(calls.length).toBe(1);
    expect([
      calls.intendedNs[0],
      calls.doneNs[0],
      calls.firstSentNs[0],
      calls.lastSentNs[0],
      calls.servedNs[0],
      calls.attempts[0],
    ]).toEqual([100, 290, 100, 210, 215, 2]);
    expect(OUTCOMES[calls.outcome[0] ?? 0]).toBe('ok');
  });

  it('count attempts per call as retry amplification', () => {
    const attempts = Array.from({ length: 10 }, (_, callId): Attempt[] => [
      { callId, attempt: 0, intendedNs: callId * S, doneNs: callId * S + MS, outcome: 'transport', final: false },
      { callId, attempt: 1, intendedNs: callId * S + 2 * MS, doneNs: callId * S + 5 * MS },
    ]).flat();
    expect(phaseOf(attempts)).toMatchObject({ offered: 10, attempts: 20, retryAmplification: 2, good: 10 });
    expect(phaseOf(attempts).responseTime.ok.meanNs).toBe(5 * MS);
    expect(phaseOf(attempts).latencyFromSend.ok.meanNs).toBe(3 * MS);
  });

  it('are joined the same whatever the order of the rows', () => {
    const rows = Array.from({ length: 30 }, (_, callId): Attempt[] => [
      { callId, attempt: 0, intendedNs: callId * 10, doneNs: callId * 10 + 3, outcome: 'shed', final: false },
      { callId, attempt: 1, intendedNs: callId * 10 + 4, doneNs: callId * 10 + 9 },
    ]).flat();
    const inOrder = joinCalls(columnsOf(rows), plan.scenario.calls, 1);
    fc.assert(
      fc.property(fc.shuffledSubarray(rows, { minLength: rows.length }), (shuffled) => {
        expect(joinCalls(columnsOf(shuffled), plan.scenario.calls, 1)).toEqual(inOrder);
      }),
      { numRuns: 30 },
    );
  });

  it('without a last attempt, or missing from the numbering, are unaccounted and in no number', () => {
    const { summary } = analyse({
      record: recordOf(plan, [
        { callId: 0, intendedNs: 0, doneNs: 1 * MS },
        { callId: 1, intendedNs: S, doneNs: S + MS, outcome: 'shed', final: false },
        { callId: 3, intendedNs: 3 * S, doneNs: 3 * S + MS },
      ]),
      plan,
    });
    expect(summary.samples).toEqual({ attempts: 3, logicalCalls: 2, unaccounted: 2 });
    expect(summary.phases[0]?.offered).toBe(2);
    expect(summary.validity.reasons.map(({ code }) => code)).toContain('samples-unaccounted');
  });

  it('survive wild call numbers without a table of that size', () => {
    const calls = joinCalls(columnsOf([{ callId: 2 ** 50, intendedNs: 0, doneNs: 1 }]), plan.scenario.calls, 1);
    expect(calls.length).toBe(1);
    expect(calls.unaccounted).toBe(2 ** 50);
  });
});

describe('warm-up', () => {
  it('is counted, kept in the timeline, and left out of every statistic', () => {
    const warm = sketchPlan({ phases: [{ name: 'steady', warmupNs: 4 * S, stages: [stage('main', 10, 10 * S)] }] });
    const attempts = Array.from({ length: 100 }, (_, n): Attempt => {
      const intendedNs = n * 100 * MS;
      const warmup = intendedNs < 4 * S;
      return { callId: n, intendedNs, doneNs: intendedNs + (warmup ? 900 : 1) * MS, warmup, reused: !warmup };
    });
    const { summary, figures } = analyse({ record: recordOf(warm, attempts), plan: warm });
    const [phase] = summary.phases;
    expect(phase).toMatchObject({
      warmupCalls: 40,
      offered: 60,
      offeredPerSecond: 10,
      scheduledPerSecond: 10,
      // Goodput counts what is done in the window: of the warm-up's calls the last nine are.
      goodputPerSecond: 11.5,
      newConnections: 0,
      measuredFromNs: 4 * S,
    });
    expect(phase?.responseTime.ok).toMatchObject({ n: 60, maxNs: 1 * MS });
    const { timeline } = figures;
    expect(timeline.offeredPerSecond.reduce((sum, rate) => sum + (rate * timeline.windowNs) / S, 0)).toBeCloseTo(
      100,
      9,
    );
  });
});

describe('goodput', () => {
  /** One worker of 10 ms takes 100/s: two seconds at half of that, two at twice, then at half again. */
  const rates = [50, 200, 50];
  const over = sketchPlan({
    phases: [
      {
        ...{ name: 'over', regime: 'overload' },
        stages: [stage('before', 50, 2 * S), stage('overload', 200, 2 * S), stage('after', 50, 6 * S)],
      },
    ],
    calls: [callSpec('search'), callSpec('fetch')],
  });
  const attempts = serve(
    constantArrivals(rates.map((ratePerSecond, n) => ({ ratePerSecond, forNs: (n === 2 ? 6 : 2) * S }))),
    { serviceNs: () => 10 * MS },
  ).map((attempt): Attempt => ({ ...attempt, spec: attempt.callId % 2 }));
  const [phase] = analyse({ record: recordOf(over, attempts), plan: over }).summary.phases;

  it('of a stage is what came back in it, and never more than the server can do', () => {
    const answered = phase?.stages.map(({ goodputPerSecond: rate, fromNs, toNs }) => (rate * (toNs - fromNs)) / S);
    // Of the 400 calls of the overload 199 are answered within it, the others with the 300 of the last stage.
    expect(answered?.map((calls) => Math.round(calls * 1e6) / 1e6)).toEqual([100, 199, 501]);
    expect(phase?.stages.map(({ good, offered }) => good - offered)).toEqual([0, 0, 0]);
  });

  it('of a phase is the sum of that of its tools, and of its stages by their time', () => {
    const tools = phase?.tools.map(({ goodputPerSecond }) => goodputPerSecond) ?? [];
    expect(tools).toHaveLength(2);
    expect(tools.reduce((sum, each) => sum + each, 0)).toBeCloseTo(phase?.goodputPerSecond ?? NaN, 9);
    const stages = phase?.stages.map(({ goodputPerSecond, fromNs, toNs }) => (goodputPerSecond * (toNs - fromNs)) / S);
    const good = (stages ?? []).reduce((sum, each) => sum + each, 0);
    expect(good / 10).toBeCloseTo(phase?.goodputPerSecond ?? NaN, 9);
  });

  it('counts no answer that comes after the end, and those to calls of the warm-up', () => {
    const slow = sketchPlan({ phases: [{ name: 'slow', warmupNs: 5 * S, stages: [stage('main', 10, 10 * S)] }] });
    // Three seconds a call: of the last 30 calls nothing is seen in time, of the warm-up's last 30 it is.
    const calls = Array.from({ length: 100 }, (_, n): Attempt => {
      const intendedNs = n * 100 * MS;
      return { callId: n, intendedNs, doneNs: intendedNs + 3 * S, warmup: n < 50 };
    });
    const [seen] = analyse({ record: recordOf(slow, calls), plan: slow }).summary.phases;
    expect(seen).toMatchObject({ goodputPerSecond: 10, completedPerSecond: 10, goodRatio: 1 });
    const late = calls.map((call) => ({ ...call, warmup: false }));
    const all = sketchPlan({ phases: [{ name: 'slow', stages: [stage('main', 10, 10 * S)] }] });
    const [without] = analyse({ record: recordOf(all, late), plan: all }).summary.phases;
    expect(without).toMatchObject({ goodputPerSecond: 7, goodRatio: 1 });
  });
});

describe('outcomes', () => {
  it('are on time, late, or one of the failures, and add up to what was offered', () => {
    const phase = phaseOf([
      { callId: 0, intendedNs: 0, doneNs: 250 * MS },
      { callId: 1, intendedNs: 1 * S, doneNs: 1 * S + 251 * MS },
      { callId: 2, intendedNs: 2 * S, doneNs: 2 * S + 250 * MS, outcome: 'deadline', errorClass: 'deadline' },
      { callId: 3, intendedNs: 3 * S, doneNs: 3 * S, sentNs: NaN, outcome: 'shed', errorClass: 'client-queue-full' },
      { callId: 4, intendedNs: 4 * S, doneNs: 4 * S + 1, outcome: 'shed', errorClass: 'http-429' },
    ]);
    expect(phase).toMatchObject({ offered: 5, good: 1, late: 1, goodRatio: 0.2, missRatio: 0.8 });
    expect(phase.outcomes).toMatchObject({ ok: 2, deadline: 1, shed: 2 });
    expect(Object.values(phase.outcomes).reduce((sum, count) => sum + count, 0)).toBe(5);
    expect(phase.errorClasses.map(({ errorClass }) => errorClass).sort()).toEqual([
      'client-queue-full',
      'deadline',
      'http-429',
    ]);
    expect(phase.latencyFromSend.all.n).toBe(4);
    expect(phase.scheduleLag.n).toBe(4);
  });
});
