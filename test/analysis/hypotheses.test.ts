import { describe, expect, it } from 'vitest';
import { analyse, type PhaseHypotheses, type Summary } from '../../src/analysis/index.js';
import { toolsOffContract } from '../../src/analysis/contract/drift.js';
import { evaluateGates, gateExitCode } from '../../src/gate/index.js';
import { EXIT } from '../../src/problem/index.js';
import type { RunEvent } from '../../src/record/index.js';
import type { Gate, Hypothesis } from '../../src/scenario/index.js';
import { faultEvents, phaseEvents, recordOf, type Attempt } from './fixtures/record.js';
import { MS, S, callSpec, sketchPlan, stage } from './fixtures/scenario.js';
import { constantArrivals } from './fixtures/simulation.js';

function hypothesis(
  metric: Hypothesis['metric'],
  stat: Hypothesis['stat'],
  unit: Hypothesis['unit'],
  bounds: Partial<Hypothesis>,
): Hypothesis {
  return {
    index: 0,
    metric,
    stat,
    phase: null,
    tool: null,
    fault: null,
    process: null,
    min: null,
    max: null,
    unit,
    ...bounds,
  };
}

const GOODPUT = hypothesis('goodput', 'ratio', 'ratio', { min: 0.99 });
const QUICK = hypothesis('response-time', 'p99', 'ns', { max: 10 * MS });

/** 200 calls a second for 30 s, warm-up 2 s; a fault from 10 s to 15 s. Windows of 0.5 s, hold 3 s. */
const stages = [stage('main', 200, 30 * S)] as const;
const planWith = (
  hypotheses: readonly Hypothesis[],
  faults = [{ id: 'outage', phase: 0, atNs: 10 * S, forNs: 5 * S }],
) =>
  sketchPlan({
    phases: [{ name: 'fault', warmupNs: 2 * S, stages: [...stages] }],
    calls: [callSpec('search', { deadlineNs: 250 * MS, deadlineIsExplicit: true })],
    faults,
    hypotheses,
  });

/** Calls of 1 ms, changed by what is said of each. */
function calls(change: (atNs: number, n: number) => Partial<Attempt>): Attempt[] {
  return constantArrivals(stages).map(({ atNs }, n) => ({
    callId: n,
    intendedNs: atNs,
    startedNs: atNs,
    doneNs: atNs + 1 * MS,
    warmup: atNs < 2 * S,
    ...change(atNs, n),
  }));
}

const failed = { outcome: 'transport', errorClass: 'connect-refused', startedNs: NaN } as const;
const during = (atNs: number): boolean => atNs >= 10 * S && atNs < 15 * S;

function summaryOf(
  hypotheses: readonly Hypothesis[],
  change: (atNs: number, n: number) => Partial<Attempt>,
  more: readonly RunEvent[] = [],
  plan = planWith(hypotheses),
): Summary {
  const attempts = calls(change);
  const events = [...phaseEvents(plan, attempts), ...faultEvents(plan, [0]), ...more].sort((a, b) => a.atNs - b.atNs);
  return analyse({ record: recordOf(plan, attempts, { events }), plan }).summary;
}

function only(summary: Summary): PhaseHypotheses {
  const [found, ...others] = summary.hypotheses;
  if (found === undefined || others.length > 0) throw new Error(`${summary.hypotheses.length} phases with hypotheses`);
  return found;
}

const verdicts = (summary: Summary): readonly (readonly [string, string])[] =>
  only(summary).results.map(({ before, after }) => [before.verdict, after.verdict]);

function gate(metric: Gate['metric'], stat: Gate['stat'], unit: Gate['unit'], bounds: Partial<Gate>): Gate {
  return {
    index: 0,
    metric,
    stat,
    phase: null,
    tool: null,
    fault: null,
    process: null,
    min: null,
    max: null,
    unit,
    ...bounds,
  };
}
const RECOVERED: Gate = gate('time-to-recover', 'max', 'ns', { max: 3600 * S });
const NONE_FAILED: Gate = gate('failed-hypotheses', 'count', 'count', { max: 0 });

function gated(summary: Summary, asked: Gate): readonly [string, number] {
  const report = evaluateGates(summary, { gates: [asked] });
  return [report.verdict, gateExitCode(report.verdict)];
}

describe('a fault that is over when it is lifted', () => {
  const summary = summaryOf([GOODPUT, QUICK], (atNs) => (during(atNs) ? failed : {}));

  it('leaves both hypotheses passed, on the stretch before it and from the recovery on', () => {
    expect(verdicts(summary)).toEqual([
      ['passed', 'passed'],
      ['passed', 'passed'],
    ]);
    expect(only(summary)).toMatchObject({
      phase: 'fault',
      faults: ['outage'],
      before: { fromNs: 2 * S, toNs: 9.5 * S, offered: 1500 },
      after: { fromNs: 15 * S, toNs: 30 * S, offered: 3000 },
    });
    expect(only(summary).results.map(({ text, before }) => [text, before.measured])).toEqual([
      ['goodput ratio >= 99 %', 1],
      ['response-time p99 <= 10 ms', 1 * MS],
    ]);
    expect(summary.validity.reasons.filter(({ code }) => code === 'hypothesis-failed-before-fault')).toEqual([]);
  });

  it('passes a gate that asks for no failed hypothesis', () => {
    expect(gated(summary, NONE_FAILED)).toEqual(['pass', EXIT.pass]);
    expect(gated(summary, RECOVERED)).toEqual(['pass', EXIT.pass]);
  });
});

describe('a stack that never came back', () => {
  // One call in ten fails from the fault on, for good.
  const summary = summaryOf([GOODPUT, QUICK], (atNs, n) =>
    during(atNs) || (atNs >= 15 * S && n % 10 === 0) ? failed : {},
  );

  it('broke the hypothesis after the fault, and is reported with the number', () => {
    expect(verdicts(summary)).toEqual([
      ['passed', 'failed'],
      // A call that fails fast has no answer within 10 ms either.
      ['passed', 'failed'],
    ]);
    expect(only(summary).results[0]?.after).toEqual({
      verdict: 'failed',
      measured: 0.9,
      why: expect.stringMatching(
        /^after the faults: 90 %, [\d,]+ of [\d,]+ calls, 95 % interval 8\d.* % to 9.* %$/,
      ) as unknown,
    });
  });

  it('fails the gate, and is no reason against the run', () => {
    expect(gated(summary, NONE_FAILED)).toEqual(['regress', EXIT.gateFailed]);
    expect(summary.validity.reasons.filter(({ code }) => code === 'hypothesis-failed-before-fault')).toEqual([]);
  });
});

describe('an experiment without a steady state to begin with', () => {
  const summary = summaryOf([GOODPUT], (atNs, n) => (during(atNs) || n % 20 === 0 ? failed : {}));
  const SHARE = '95 %, 1,425 of 1,500 calls, 95 % interval 93.8 % to 96 %';

  it('is reported as such, and concludes nothing from its fault', () => {
    expect(verdicts(summary)).toEqual([['failed', 'failed']]);
    const [reason] = summary.validity.reasons.filter(({ code }) => code === 'hypothesis-failed-before-fault');
    expect(reason).toMatchObject({
      severity: 'warning',
      phase: 'fault',
      what:
        `the hypothesis "goodput ratio >= 99 %" failed (before the faults: ${SHARE}): there was no ` +
        'steady state to begin with, so nothing is concluded about outage',
    });
    expect(summary.validity.verdict).toBe('valid');
  });

  it('leaves every gate on the fault inconclusive, whatever was measured of it', () => {
    for (const asked of [
      RECOVERED,
      { ...RECOVERED, max: 0 },
      gate('dip-area', 'count', 'count', { max: 0 }),
      NONE_FAILED,
    ])
      expect(gated(summary, asked), asked.metric).toEqual(['inconclusive', EXIT.inconclusive]);
    const [result] = evaluateGates(summary, { gates: [RECOVERED] }).results;
    expect(result?.why).toBe(
      'outage: not estimable, there was no steady state to begin with: goodput ratio >= 99 % failed ' +
        `(before the faults: ${SHARE})`,
    );
  });
});

describe('a hypothesis that can not be judged says why', () => {
  it('where too few calls carry its quantile', () => {
    const summary = summaryOf([hypothesis('response-time', 'p99.9', 'ns', { max: 10 * MS })], () => ({}));
    const [result] = only(summary).results;
    expect(result?.before).toMatchObject({ verdict: 'not-judged', measured: null });
    expect(result?.before.why).toMatch(
      /^before the faults, ok calls: not estimable, too few samples \(1,500 of [\d,]+ needed\)$/,
    );
    expect(gated(summary, NONE_FAILED)).toEqual(['inconclusive', EXIT.inconclusive]);
  });

  it('where no call was right, unless the missing answers break it by themselves', () => {
    const patient = hypothesis('response-time', 'p99', 'ns', { max: 10 * S });
    const allFailed = summaryOf([patient, GOODPUT], () => failed);
    expect(only(allFailed).results[0]?.before).toEqual({
      verdict: 'not-judged',
      measured: null,
      why: 'before the faults, ok calls (0 % of all): no samples',
    });
    expect(only(allFailed).results[1]?.before).toMatchObject({ verdict: 'failed', measured: 0 });
    const refused = summaryOf([QUICK], () => failed);
    expect(only(refused).results[0]?.before).toMatchObject({ verdict: 'failed', measured: 250 * MS });
  });

  it('where the fault leaves no time before it, or after it', () => {
    const early = summaryOf(
      [GOODPUT],
      () => ({}),
      [],
      planWith([GOODPUT], [{ id: 'early', phase: 0, atNs: 2.2 * S, forNs: 1 * S }]),
    );
    expect(only(early)).toMatchObject({
      before: null,
      results: [
        {
          before: {
            verdict: 'not-judged',
            why:
              'fault "early" came on 200 ms after the warm-up, and the last window of 500 ms before a ' +
              'fault is left out',
          },
        },
      ],
    });
    const late = summaryOf(
      [GOODPUT],
      () => ({}),
      [],
      planWith([GOODPUT], [{ id: 'late', phase: 0, atNs: 25 * S, forNs: 3 * S }]),
    );
    expect(only(late)).toMatchObject({
      after: null,
      results: [
        {
          after: {
            verdict: 'not-judged',
            why:
              'nothing is left of the phase after a hold time of 3 s after fault "late": it ended 2 s ' +
              'after the last fault was lifted',
          },
        },
      ],
    });
  });

  it('where a fault was never lifted', () => {
    const plan = planWith([GOODPUT]);
    const attempts = calls(() => ({}));
    const [on] = faultEvents(plan, [0]);
    if (on === undefined) throw new Error('no edge');
    const { summary } = analyse({
      record: recordOf(plan, attempts, { events: [...phaseEvents(plan, attempts), on] }),
      plan,
    });
    expect(only(summary)).toMatchObject({
      before: { offered: 1500 },
      after: null,
      results: [
        {
          before: { verdict: 'passed' },
          after: { verdict: 'not-judged', why: 'the end of fault "outage" was never confirmed' },
        },
      ],
    });
  });

  it('where the tools were not watched', () => {
    const summary = summaryOf([hypothesis('contract-drift', 'count', 'count', { max: 0 })], () => ({}));
    expect(only(summary).results[0]?.after).toEqual({
      verdict: 'not-judged',
      measured: null,
      why: 'after the faults: the tool list was not watched',
    });
  });
});

describe('faults one after another', () => {
  const faults = [
    { id: 'first', phase: 0, atNs: 8 * S, forNs: 2 * S },
    { id: 'second', phase: 0, atNs: 14 * S, forNs: 2 * S },
  ];
  const plan = planWith([GOODPUT], faults);
  const hit = (atNs: number): boolean => (atNs >= 8 * S && atNs < 10 * S) || (atNs >= 14 * S && atNs < 18 * S);

  it('share the stretch before the first, and the one after the last has recovered', () => {
    const summary = summaryOf([GOODPUT], (atNs) => (hit(atNs) ? failed : {}), [], plan);
    expect(only(summary)).toMatchObject({
      faults: ['first', 'second'],
      before: { fromNs: 2 * S, toNs: 7.5 * S },
      after: { fromNs: 18 * S, toNs: 30 * S },
    });
    expect(verdicts(summary)).toEqual([['passed', 'passed']]);
  });
});

describe('sessions and tools', () => {
  const session = (atNs: number, id: number, edge: 'opened' | 'lost' | 'reopened' | 'closed'): RunEvent => ({
    type: 'session',
    atNs,
    session: id,
    edge,
  });
  const opened = [0, 1, 2, 3].map((id) => session(0, id, 'opened'));
  const OPEN = hypothesis('sessions-open', 'ratio', 'ratio', { min: 1 });

  it('counts the sessions open at the worst moment of a stretch', () => {
    const summary = summaryOf([OPEN], () => ({}), [
      ...opened,
      session(11 * S, 2, 'lost'),
      session(20 * S, 2, 'reopened'),
      session(40 * S, 0, 'closed'),
    ]);
    expect(only(summary).results[0]).toMatchObject({
      before: { verdict: 'passed', measured: 1 },
      after: { verdict: 'failed', measured: 0.75 },
    });
    const back = summaryOf([OPEN], () => ({}), [...opened, session(11 * S, 2, 'lost'), session(12 * S, 2, 'reopened')]);
    expect(only(back).results[0]).toMatchObject({ after: { verdict: 'passed', measured: 1 } });
    const missing = summaryOf([OPEN], () => ({}), [
      ...opened,
      session(17 * S, 2, 'lost'),
      session(18 * S, 3, 'lost'),
      session(19 * S, 3, 'reopened'),
    ]);
    expect(only(missing).results[0]).toMatchObject({ after: { verdict: 'failed', measured: 0.5 } });
  });

  it('counts as throughput what was answered within the stretch', () => {
    const throughput = hypothesis('throughput', 'rate', 'per-second', { min: 1 });
    // Answers come a second late before the fault: those of the warm-up's last second in, the stretch's last out.
    const summary = summaryOf([throughput], (atNs, n) => ({
      ...(atNs < 10 * S ? { doneNs: atNs + 1 * S } : {}),
      ...(n % 4 === 0 ? failed : {}),
    }));
    expect(only(summary).results[0]).toMatchObject({
      before: { verdict: 'passed', measured: 150 },
      after: { verdict: 'passed', measured: 150 },
    });
  });

  it('holds every tool against what it was at first', () => {
    const change = (
      tool: string,
      answeredNs: number,
      kind: 'breaking' | 'informational',
      before: string | null,
      after: string | null,
    ) =>
      ({
        tool,
        kind: 'changed',
        class: kind,
        phase: null,
        askedNs: answeredNs - 1,
        answeredNs,
        unchangedNs: answeredNs - 2,
        before,
        after,
        changes: [],
      }) as const;
    const changes = [
      change('a', 10, 'breaking', 'x', 'y'),
      change('b', 12, 'informational', 'x', 'z'),
      change('a', 20, 'informational', 'y', 'x'),
      change('b', 30, 'breaking', 'z', 'w'),
      change('b', 40, 'informational', 'w', 'v'),
    ];
    const off = (fromNs: number, toNs: number): number => toolsOffContract({ changes }, fromNs, toNs);
    // The list before the one that showed the way back was asked for at 18: of the time after that nothing is sure.
    expect([
      off(0, 10),
      off(0, 11),
      off(11, 20),
      off(18, 30),
      off(19, 30),
      off(18, 31),
      off(35, 39),
      off(41, 50),
    ]).toEqual([0, 1, 1, 1, 0, 2, 1, 1]);
  });
});
