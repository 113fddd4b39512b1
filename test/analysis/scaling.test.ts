import { describe, expect, it } from 'vitest';
import { fitScaling, throughputOf } from '../../src/analysis/capacity/scaling.js';
import { analyse, type ScalingPoint, type ScalingSummary } from '../../src/analysis/index.js';
import { seededRandom } from '../../src/random/index.js';
import { recordOf, type Attempt } from './fixtures/record.js';
import { MS, S, sketchPlan, stage } from './fixtures/scenario.js';

const LAW = { lambda: 995.6, sigma: 0.0267, kappa: 0.000769 };
const LEVELS = [1, 2, 4, 8, 12, 16, 24, 32, 48, 64];
const random = () => seededRandom(7, 'scaling');
const points = (
  levels: readonly number[],
  law = LAW,
  noise: (n: number) => number = () => 1,
): readonly ScalingPoint[] =>
  levels.map((concurrency, n) => ({
    phase: `c${concurrency}`,
    concurrency,
    completedPerSecond: throughputOf(law, concurrency) * noise(n),
  }));

function fitted(summary: ScalingSummary): Extract<ScalingSummary, { kind: 'fitted' }> {
  if (summary.kind !== 'fitted') throw new Error(`refused: ${summary.reason}`);
  return summary;
}

describe('the Universal Scalability Law', () => {
  it('is found again in data that follow it exactly, with its peak at sqrt((1 - sigma) / kappa)', () => {
    const { lambdaPerSecond, sigma, kappa, peakConcurrency } = fitted(fitScaling(points(LEVELS), random()));
    expect(lambdaPerSecond.value).toBeCloseTo(LAW.lambda, 6);
    expect(sigma.value).toBeCloseTo(LAW.sigma, 9);
    expect(kappa.value).toBeCloseTo(LAW.kappa, 11);
    expect(peakConcurrency).toBeCloseTo(Math.sqrt((1 - LAW.sigma) / LAW.kappa), 6);
  });

  it('has intervals that hold the truth in at least 80 of 100 noisy runs, for each parameter', () => {
    const held = { lambda: 0, sigma: 0, kappa: 0 };
    for (let seed = 0; seed < 100; seed++) {
      const noise = seededRandom(seed, 'noise');
      const { lambdaPerSecond, sigma, kappa } = fitted(
        fitScaling(
          points(LEVELS, LAW, () => 1 + 0.02 * noise.normal()),
          seededRandom(seed, 'fit'),
        ),
      );
      if (lambdaPerSecond.low <= LAW.lambda && LAW.lambda <= lambdaPerSecond.high) held.lambda++;
      if (sigma.low <= LAW.sigma && LAW.sigma <= sigma.high) held.sigma++;
      if (kappa.low <= LAW.kappa && LAW.kappa <= kappa.high) held.kappa++;
    }
    // Resampled residuals of ten points and three parameters run somewhat short of their nominal 95 %.
    expect(Math.min(held.lambda, held.sigma, held.kappa)).toBeGreaterThanOrEqual(80);
  });

  it('has no peak where nothing is lost to coherence, and no contention where there is none', () => {
    const linear = fitted(fitScaling(points(LEVELS, { lambda: 100, sigma: 0, kappa: 0 }), random()));
    expect([linear.sigma.value, linear.kappa.value, linear.peakConcurrency]).toEqual([
      expect.closeTo(0, 9),
      expect.closeTo(0, 9),
      null,
    ]);
    const amdahl = fitted(fitScaling(points(LEVELS, { lambda: 100, sigma: 0.1, kappa: 0 }), random()));
    expect(amdahl.sigma.value).toBeCloseTo(0.1, 6);
    expect(amdahl.kappa.value).toBeCloseTo(0, 9);
  });

  it('keeps parameters from going below 0 in data that scale better than linearly', () => {
    const { sigma, kappa } = fitted(
      fitScaling(
        LEVELS.map((n) => ({ phase: `c${n}`, concurrency: n, completedPerSecond: 100 * n ** 1.1 })),
        random(),
      ),
    );
    expect(Math.min(sigma.low, kappa.low)).toBeGreaterThanOrEqual(0);
  });

  it('is the same twice with one seed', () => {
    const noisy = points(LEVELS, LAW, (n) => 1 + 0.01 * (n % 3));
    expect(fitScaling(noisy, random())).toEqual(fitScaling(noisy, random()));
  });

  it('is refused under six levels of concurrency, repeated ones counted once and empty ones not at all', () => {
    expect(fitScaling(points([1, 2, 4, 8, 16]), random())).toMatchObject({
      kind: 'refused',
      levels: 5,
      neededLevels: 6,
      reason: 'too-few-levels',
    });
    expect(fitScaling(points([1, 2, 4, 8, 16, 16]), random())).toMatchObject({ kind: 'refused', levels: 5 });
    expect(
      fitScaling(
        points([1, 2, 4, 8, 16, 32], LAW, (n) => (n === 5 ? 0 : 1)),
        random(),
      ),
    ).toMatchObject({ kind: 'refused', levels: 5 });
    expect(fitScaling(points([1, 2, 4, 8, 16, 32]), random()).kind).toBe('fitted');
  });
});

describe('the points of the fit', () => {
  it('are the steady phases in a closed loop', () => {
    const plan = sketchPlan({
      phases: [
        { name: 'floor', regime: 'floor', concurrency: 1, forNs: 2 * S },
        { name: 'c3', concurrency: 3, forNs: 2 * S },
        { name: 'open', stages: [stage('main', 50, 2 * S)] },
      ],
    });
    const attempts = Array.from({ length: 300 }, (_, callId): Attempt => {
      const intendedNs = callId * 20 * MS;
      return { callId, phase: Math.floor(callId / 100), intendedNs, doneNs: intendedNs + 1 * MS };
    });
    expect(analyse({ record: recordOf(plan, attempts), plan }).summary.scaling).toEqual({
      kind: 'refused',
      points: [{ phase: 'c3', concurrency: 3, completedPerSecond: 50 }],
      levels: 1,
      neededLevels: 6,
      reason: 'too-few-levels',
    });
  });
});
