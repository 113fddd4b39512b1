import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  arrivalOffsetNs,
  expectedArrivals,
  expectedBetween,
  highestRate,
  plannedArrivals,
  rateAt,
  type Stage,
} from '../../src/plan/index.js';
import { arrivalsInStage } from '../../src/plan/arrivals.js';

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
  ])('at %d/s for %d s are %d calls', (rate, seconds, calls) =>
    expect(arrivalsInStage(stage(rate, seconds))).toBe(calls),
  );

  it('are counted stage by stage: each begins with a call', () => {
    expect(plannedArrivals([stage(50, 5), stage(150, 5), stage(50, 15)])).toBe(250 + 750 + 750);
    expect(plannedArrivals([stage(3, 0.5), stage(3, 0.5)])).toBe(4);
  });

  it('are exactly the offsets that lie before the end of the stage', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.01, max: 1e6, noNaN: true }),
        fc.integer({ min: 1, max: 2 ** 45 }),
        (ratePerSecond, forNs) => {
          const count = arrivalsInStage({ ratePerSecond, forNs });
          expect(arrivalOffsetNs({ ratePerSecond, forNs }, count - 1)).toBeLessThan(forNs);
          expect(arrivalOffsetNs({ ratePerSecond, forNs }, count)).toBeGreaterThanOrEqual(forNs);
        },
      ),
    );
  });
});

const ramp = (ratePerSecond: number, rampToPerSecond: number, seconds: number) => ({
  ratePerSecond,
  rampToPerSecond,
  forNs: seconds * 1e9,
});
const perSecond = fc.double({ min: 0.01, max: 1e5, noNaN: true });
const ramps = fc.record({
  ratePerSecond: perSecond,
  rampToPerSecond: perSecond,
  forNs: fc.integer({ min: 1e6, max: 3.6e12 }),
});

describe('a ramp', () => {
  it('plans the area under its rate: 0 to 10 s from 50/s to 150/s are 1000 calls', () => {
    expect(arrivalsInStage(ramp(50, 150, 10))).toBe(1000);
    expect(arrivalsInStage(ramp(150, 50, 10))).toBe(1000);
    expect(expectedArrivals([ramp(50, 150, 10), stage(150, 2)])).toBe(1300);
    expect(expectedBetween(ramp(50, 150, 10), 0, 5e9)).toBe(375);
    expect(expectedBetween(ramp(50, 150, 10), 5e9, 10e9)).toBe(625);
    expect(expectedBetween(ramp(50, 150, 10), 5e9, 4e9)).toBe(0);
  });

  it('has the rate of each end at that end, and of the middle in the middle', () => {
    expect([0, 5e9, 10e9].map((ns) => rateAt(ramp(50, 150, 10), ns))).toEqual([50, 100, 150]);
    expect(rateAt(stage(70, 10), 5e9)).toBe(70);
  });

  it('that is flat is a held rate', () => {
    for (const calls of [0, 1, 2.5, 999])
      expect(arrivalOffsetNs(ramp(80, 80, 10), calls)).toBe(arrivalOffsetNs(stage(80, 10), calls));
  });

  it('expects exactly as many calls by the offset of call n as n', () => {
    fc.assert(
      fc.property(ramps, fc.double({ min: 0, max: 1, noNaN: true }), (any, share) => {
        const calls = share * expectedBetween(any, 0, any.forNs);
        expect(expectedBetween(any, 0, arrivalOffsetNs(any, calls))).toBeCloseTo(
          calls,
          6 - Math.ceil(Math.log10(1 + calls)),
        );
      }),
    );
  });

  it('counts the offsets before its end, up or down, however steep', () => {
    fc.assert(
      fc.property(ramps, (any) => {
        const count = arrivalsInStage(any);
        expect(arrivalOffsetNs(any, count - 1)).toBeLessThan(any.forNs);
        expect(arrivalOffsetNs(any, count)).toBeGreaterThanOrEqual(any.forNs);
        expect(Math.abs(count - expectedBetween(any, 0, any.forNs))).toBeLessThanOrEqual(1 + 1e-6);
      }),
    );
  });
});

describe('the highest rate', () => {
  const stages = (...all: [Stage, ...Stage[]]) =>
    highestRate({ loop: 'open', phase: 0, arrivals: 'constant', stages: all });
  it('of stages is that of the steepest end', () => {
    expect(stages({ label: 'up', ...ramp(50, 200, 5) }, { label: 'down', ...ramp(120, 10, 5) })).toBe(200);
    expect(stages({ label: 'down', ...ramp(300, 10, 5) })).toBe(300);
  });

  it('of a recording is that of its busiest second', () => {
    const recorded = (...ms: number[]) =>
      highestRate({
        loop: 'open',
        phase: 0,
        arrivals: 'recorded',
        offsetsNs: ms.map((each) => each * 1e6),
        stages: [{ label: 'replay', ...stage(1, 9) }],
      });
    expect(recorded(0, 999, 1000, 1001, 5000)).toBe(3);
    expect(recorded(0, 1000, 2000)).toBe(1);
    expect(recorded(7, 7, 7, 8000)).toBe(3);
  });
});

describe('Poisson arrivals', () => {
  it('have rate times time as their mean', () => expect(expectedArrivals([stage(50, 5), stage(150, 2)])).toBe(550));
});
