/** Whether a steady phase was steady: false alarms on queues in equilibrium, detection of what is known to change. */
import { describe, expect, it } from 'vitest';
import { analyse, type Stationarity } from '../../src/analysis/index.js';
import { joinCalls } from '../../src/record/index.js';
import { framesOf } from '../../src/analysis/calls/frames.js';
import { stationarityOf } from '../../src/analysis/stability/stationarity.js';
import type { Plan } from '../../src/plan/index.js';
import { seededRandom, type Random } from '../../src/random/index.js';
import { columnsOf, faultEvents, phaseEvents, recordOf, type Attempt } from './fixtures/record.js';
import { MS, S, sketchPlan, stage } from './fixtures/scenario.js';
import { constantArrivals, poissonArrivals, serve } from './fixtures/simulation.js';

function planFor(
  perSecond: number,
  forNs: number,
  more: { readonly warmupNs?: number; readonly faultAtNs?: number; readonly arrivals?: 'constant' | 'poisson' } = {},
): Plan {
  const { warmupNs = 0, faultAtNs, arrivals = 'poisson' } = more;
  return sketchPlan({
    phases: [{ name: 'steady', stages: [stage('main', perSecond, forNs)], arrivals, warmupNs }],
    ...(faultAtNs === undefined ? {} : { faults: [{ id: 'slow', phase: 0, atNs: faultAtNs, forNs: 2 * S }] }),
  });
}

function stateOf(plan: Plan, attempts: readonly Attempt[], firstFaultNs = Infinity): Stationarity {
  const calls = joinCalls(columnsOf(attempts), plan.scenario.calls, 1);
  const [frame] = framesOf(plan, phaseEvents(plan, attempts), calls);
  const judged = frame === undefined ? null : stationarityOf(calls, frame, firstFaultNs);
  if (judged === null) throw new Error('no steady phase');
  return judged.state;
}

/** A queue with exponential services that has run for 20 s before the phase begins. */
function equilibrium(
  perSecond: number,
  capacityPerSecond: number,
  forNs: number,
  random: Random,
  slower: (atNs: number) => number = () => 1,
): Attempt[] {
  const lead = 20 * S;
  const arrivals = poissonArrivals(perSecond, forNs + lead, random).map(({ atNs, stage: index }) => ({
    atNs: atNs - lead,
    stage: index,
  }));
  const services = arrivals.map(({ atNs }) => Math.round(random.exponential(S / capacityPerSecond) * slower(atNs)));
  const served = serve(arrivals, { serviceNs: (n) => services[n] ?? 0 });
  return served.filter(({ intendedNs }) => intendedNs >= 0).map((attempt, callId) => ({ ...attempt, callId }));
}

function verdicts(runs: number, label: string, make: (random: Random) => Stationarity) {
  const counts: Record<Stationarity['verdict'], number> = {
    stationary: 0,
    'stationary-later': 0,
    'not-stationary': 0,
    undecided: 0,
    'not-judged': 0,
  };
  for (let seed = 0; seed < runs; seed++) {
    const { verdict } = make(seededRandom(seed, label));
    counts[verdict] += 1;
  }
  return counts;
}

describe('a queue in equilibrium, whose waits resemble their neighbours', () => {
  for (const { load, forNs } of [
    { load: 0.5, forNs: 10 * S },
    { load: 0.7, forNs: 10 * S },
    { load: 0.8, forNs: 20 * S },
    { load: 0.9, forNs: 20 * S },
  ]) {
    it(`at load ${load} is not stationary in at most 3 of 100 runs, and settles late in at most 5`, () => {
      const plan = planFor(load * 200, forNs);
      const counts = verdicts(100, `mm1/${load}`, (random) =>
        stateOf(plan, equilibrium(load * 200, 200, forNs, random)),
      );
      expect(counts['not-stationary']).toBeLessThanOrEqual(3);
      expect(counts['stationary-later']).toBeLessThanOrEqual(5);
      expect(counts.stationary + counts.undecided).toBeGreaterThanOrEqual(93);
      if (load < 0.9) expect(counts['undecided']).toBeLessThanOrEqual(5);
    });
  }
});

describe('what does change is found:', () => {
  it('a service time that grows by half over 60 s, in 9 runs of 10', () => {
    const plan = planFor(100, 60 * S);
    const counts = verdicts(20, 'ramp', (random) =>
      stateOf(
        plan,
        equilibrium(100, 200, 60 * S, random, (atNs) => 1 + Math.max(0, 0.5 * (atNs / (60 * S)))),
      ),
    );
    expect(counts['not-stationary']).toBeGreaterThanOrEqual(18);
  });

  it('a level that rises by half at three quarters, with the moment and both levels', () => {
    const plan = planFor(100, 20 * S);
    const attempts = serve(constantArrivals([stage('main', 100, 20 * S)]), {
      serviceNs: (n) => (n < 1500 ? 4 * MS : 6 * MS),
    });
    const state = stateOf(plan, attempts);
    expect(state.verdict).toBe('not-stationary');
    if (state.verdict === 'not-judged') return;
    const [response, throughput] = state.judged.tests;
    expect(response).toMatchObject({
      quantity: 'response-time',
      finding: 'shift',
      level: 4 * MS,
      shift: { atNs: 15 * S, before: 4 * MS, after: 6 * MS },
    });
    expect(throughput).toMatchObject({ quantity: 'throughput', finding: 'none', level: 100 });
  });

  it('the same level, not when the change is less than a fifth or less than a millisecond', () => {
    const stepped = (beforeNs: number, afterNs: number): Stationarity =>
      stateOf(
        planFor(100, 20 * S),
        serve(constantArrivals([stage('main', 100, 20 * S)]), { serviceNs: (n) => (n < 1500 ? beforeNs : afterNs) }),
      );
    expect(stepped(6 * MS, 7.19 * MS).verdict).toBe('stationary');
    expect(stepped(6 * MS, 7.21 * MS).verdict).toBe('not-stationary');
    expect(stepped(1 * MS, 1.9 * MS).verdict).toBe('stationary');
    expect(stepped(1 * MS, 2.1 * MS).verdict).toBe('not-stationary');
  });

  it('a closed loop that loses a fifth of its throughput, whatever its response times', () => {
    const plan = sketchPlan({ phases: [{ name: 'closed', concurrency: 1, forNs: 20 * S }] });
    const attempts: Attempt[] = [];
    for (let t = 0; t < 20 * S; t += t < 15 * S ? 10 * MS : 12.5 * MS)
      attempts.push({ callId: attempts.length, intendedNs: t, doneNs: t + 4 * MS });
    const state = stateOf(plan, attempts);
    expect(state.verdict).toBe('not-stationary');
    expect(state.verdict === 'not-judged' ? [] : state.judged.tests.map(({ finding }) => finding)).toEqual([
      'none',
      'shift',
    ]);
  });

  it('a transient that the warm-up missed: the stationary stretch begins where it ends, and is reported apart', () => {
    const plan = planFor(100, 20 * S, { warmupNs: 2 * S, arrivals: 'constant' });
    // The first 6 s are cold.
    const attempts = serve(constantArrivals([stage('main', 100, 20 * S)]), {
      serviceNs: (n) => (n < 600 ? 9 * MS : 3 * MS),
    }).map((attempt, n) => ({ ...attempt, warmup: n < 200 }));
    const { summary } = analyse({ record: recordOf(plan, attempts), plan });
    const [phase] = summary.phases;
    expect(phase?.stationarity).toMatchObject({
      verdict: 'stationary-later',
      windowNs: 0.45 * S,
      chosen: { fromNs: 6.05 * S, toNs: 20 * S },
    });
    expect(phase).toMatchObject({
      offered: 1800,
      stationaryStats: { offered: 1395, responseTime: { ok: { minNs: 3 * MS, maxNs: 3 * MS } } },
    });
    expect(phase?.stationaryStats?.goodputPerSecond).toBeCloseTo(100, 9);
    expect(phase?.responseTime.ok.maxNs).toBe(9 * MS);
    const reason = summary.validity.reasons.find(({ code }) => code === 'not-stationary');
    expect(reason).toMatchObject({ severity: 'warning', phase: 'steady' });
    expect(reason?.what).toContain('went from 9 ms to 3 ms about 6.05 s into the phase; stationary from 6.05 s');
    expect(reason?.remedy).toContain('set "warmup: 6.1s"');
    expect(summary.validity.verdict).toBe('valid');
  });

  it('a queue that grows without end: never stationary, and the warning says by how much', () => {
    const plan = planFor(120, 20 * S);
    const attempts = serve(constantArrivals([stage('main', 120, 20 * S)]), { serviceNs: () => 10 * MS });
    const { summary } = analyse({ record: recordOf(plan, attempts), plan });
    expect(summary.phases[0]?.stationarity?.verdict).toBe('not-stationary');
    expect(summary.validity.reasons.find(({ code }) => code === 'not-stationary')?.what).toMatch(
      /^the median response time rose by 4(\.\d+)? s \(\d+ % of its middle\) over 20 s: no stationary stretch/,
    );
  });
});

describe('a standstill in the middle is no trend', () => {
  it('of a second in twenty', () => {
    const attempts = serve(constantArrivals([stage('main', 200, 20 * S)]), {
      serviceNs: () => 1 * MS,
      freeze: { atNs: 10 * S, forNs: 1 * S },
    });
    expect(stateOf(planFor(200, 20 * S), attempts).verdict).toBe('stationary');
  });
});

describe('what is judged', () => {
  const calm = (forNs: number, perSecond = 100): Attempt[] =>
    serve(constantArrivals([stage('main', perSecond, forNs)]), { serviceNs: () => 2 * MS });

  it('ends where the first fault begins, and needs 5 s before it', () => {
    const attempts = calm(20 * S).map((attempt) =>
      attempt.intendedNs > 8 * S ? { ...attempt, doneNs: attempt.doneNs + 500 * MS } : attempt,
    );
    const plan = planFor(100, 20 * S, { faultAtNs: 8 * S });
    const { summary } = analyse({
      record: recordOf(plan, attempts, { events: [...phaseEvents(plan, attempts), ...faultEvents(plan, [0])] }),
      plan,
    });
    expect(summary.phases[0]?.stationarity).toMatchObject({
      verdict: 'stationary',
      chosen: { fromNs: 0, toNs: 8 * S },
    });
    expect(summary.phases[0]?.stationaryStats).toMatchObject({ offered: 800, responseTime: { ok: { maxNs: 2 * MS } } });
    expect(stateOf(plan, attempts, 4.9 * S)).toEqual({ verdict: 'not-judged', why: 'fault' });
  });

  it('is nothing under 5 s, under 320 calls, or of a phase that broke off', () => {
    expect(stateOf(planFor(100, 4 * S), calm(4 * S))).toEqual({ verdict: 'not-judged', why: 'too-short' });
    expect(stateOf(planFor(15, 20 * S), calm(20 * S, 15))).toEqual({ verdict: 'not-judged', why: 'too-few-calls' });
    const plan = planFor(100, 20 * S);
    const events = phaseEvents(plan, []).map((event) =>
      event.type === 'phase' && event.edge === 'scheduled-end' ? { ...event, atNs: 12 * S } : event,
    );
    const { summary } = analyse({ record: recordOf(plan, calm(12 * S), { events, status: 'interrupted' }), plan });
    expect(summary.phases[0]?.stationarity).toEqual({ verdict: 'not-judged', why: 'broken-off' });
  });

  it('is no floor, no overload and no search', () => {
    const plan = sketchPlan({ phases: [{ name: 'floor', regime: 'floor', forNs: 10 * S }] });
    expect(analyse({ record: recordOf(plan, calm(10 * S)), plan }).summary.phases[0]).toMatchObject({
      stationarity: null,
      stationaryStats: null,
    });
  });
});
