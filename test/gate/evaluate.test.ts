import { describe, expect, it } from 'vitest';
import { analyse, type PhaseSummary, type RecoverySummary, type Summary } from '../../src/analysis/index.js';
import { evaluateGates, gateExitCode } from '../../src/gate/index.js';
import { EXIT } from '../../src/problem/index.js';
import type { RunEvent } from '../../src/record/index.js';
import type { Gate } from '../../src/scenario/index.js';
import { faultEvents, phaseEvents, recordOf, type Attempt } from '../analysis/fixtures/record.js';
import { measuredText, recoveryTime } from '../../src/format/index.js';
import { cameBack, stayedDown } from '../report/after-fault-fixture.js';
import { MS, S, callSpec, sketchPlan, stage } from '../analysis/fixtures/scenario.js';

/** 1 000 calls of 1 to 1 000 us in 10 s, two labels by turns, stamped by the upstream. */
const plan = sketchPlan({
  phases: [{ name: 'steady', stages: [stage('main', 100, 10 * S)] }],
  calls: [
    callSpec('search', { deadlineNs: 250 * MS, deadlineIsExplicit: true }),
    callSpec('book', { deadlineNs: 250 * MS, deadlineIsExplicit: true }),
  ],
});

function summaryOf(change: (n: number) => Partial<Attempt> = () => ({})): Summary {
  const attempts = Array.from({ length: 1000 }, (_, n): Attempt => {
    const intendedNs = n * 10 * MS;
    const doneNs = intendedNs + (n + 1) * 1000;
    return {
      callId: n,
      spec: n % 2,
      intendedNs,
      receivedNs: intendedNs,
      startedNs: intendedNs + n,
      finishedNs: doneNs,
      doneNs,
      ...change(n),
    };
  });
  return analyse({ record: recordOf(plan, attempts), plan }).summary;
}

const calm = summaryOf();

function gate(metric: Gate['metric'], stat: Gate['stat'], unit: Gate['unit'], bounds: Partial<Gate> = {}): Gate {
  return {
    index: 0,
    metric,
    stat,
    phase: 'steady',
    tool: null,
    fault: null,
    process: null,
    min: null,
    max: null,
    unit,
    ...bounds,
  };
}

function only(summary: Summary, asked: Gate) {
  const [result] = evaluateGates(summary, { gates: [asked] }).results;
  if (result === undefined) throw new Error('no result');
  return result;
}

function withPhase(change: Partial<PhaseSummary>, summary = calm): Summary {
  return { ...summary, phases: summary.phases.map((phase) => ({ ...phase, ...change })) };
}

const recovery: RecoverySummary = {
  fault: 'cut',
  type: 'down',
  on: 'upstream',
  phase: 'steady',
  onsetNs: 4 * S,
  clearNs: 5 * S,
  onsetUncertaintyNs: 0,
  clearUncertaintyNs: 0,
  baseline: { goodputPerSecond: 100, p99Ns: MS, windows: 8 },
  normalRange: { maxP99Ns: 1.5 * MS, minGoodputPerSecond: 90 },
  windowNs: 0.5 * S,
  holdNs: 3 * S,
  timeToDetect: { kind: 'value', ns: 0.5 * S },
  timeToRecover: { kind: 'value', ns: 2 * S },
  drain: { ns: 1 * S, observedNs: 5 * S, fluidNs: null, fluidIgnores: [], emptyWhen: 'none-waiting' },
  dip: { lostGoodCalls: 37, depth: 1 },
  afterFault: cameBack,
  note: null,
};
const withRecovery = (change: Partial<RecoverySummary> = {}): Summary => ({
  ...calm,
  recoveries: [{ ...recovery, ...change }],
});

describe('a gate on a number that was measured', () => {
  const cases: readonly (readonly [Gate, 'pass' | 'regress', string])[] = [
    [gate('response-time', 'p99', 'ns', { max: 0.99 * MS }), 'pass', 'response-time p99 of steady <= 990 µs'],
    [gate('response-time', 'p99', 'ns', { max: 0.98 * MS }), 'regress', 'response-time p99 of steady <= 980 µs'],
    [gate('response-time', 'mean', 'ns', { max: 500_500 }), 'pass', 'response-time mean of steady <= 500.5 µs'],
    [gate('response-time', 'max', 'ns', { min: 2 * MS }), 'regress', 'response-time max of steady >= 2 ms'],
    [gate('latency-from-send', 'p50', 'ns', { max: 1 * MS }), 'pass', 'latency-from-send p50 of steady <= 1 ms'],
    [gate('schedule-lag', 'p99', 'ns', { max: 0 }), 'pass', 'schedule-lag p99 of steady <= 0 ms'],
    [gate('queue-age', 'max', 'ns', { max: 999 }), 'pass', 'queue-age max of steady <= 999 ns (source: upstream)'],
    [gate('upstream-queue', 'max', 'ns', { max: 998 }), 'regress', 'upstream-queue max of steady <= 998 ns'],
    [gate('goodput', 'rate', 'per-second', { min: 100 }), 'pass', 'goodput rate of steady >= 100/s'],
    [gate('goodput', 'ratio', 'ratio', { min: 1 }), 'pass', 'goodput ratio of steady >= 100 %'],
    [gate('throughput', 'rate', 'per-second', { min: 101 }), 'regress', 'throughput of steady >= 101/s'],
    [gate('deadline-miss-ratio', 'ratio', 'ratio', { max: 0 }), 'pass', 'deadline-miss-ratio of steady <= 0 %'],
    [gate('error-ratio', 'ratio', 'ratio', { max: 0 }), 'pass', 'error-ratio of steady <= 0 %'],
    [
      gate('retry-amplification', 'ratio', 'multiple', { min: 1, max: 1.2 }),
      'pass',
      'retry-amplification of steady >= 1x and <= 1.2x',
    ],
    [
      gate('response-time', 'p50', 'ns', { max: 1 * MS, tool: 'book' }),
      'pass',
      'response-time p50 of book in steady <= 1 ms',
    ],
  ];
  for (const [asked, verdict, text] of cases) {
    it(`is a ${verdict} for ${text}`, () => {
      expect(only(calm, asked)).toMatchObject({ verdict, text, unit: asked.unit });
    });
  }

  it('says what was measured, in the unit of the bound, with its interval', () => {
    const result = only(calm, gate('response-time', 'p99', 'ns', { max: 0.98 * MS }));
    expect(result.measured).toBe(0.99 * MS);
    expect(result.why).toBe('steady, ok calls: 990 µs (95 % interval 983 µs to 997 µs)');
  });

  it('prints enough digits to differ from the bound', () => {
    expect(
      only(withPhase({ goodputPerSecond: 99.99999 }), gate('goodput', 'rate', 'per-second', { min: 100 })).why,
    ).toBe('steady: 99.99999/s');
  });
});

describe('a gate without a number', () => {
  it('fails when nothing was sampled: a phase without calls, a tool never called, a fault never seen', () => {
    const nothing = [
      only(withPhase({ offered: 0 }), gate('goodput', 'rate', 'per-second', { min: 1 })),
      only({ ...calm, phases: [] }, gate('response-time', 'p99', 'ns', { max: 1, phase: null })),
      only(withPhase({ tools: [] }), gate('response-time', 'p99', 'ns', { max: 1, tool: 'book' })),
      only(withPhase({ tools: [] }), gate('response-time', 'p99', 'ns', { max: 1, tool: 'book', phase: null })),
      only(calm, gate('time-to-recover', 'max', 'ns', { max: 1, phase: null })),
      only(calm, gate('duplicates', 'count', 'count', { max: 0, phase: null })),
      only(withPhase({ stageSplit: null }), gate('upstream-queue', 'p99', 'ns', { max: 1 })),
    ];
    for (const { verdict, measured, why } of nothing) {
      expect(verdict).toBe('regress');
      expect(measured).toBeNull();
      expect(why).toMatch(/a gate without a number fails$/);
    }
  });

  it('fails for a server that fails every call, however fast', () => {
    const broken = summaryOf(() => ({ outcome: 'tool', errorClass: 'tool-error' }));
    expect(only(broken, gate('response-time', 'p99', 'ns', { max: 100 * MS }))).toMatchObject({
      verdict: 'regress',
      why: 'steady, ok calls (0 % of all): no samples; a gate without a number fails',
    });
  });

  it('fails on response times where most calls are refused at once, and says what share was ok', () => {
    const shedding = summaryOf((n) => (n % 5 < 3 ? { outcome: 'shed', errorClass: 'http-503' } : {}));
    const { verdict, measured, why } = only(shedding, gate('response-time', 'p99', 'ns', { max: 200 * MS }));
    expect([verdict, measured]).toEqual(['regress', 250 * MS]);
    expect(why).toContain('all calls: > 250 ms (calls without an answer)');
    const inTime = only(shedding, gate('response-time', 'p99', 'ns', { max: 300 * MS }));
    expect(inTime.verdict).toBe('inconclusive');
  });

  it('is inconclusive when the sample is too small for the quantile, and says how many it takes', () => {
    expect(only(calm, gate('response-time', 'p99.9', 'ns', { max: 1 * S }))).toMatchObject({
      verdict: 'inconclusive',
      measured: null,
      why: 'steady, ok calls: not estimable, too few samples (1,000 of 6,636 needed)',
    });
  });
});

describe('a censored number', () => {
  const timedOut = summaryOf((n) =>
    n % 20 === 0 ? { doneNs: n * 10 * MS + 250 * MS, outcome: 'deadline', errorClass: 'deadline' } : {},
  );

  it('fails when the bound is below what was reached for sure', () => {
    expect(only(timedOut, gate('response-time', 'p99', 'ns', { max: 200 * MS }))).toMatchObject({
      verdict: 'regress',
      measured: 250 * MS,
      isLowerBound: true,
      why: 'steady, all calls: > 250 ms (calls without an answer)',
    });
    expect(only(timedOut, gate('response-time', 'max', 'ns', { max: 200 * MS })).verdict).toBe('regress');
  });

  it('is inconclusive when the bound lies beyond', () => {
    expect(only(timedOut, gate('response-time', 'p99', 'ns', { max: 300 * MS })).verdict).toBe('inconclusive');
    expect(only(timedOut, gate('response-time', 'mean', 'ns', { max: 300 * MS })).verdict).toBe('inconclusive');
  });

  it('passes a smallest value it is sure to reach', () => {
    expect(only(timedOut, gate('schedule-lag', 'p50', 'ns', { min: 0 })).verdict).toBe('pass');
    expect(
      only(
        withRecovery({ timeToRecover: { kind: 'censored', ns: 5 * S } }),
        gate('time-to-recover', 'max', 'ns', { min: 4 * S }),
      ).verdict,
    ).toBe('pass');
  });

  it('does not reach a quantile in front of those given up', () => {
    expect(only(timedOut, gate('response-time', 'p90', 'ns', { max: 1 * MS })).verdict).toBe('pass');
  });
});

describe('a gate on recovery', () => {
  it('says of a recovery that never came within what time it did not, and that the observation ended', () => {
    const never = withRecovery({ timeToRecover: { kind: 'censored', ns: 28 * S } });
    expect(only(never, gate('time-to-recover', 'max', 'ns', { max: 3 * S, fault: null, phase: null }))).toMatchObject({
      verdict: 'regress',
      measured: 28 * S,
      isLowerBound: true,
      why: 'cut: not within 28 s (the observation ended first)',
    });
  });

  const recover = (max: number, fault: string | null = null): Gate =>
    gate('time-to-recover', 'max', 'ns', { max, fault, phase: null });

  it('passes and fails by the time it took', () => {
    expect(only(withRecovery(), recover(2 * S))).toMatchObject({
      verdict: 'pass',
      measured: 2 * S,
      text: 'time-to-recover after every fault <= 2 s',
    });
    expect(only(withRecovery(), recover(1 * S, 'cut'))).toMatchObject({
      verdict: 'regress',
      text: 'time-to-recover after cut <= 1 s',
      why: 'cut: 2 s',
    });
  });

  it('that never happened while anyone looked fails below that time and is inconclusive above it', () => {
    const never = withRecovery({ timeToRecover: { kind: 'censored', ns: 5 * S } });
    expect(only(never, recover(4 * S)).verdict).toBe('regress');
    expect(only(never, recover(10 * S)).verdict).toBe('inconclusive');
  });

  it('that was not observed is inconclusive, and says what to change', () => {
    const note = 'the service came back 8.9 s after the phase ended; recovery was not observed; lengthen the phase';
    const unseen = withRecovery({ timeToRecover: { kind: 'not-observed' }, note });
    expect(only(unseen, recover(4 * S))).toMatchObject({
      verdict: 'inconclusive',
      measured: null,
      why: `cut: not estimable, ${note}`,
    });
  });

  it('passes when the normal range was never left', () => {
    const unmarked = withRecovery({ timeToDetect: { kind: 'not-degraded' }, timeToRecover: { kind: 'not-degraded' } });
    expect(only(unmarked, recover(1))).toMatchObject({
      verdict: 'pass',
      measured: null,
      why: 'cut: the normal range was never left',
    });
    expect(only(unmarked, gate('time-to-detect', 'max', 'ns', { max: 1, phase: null })).verdict).toBe('pass');
  });

  it('fails when it is unknown, with the reason', () => {
    const unknown = withRecovery({
      timeToRecover: { kind: 'unknown' },
      baseline: null,
      note: 'too little calm before the fault',
    });
    expect(only(unknown, recover(1 * S)).why).toMatch(/too little calm/);
  });

  it('covers dip and drain as well', () => {
    expect(only(withRecovery(), gate('dip-area', 'count', 'count', { max: 36, phase: null }))).toMatchObject({
      verdict: 'regress',
      measured: 37,
    });
    expect(only(withRecovery(), gate('backlog-drain', 'max', 'ns', { max: 1 * S, phase: null })).verdict).toBe('pass');
    expect(
      only(
        withRecovery({
          drain: { ns: null, observedNs: 5 * S, fluidNs: null, fluidIgnores: [], emptyWhen: 'none-waiting' },
        }),
        gate('backlog-drain', 'max', 'ns', { max: 1 * S, phase: null }),
      ).verdict,
    ).toBe('regress');
  });

  it('of none at all reads as under a window, in the words of the report', () => {
    const result = only(withRecovery({ timeToRecover: { kind: 'value', ns: 0 } }), recover(2 * S));
    expect(result).toMatchObject({ verdict: 'pass', measured: 0, step: 0.5 * S, why: 'cut: under 500 ms' });
    const text = measuredText(result.measured ?? NaN, result.unit, result.gate, result.step);
    expect(text).toBe(recoveryTime(0, 0.5 * S));
    expect(`cut: ${text}`).toBe(result.why);
  });

  it('fails on one that stayed down by itself, and on nothing less', () => {
    const metastable = gate('metastable', 'count', 'count', { max: 0, phase: null });
    expect(only(withRecovery(), metastable)).toMatchObject({
      verdict: 'pass',
      measured: 0,
      text: 'metastable after every fault <= 0',
    });
    expect(only(withRecovery({ afterFault: stayedDown }), metastable)).toMatchObject({
      verdict: 'regress',
      measured: 1,
    });
    const unsettled = {
      ...stayedDown,
      metastability: { ...stayedDown.metastability, verdict: 'censored', reason: 'too-short' },
    } as const;
    expect(only(withRecovery({ afterFault: unsettled }), metastable)).toMatchObject({
      verdict: 'inconclusive',
      measured: null,
    });
  });

  it('holds for every fault when none is named: the worst decides', () => {
    const two: Summary = {
      ...calm,
      recoveries: [{ ...recovery, timeToRecover: { kind: 'value', ns: 9 * S }, fault: 'second' }, recovery],
    };
    expect(only(two, recover(5 * S))).toMatchObject({ verdict: 'regress', why: 'second: 9 s' });
    expect(only(two, recover(5 * S, 'cut')).verdict).toBe('pass');
  });
});

describe('a gate on effects', () => {
  const effects = {
    calls: 10,
    exactlyOnce: 7,
    duplicates: 1,
    lost: 1,
    orphans: 1,
    failedNotExecuted: 0,
    unattributed: 0,
    slices: [],
  };
  it.each(['duplicates', 'lost', 'orphans'] as const)('counts %s', (metric) => {
    expect(only({ ...calm, effects }, gate(metric, 'count', 'count', { max: 0, phase: null }))).toMatchObject({
      verdict: 'regress',
      measured: 1,
      text: `${metric} <= 0`,
    });
    expect(only({ ...calm, effects }, gate(metric, 'count', 'count', { max: 1, phase: null })).verdict).toBe('pass');
  });
});

describe('a gate on a closed loop', () => {
  const closed = withPhase({ loop: 'closed', concurrency: 4 });
  const closedRecovery = { ...closed, recoveries: [recovery] };

  it('says so in its name and its reason: its times are not those of independent arrivals', () => {
    const asked = [
      gate('response-time', 'p99', 'ns', { max: 0.99 * MS }),
      gate('response-time', 'mean', 'ns', { max: 1, phase: null }),
      gate('goodput', 'rate', 'per-second', { min: 1, tool: 'search' }),
      gate('time-to-recover', 'max', 'ns', { max: 1 * S, phase: null }),
      gate('dip-area', 'max', 'count', { max: 1, phase: null, fault: 'cut' }),
      gate('queue-age', 'max', 'ns', { max: 1, phase: null }),
    ];
    const report = evaluateGates(closedRecovery, { gates: asked });
    for (const { text, why } of report.results)
      expect([text, why]).toEqual([
        expect.stringMatching(/ \(closed loop\)( \(source: upstream\))?$/),
        expect.stringMatching(/^(steady|search in steady|cut) \(closed loop\)( \(source: upstream\))?[:,]/),
      ]);
    expect(report.results[0]?.text).toBe('response-time p99 of steady <= 990 µs (closed loop)');
  });

  it('says when only some of the phases behind it are closed, and nothing of an open one or of the run', () => {
    const [phase] = closed.phases;
    if (phase === undefined) throw new Error('no phase');
    const mixed = {
      ...closed,
      phases: [phase, { ...phase, name: 'open', index: 1, loop: 'open' as const, concurrency: null }],
    };
    expect(only(mixed, gate('goodput', 'rate', 'per-second', { min: 1, phase: null })).text).toMatch(
      / \(closed loops among them\)$/,
    );
    expect(only(mixed, gate('goodput', 'rate', 'per-second', { min: 1, phase: 'open' }))).toMatchObject({
      text: 'goodput rate of open >= 1/s',
      why: expect.stringMatching(/^open: /) as unknown,
    });
    expect(only(closed, gate('contract-drift', 'count', 'count', { max: 0, phase: null })).text).not.toContain(
      'closed',
    );
  });
});

describe('a gate on a trend', () => {
  const slope = (low: number, high: number): Summary =>
    withPhase({
      queueAge: { source: 'upstream', maxNs: 0, p99Ns: 0, slope: { nsPerSecond: (low + high) / 2, low, high } },
    });
  const asked = gate('queue-age', 'slope', 'ns-per-second', { max: 1 * MS });

  it('is decided by the interval: all of it inside, all of it outside, or neither', () => {
    expect(only(slope(-1 * MS, 0.9 * MS), asked).verdict).toBe('pass');
    expect(only(slope(1.1 * MS, 3 * MS), asked)).toMatchObject({
      verdict: 'regress',
      text: 'queue-age slope of steady <= 1 ms/s (source: upstream)',
      why: 'steady (source: upstream): +2.05 ms/s, 95 % interval +1.1 ms/s to +3 ms/s, which is what counts',
    });
    expect(only(slope(0.5 * MS, 1.5 * MS), asked).verdict).toBe('inconclusive');
  });

  it('says of whose age it is where the upstream reports no times, also when it passes', () => {
    const unanswered = (maxNs: number) =>
      only(
        withPhase({ queueAge: { source: 'unanswered', maxNs, p99Ns: 0, slope: null } }),
        gate('queue-age', 'max', 'ns', { max: 100 * MS }),
      );
    const text = 'queue-age max of steady <= 100 ms (source: unanswered)';
    expect(unanswered(20 * MS)).toMatchObject({ verdict: 'pass', text });
    expect(unanswered(700 * MS)).toMatchObject({
      verdict: 'regress',
      text,
      why: 'steady (source: unanswered): 700 ms',
    });
  });

  it('is inconclusive without a slope', () => {
    expect(only(withPhase({ queueAge: { source: 'upstream', maxNs: 0, p99Ns: 0, slope: null } }), asked).verdict).toBe(
      'inconclusive',
    );
  });
});

describe('several phases', () => {
  it('must all pass when the gate names none: the worst decides', () => {
    const [steady] = calm.phases;
    if (steady === undefined) throw new Error('no phase');
    const two: Summary = { ...calm, phases: [steady, { ...steady, name: 'fault', goodputPerSecond: 40 }] };
    expect(only(two, gate('goodput', 'rate', 'per-second', { min: 50, phase: null }))).toMatchObject({
      verdict: 'regress',
      measured: 40,
      why: 'fault: 40/s',
      text: 'goodput rate in every phase >= 50/s',
    });
    expect(only(two, gate('goodput', 'rate', 'per-second', { min: 30, phase: null }))).toMatchObject({
      verdict: 'pass',
      measured: 40,
    });
  });
});

describe('the verdict of a run', () => {
  const pass = gate('goodput', 'rate', 'per-second', { min: 1 });
  const unsure = gate('response-time', 'p99.9', 'ns', { max: 1 * S });
  const fail = gate('goodput', 'rate', 'per-second', { min: 1000 });
  const invalid: Summary = {
    ...calm,
    validity: {
      verdict: 'invalid',
      reasons: [
        { code: 'schedule-lag', severity: 'invalid', phase: 'steady', what: 'calls left late', remedy: 'slow down' },
      ],
    },
  };

  it('is the worst of its gates, and pass without any', () => {
    expect(evaluateGates(calm, { gates: [] }).verdict).toBe('pass');
    expect(evaluateGates(calm, { gates: [pass] }).verdict).toBe('pass');
    expect(evaluateGates(calm, { gates: [pass, unsure] }).verdict).toBe('inconclusive');
    expect(evaluateGates(calm, { gates: [unsure, fail, pass] }).verdict).toBe('regress');
  });

  it('is invalid when the run is, for every gate and even without one', () => {
    expect(evaluateGates(invalid, { gates: [] }).verdict).toBe('invalid');
    const report = evaluateGates(invalid, { gates: [pass, fail] });
    expect(report.verdict).toBe('invalid');
    for (const result of report.results)
      expect(result).toMatchObject({ verdict: 'invalid', why: 'the run is invalid: calls left late' });
  });

  it('is inconclusive where the run is doubtful, without a gate too', () => {
    const none = evaluateGates({ ...calm, validity: { ...calm.validity, verdict: 'doubtful' } }, { gates: [] });
    expect(gateExitCode(none.verdict)).toBe(75);
    const busy: Summary = { ...calm, validity: { ...calm.validity, verdict: 'doubtful' } };
    expect(evaluateGates(busy, { gates: [pass, fail] }).results.map(({ verdict }) => verdict)).toEqual([
      'inconclusive',
      'inconclusive',
    ]);
  });

  it('is not passed on a phase that was not stationary; trends and numbers of the generator are exempt', () => {
    const stretch = { fromNs: 0, toNs: 10 * S, tests: [] };
    const drifting = withPhase({
      stationarity: { verdict: 'not-stationary', windowNs: 0.25 * S, judged: stretch, chosen: null },
    });
    expect(only(drifting, pass)).toMatchObject({ verdict: 'inconclusive', measured: 100 });
    expect(only(drifting, pass).why).toMatch(/; steady was not stationary, so a longer run would give another number$/);
    expect(only(drifting, { ...pass, phase: null }).verdict).toBe('inconclusive');
    expect(only(drifting, fail).verdict).toBe('regress');
    expect(only(drifting, gate('schedule-lag', 'p99', 'ns', { max: 0 })).verdict).toBe('pass');
    expect(only(drifting, gate('queue-age', 'max', 'ns', { max: 999 })).verdict).toBe('pass');
    const late = withPhase({
      stationarity: { verdict: 'stationary-later', windowNs: 0.25 * S, judged: stretch, chosen: stretch },
    });
    expect(only(late, pass).verdict).toBe('pass');
  });

  it('has an exit code each', () => {
    expect((['pass', 'regress', 'inconclusive', 'invalid'] as const).map(gateExitCode)).toEqual([
      EXIT.pass,
      EXIT.gateFailed,
      EXIT.inconclusive,
      EXIT.invalid,
    ]);
  });
});

describe('a gate on the contract', () => {
  const drift: Summary['drift'] = {
    everyNs: S,
    tools: 3,
    polls: 9,
    failedPolls: 0,
    longestGapNs: S,
    breaking: 2,
    informational: 5,
    changes: [],
  };
  const asked = gate('contract-drift', 'count', 'count', { phase: null, max: 1 });

  it('counts the changes that break', () => {
    expect(only({ ...calm, drift }, asked)).toMatchObject({
      verdict: 'regress',
      measured: 2,
      text: 'contract-drift <= 1',
      why: 'the run: 2',
    });
    expect(only({ ...calm, drift: { ...drift, breaking: 1 } }, asked)).toMatchObject({ verdict: 'pass', measured: 1 });
  });

  it('fails where the tools were not watched', () => {
    expect(only(calm, asked)).toMatchObject({
      verdict: 'regress',
      measured: null,
      why: 'the run: the tool list was not watched; a gate without a number fails',
    });
  });
});

describe('lateness of our own', () => {
  const twenty = sketchPlan({ phases: [{ name: 'steady', stages: [stage('main', 100, 20 * S)] }] });
  const standstill = (atNs: number, lengthNs: number): RunEvent => ({
    type: 'standstill',
    atNs,
    lengthNs,
    of: 'generator',
    worker: 0,
  });
  const summaryWith = (attempt: (n: number) => Partial<Attempt>, events: readonly RunEvent[]): Summary => {
    const attempts = Array.from({ length: 2000 }, (_, n): Attempt => {
      const intendedNs = n * 10 * MS;
      return { callId: n, intendedNs, doneNs: intendedNs + 20 * MS, ...attempt(n) };
    });
    const record = recordOf(twenty, attempts, { events: [...phaseEvents(twenty, attempts), ...events] });
    return analyse({ record, plan: twenty }).summary;
  };
  /** The last calls before 10.1 s are read 100 ms late: too few for the p99, and the longest of all. */
  const late = (n: number): Partial<Attempt> => (n >= 1000 && n < 1008 ? { doneNs: 10.12 * S } : {});
  const stopped = summaryWith(late, [standstill(10.02 * S, 0.1 * S)]);

  it('makes a gate on a number invalid that is not valid, in a run that is', () => {
    expect(stopped.validity.verdict).toBe('valid');
    const longest = only(stopped, gate('response-time', 'max', 'ns', { max: 50 * MS }));
    expect(longest).toMatchObject({ verdict: 'invalid', measured: 120 * MS });
    expect(longest.why).toMatch(/; without standstills of the generator or the fault engine it would be 20 ms$/);
    expect(only(stopped, gate('response-time', 'p99', 'ns', { max: 50 * MS })).verdict).toBe('pass');
    expect(only(stopped, gate('goodput', 'rate', 'per-second', { min: 200 })).verdict).toBe('regress');
  });

  it('makes a gate invalid whose verdict would be another without it, little as the number moves', () => {
    // p99 is 21 ms of calls that left 2 ms late; 19 ms without that, and 20 ms is the bound.
    const lag = (n: number): Partial<Attempt> =>
      n % 40 === 0
        ? { sentNs: n * 10 * MS + 1.2 * MS, doneNs: n * 10 * MS + 20.5 * MS }
        : { doneNs: n * 10 * MS + 19 * MS };
    const summary = summaryWith(lag, []);
    expect(summary.lateness).toMatchObject([{ cause: 'lag', calls: 50, moved: [] }]);
    expect(summary.validity.verdict).toBe('valid');
    const gated = only(summary, gate('response-time', 'p99', 'ns', { max: 20 * MS }));
    expect(gated).toMatchObject({ verdict: 'invalid', measured: 20.5 * MS });
    expect(gated.why).toMatch(/; without calls that left or were read late the verdict would be another$/);
    expect(only(summary, gate('response-time', 'p99', 'ns', { max: 25 * MS })).verdict).toBe('pass');
    expect(only(summary, gate('response-time', 'p99', 'ns', { max: 15 * MS })).verdict).toBe('regress');
  });

  it('leaves gates on other phases and on what it does not touch alone', () => {
    expect(only(summaryWith(late, []), gate('response-time', 'max', 'ns', { max: 50 * MS })).verdict).toBe('regress');
    expect(only(stopped, gate('schedule-lag', 'p99', 'ns', { max: MS })).verdict).toBe('pass');
  });
});

describe('default gates, where the scenario has none', () => {
  const failing = (from: number, to: number) => (n: number) =>
    n >= from && n < to ? ({ outcome: 'tool', errorClass: 'tool-error' } as const) : {};
  const verdictsOf = (summary: Summary, scenario: Parameters<typeof evaluateGates>[1] = { gates: [] }) => {
    const { verdict, results } = evaluateGates(summary, scenario);
    return { verdict, texts: results.map(({ text }) => text) };
  };

  it('fail a target that answers nothing rightly, or fails more than 5 % of its calls', () => {
    expect(verdictsOf(summaryOf(failing(0, 1000)))).toEqual({
      verdict: 'regress',
      texts: ['error-ratio of steady <= 5 % (default gate)', 'goodput rate of steady >= 0.001/s (default gate)'],
    });
    expect(verdictsOf(summaryOf(failing(0, 51)))).toEqual({
      verdict: 'regress',
      texts: ['error-ratio of steady <= 5 % (default gate)'],
    });
    expect(verdictsOf(summaryOf(failing(0, 50)))).toEqual({ verdict: 'pass', texts: [] });
    expect(gateExitCode(verdictsOf(summaryOf(failing(0, 1000))).verdict)).toBe(EXIT.gateFailed);
  });

  it('pass one whose right answers come after the end of the phase: its goodput within is 0/s', () => {
    const short = sketchPlan({ phases: [{ name: 'steady', stages: [stage('main', 10, 1 * S)] }] });
    const attempts = Array.from({ length: 10 }, (_, callId): Attempt => {
      const intendedNs = callId * 100 * MS;
      return { callId, intendedNs, doneNs: intendedNs + 5 * S };
    });
    const slow = analyse({ record: recordOf(short, attempts), plan: short }).summary;
    expect(slow.phases[0]).toMatchObject({ goodputPerSecond: 0, goodRatio: 1 });
    expect(verdictsOf(slow)).toEqual({ verdict: 'pass', texts: [] });
  });

  it('are none where the scenario has gates, or says so', () => {
    const dead = summaryOf(failing(0, 1000));
    expect(verdictsOf(dead, { gates: [], defaultGates: false })).toEqual({ verdict: 'pass', texts: [] });
    expect(verdictsOf(dead, { gates: [gate('retry-amplification', 'ratio', 'multiple', { max: 2 })] }).verdict).toBe(
      'pass',
    );
  });

  it('leave out faults with the hold time after them, and phases that are to be overloaded', () => {
    const faulty = sketchPlan({
      phases: [{ name: 'steady', stages: [stage('main', 100, 20 * S)] }],
      faults: [{ id: 'cut', phase: 0, atNs: 5 * S, forNs: 5 * S }],
    });
    const overloaded = sketchPlan({
      phases: [{ name: 'steady', regime: 'overload', stages: [stage('overload', 100, 20 * S)] }],
    });
    const attempts = (to: number) =>
      Array.from({ length: 2000 }, (_, n): Attempt => ({
        callId: n,
        intendedNs: n * 10 * MS,
        doneNs: n * 10 * MS + MS,
        ...failing(500, to)(n),
      }));
    const judged = (plan: typeof faulty, to: number) => {
      const events = [...phaseEvents(plan, attempts(to)), ...faultEvents(plan, [0])];
      return verdictsOf(analyse({ record: recordOf(plan, attempts(to), { events }), plan }).summary).verdict;
    };
    const heldS = faulty.scenario.recovery.holdNs / S;
    expect(judged(faulty, (10 + heldS) * 100)).toBe('pass');
    expect(judged(faulty, (10 + heldS) * 100 + 100)).toBe('regress');
    expect(judged(overloaded, 2000)).toBe('pass');
  });
});
