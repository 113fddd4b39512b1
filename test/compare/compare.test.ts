/** Comparisons of trials whose differences are known. */
import { describe, expect, it } from 'vitest';
import type { Summary } from '../../src/analysis/index.js';
import { compareTrials, comparisonExitCode, type Comparison, type ComparisonInput } from '../../src/compare/index.js';
import { EXIT } from '../../src/problem/index.js';
import { comparativeGatesFromTexts } from '../../src/scenario/index.js';
import { asIs, rowsOf, slowerBy, type Arm } from './trials.js';

const gates = (...texts: readonly string[]) => comparativeGatesFromTexts(texts, 'gates');

function compared(arms: Readonly<Record<string, Arm>>, more: Partial<ComparisonInput> = {}): Comparison {
  return compareTrials({
    arms: Object.keys(arms),
    rows: rowsOf(arms, 10),
    plannedRows: null,
    leftOut: [],
    gates: null,
    environment: [],
    ...more,
  });
}

const phases =
  (change: (phase: Summary['phases'][number]) => Summary['phases'][number]): Arm =>
  (summary) => ({
    ...summary,
    phases: summary.phases.map(change),
  });

/** Changes one quantile of a phase, of `ok` and of all calls. */
const quantile = (q: number, factor: number): Arm =>
  phases((phase) => {
    const changed = (durations: Summary['phases'][number]['responseTime']['ok']) => ({
      ...durations,
      quantiles: durations.quantiles.map((each) =>
        each.q === q && 'ns' in each ? { ...each, ns: each.ns * factor } : each,
      ),
    });
    return { ...phase, responseTime: { ok: changed(phase.responseTime.ok), all: changed(phase.responseTime.all) } };
  });

const both =
  (...arms: readonly Arm[]): Arm =>
  (summary) =>
    arms.reduce((before, arm) => arm(before), summary);

const findingOf = ({ arms }: Comparison, name = 'after'): string =>
  arms.find((arm) => arm.name === name)?.finding ?? '';

const effect = ({ effects }: Comparison, metric: string, stat: string, where = 'steady, ok calls') =>
  effects.find((each) => each.metric === metric && each.stat === stat && each.where === where && each.tool === null);

const endedEarly: Arm = (summary) => ({
  ...summary,
  status: 'aborted',
  endedEarly: { rule: 'error-share', limit: 0.5, seen: 0.9, what: '90 of 100 calls were not ok' },
  validity: {
    verdict: 'doubtful',
    reasons: [{ code: 'aborted', severity: 'doubtful', phase: null, what: 'it was ended early', remedy: '' }],
  },
});

/** The arm, and another one in every third of its trials. */
const everyThird = (arm: Arm, third: Arm): Arm => {
  let trial = 0;
  return (summary) => (trial++ % 3 === 0 ? third : arm)(summary);
};

describe('a trial that was ended early', () => {
  it('of a candidate fails a gate, however good the others are, and is left out of nothing', () => {
    const ended = compared({ before: asIs, after: everyThird(slowerBy(0.5), endedEarly) });
    expect(ended.verdict).toBe('regress');
    expect(findingOf(ended)).toMatch(/^4 of 10 trials ended early by abort-on: 90 of 100 calls were not ok/);
    expect(ended.arms.map(({ trials }) => trials.length)).toEqual([10, 10]);
    expect(ended.gates.at(-1)).toMatchObject({ text: 'abort-on', verdict: 'regress', outcomes: [{ arm: 'after' }] });
    // The trials that went on are the better ones: no number is made of them.
    expect(effect(ended, 'response-time', 'p50')?.result.kind).toBe('none');
  });

  it('in every row leaves no number, and fails all the same', () => {
    const ended = compared({ before: asIs, after: endedEarly });
    expect([ended.verdict, ended.gates.at(-1)?.text]).toEqual(['regress', 'abort-on']);
    expect(effect(ended, 'response-time', 'p50')?.pairs.every(({ candidate }) => candidate === null)).toBe(true);
  });

  it('of the reference leaves nothing to compare with', () => {
    const ended = compared({ before: everyThird(asIs, endedEarly), after: asIs });
    expect(ended.verdict).toBe('invalid');
    expect(ended.reasons[0]).toContain('did not end as planned: aborted');
  });
});

describe('a comparison', () => {
  it('passes what is equal but for noise', () => {
    const same = compared({ before: asIs, after: asIs });
    expect(same).toMatchObject({ verdict: 'pass', reference: 'before', reasons: [] });
    expect(comparisonExitCode(same.verdict)).toBe(EXIT.pass);
    expect(same.order).toMatchObject({ interleaved: true, carryOverBalanced: true, pairedSeeds: true });
    expect(same.arms.map(({ verdict, trials }) => [verdict, trials.length])).toEqual([
      [null, 10],
      ['pass', 10],
    ]);
  });

  it('finds +20 %, as the geometric mean ratio of the pairs, whose common noise cancels', () => {
    const slower = compared({ before: asIs, after: slowerBy(1.2) });
    expect(slower.verdict).toBe('regress');
    expect(comparisonExitCode(slower.verdict)).toBe(EXIT.gateFailed);
    expect(findingOf(slower)).toMatch(
      /^response-time p50 of steady, all calls: \+(19|2[01])[.\d]* % \[.*\], beyond the limit of \+10 %$/,
    );
    const found = effect(slower, 'response-time', 'p99');
    expect(found?.result).toMatchObject({ kind: 'estimate', precision: 'exact' });
    if (found?.result.kind !== 'estimate') throw new Error('no estimate');
    const { change, hodgesLehmann, reference, candidate } = found.result;
    expect(change.estimate).toBeCloseTo(0.2, 1);
    expect((change.high ?? NaN) - (change.low ?? NaN)).toBeLessThan(0.05);
    expect(hodgesLehmann.estimate).toBeCloseTo(change.estimate, 1);
    expect(candidate / reference - 1).toBeCloseTo(change.estimate, 10);
  });

  it('is improved where the candidate is faster by more than the margin', () => {
    const faster = compared({ before: asIs, after: slowerBy(0.8) });
    expect(faster.verdict).toBe('improved');
    expect(comparisonExitCode(faster.verdict)).toBe(EXIT.pass);
  });

  it('is mixed with a better median and a worse p99', () => {
    const mixed = compared({ before: asIs, after: both(quantile(0.5, 0.8), quantile(0.99, 1.3)) });
    expect(mixed.verdict).toBe('mixed');
    expect(comparisonExitCode(mixed.verdict)).toBe(EXIT.gateFailed);
    expect(findingOf(mixed)).toMatch(/^response-time p99 .*; but response-time p50 /);
  });

  it('of a candidate whose goodput is 0 is a share of the reference like any other', () => {
    const dead = phases((phase) => ({ ...phase, goodputPerSecond: 0 }));
    const goodput = gates('{ metric: goodput, stat: rate, max-decrease: 10% }');
    const deadBut = (alive: readonly number[]): Arm => {
      let trial = 0;
      return (summary) => (alive.includes(trial++) ? asIs : dead)(summary);
    };
    const ofDead = (alive: readonly number[]): Comparison =>
      compared({ before: asIs, after: deadBut(alive) }, { gates: goodput });
    const all = ofDead([]);
    expect(all.verdict).toBe('regress');
    expect(findingOf(all)).toMatch(/^goodput rate of steady: −100 % .*beyond the limit of −10 %$/);
    const most = ofDead([2, 7]);
    expect(most.verdict).toBe('regress');
    expect(findingOf(most)).toMatch(/^goodput rate of steady: −80 % \[/);
    // Few dead trials are too few for the ranks, and never a pass.
    expect(ofDead([0, 1, 2, 3, 4, 5, 6]).verdict).toBe('inconclusive');
    const neither = compared({ before: dead, after: dead }, { gates: goodput });
    expect(neither.verdict).toBe('inconclusive');
    expect(findingOf(neither)).toContain('the reference has the value 0');
    const numbers = [all, most].flatMap(({ gates: found }) =>
      found.flatMap(({ outcomes }) => outcomes.flatMap(({ change }) => [change?.estimate, change?.low, change?.high])),
    );
    expect(numbers.every((number) => Number.isFinite(number) && (number ?? NaN) >= -1)).toBe(true);
  });

  it('is mixed with more goodput and duplicates', () => {
    const accounted =
      (duplicates: number): Arm =>
      (summary) => ({
        ...summary,
        effects: { calls: 500, duplicates, lost: 0, orphans: 0 } as NonNullable<Summary['effects']>,
      });
    const more = phases((phase) => ({ ...phase, goodputPerSecond: phase.goodputPerSecond * 1.3 }));
    const mixed = compared(
      { before: accounted(0), after: both(accounted(3), more) },
      {
        gates: gates('{ metric: goodput, stat: rate, max-decrease: 10% }', '{ metric: duplicates, max-increase: 0 }'),
      },
    );
    expect(mixed.verdict).toBe('mixed');
    expect(comparisonExitCode(mixed.verdict)).toBe(EXIT.gateFailed);
    expect(findingOf(mixed)).toMatch(/^duplicates of the run: \+3 .*; but goodput rate of steady: \+30 %/);
  });

  it('judges by gates of its own, and lets those that warn decide nothing', () => {
    const tail: Arm = quantile(0.99, 1.3);
    const p99 = '{ metric: response-time, stat: p99, max-increase: 10%';
    const at = (text: string): string => compared({ before: asIs, after: tail }, { gates: gates(text) }).verdict;
    expect(at(`${p99} }`)).toBe('regress');
    expect(at('{ metric: response-time, stat: p50, max-increase: 10% }')).toBe('pass');
    expect(at(`${p99}, and-at-least: 1s }`)).toBe('pass');
    const warned = compared(
      { before: asIs, after: tail },
      { gates: gates(`${p99}, level: warn }`, '{ metric: response-time, stat: p50, max-increase: 10% }') },
    );
    expect(warned.verdict).toBe('pass');
    expect(warned.gates.map(({ verdict }) => verdict)).toEqual(['regress', 'pass']);
  });

  it('judges one tool alone where a gate names one', () => {
    const slowBook = phases((phase) => ({
      ...phase,
      tools: phase.tools.map((tool) => {
        if (tool.label !== 'book') return tool;
        const { ok, all } = tool.responseTime;
        const slow = (durations: typeof ok) => ({
          ...durations,
          quantiles: durations.quantiles.map((each) => ('ns' in each ? { ...each, ns: each.ns * 1.4 } : each)),
        });
        return { ...tool, responseTime: { ok: slow(ok), all: slow(all) } };
      }),
    }));
    const of = (tool: string): string =>
      compared(
        { before: asIs, after: slowBook },
        { gates: gates(`{ metric: response-time, stat: p50, tool: ${tool}, max-increase: 10% }`) },
      ).verdict;
    expect([of('book'), of('search')]).toEqual(['regress', 'pass']);
  });

  it('fails a gate without a number', () => {
    const none = compared({ before: asIs, after: asIs }, { gates: gates('{ metric: duplicates, max-increase: 0 }') });
    expect(none.verdict).toBe('regress');
    expect(none.gates[0]?.outcomes[0]?.why).toContain('a gate without a number fails');
  });

  it('says nothing of a quantile with too few samples beyond it', () => {
    const p99 = gates('{ metric: response-time, stat: p99, phase: steady, max-increase: 10% }');
    const few = compared({ before: asIs, after: asIs }, { gates: p99, rows: rowsOf({ before: asIs, after: asIs }, 4) });
    expect(few.verdict).toBe('inconclusive');
    expect(few.gates[0]?.outcomes[0]?.why).toBe(
      '40 samples beyond p99 in all trials of an arm, 50 are needed: more or longer trials',
    );
    const enough = rowsOf({ before: asIs, after: asIs }, 6);
    expect(compared({ before: asIs, after: asIs }, { gates: p99, rows: enough }).verdict).toBe('pass');
  });

  it('takes a quantile among unanswered calls for the bound that it is', () => {
    const unanswered = phases((phase) => ({
      ...phase,
      responseTime: {
        ...phase.responseTime,
        all: {
          ...phase.responseTime.all,
          quantiles: phase.responseTime.all.quantiles.map((each) =>
            each.q === 0.99 ? ({ kind: 'censored', q: 0.99, ns: 250e6 } as const) : each,
          ),
        },
      },
    }));
    const p99 = gates('{ metric: response-time, stat: p99, max-increase: 10% }');
    const worse = compared({ before: asIs, after: unanswered }, { gates: p99 });
    expect(worse.verdict).toBe('regress');
    expect(findingOf(worse)).toContain('steady, all calls: at least +');
    const better = compared({ before: unanswered, after: asIs }, { gates: p99 });
    expect(better.verdict).toBe('pass');
    const neither = compared({ before: unanswered, after: unanswered }, { gates: p99 });
    expect(neither.verdict).toBe('inconclusive');
    // Without gates of its own the comparison leaves out what neither arm can have.
    expect(compared({ before: unanswered, after: unanswered }).verdict).toBe('pass');
  });

  it('compares every arm with the reference, and is as bad as the worst', () => {
    const three = compared({ direct: asIs, near: slowerBy(1.01), far: slowerBy(1.5) });
    expect(three.arms.map(({ name, verdict }) => [name, verdict])).toEqual([
      ['direct', null],
      ['near', 'pass'],
      ['far', 'regress'],
    ]);
    expect(three.verdict).toBe('regress');
  });
});

describe('a comparison that can not be trusted', () => {
  const difference = (field: string, standing: 'blocking' | 'declared') => ({
    field,
    standing,
    arms: [
      { arm: 'before', values: [1] },
      { arm: 'after', values: [2] },
    ],
  });

  it('is invalid, without numbers, where the environments differ; every field is named', () => {
    const environment = [difference('host.cpuModel', 'blocking'), difference('limits.cpuQuota', 'blocking')];
    const refused = compared({ before: asIs, after: asIs }, { environment });
    expect(refused).toMatchObject({ verdict: 'invalid', gates: [], effects: [], environment });
    expect(comparisonExitCode(refused.verdict)).toBe(EXIT.invalid);
    expect(refused.reasons).toEqual([
      'the environments differ in host.cpuModel, limits.cpuQuota; declare what the arms differ in on purpose: ' +
        '--variable host.cpuModel --variable limits.cpuQuota',
    ]);
    expect(
      compared({ before: asIs, after: asIs }, { environment: [difference('host.cpuModel', 'declared')] }).verdict,
    ).toBe('pass');
  });

  const BUSY = { code: 'machine-pressure', phase: null, what: 'the machine was busy', remedy: 'wait' } as const;
  const judgedAs =
    (verdict: 'doubtful' | 'invalid'): Arm =>
    (summary) => ({
      ...summary,
      validity: {
        ...summary.validity,
        verdict,
        reasons: [{ ...BUSY, severity: verdict }],
      },
    });

  /** Of ten trials of the candidate the last is another. */
  const oneOf = (arm: Arm): ComparisonInput['rows'] =>
    rowsOf({ before: asIs, after: slowerBy(1.5) }, 10).map((row, index) =>
      index < 9 ? row : row.map((trial) => (trial.arm === 'after' ? { ...trial, summary: arm(trial.summary) } : trial)),
    );

  it.each([
    ['doubtful', judgedAs('doubtful'), 'inconclusive', EXIT.inconclusive],
    ['invalid', judgedAs('invalid'), 'invalid', EXIT.invalid],
    ['interrupted', (summary: Summary) => ({ ...summary, status: 'interrupted' as const }), 'invalid', EXIT.invalid],
  ])('with one %s trial is %s', (_what, arm, verdict, code) => {
    const found = compared({ before: asIs, after: asIs }, { rows: oneOf(arm) });
    expect(found.verdict).toBe(verdict);
    expect(comparisonExitCode(found.verdict)).toBe(code);
    expect(findingOf(found)).toContain('runs/after-9');
    expect(new Set(found.gates.flatMap(({ outcomes }) => outcomes.map((each) => each.verdict)))).toEqual(
      new Set([verdict]),
    );
  });

  it.each([
    ['doubtful', 'inconclusive'],
    ['invalid', 'invalid'],
  ] as const)(
    'with one %s trial of an arm leaves the others their verdicts, and says so of the whole',
    (was, verdict) => {
      const rows = (of: string): ComparisonInput['rows'] =>
        rowsOf({ before: asIs, after: slowerBy(1.5), other: asIs }, 10).map((row, index) =>
          row.map((trial) =>
            trial.arm === of && index === 9 ? { ...trial, summary: judgedAs(was)(trial.summary) } : trial,
          ),
        );
      const arms = { before: asIs, after: slowerBy(1.5), other: asIs };
      const found = compared(arms, { rows: rows('other') });
      expect(found.arms.map((arm) => arm.verdict)).toEqual([null, 'regress', verdict]);
      expect(found.arms[2]?.finding).toContain('runs/other-9');
      expect(found.arms[1]?.finding).not.toContain('other');
      // The reference is a part of every change.
      const all = compared(arms, { rows: rows('before') });
      expect(all.arms.map((arm) => arm.verdict)).toEqual([null, verdict, verdict]);
    },
  );

  describe('with several such trials', () => {
    const arms = { before: asIs, after: slowerBy(1.5), other: asIs };
    /** The trials of these numbers, from 1, with a reason whose words are made from the number. */
    const withReason = (
      was: 'doubtful' | 'invalid',
      of: Readonly<Record<string, readonly number[]>>,
      words: (trial: number) => string,
      codeOf: (trial: number) => Summary['validity']['reasons'][number]['code'] = () => BUSY.code,
    ): Comparison =>
      compared(arms, {
        rows: rowsOf(arms, 10).map((row, index) =>
          row.map((trial) => {
            if (of[trial.arm]?.includes(index + 1) !== true) return trial;
            const reasons = [
              { ...BUSY, severity: 'warning', what: 'a warning' } as const,
              { ...BUSY, code: codeOf(index + 1), severity: was, what: words(index + 1) },
            ];
            return { ...trial, summary: { ...trial.summary, validity: { verdict: was, reasons } } };
          }),
        ),
      });
    const busy = (trial: number): string => `others were busy on 0.${trial} of 2 cores`;

    it('gives each reason once, with the arms and the numbers of the trials', () => {
      const found = withReason('doubtful', { after: [2, 5, 7], other: [1, 2, 3, 9] }, () => 'others used the CPU');
      const why = 'trials 2, 5 and 7 of after and trials 1 to 3 and 9 of other are doubtful: others used the CPU';
      expect(found.reasons).toEqual([why]);
      expect([findingOf(found), findingOf(found, 'other')]).toEqual([why, why]);
    });

    it('names the trial whose numbers stand in the reason, where they differ', () => {
      const found = withReason('doubtful', { after: [2, 5] }, busy);
      expect(found.reasons).toEqual([
        'trials 2 and 5 of after are doubtful: others were busy on 0.2 of 2 cores (numbers of trial 2 of after)',
      ]);
      expect(found.arms.map(({ verdict }) => verdict)).toEqual([null, 'inconclusive', 'pass']);
    });

    it('takes trials of one cause together whose sentences differ in more than numbers', () => {
      const late = (trial: number): string => (trial === 7 ? 'calls left late: p50 and p99 moved' : 'calls left late');
      const found = withReason('invalid', { after: [7, 8, 9], other: [3] }, late);
      expect(found.reasons).toEqual([
        'trials 7 to 9 of after and trial 3 of other are invalid: calls left late (numbers of trial 3 of other)',
      ]);
    });

    it('keeps causes apart that are not the same', () => {
      const found = withReason(
        'invalid',
        { after: [2, 3], other: [4] },
        (trial) => (trial === 3 ? 'b' : 'a'),
        (trial) => (trial === 3 ? 'generator-standstill' : BUSY.code),
      );
      expect(found.reasons).toEqual([
        'trial 2 of after and trial 4 of other are invalid: a',
        'trial 3 of after (runs/after-2) is invalid: b',
      ]);
    });

    it('says it of all trials in few words, and of every arm where the reference has one', () => {
      const every = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];
      const all = withReason('doubtful', { before: every, after: every, other: every }, busy);
      expect(all.reasons).toEqual([
        'all 30 trials are doubtful: others were busy on 0.1 of 2 cores (numbers of trial 1 of before)',
      ]);
      const ofReference = withReason('doubtful', { before: every, after: [4] }, () => 'a');
      expect(ofReference.reasons).toEqual(['all 10 trials of before and trial 4 of after are doubtful: a']);
      expect(ofReference.arms.map(({ verdict }) => verdict)).toEqual([null, 'inconclusive', 'inconclusive']);
    });
  });

  it('is inconclusive when all trials of one arm ran before those of the other', () => {
    const rows = rowsOf({ before: asIs, after: slowerBy(1.5) }, 10).map((row) =>
      row.map((trial) => ({
        ...trial,
        summary: { ...trial.summary, startedUtc: `${trial.arm === 'before' ? 1 : 2}${trial.summary.startedUtc}` },
      })),
    );
    const found = compared({ before: asIs, after: asIs }, { rows });
    expect(found).toMatchObject({ verdict: 'inconclusive', order: { interleaved: false, carryOverBalanced: false } });
    expect(found.reasons[0]).toContain('not interleaved');
  });

  it('is inconclusive with one trial of each arm, or fewer rows than were planned', () => {
    const arms = { before: asIs, after: slowerBy(1.5) };
    const median = gates('{ metric: response-time, stat: p50, max-increase: 10% }');
    const one = compared(arms, { rows: rowsOf(arms, 1), gates: median });
    expect(one.verdict).toBe('inconclusive');
    expect(findingOf(one)).toContain('one trial of an arm shows no spread');
    expect(compared(arms, { plannedRows: 12 }).reasons).toEqual([
      'only 10 of the 12 planned rows of trials are complete',
    ]);
    expect(compared(arms, { plannedRows: 12 }).verdict).toBe('inconclusive');
  });
});
