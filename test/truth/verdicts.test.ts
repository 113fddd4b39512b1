/** The truth suite's own judgement, and the page it makes: from findings made up here, without running anything. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CASES, STATEMENT_FALSE_ALARM, SUITE_FALSE_ALARM, casesNamed } from './long/cases.js';
import { truthImage, truthPage } from './long/page.js';
import { exactAndOff, exactLines, statementLine } from './long/printed.js';
import {
  isInside,
  isQuiet,
  verdictOf,
  withKept,
  type CaseResult,
  type Findings,
  type LostShare,
  type Statement,
  type TruthResults,
} from './long/result.js';

const QUIET: LostShare = { before: 0, stolen: 0.004, after: 0.004 };
const lost = (before: number, stolen: number | null = 0, after = 0): LostShare => ({ before, stolen, after });
const statement = (more: Partial<Statement> = {}): Statement => ({
  what: 'mean wait',
  basis: 'chance',
  unit: 'ms',
  theory: 2,
  low: 1,
  high: 3,
  measured: 2,
  ...more,
});
const found = (statements: readonly Statement[], disturbed: readonly string[] = []): Findings => ({
  statements,
  pictures: [],
  disturbed,
  calls: 10,
});

describe('a statement', () => {
  it('is inside its bounds, ends included, and outside where nothing was measured', () => {
    expect([1, 2, 3].map((measured) => isInside(statement({ measured })))).toEqual([true, true, true]);
    expect([0.99, 3.01, NaN, null].map((measured) => isInside(statement({ measured })))).toEqual([
      false,
      false,
      false,
      false,
    ]);
    expect(isInside(statement({ low: null, measured: -9 }))).toBe(true);
    expect(isInside(statement({ high: null, measured: 99 }))).toBe(true);
  });
});

describe('what is printed', () => {
  const off = { measured: 9 } as const;
  const printed = (...statements: readonly Statement[]): string =>
    ['✗ a case: outside', ...statements.map(statementLine), '    ~ the exact reason', ''].join('\n');

  it('shows each exact statement outside of its bounds, whatever its bounds are', () => {
    const exact = [
      statement({ basis: 'exact', ...off }),
      statement({ basis: 'exact', what: 'calls, lost', unit: 'calls', theory: 0, low: 0, high: 0, measured: 1 }),
      statement({ basis: 'exact', unit: '/s', theory: null, low: 1, high: null, measured: 0.5 }),
      statement({ basis: 'exact', unit: 'share', low: null, measured: null }),
    ];
    expect(exactAndOff(printed(statement(), ...exact))).toEqual(exact.map(statementLine));
  });

  it('is no exact statement outside of its bounds where only chance or timing is, or an exact one is inside', () => {
    const others = [
      statement({ basis: 'timing', what: 'mean against the exact simulation', ...off }),
      statement({ basis: 'chance', what: 'exact or not', ...off }),
    ];
    const inside = statement({ basis: 'exact' });
    expect(exactAndOff(printed(inside, ...others))).toEqual([]);
    expect(exactLines(printed(inside, ...others))).toEqual([statementLine(inside)]);
  });
});

describe('the verdict', () => {
  const off = statement({ measured: 9 });

  it('on a quiet machine is what was measured', () => {
    expect(verdictOf(found([statement()]), QUIET)).toBe('inside');
    expect(verdictOf(found([statement(), off]), QUIET)).toBe('outside');
  });

  it('is inconclusive, never inside, where the run was disturbed or the machine contended', () => {
    for (const one of [statement(), off]) {
      expect(verdictOf(found([one], ['calls left late']), QUIET)).toBe('inconclusive');
      expect(verdictOf(found([one]), lost(0, 0, 0.1))).toBe('inconclusive');
      expect(verdictOf(found([one]), lost(0, 0.1))).toBe('inconclusive');
    }
  });

  it('on a noisy machine may be inside, and never outside', () => {
    for (const shares of [lost(0.05), lost(0, 0.05), lost(0, null, 0.05)]) {
      expect(verdictOf(found([statement()]), shares)).toBe('inside');
      expect(verdictOf(found([off]), shares)).toBe('inconclusive');
    }
    expect(verdictOf(found([off]), lost(0, null))).toBe('outside');
  });

  it(
    'asks for more quiet where times are bounded: a hundredth of the time is all of the calls that a p99 ' +
      'can spare',
    () => {
      const late = statement({ basis: 'timing', measured: 9 });
      expect(verdictOf(found([late]), lost(0.004))).toBe('outside');
      expect(verdictOf(found([late]), lost(0.006))).toBe('inconclusive');
      expect(verdictOf(found([off, statement({ basis: 'timing' })]), lost(0.006))).toBe('outside');
    },
  );

  it('is outside wherever something exact does not hold', () => {
    const broken = statement({ basis: 'exact', low: 0, high: 0, theory: 0, measured: 1 });
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.array(fc.string()),
        (share, disturbed) => verdictOf(found([statement(), broken], disturbed), lost(share)) === 'outside',
      ),
    );
  });
});

describe('another attempt', () => {
  it('is made for noise alone, whatever was found', () => {
    const statements = [statement()];
    expect(
      [QUIET, lost(0.019), lost(0.02), lost(0, 0.02), lost(0, null, 0.02)].map((shares) =>
        isQuiet({ statements, disturbed: [], lost: shares }),
      ),
    ).toEqual([true, true, false, false, false]);
    const timed = [statement({ basis: 'timing' }), statement()];
    expect(
      [QUIET, lost(0.005), lost(0, 0.005), lost(0, null, 0.005)].map((shares) =>
        isQuiet({ statements: timed, disturbed: [], lost: shares }),
      ),
    ).toEqual([true, false, false, false]);
    expect(isQuiet({ statements, disturbed: ['calls left late'], lost: QUIET })).toBe(false);
  });
});

describe('the cases', () => {
  it('are named by the beginning of their id', () => {
    expect(casesNamed([])).toEqual(CASES);
    expect(casesNamed(['mm1', 'replay']).map(({ id }) => id)).toEqual(['replay', 'mm1-0.5', 'mm1-0.7']);
    expect(casesNamed(['mg1'])).toEqual([]);
    expect(new Set(CASES.map(({ id }) => id)).size).toBe(CASES.length);
  });

  it('share one false alarm in a hundred among the 24 statements of chance', () => {
    expect(CASES.reduce((sum, { chances }) => sum + chances, 0)).toBe(24);
    expect(STATEMENT_FALSE_ALARM * 24).toBeCloseTo(SUITE_FALSE_ALARM, 12);
  });
});

describe('the page', () => {
  const hostile = '<script>alert(1)</script>';
  const one: CaseResult = {
    id: 'one',
    title: 'One',
    claim: 'Known beforehand.',
    seed: 1,
    startedUtc: '2026-01-01T00:00:00.000Z',
    tookS: 2,
    attempts: 1,
    lost: QUIET,
    verdict: 'outside',
    ...found([statement(), statement({ what: 'p99 of the wait', measured: 12.3456 })], [hostile]),
    pictures: [
      {
        title: 'Tail',
        finding: 'It falls.',
        x: 'wait in ms',
        y: 'share',
        logarithmic: true,
        series: [
          {
            words: 'theory',
            as: 'theory',
            points: [
              { x: 0, y: 0.5 },
              { x: 10, y: 0.01 },
            ],
          },
          { words: 'measured', as: 'points', points: [{ x: 1, y: 0.4 }] },
        ],
      },
    ],
  };
  const results: TruthResults = {
    schema: 'plimsoll/truth-v2',
    startedUtc: '2026-01-01T00:00:00.000Z',
    mode: 'default',
    seed: 1,
    machine: { cpu: hostile, cores: 2, memoryBytes: 4e9, kernel: 'Linux 6', node: 'v24.0.0', plimsoll: '0.1.0' },
    falseAlarm: { suite: SUITE_FALSE_ALARM, statement: STATEMENT_FALSE_ALARM },
    cases: [one],
  };

  it('shows verdict, theory, bounds and what was measured, and makes data of text from outside', async () => {
    const page = await truthPage(JSON.parse(JSON.stringify(results)) as TruthResults);
    expect(page).toContain('12.35 ms');
    expect(page).toContain('1 ms – 3 ms');
    expect(page).toContain('1 outside.');
    expect(page.match(/<svg role="img"/g)).toHaveLength(1);
    expect(page).not.toContain('<script');
    expect(page).toContain('&lt;script&gt;');
  });

  it('is made of cases run now and cases kept, but not of another mode, machine or version', () => {
    const ids = ['zero', 'one', 'two'];
    const before: TruthResults = {
      ...results,
      cases: [
        { ...one, id: 'two' },
        { ...one, tookS: 1 },
        { ...one, id: 'gone' },
      ],
    };
    const now: TruthResults = { ...results, cases: [{ ...one, id: 'zero' }, one] };
    const idsOf = ({ cases }: TruthResults): readonly [string, number][] => cases.map(({ id, tookS }) => [id, tookS]);
    expect(idsOf(withKept(now, before, ids))).toEqual([
      ['zero', 2],
      ['one', 2],
      ['two', 2],
    ]);
    expect(withKept(now, null, ids)).toBe(now);
    expect(withKept(now, { ...before, mode: 'long' }, ids)).toBe(now);
    expect(withKept(now, { ...before, machine: { ...before.machine, plimsoll: '0.2.0' } }, ids)).toBe(now);
  });

  it('has a picture that stands alone, and none where nothing is drawn', async () => {
    expect(await truthImage(results)).toMatch(
      /^<svg xmlns="http:\/\/www.w3.org\/2000\/svg" [^>]*><style>:root\{\s*--paper/,
    );
    expect(await truthImage({ ...results, cases: [{ ...one, pictures: [] }] })).toBeNull();
  });
});
