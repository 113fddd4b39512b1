import { describe, expect, it } from 'vitest';
import { analyse, probeEvidence, type AnalysisInput, type Summary } from '../../src/analysis/index.js';
import { planOf, type Plan } from '../../src/plan/index.js';
import type { ProbeEvent, RunEvent, SearchEnding } from '../../src/record/index.js';
import { scenarioFromText } from '../../src/scenario/index.js';
import { constantArrivals, serve } from './fixtures/simulation.js';
import { columnsOf, type Attempt } from './fixtures/record.js';
import { evidenceOf } from './fixtures/probes.js';
import { MS, S, callSpec } from './fixtures/scenario.js';

const PLAN: Plan = planOf(
  scenarioFromText(
    `version: 1
name: search
stack: { services: { backend: { mock: tools } }, target: backend }
calls: [{ tool: search, arguments: { query: hull }, deadline: 2s }]
phases: [{ name: line, regime: capacity, between: [50/s, 400/s], step: 10s }]
`,
    '/srv/search.yaml',
  ).scenario,
);

interface Probed {
  readonly ratePerSecond: number;
  readonly verdict: ProbeEvent['verdict'];
  /** Every call left this much too late. */
  readonly lagNs?: number;
}

/** A search as its record shows it: probes of 10 s, 5 s apart, one worker of 10 ms. */
function searched(probes: readonly Probed[], ended: SearchEnding | null): AnalysisInput {
  const attempts: Attempt[] = [];
  const events: RunEvent[] = [];
  let startNs = 1 * S;
  probes.forEach(({ ratePerSecond, verdict, lagNs = 0 }, probe) => {
    const scheduledEndNs = startNs + 10 * S;
    const served = serve(
      constantArrivals([{ ratePerSecond, forNs: 10 * S }], startNs),
      { serviceNs: () => 10 * MS },
      0,
      attempts.length,
    );
    attempts.push(
      ...served.map((attempt): Attempt => ({
        ...attempt,
        stage: probe,
        sentNs: attempt.intendedNs + lagNs,
        warmup: attempt.intendedNs < startNs + 2 * S,
      })),
    );
    const drainedNs = Math.max(scheduledEndNs, served.at(-1)?.doneNs ?? 0);
    events.push(
      { type: 'phase', atNs: startNs, phase: 0, name: 'line', edge: 'start' },
      { type: 'stage', atNs: startNs, phase: 0, stage: probe, label: `probe ${probe + 1}`, ratePerSecond },
    );
    events.push(
      { type: 'phase', atNs: scheduledEndNs, phase: 0, name: 'line', edge: 'scheduled-end' },
      { type: 'phase', atNs: drainedNs, phase: 0, name: 'line', edge: 'drained' },
    );
    events.push({
      type: 'probe',
      atNs: drainedNs,
      phase: 0,
      probe,
      purpose: 'bracket',
      ratePerSecond,
      startNs,
      measuredFromNs: startNs + 2 * S,
      scheduledEndNs,
      drainedNs,
      verdict,
      why: [`reported of probe ${probe}`],
      evidence: evidenceOf({ ratePerSecond, slope: verdict === 'failed' ? S / 3 : 0 }),
    });
    startNs = drainedNs + 5 * S;
  });
  if (ended !== null)
    events.push({ type: 'search-end', atNs: startNs, phase: 0, ended, passedPerSecond: 50, failedPerSecond: 150 });
  const samples = columnsOf(attempts);
  return {
    header: { runId: 'r1', name: 'search', scenarioDigest: 'd1', startedUtc: '2026-01-01T00:00:00.000Z' },
    manifest: { samples: samples.length },
    status: 'complete',
    envelope: {},
    samples,
    events,
    health: [],
    resources: [],
    machine: [],
    workers: [],
    effects: [],
    gateways: [],
    faultHits: null,
    tools: null,
    work: null,
    upstreamCalls: null,
    serverMetrics: null,
    toolLists: null,
    shards: null,
  };
}

const summaryOf = (probes: readonly Probed[], ended: SearchEnding | null): Summary =>
  analyse({ record: searched(probes, ended), plan: PLAN }).summary;

describe('a capacity phase', () => {
  const summary = summaryOf(
    [
      { ratePerSecond: 50, verdict: 'passed' },
      { ratePerSecond: 150, verdict: 'failed' },
    ],
    'found',
  );
  const [phase] = summary.phases;

  it('lasts from the start of its first probe to the end of its last', () => {
    expect(phase).toMatchObject({ startNs: 1 * S, scheduledEndNs: 26 * S });
    // 1500 calls of 10 ms, begun at 16 s.
    expect(phase?.drainedNs).toBeCloseTo(31 * S, -6);
  });

  it('has no numbers of its own, and one stage a probe with what was measured after its warm-up', () => {
    expect(phase).toMatchObject({
      regime: 'capacity',
      offered: 0,
      good: 0,
      missRatio: null,
      offeredPerSecond: 0,
      completedPerSecond: 0,
      consistencyError: null,
      stageSplit: null,
      warmupCalls: 400,
    });
    expect(phase?.stages.map(({ label, ratePerSecond, offered }) => [label, ratePerSecond, offered])).toEqual([
      ['probe 1', 50, 400],
      ['probe 2', 150, 1200],
    ]);
    // A server of 100/s answers 150/s within 2 s for six seconds, two of which are warm-up: 400 good calls in 8 s.
    const [below, above] = phase?.stages.map(({ goodputPerSecond }) => goodputPerSecond) ?? [];
    expect(below).toBe(50);
    expect(above).toBeCloseTo(50, 0);
    const [calm, over] = phase?.stages.map(({ queueAge }) => queueAge.slope) ?? [];
    expect(calm).toEqual({ nsPerSecond: 0, low: 0, high: 0 });
    // D/D/1 at 150/s on 100/s: the oldest waiting call ages by a third of a second every second.
    expect(Math.abs((over?.nsPerSecond ?? 0) / (S / 3) - 1)).toBeLessThan(0.02);
  });

  it('reports the interval and the probes as they were judged', () => {
    expect(summary.capacities).toMatchObject([
      {
        phase: 'line',
        ended: 'found',
        passedPerSecond: 50,
        failedPerSecond: 150,
        probes: [
          { probe: 0, verdict: 'passed', why: ['reported of probe 0'] },
          { probe: 1, verdict: 'failed' },
        ],
      },
    ]);
  });

  it('is valid for all its overload', () => {
    expect(summary.validity).toMatchObject({ verdict: 'valid', reasons: [] });
  });
});

describe('the validity of a search', () => {
  const reasons = (probes: readonly Probed[], ended: SearchEnding | null) =>
    summaryOf(probes, ended).validity.reasons.map(({ severity, code }) => [severity, code]);

  it('is lost where the generator was the limit', () => {
    const late: Probed = { ratePerSecond: 100, verdict: 'invalid', lagNs: 200 * MS };
    expect(reasons([late, late, late], 'generator')).toEqual([['invalid', 'generator-saturated']]);
  });

  it('is kept where a spoiled probe was made again, whose lateness does not count', () => {
    const summary = summaryOf(
      [
        { ratePerSecond: 50, verdict: 'invalid', lagNs: 200 * MS },
        { ratePerSecond: 50, verdict: 'passed' },
      ],
      'high-passed',
    );
    expect(summary.validity).toMatchObject({
      verdict: 'valid',
      reasons: [{ severity: 'warning', code: 'generator-saturated' }],
    });
    expect(summary.phases[0]?.scheduleLag).toMatchObject({ n: 400, maxNs: 0 });
  });

  it('is kept where the generator stood still in a probe: that is named, and what becomes of such a probe', () => {
    const record = searched([{ ratePerSecond: 50, verdict: 'passed' }], 'found');
    const standstill: RunEvent = {
      ...{ type: 'standstill', atNs: 6 * S, lengthNs: 0.5 * S, of: 'generator', worker: 0 },
    };
    const { validity } = analyse({ record: { ...record, events: [...record.events, standstill] }, plan: PLAN }).summary;
    expect(validity).toMatchObject({
      verdict: 'valid',
      reasons: [
        {
          code: 'generator-standstill',
          severity: 'warning',
          phase: 'line',
          what:
            'the generator stood still for 500 ms, 5 s into the phase: a probe whose verdict rests on it was made ' +
            'again',
        },
      ],
    });
  });

  it('is kept, with a word, where the budget was used up', () => {
    expect(reasons([{ ratePerSecond: 50, verdict: 'passed' }], 'budget')).toEqual([['warning', 'capacity-undecided']]);
  });

  it('does not depend on a recorded end', () => {
    const summary = summaryOf([{ ratePerSecond: 50, verdict: 'passed' }], null);
    expect(summary.capacities).toMatchObject([{ ended: null, passedPerSecond: 50, failedPerSecond: null }]);
  });
});

describe('the capacity of a stack that lost a service', () => {
  it('leaves what is above the operating rate for recovery', () => {
    const plan = planOf(
      scenarioFromText(
        `version: 1
name: search
stack: { services: { backend: { mock: tools, replicas: 2 } }, target: backend }
calls: [{ tool: search, arguments: { query: hull }, deadline: 2s }]
phases: [{ name: line, regime: capacity, between: [50/s, 400/s], step: 10s, without: backend-2, operating: 20/s }]
`,
        '/srv/search.yaml',
      ).scenario,
    );
    const record = searched(
      [
        { ratePerSecond: 50, verdict: 'passed' },
        { ratePerSecond: 150, verdict: 'failed' },
      ],
      'found',
    );
    expect(analyse({ record, plan }).summary.capacities).toMatchObject([
      {
        without: 'backend-2',
        recovery: { operatingPerSecond: 20, lowPerSecond: 30, highPerSecond: 130, headroom: 0.6 },
      },
    ]);
  });
});

describe('the load line', () => {
  it('is the last one measured, and without any the declared one', () => {
    const record = searched([{ ratePerSecond: 50, verdict: 'passed' }], 'found');
    const measured = [80, 90].map((passedPerSecond): RunEvent => ({
      type: 'load-line',
      atNs: 20 * S,
      phase: 0,
      passedPerSecond,
      failedPerSecond: null,
    }));
    const plan = { ...PLAN, loadLinePerSecond: 70 };
    const lineOf = (events: readonly RunEvent[]) =>
      analyse({ record: { ...record, events: [...record.events, ...events] }, plan }).summary.loadLine;
    expect(lineOf(measured)).toEqual({ perSecond: 90, from: 'measured' });
    expect(lineOf([])).toEqual({ perSecond: 70, from: 'declared' });
  });
});

describe('what a probe is judged by', () => {
  it('is counted from its samples alone', () => {
    // 500 calls of 1 ms in the warm-up, then 1000 in 2 s with a deadline of 10 ms: 5 failed in the generator, 3 were
    // given up after they were sent and 2 before, 890 were good, and 100 took 20 ms.
    const attempts = Array.from({ length: 1500 }, (_, n): Attempt => {
      const intendedNs = n * 2 * MS;
      const k = n - 500;
      const call = { callId: n, intendedNs, warmup: k < 0, sentNs: intendedNs + (k >= 50 ? 0 : 3 * MS) };
      const failed = { ...call, doneNs: intendedNs + 10 * MS };
      if (k < 0) return { ...call, doneNs: intendedNs + 1 * MS };
      if (k < 5) return { ...failed, outcome: 'generator' };
      if (k < 8) return { ...failed, outcome: 'deadline' };
      if (k < 10) return { ...failed, outcome: 'deadline', sentNs: NaN };
      return { ...call, doneNs: intendedNs + (k < 900 ? (k + 1) * 9_000 : 20 * MS) };
    });
    const evidence = probeEvidence({
      startNs: 0,
      measuredFromNs: 1 * S,
      scheduledEndNs: 3 * S,
      offered: 1504,
      samples: columnsOf(attempts),
      specs: [callSpec('search', { deadlineNs: 10 * MS })],
      events: [],
    });
    expect(evidence).toMatchObject({
      offered: 1000,
      good: 890,
      offeredPerSecond: 500,
      // The last ten came after the end of the schedule.
      completedPerSecond: 490,
      goodputPerSecond: 445,
      responseP99Ns: 20 * MS,
      queueAge: { source: 'unanswered', maxNs: 20 * MS },
      scheduleLagP99Ns: 3 * MS,
      generatorFailures: 5,
      unaccounted: 4,
      abandoned: 3,
    });
    expect(evidence.missRatio).toBeCloseTo(0.11, 9);
  });
});
