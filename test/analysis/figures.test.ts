import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { analyse, type Figures } from '../../src/analysis/index.js';
import { windowLengthNs } from '../../src/analysis/figures/timeline.js';
import { OUTCOMES } from '../../src/record/index.js';
import { faultEvents, phaseEvents, recordOf, type Attempt } from './fixtures/record.js';
import { MS, S, callSpec, sketchPlan, stage } from './fixtures/scenario.js';

const deadline = callSpec('search', { deadlineNs: 250 * MS, deadlineIsExplicit: true });

/** Every number anywhere in a value. */
function numbersIn(value: unknown): number[] {
  if (typeof value === 'number') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(numbersIn);
}

const attempt = fc.record({
  atMs: fc.integer({ min: 0, max: 9_999 }),
  tookMs: fc.integer({ min: 0, max: 3_000 }),
  outcome: fc.constantFrom(...OUTCOMES),
  sent: fc.boolean(),
});

const plan = sketchPlan({
  phases: [{ name: 'steady', warmupNs: 1 * S, stages: [stage('main', 10, 10 * S)] }],
  calls: [deadline],
});

describe('the timeline', () => {
  it('puts every call in exactly one window and one kind, and holds only numbers a chart can draw', () => {
    fc.assert(
      fc.property(fc.array(attempt, { maxLength: 60 }), (sketches) => {
        const attempts = sketches.map(({ atMs, tookMs, outcome, sent }, callId): Attempt => {
          const intendedNs = atMs * MS;
          return {
            callId,
            intendedNs,
            doneNs: intendedNs + tookMs * MS,
            outcome,
            warmup: intendedNs < 1 * S,
            ...(sent ? {} : { sentNs: NaN, admittedNs: NaN }),
          };
        });
        const { summary, figures } = analyse({ record: recordOf(plan, attempts), plan });
        const { timeline } = figures;
        timeline.fromNs.forEach((_, w) => {
          const failed = timeline.failedPerSecond.reduce((sum, { perSecond }) => sum + (perSecond[w] ?? 0), 0);
          const parts =
            (timeline.goodputPerSecond[w] ?? 0) +
            (timeline.latePerSecond[w] ?? 0) +
            (timeline.shedPerSecond[w] ?? 0) +
            failed;
          expect(parts).toBeCloseTo(timeline.offeredPerSecond[w] ?? NaN, 9);
        });
        const offered = timeline.offeredPerSecond.reduce((sum, rate) => sum + (rate * timeline.windowNs) / S, 0);
        expect(offered).toBeCloseTo(attempts.length, 6);
        const total = (series: readonly number[]): number =>
          series.reduce((sum, perSecond) => sum + (perSecond * timeline.windowNs) / S, 0);
        const ok = sketches.filter(({ outcome }) => outcome === 'ok');
        const onTime = ok.filter(({ tookMs }) => tookMs <= 250);
        expect(total(timeline.goodputPerSecond)).toBeCloseTo(onTime.length, 6);
        expect(total(timeline.latePerSecond)).toBeCloseTo(ok.length - onTime.length, 6);
        expect(figures.heatmap.cells.reduce((sum, { count }) => sum + count, 0)).toBe(attempts.length);
        for (const number of [...numbersIn(figures), ...numbersIn(summary)]) expect(Number.isFinite(number)).toBe(true);
      }),
      { numRuns: 60 },
    );
  });

  it('has at most 600 windows of a length one can count in', () => {
    expect(windowLengthNs(60 * S)).toBe(0.25 * S);
    expect(windowLengthNs(200 * S)).toBe(0.5 * S);
    expect(windowLengthNs(3600 * S)).toBe(10 * S);
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 1e15, noNaN: true }),
        (length) => Math.ceil(length / windowLengthNs(length)) <= 600,
      ),
    );
  });

  it('keeps successes alone and failures at their deadline apart', () => {
    const attempts = Array.from({ length: 100 }, (_, callId): Attempt => {
      const intendedNs = callId * 100 * MS;
      return {
        callId,
        intendedNs,
        doneNs: intendedNs + 1 * MS,
        ...(callId % 2 === 0 ? {} : { outcome: 'transport', errorClass: 'connect-refused' }),
      };
    });
    const { timeline } = analyse({ record: recordOf(plan, attempts), plan }).figures;
    expect(Math.max(...timeline.responseOk.maxNs.map((ns) => ns ?? 0))).toBe(1 * MS);
    expect(Math.max(...timeline.responseAll.maxNs.map((ns) => ns ?? 0))).toBe(250 * MS);
    expect(timeline.responseOk.p99Ns.every((ns) => ns === null)).toBe(true);
  });
});

describe('the other figures', () => {
  const faulty = sketchPlan({
    phases: [{ name: 'over', regime: 'overload', stages: [stage('overload', 100, 5 * S), stage('after', 50, 5 * S)] }],
    calls: [deadline],
    faults: [{ id: 'cut', phase: 0, atNs: 4 * S, forNs: 1 * S }],
  });
  const attempts = Array.from({ length: 750 }, (_, callId): Attempt => {
    const intendedNs = callId < 500 ? callId * 10 * MS : 5 * S + (callId - 500) * 20 * MS;
    const stamps = { receivedNs: intendedNs + 1 * MS, startedNs: intendedNs + 3 * MS, finishedNs: intendedNs + 8 * MS };
    return { callId, intendedNs, doneNs: intendedNs + 10 * MS, stage: callId < 500 ? 0 : 1, ...stamps };
  });
  const figures: Figures = analyse({
    record: recordOf(faulty, attempts, {
      events: [...phaseEvents(faulty, attempts), ...faultEvents(faulty, [0], 5 * MS)],
    }),
    plan: faulty,
  }).figures;

  it('shade phases with their stages, and faults with planned and confirmed edges', () => {
    expect(figures.phases).toEqual([
      {
        phase: 'over',
        loop: 'open',
        startNs: 0,
        measuredFromNs: 0,
        scheduledEndNs: 10 * S,
        drainedNs: 10 * S,
        stages: [
          { label: 'overload', ratePerSecond: 100, rampToPerSecond: null, fromNs: 0, toNs: 5 * S },
          { label: 'after', ratePerSecond: 50, rampToPerSecond: null, fromNs: 5 * S, toNs: 10 * S },
        ],
      },
    ]);
    expect(figures.faults).toEqual([
      {
        fault: 'cut',
        type: 'down',
        on: 'upstream',
        phase: 'over',
        plannedOnNs: 4 * S,
        confirmedOnNs: 4.005 * S,
        plannedOffNs: 5 * S,
        confirmedOffNs: 5.005 * S,
      },
    ]);
  });

  it('have stage bars that sum to the mean response time', () => {
    const [bars] = figures.stageSplits;
    expect(bars?.source).toBe('upstream');
    expect(bars?.stages.map(({ stage: name, meanNs }) => [name, meanNs / MS])).toEqual([
      ['client-queue', 0],
      ['schedule-lag', 0],
      ['outbound-hop', 1],
      ['upstream-queue', 2],
      ['service', 5],
      ['return-hop', 2],
    ]);
  });

  it('have a heatmap whose cells lie on its edges', () => {
    const { latencyEdgesNs, cells, timeBinNs } = figures.heatmap;
    expect(cells.length).toBeLessThanOrEqual(5000);
    for (const { row, fromNs } of cells) {
      expect(fromNs % timeBinNs).toBe(0);
      expect(latencyEdgesNs[row]).toBeLessThanOrEqual(10 * MS * (1 + 1e-9));
      expect(latencyEdgesNs[row + 1]).toBeGreaterThan(10 * MS);
    }
  });

  it('have a recovery curve counted from the confirmed onset', () => {
    expect(figures.recoveries[0]?.windows.some(({ fromNs }) => fromNs === 0)).toBe(true);
    expect(figures.recoveries[0]?.windows.every(({ fromNs }) => Math.abs(fromNs % (0.5 * S)) < 1)).toBe(true);
  });

  it('of a run without samples are empty, not broken', () => {
    const empty = analyse({ record: recordOf(faulty, [], { events: [] }), plan: faulty });
    expect(empty.summary.phases).toEqual([]);
    expect(empty.figures.timeline.fromNs).toEqual([]);
    expect(numbersIn(empty).every(Number.isFinite)).toBe(true);
  });
});

describe('the schedule-lag histogram', () => {
  const lagOf = (lagsNs: readonly number[], sketch: Parameters<typeof sketchPlan>[0]) => {
    const lagging = sketchPlan(sketch);
    const attempts = lagsNs.map((lagNs, callId): Attempt => ({
      callId,
      intendedNs: callId * 100 * MS,
      sentNs: callId * 100 * MS + lagNs,
      doneNs: callId * 100 * MS + lagNs + MS,
    }));
    return analyse({ record: recordOf(lagging, attempts), plan: lagging }).figures.lags;
  };
  const openLoop = { phases: [{ name: 'steady', stages: [stage('main', 10, 10 * S)] as const }], calls: [deadline] };

  it('counts every lag once, between the edges of its bin', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.integer({ min: 0, max: 3_000 }), fc.integer({ min: 0, max: 2_000_000_000 })), {
          minLength: 1,
          maxLength: 80,
        }),
        (lagsNs) => {
          const [histogram] = lagOf(lagsNs, openLoop);
          expect(histogram?.under).toBe(lagsNs.filter((ns) => ns < 1_000).length);
          for (const { fromNs, toNs, count } of histogram?.bins ?? [])
            expect(count).toBe(lagsNs.filter((ns) => ns >= fromNs && ns < toNs).length);
          expect((histogram?.under ?? 0) + (histogram?.bins ?? []).reduce((sum, { count }) => sum + count, 0)).toBe(
            lagsNs.length,
          );
        },
      ),
      { numRuns: 60 },
    );
  });

  it('has five bins a decade without a gap, and the error of a timer', () => {
    const [histogram] = lagOf([1_000, 1_000_000], openLoop);
    expect(histogram?.limitNs).toBe(1 * MS);
    expect(histogram?.bins).toHaveLength(16);
    histogram?.bins.slice(1).forEach(({ fromNs }, at) => {
      expect(fromNs).toBe(histogram.bins[at]?.toNs);
    });
  });

  it('is of no closed loop: it has no schedule', () => {
    expect(lagOf([1_000, 5_000], { phases: [{ name: 'closed', concurrency: 1, forNs: 10 * S }] })).toEqual([]);
  });
});
