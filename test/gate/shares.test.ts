/** Gates on a share of calls: how many calls a verdict rests on, and what so few of them can show. */
import { describe, expect, it } from 'vitest';
import { analyse, type Summary } from '../../src/analysis/index.js';
import { evaluateGates, gateExitCode } from '../../src/gate/index.js';
import { EXIT } from '../../src/problem/index.js';
import type { Gate } from '../../src/scenario/index.js';
import { recordOf, type Attempt } from '../analysis/fixtures/record.js';
import { MS, S, callSpec, sketchPlan, stage } from '../analysis/fixtures/scenario.js';

/** So many calls of 1 ms, 10 ms apart, of which the first ones fail. */
function summaryOf(calls: number, failed: number): Summary {
  const plan = sketchPlan({
    phases: [{ name: 'steady', stages: [stage('main', 100, calls * 10 * MS)] }],
    calls: [callSpec('search', { deadlineNs: 1 * S, deadlineIsExplicit: true })],
  });
  const attempts = Array.from({ length: calls }, (_, n): Attempt => {
    const intendedNs = n * 10 * MS;
    const end = n < failed ? ({ outcome: 'tool', errorClass: 'tool-error' } as const) : {};
    return { callId: n, intendedNs, doneNs: intendedNs + MS, ...end };
  });
  return analyse({ record: recordOf(plan, attempts), plan }).summary;
}

const gate = (metric: Gate['metric'], bounds: Partial<Gate>): Gate => ({
  ...{ index: 0, metric, stat: 'ratio', unit: 'ratio', phase: 'steady', tool: null, fault: null, process: null },
  ...{ min: null, max: null },
  ...bounds,
});

function judged(calls: number, failed: number, asked: Gate) {
  const { verdict, results } = evaluateGates(summaryOf(calls, failed), { gates: [asked] });
  const [result] = results;
  if (result === undefined) throw new Error('no result');
  expect(result.verdict).toBe(verdict);
  return result;
}

describe('a gate on a share of calls', () => {
  const errors = gate('error-ratio', { max: 0.01 });

  it('is inconclusive where so few calls can not show the limit, whether one of them failed or none', () => {
    expect(judged(20, 0, errors)).toMatchObject({
      verdict: 'inconclusive',
      measured: 0,
      why:
        'steady: 0 %, 0 of 20 calls, 95 % interval 0 % to 16.8 %; ' +
        'too few calls to decide (20 of 200 needed): the interval contains the limit',
    });
    expect(judged(20, 1, errors)).toMatchObject({
      verdict: 'inconclusive',
      measured: 0.05,
      why:
        'steady: 5 %, 1 of 20 calls, 95 % interval 0.127 % to 24.9 %; ' +
        'too few calls to decide (20 of 200 needed): the interval contains the limit',
    });
    expect(gateExitCode(judged(20, 0, errors).verdict)).toBe(EXIT.inconclusive);
  });

  it('fails on few calls where the interval lies beyond the limit', () => {
    expect(judged(20, 2, errors).verdict).toBe('regress');
    expect(judged(20, 20, errors)).toMatchObject({
      verdict: 'regress',
      measured: 1,
      why: 'steady: 100 %, 20 of 20 calls, 95 % interval 83.2 % to 100 %',
    });
    expect(judged(2, 2, gate('error-ratio', { max: 0.05 })).verdict).toBe('regress');
  });

  it('passes on few calls where the interval lies within the limit', () => {
    expect(judged(20, 0, gate('error-ratio', { max: 0.2 })).verdict).toBe('pass');
    expect(judged(20, 20, gate('error-ratio', { min: 0.8 })).verdict).toBe('pass');
  });

  it('is decided by the share itself from as many calls as leave two within the limit', () => {
    expect(judged(199, 0, errors).verdict).toBe('inconclusive');
    expect(judged(200, 0, errors)).toMatchObject({
      verdict: 'pass',
      why: 'steady: 0 %, 0 of 200 calls, 95 % interval 0 % to 1.83 %',
    });
    expect(judged(200, 2, errors).verdict).toBe('pass');
    expect(judged(200, 3, errors).verdict).toBe('regress');
    expect(judged(1000, 10, gate('deadline-miss-ratio', { max: 0.01 })).verdict).toBe('pass');
    expect(judged(1000, 11, gate('deadline-miss-ratio', { max: 0.01 })).verdict).toBe('regress');
  });

  it('takes as many calls for 99 % of goodput as for 1 % of misses, and fewer for a limit in the middle', () => {
    const goodput = gate('goodput', { min: 0.99 });
    expect([199, 200].map((calls) => judged(calls, 0, goodput).verdict)).toEqual(['inconclusive', 'pass']);
    const half = gate('deadline-miss-ratio', { max: 0.5 });
    expect([3, 4].map((calls) => judged(calls, 0, half).verdict)).toEqual(['inconclusive', 'pass']);
    const between = gate('error-ratio', { min: 0.01, max: 0.5 });
    expect(judged(20, 1, between)).toMatchObject({
      verdict: 'inconclusive',
      why: expect.stringContaining('20 of 200 needed') as unknown,
    });
    expect(judged(20, 18, between).verdict).toBe('regress');
  });

  it('of no failure at all is about the calls that were made, however few', () => {
    const none = gate('error-ratio', { max: 0 });
    expect([0, 1].map((failed) => judged(1, failed, none).verdict)).toEqual(['pass', 'regress']);
    const every = gate('goodput', { min: 1 });
    expect([0, 1].map((failed) => judged(3, failed, every).verdict)).toEqual(['pass', 'regress']);
  });
});

describe('default gates on few calls', () => {
  const byDefault = (calls: number, failed: number) => {
    const { verdict, results } = evaluateGates(summaryOf(calls, failed), { gates: [] });
    return [verdict, ...results.map((result) => `${result.verdict}: ${result.text}`)];
  };
  const ERRORS = 'error-ratio of steady <= 5 % (default gate)';
  const GOODPUT = 'goodput rate of steady >= 0.001/s (default gate)';

  it('fail a tool that fails every call, from the first on', () => {
    expect(byDefault(1, 1)).toEqual(['regress', `inconclusive: ${ERRORS}`, `regress: ${GOODPUT}`]);
    for (const calls of [2, 5, 20])
      expect(byDefault(calls, calls)).toEqual(['regress', `regress: ${ERRORS}`, `regress: ${GOODPUT}`]);
  });

  it('are inconclusive where more failed than may and so few calls can not show it, and pass where none failed', () => {
    expect(byDefault(20, 3)).toEqual(['inconclusive', `inconclusive: ${ERRORS}`]);
    expect(byDefault(20, 4)).toEqual(['regress', `regress: ${ERRORS}`]);
    for (const [calls, failed] of [
      [1, 0],
      [20, 0],
      [20, 1],
    ] as const)
      expect(byDefault(calls, failed)).toEqual(['pass']);
  });
});
