import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { arrivalOffsetNs, plannedArrivals } from '../../src/plan/index.js';
import { arrivalsInStage, expectedArrivals } from '../../src/plan/arrivals.js';

const stage = (ratePerSecond: number, seconds: number) => ({ ratePerSecond, forNs: seconds * 1e9 });

describe('constant arrivals', () => {
  it.each([
    [200, 1, 200],
    [200, 0.0025, 1],
    [200, 0.005, 1],
    [200, 0.005000001, 2],
    [3, 1, 3],
    [0.5, 1, 1],
    [0.5, 2, 1],
    [0.5, 2.000000001, 2],
    [1 / 3, 6, 2],
  ])('at %d/s for %d s are %d calls', (rate, seconds, calls) => expect(arrivalsInStage(stage(rate, seconds))).toBe(calls));

  it('are counted stage by stage: each begins with a call', () => {
    expect(plannedArrivals([stage(50, 5), stage(150, 5), stage(50, 15)])).toBe(250 + 750 + 750);
    expect(plannedArrivals([stage(3, 0.5), stage(3, 0.5)])).toBe(4);
  });

  it('are exactly the offsets that lie before the end of the stage', () => {
    fc.assert(
      fc.property(fc.double({ min: 0.01, max: 1e6, noNaN: true }), fc.integer({ min: 1, max: 2 ** 45 }), (ratePerSecond, forNs) => {
        const count = arrivalsInStage({ ratePerSecond, forNs });
        expect(arrivalOffsetNs(ratePerSecond, count - 1)).toBeLessThan(forNs);
        expect(arrivalOffsetNs(ratePerSecond, count)).toBeGreaterThanOrEqual(forNs);
      }),
    );
  });
});

describe('Poisson arrivals', () => {
  it('have rate times time as their mean', () => expect(expectedArrivals([stage(50, 5), stage(150, 2)])).toBe(550));
});
