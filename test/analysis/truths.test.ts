/** Cases whose answer is known beforehand. */
import type { Stage } from '../../src/plan/index.js';
import { describe, expect, it } from 'vitest';
import { analyse, type Durations, type PhaseSummary, type Summary } from '../../src/analysis/index.js';
import { seededRandom } from '../../src/random/index.js';
import { recordOf, type Attempt } from './fixtures/record.js';
import { MS, S, callSpec, sketchPlan, stage } from './fixtures/scenario.js';
import { constantArrivals, poissonArrivals, serve } from './fixtures/simulation.js';

function onlyPhase(summary: Summary): PhaseSummary {
  const [phase] = summary.phases;
  if (phase === undefined) throw new Error('no phase');
  return phase;
}

function quantileNs(durations: Durations, q: number): number | null {
  const quantile = durations.quantiles.find((candidate) => candidate.q === q);
  return quantile?.kind === 'value' ? quantile.ns : null;
}

describe('overload and drain: D = 10 ms; 10 s at 50/s, 10 s at 150/s, then 50/s', () => {
  const stages = [stage('before', 50, 10 * S), stage('overload', 150, 10 * S), stage('after', 50, 20 * S)] as const;
  const plan = sketchPlan({ phases: [{ name: 'overload', regime: 'overload', stages: [...stages] }] });
  const attempts = serve(constantArrivals(stages), { serviceNs: () => 10 * MS });
  const { summary, figures } = analyse({ record: recordOf(plan, attempts), plan });
  const phase = onlyPhase(summary);

  it('finds the longest wait of 5 s at 20 s', () => {
    // The wait of 5 s, and the service of 10 ms after it.
    expect(phase.drain?.peakWaitNs).toBeCloseTo(5.01 * S, -1);
    expect(phase.drain?.peakWaitAtNs).toBe(20 * S);
    expect(phase.queueAge.source).toBe('upstream');
    expect(phase.queueAge.maxNs).toBeCloseTo(5 * S, -1);
  });

  it('finds the queue empty at 30 s, as the fluid does', () => {
    expect(phase.drain?.emptyWhen).toBe('none-waiting');
    expect(Math.abs((phase.drain?.drainNs ?? 0) - 10 * S)).toBeLessThanOrEqual(20 * MS);
    const fluid = phase.drain?.fluid;
    expect(fluid?.capacityFrom).toBe('observed');
    expect(Math.abs((fluid?.capacityPerSecond ?? 0) - 100)).toBeLessThan(0.2);
    expect(Math.abs((fluid?.peakWaitNs ?? 0) / (5 * S) - 1)).toBeLessThan(0.01);
    expect(Math.abs((fluid?.drainNs ?? 0) / (10 * S) - 1)).toBeLessThan(0.01);
  });

  it('separates the age of the oldest call from the wait of an arriving one, measured and predicted', () => {
    expect((phase.drain?.ageAtEndNs ?? 0) / ((10 / 3) * S)).toBeCloseTo(1, 2);
    expect((phase.drain?.fluid?.ageAtEndNs ?? 0) / ((10 / 3) * S)).toBeCloseTo(1, 2);
    expect(phase.drain?.longestWaitNs).toBeCloseTo(5 * S, -1);
    // The age is highest when the last call of the overload begins to be served, 15 s after its start.
    const { timeline } = figures;
    const oldest = timeline.queueAgeMaxNs.indexOf(Math.max(...timeline.queueAgeMaxNs));
    const peakNs = 10 * S + (phase.drain?.fluid?.peakAgeAfterNs ?? 0);
    expect(Math.abs((timeline.fromNs[oldest] ?? 0) - peakNs)).toBeLessThan(2 * timeline.windowNs);
  });

  it('prefers a known load line to what it observed', () => {
    const withLine = { ...plan, loadLinePerSecond: 100 };
    const { summary } = analyse({ record: recordOf(withLine, attempts), plan: withLine });
    expect(onlyPhase(summary).drain?.fluid).toEqual({
      drainNs: 10 * S,
      peakWaitNs: 5 * S,
      ageAtEndNs: expect.closeTo((10 / 3) * S, -1) as number,
      peakAgeAfterNs: 15 * S,
      capacityPerSecond: 100,
      capacityFrom: 'load-line',
      ignores: [],
    });
    expect(summary.loadLine).toEqual({ perSecond: 100, from: 'declared' });
  });

  it('sees the age grow by a third of a second per second in the overload', () => {
    // The oldest waiting call was planned at two thirds of the pace at which time goes by.
    const [before, overload] = phase.stages;
    expect(before?.queueAge).toMatchObject({ maxNs: 0, slope: { nsPerSecond: 0, low: 0, high: 0 } });
    expect((overload?.queueAge.slope?.nsPerSecond ?? 0) / S).toBeCloseTo(1 / 3, 2);
    expect(overload?.queueAge.slope?.low).toBeGreaterThan(0.3 * S);
  });

  it("is valid: neither a backlog nor its drain is the generator's fault", () => {
    expect(summary.validity).toEqual({ verdict: 'valid', reasons: [] });
  });

  it('draws offered, goodput and queue age where they were', () => {
    const { timeline } = figures;
    const at = (ns: number): number => timeline.fromNs.findIndex((from) => from + timeline.windowNs > ns);
    expect((timeline.offeredPerSecond.reduce((sum, rate) => sum + rate, 0) * timeline.windowNs) / S).toBeCloseTo(
      attempts.length,
      6,
    );
    expect(Math.abs((timeline.offeredPerSecond[at(5 * S)] ?? 0) - 50)).toBeLessThan(5);
    expect(timeline.offeredPerSecond[at(15 * S)]).toBeGreaterThan(140);
    expect(timeline.queueAgeMaxNs[at(5 * S)]).toBe(0);
    expect(Math.max(...timeline.queueAgeMaxNs)).toBe(phase.queueAge.maxNs);
    expect(timeline.queueAgeMaxNs.at(-1)).toBe(0);
  });

  it('says that a queue that never ran empty while the load went on did not drain', () => {
    const short = [stage('overload', 150, 10 * S), stage('after', 50, 5 * S)] as const;
    const shortPlan = sketchPlan({ phases: [{ name: 'overload', regime: 'overload', stages: [...short] }] });
    const { summary } = analyse({
      record: recordOf(shortPlan, serve(constantArrivals(short), { serviceNs: () => 10 * MS })),
      plan: shortPlan,
    });
    expect(onlyPhase(summary).drain).toMatchObject({ drainNs: null, observedNs: 5 * S });
  });

  it('without upstream stamps sees the age of the oldest unanswered call, and waits for an idle moment', () => {
    const blind = serve(constantArrivals(stages), { serviceNs: () => 10 * MS, stamps: false });
    const { summary } = analyse({ record: recordOf(plan, blind), plan });
    const { drain, queueAge } = onlyPhase(summary);
    // The wait of 5 s, and the service of 10 ms after it.
    expect(queueAge.source).toBe('unanswered');
    expect(queueAge.maxNs).toBeCloseTo(5.01 * S, -1);
    expect((summary.phases[0]?.stages[1]?.queueAge.slope?.nsPerSecond ?? 0) / S).toBeCloseTo(1 / 3, 2);
    expect(drain?.emptyWhen).toBe('none-in-system');
    expect(Math.abs((drain?.drainNs ?? 0) - 10 * S)).toBeLessThan(50 * MS);
    expect(drain?.ageAsBefore).toMatchObject({ maxNs: expect.closeTo(10 * MS, -1) as number, phase: null });
    expect(Math.abs((drain?.ageAsBefore?.ns ?? 0) - 10 * S)).toBeLessThan(50 * MS);
    expect(phase.drain?.ageAsBefore).toBeNull();
  });

  describe('without upstream stamps, of a server that always has a call in service', () => {
    // Ten workers of 100 ms have the capacity of one of 10 ms, and at 50/s five of them are always busy.
    const parallel = { workers: 10, serviceNs: () => 100 * MS, stamps: false } as const;

    it('sees no empty queue, and the backlog gone at 30 s by the age of the oldest unanswered call', () => {
      const { summary } = analyse({ record: recordOf(plan, serve(constantArrivals(stages), parallel)), plan });
      const { drain } = onlyPhase(summary);
      expect(drain).toMatchObject({ drainNs: null, emptyWhen: 'none-in-system' });
      expect(drain?.ageAsBefore).toMatchObject({ maxNs: expect.closeTo(100 * MS, -1) as number, phase: null });
      // Calls of the backlog wait no more at 30 s, and are served 100 ms later.
      expect(Math.abs((drain?.ageAsBefore?.ns ?? 0) - 10 * S)).toBeLessThan(150 * MS);
    });

    it('takes the age of the last phase at a lower rate, as a first look has it', () => {
      const half = [stage('main', 50, 5 * S)] as const;
      const over = [stage('overload', 150, 1 * S), stage('after', 50, 4 * S)] as const;
      const look = sketchPlan({
        phases: [
          { name: 'half', stages: [...half] },
          { name: 'overload', regime: 'overload', stages: [...over] },
        ],
      });
      const drainOf = (stamps: boolean) => {
        const first = serve(constantArrivals(half), { ...parallel, stamps });
        const startNs = Math.max(...first.map(({ doneNs }) => doneNs));
        const later = constantArrivals(over).map(({ atNs, ...each }) => ({ ...each, atNs: atNs + startNs }));
        const attempts = [...first, ...serve(later, { ...parallel, stamps }, 1, first.length)];
        return analyse({ record: recordOf(look, attempts), plan: look }).summary.phases[1]?.drain;
      };
      const [seen, known] = [drainOf(false), drainOf(true)];
      expect(seen).toMatchObject({ drainNs: null, ageAsBefore: { phase: 'half' } });
      // A capacity of 100/s: the 50 calls that wait at the end of the overload are gone after a second at 50/s.
      expect(Math.abs((known?.drainNs ?? 0) - 1 * S)).toBeLessThan(100 * MS);
      // The last that waited is answered a service time after it began to be served.
      expect(Math.abs((seen?.ageAsBefore?.ns ?? 0) - (known?.drainNs ?? 0) - 100 * MS)).toBeLessThan(50 * MS);
    });

    it('knows no time where the age never came back, or none is known from before', () => {
      const short = [stage('before', 50, 5 * S), stage('overload', 150, 10 * S), stage('after', 50, 5 * S)] as const;
      const of = (given: readonly [Stage, ...Stage[]]) => {
        const own = sketchPlan({ phases: [{ name: 'overload', regime: 'overload', stages: [...given] }] });
        return onlyPhase(
          analyse({ record: recordOf(own, serve(constantArrivals(given), parallel)), plan: own }).summary,
        );
      };
      expect(of(short).drain).toMatchObject({ ageAsBefore: { ns: null }, observedNs: 5 * S });
      expect(of([short[1], short[2]]).drain?.ageAsBefore).toBeNull();
    });
  });
});

describe('freeze: 200 calls/s for 20 s, 1 ms service, the server stalls 1 s at t = 10 s', () => {
  const freeze = { atNs: 10 * S, forNs: 1 * S };

  it('open loop: 250 calls delayed, mean 32.4 ms, p95 201 ms, p99 841 ms, max 1.001 s', () => {
    const stages = [stage('main', 200, 20 * S)] as const;
    const plan = sketchPlan({ phases: [{ name: 'steady', stages: [...stages] }] });
    const attempts = serve(constantArrivals(stages), { serviceNs: () => 1 * MS, freeze });
    const { summary } = analyse({ record: recordOf(plan, attempts), plan });
    const { responseTime } = onlyPhase(summary);
    const delayed = attempts.filter(({ doneNs, intendedNs }) => doneNs - intendedNs > 1.5 * MS).length;
    expect(delayed).toBe(250);
    expect((responseTime.ok.meanNs ?? 0) / MS).toBeCloseTo(32.4, 1);
    // Delays fall in steps of 4 ms; a quantile defined by the rank above (not at) q n is the next step, 205 and 845 ms.
    expect(Math.round((quantileNs(responseTime.ok, 0.95) ?? 0) / MS)).toBe(201);
    expect(Math.round((quantileNs(responseTime.ok, 0.99) ?? 0) / MS)).toBe(841);
    expect(responseTime.ok.maxNs).toBe(1001 * MS);
    expect(summary.validity.verdict).toBe('valid');
  });

  it('a closed loop of 10 callers sees p99 1 ms, and is labelled closed', () => {
    const plan = sketchPlan({ phases: [{ name: 'closed', concurrency: 10, forNs: 20 * S }] });
    const attempts: Attempt[] = [];
    for (let caller = 0; caller < 10; caller++) {
      for (let t = caller * 5 * MS; t < 20 * S;) {
        const stalled = t >= freeze.atNs && t < freeze.atNs + freeze.forNs;
        const doneNs = (stalled ? freeze.atNs + freeze.forNs + caller * MS : t) + 1 * MS;
        attempts.push({ callId: attempts.length, intendedNs: t, doneNs });
        t = doneNs + 49 * MS;
      }
    }
    const phase = onlyPhase(analyse({ record: recordOf(plan, attempts), plan }).summary);
    expect(phase).toMatchObject({ loop: 'closed', concurrency: 10, scheduledPerSecond: null });
    expect(quantileNs(phase.responseTime.ok, 0.99)).toBe(1 * MS);
    expect(phase.responseTime.ok.maxNs).toBeGreaterThan(0.9 * S);
  });
});

describe('exact replay: seeded service times, Poisson arrivals, FIFO', () => {
  it("reports the upstream wait of Lindley's recursion, and stages that sum to the response time", () => {
    const random = seededRandom(11, 'replay');
    const arrivals = poissonArrivals(80, 30 * S, random);
    const services = arrivals.map(() => Math.round(random.exponential(10 * MS)));
    const plan = sketchPlan({ phases: [{ name: 'steady', stages: [stage('main', 80, 30 * S)], arrivals: 'poisson' }] });
    const attempts = serve(arrivals, { serviceNs: (n) => services[n] ?? 0, outboundNs: 70_000, returnNs: 90_000 });
    const split = onlyPhase(analyse({ record: recordOf(plan, attempts), plan }).summary).stageSplit;

    let free = 0;
    const waits = arrivals.map(({ atNs }, n) => {
      const received = atNs + 70_000;
      const start = Math.max(received, free);
      free = start + (services[n] ?? 0);
      return start - received;
    });
    const mean = (values: readonly number[]): number => values.reduce((sum, x) => sum + x, 0) / values.length;
    const stageMean = (name: string): number =>
      split?.stages.find(({ stage: found }) => found === name)?.durations.meanNs ?? NaN;
    expect(split).toMatchObject({ source: 'upstream', n: arrivals.length, clockProblems: 0 });
    expect(stageMean('upstream-queue')).toBeCloseTo(mean(waits), 3);
    expect(stageMean('service')).toBeCloseTo(mean(services), 3);
    expect([
      stageMean('client-queue'),
      stageMean('schedule-lag'),
      stageMean('outbound-hop'),
      stageMean('return-hop'),
    ]).toEqual([0, 0, 70_000, 90_000]);
    const total = split?.stages.reduce((sum, { durations }) => sum + (durations.meanNs ?? NaN), 0) ?? NaN;
    expect(total).toBeCloseTo(mean(attempts.map(({ doneNs, intendedNs }) => doneNs - intendedNs)), 3);
  });
});

describe('stage attribution', () => {
  const plan = sketchPlan({ phases: [{ name: 'steady', stages: [stage('main', 10, 100 * S)] }] });
  const split = (queueMs: number, serviceMs: number) => {
    const attempts = Array.from({ length: 1000 }, (_, n): Attempt => {
      const intendedNs = n * 100 * MS;
      const startedNs = intendedNs + queueMs * MS;
      const finishedNs = startedNs + serviceMs * MS;
      return { callId: n, intendedNs, receivedNs: intendedNs, startedNs, finishedNs, doneNs: finishedNs };
    });
    const phase = onlyPhase(analyse({ record: recordOf(plan, attempts), plan }).summary);
    const mean = (name: string) =>
      phase.stageSplit?.stages.find(({ stage: found }) => found === name)?.durations.meanNs;
    return { queue: mean('upstream-queue'), service: mean('service'), total: phase.responseTime.ok.meanNs };
  };

  it('moves 20 ms from queue to service and leaves the total alone', () => {
    expect(split(30, 10)).toEqual({ queue: 30 * MS, service: 10 * MS, total: 40 * MS });
    expect(split(10, 30)).toEqual({ queue: 10 * MS, service: 30 * MS, total: 40 * MS });
  });
});

describe('a tool that always fails', () => {
  it('is 100 % tool outcomes, goodput 0 and every call a miss, however fast it answers', () => {
    const plan = sketchPlan({
      phases: [{ name: 'steady', stages: [stage('main', 100, 10 * S)] }],
      calls: [callSpec('broken')],
    });
    const attempts = Array.from({ length: 1000 }, (_, n): Attempt => ({
      callId: n,
      intendedNs: n * 10 * MS,
      doneNs: n * 10 * MS + 1 * MS,
      outcome: 'tool',
      errorClass: 'tool-error',
    }));
    const phase = onlyPhase(analyse({ record: recordOf(plan, attempts), plan }).summary);
    expect(phase.outcomes).toMatchObject({ tool: 1000, ok: 0 });
    expect(phase.errorClasses).toEqual([{ errorClass: 'tool-error', count: 1000 }]);
    expect(phase).toMatchObject({
      offered: 1000,
      good: 0,
      goodputPerSecond: 0,
      goodRatio: 0,
      missRatio: 1,
      completedPerSecond: 0,
    });
    expect(phase.responseTime.ok.n).toBe(0);
    expect(phase.responseTime.all.n).toBe(1000);
    expect(phase.tools).toHaveLength(1);
  });
});
