/** What a load of several processes takes, by a model of two measured parts. */
import { describe, expect, it } from 'vitest';
import { loadCores, sizedLoad, type LoadCost } from '../../src/engines/index.js';

const COST: LoadCost = { callUs: 50, waitCores: 0.2, fullWaitFromPerSecond: 500 };

describe('the cores that a load thread takes', () => {
  it('are those of its calls, and of waiting for the next one, up to all of the time', () => {
    expect(loadCores(0, COST)).toBe(0);
    expect(loadCores(100, COST)).toBeCloseTo(0.005 + 0.2 / 5, 12);
    expect(loadCores(500, COST)).toBeCloseTo(0.025 + 0.2, 12);
    expect(loadCores(1_000, COST)).toBeCloseTo(0.05 + 0.2, 12);
  });
});

describe('a load of several processes', () => {
  it('takes the waiting of each, and the calls once', () => {
    const of = (shards: number) => sizedLoad({ ratePerSecond: 4_000, shards, workers: 1 }, COST);
    expect(of(1)).toMatchObject({ eachPerSecond: 4_000, neededPerSecond: 8_000, coresOfEach: 0.2 + 0.2 });
    expect(of(4).coresOfAll).toBeCloseTo(0.2 + 4 * 0.2, 12);
    expect(of(4).coresOfOne).toBe(of(1).coresOfAll);
    // So few calls that each is waited for by itself, however many processes share them.
    expect(sizedLoad({ ratePerSecond: 400, shards: 4, workers: 1 }, COST).coresOfAll).toBeCloseTo(0.02 + 0.16, 12);
    expect(sizedLoad({ ratePerSecond: 21_000, shards: 4, workers: 1 }, COST).coresOfOne).toBeNull();
    // Two load threads are as two processes.
    expect(sizedLoad({ ratePerSecond: 4_000, shards: 2, workers: 2 }, COST).coresOfAll).toBe(of(4).coresOfAll);
  });

  it.each([
    // Calls a second in all, processes, CPU us a call: measured on a quiet machine (bench/parts/shards.mjs).
    [200, 1, 489.4],
    [200, 2, 673.3],
    [200, 4, 616.9],
    [2_000, 1, 89.0],
    [2_000, 2, 161.9],
    [2_000, 4, 289.8],
    [10_000, 1, 44.7],
    [10_000, 2, 68.0],
    [10_000, 4, 77.6],
    [20_000, 1, 31.4],
    [20_000, 2, 43.0],
  ])('of %i calls a second by %i processes takes what was measured, to about a fifth', (ratePerSecond, shards, us) => {
    const { coresOfAll } = sizedLoad({ ratePerSecond, shards, workers: 1 });
    expect(Math.abs((coresOfAll / ratePerSecond) * 1e6 - us) / us).toBeLessThan(0.21);
  });
});
