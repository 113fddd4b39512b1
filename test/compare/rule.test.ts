/** The rule, on differences whose verdict can be worked out by hand. */
import { describe, expect, it } from 'vitest';
import { decide, type Decision, type Evidence } from '../../src/compare/index.js';

const TEN = [-1.5, -1.2, -0.8, -0.4, -0.1, 0.1, 0.4, 0.8, 1.2, 1.5];

/** Ten pairs around `middle` that spread by about `spread`. */
const around = (middle: number, spread: number): readonly number[] => TEN.map((each) => middle + each * spread);

const evidence = (harms: readonly number[], more: Partial<Evidence> = {}): Evidence => ({
  harms,
  absoluteHarms: harms.map((harm) => harm * 10),
  precision: 'exact',
  margin: 0.1,
  atLeast: null,
  ...more,
});

function only(one: Evidence): Decision {
  const [decision] = decide([one]);
  if (decision === undefined) throw new Error('no decision');
  return decision;
}

describe('the rule', () => {
  it.each([
    ['no change, little noise', around(0, 0.02), 'pass'],
    ['worse by half the margin', around(0.05, 0.02), 'pass'],
    ['worse by twice the margin', around(0.2, 0.02), 'regress'],
    ['better by twice the margin', around(-0.2, 0.02), 'improved'],
    ['better by half the margin', around(-0.05, 0.02), 'pass'],
    ['no change, much noise', around(0, 0.4), 'inconclusive'],
    ['worse by twice the margin, much noise', around(0.2, 0.6), 'inconclusive'],
    ['just below the margin, which the interval holds', around(0.095, 0.05), 'inconclusive'],
  ] as const)('says of %s: %s', (_what, harms, verdict) => {
    expect(only(evidence(harms)).verdict).toBe(verdict);
  });

  it('names the trials that noise would need, and the effect that it can see', () => {
    const { reason, trialsNeeded, minimumDetectable } = only(evidence(around(0, 0.4)));
    expect(reason).toBe('too-noisy');
    expect(trialsNeeded).toBeGreaterThan(10);
    expect(minimumDetectable).toBeGreaterThan(0.1);
    expect(only(evidence(around(0.095, 0.02))).reason).toBe('between');
  });

  it('passes a large ratio of a small number, but not of a large one', () => {
    const harms = around(0.3, 0.02);
    expect(only(evidence(harms, { atLeast: 5 })).verdict).toBe('pass');
    expect(only(evidence(harms, { atLeast: 2 })).verdict).toBe('regress');
  });

  it('tests one direction and adjusts for all that is judged together', () => {
    const borderline = evidence(around(0.2, 0.22));
    expect(only(borderline).pWorse).toBeGreaterThan(0.005);
    expect(only(borderline).verdict).toBe('regress');
    const calm = evidence(around(0, 0.02));
    const [decision] = decide([borderline, ...Array.from({ length: 5 }, () => calm)]);
    expect(decision?.verdict).toBe('inconclusive');
    // A pass needs no adjustment.
    expect(decide([calm, calm, calm]).map(({ verdict }) => verdict)).toEqual(['pass', 'pass', 'pass']);
  });

  it('is inconclusive where one odd pair makes the mean and the middle disagree', () => {
    const odd = evidence([0.01, 0.02, 0.01, 0.03, 0.02, 0.01, 0.02, 0.03, 0.02, 0.9]);
    expect(only(odd).verdict).toBe('inconclusive');
    // The mean alone reaches the margin and is above 0 by a wide margin of the t test; half of the pairs are far below.
    const split = evidence([0.06, 0.07, 0.05, 0.06, 0.07, 0.06, 0.05, 0.3, 0.07, 0.26]);
    expect(only(split)).toMatchObject({ verdict: 'inconclusive', reason: 'estimators-disagree' });
  });

  it('decides nothing by one pair', () => {
    expect(only(evidence([0.5]))).toMatchObject({ verdict: 'inconclusive', reason: 'one-trial' });
  });

  it('judges counts: none more is a pass, one more in every trial is not', () => {
    const counts = (harms: readonly number[]): Evidence => evidence(harms, { absoluteHarms: harms, margin: 0 });
    expect(only(counts([0, 0, 0, 0, 0, 0])).verdict).toBe('pass');
    expect(only(counts([1, 1, 1, 1, 1, 1])).verdict).toBe('regress');
    // The sign of two pairs is a coin that fell twice the same way.
    expect(only(counts([1, 1])).verdict).toBe('inconclusive');
  });

  it('lets a lower bound show harm and never its absence, and an upper bound the other way', () => {
    const bounds = (precision: Evidence['precision'], middle: number): Decision['verdict'] =>
      only(evidence(around(middle, 0.02), { precision })).verdict;
    expect(bounds('at-least', 0.3)).toBe('regress');
    expect(bounds('at-least', 0)).toBe('inconclusive');
    expect(bounds('at-most', -0.3)).toBe('pass');
    expect(bounds('at-most', 0.3)).toBe('inconclusive');
  });
});
