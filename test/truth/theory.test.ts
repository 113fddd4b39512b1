/** The theory the product is held to, held itself to what is printed in books and to simulation. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { queueModel } from '../../mock-servers/index.js';
import {
  QUANTILES,
  dd1Wait,
  erlangC,
  fifoStarts,
  fluidOverload,
  hiddenCapacityPerSecond,
  md1,
  md1Tail,
  mm1MeanVariance,
  mm1kBlocking,
  mmc,
  ranksOutside,
  simulate,
  simulateStorm,
  waitBands,
} from './theory/index.js';

describe('the table of waits, in ms at a service of 10 ms', () => {
  const table = [
    { law: mmc(0.05, 10), mean: '10.00', quantiles: ['0.00', '46.05', '78.24'] },
    { law: mmc(0.07, 10), mean: '23.33', quantiles: ['11.22', '87.97', '141.62'] },
    { law: md1(0.05, 10), mean: '5.00', quantiles: ['0.00', '20.51', '33.36'] },
    { law: md1(0.07, 10), mean: '11.67', quantiles: ['7.30', '41.03', '64.85'] },
    { law: md1(0.08, 10), mean: '20.00', quantiles: ['12.76', '66.20', '103.56'] },
    { law: mmc(0.32, 10, 4), mean: '7.46', quantiles: ['2.20', '30.99', '51.10'] },
  ];
  it.each(table)('is reproduced to its digits: mean $mean', ({ law, mean, quantiles }) => {
    expect(law.mean.toFixed(2)).toBe(mean);
    expect(QUANTILES.map((q) => law.quantile(q).toFixed(2))).toEqual(quantiles);
  });
});

describe('closed forms', () => {
  it('Erlang C: one worker waits with probability rho, and four at 3.2 Erlang with 0.5964', () => {
    for (const rho of [0.1, 0.5, 0.9]) expect(erlangC(1, rho)).toBeCloseTo(rho, 12);
    expect(erlangC(4, 3.2)).toBeCloseTo(0.5964, 4);
    // Two workers, in closed form: 2 rho^2 / (1 + rho).
    expect(erlangC(2, 1.2)).toBeCloseTo((2 * 0.36) / 1.6, 12);
  });

  it('M/M/1/K blocks as its states say', () => {
    for (const [rho, capacity] of [
      [0.5, 3],
      [0.9, 10],
      [1, 4],
      [1.5, 6],
    ] as const) {
      const states = Array.from({ length: capacity + 1 }, (_, n) => rho ** n);
      expect(mm1kBlocking(rho, capacity)).toBeCloseTo((states.at(-1) ?? 0) / states.reduce((sum, p) => sum + p, 0), 12);
    }
  });

  it(
    'M/D/1: waits nothing with probability 1 - rho, has its mean under its tail, and the exponential tail ' +
      'beyond a few services',
    () => {
      for (const rho of [0.3, 0.5, 0.7, 0.8, 0.9]) {
        const law = md1(rho, 1);
        expect(1 - law.tail(0)).toBeCloseTo(1 - rho, 12);
        let area = 0;
        const step = 0.01;
        for (let t = step / 2; t < 150; t += step) area += law.tail(t) * step;
        expect(area / law.mean).toBeCloseTo(1, 3);
        const { theta, factor } = md1Tail(rho, 1);
        expect(rho * Math.expm1(theta)).toBeCloseTo(theta, 10);
        for (const t of [6, 9, 12]) expect((factor * Math.exp(-theta * t)) / law.tail(t)).toBeCloseTo(1, 3);
      }
    },
  );

  it('the mean to 5 % at 95 % takes 44 600 arrivals at rho 0.5, 94 700 at 0.7 and 189 800 at 0.8', () => {
    const needed = (rho: number): number => (1.96 / 0.05) ** 2 * (mm1MeanVariance(rho, 1) / mmc(rho, 1).mean ** 2);
    expect([0.5, 0.7, 0.8].map((rho) => Math.round(needed(rho) / 100) * 100)).toEqual([44_600, 94_700, 189_800]);
  });

  it('an overload of 10 s at 1.5 and then 0.5 of capacity: 5 s at the longest, gone after 10 s', () => {
    expect(fluidOverload(10, 1.5, 0.5)).toEqual({ peakWait: 5, drain: 10 });
    // The last of 1 500 arrivals at 150/s.
    expect(dd1Wait(1_499, 150, 0.01)).toBeCloseTo(4.9967, 4);
    expect(dd1Wait(10, 50, 0.01)).toBe(0);
  });
});

describe('the replay', () => {
  it("agrees with the mock's own queue, call by call, whatever comes", () => {
    const call = fc.record({ gap: fc.integer({ min: 0, max: 40 }), service: fc.integer({ min: 0, max: 60 }) });
    fc.assert(
      fc.property(fc.array(call, { maxLength: 200 }), fc.integer({ min: 1, max: 6 }), (calls, workers) => {
        const mock = queueModel({ workers, queueCapacity: null });
        let at = 0;
        const arrivals = calls.map(({ gap }) => (at += gap));
        const starts = fifoStarts(
          arrivals,
          calls.map(({ service }) => service),
          workers,
        );
        calls.forEach(({ service }, n) => {
          expect(mock.arrive(arrivals[n] ?? NaN, service)).toMatchObject({ startNs: starts[n] });
        });
      }),
    );
  });

  it('is never early and at most as late as the latest arrival when arrivals are late in their order', () => {
    const call = fc.record({
      gap: fc.integer({ min: 0, max: 40 }),
      service: fc.integer({ min: 0, max: 60 }),
      late: fc.integer({ min: 0, max: 500 }),
    });
    fc.assert(
      fc.property(
        fc.array(call, { minLength: 1, maxLength: 100 }),
        fc.integer({ min: 1, max: 4 }),
        (calls, workers) => {
          let at = 0;
          const services = calls.map(({ service }) => service);
          const intended = calls.map(({ gap }) => (at += gap));
          const received = intended.map((t, n) => t + (calls[n]?.late ?? 0)).sort((a, b) => a - b);
          const planned = fifoStarts(intended, services, workers);
          const late = fifoStarts(received, services, workers).map((start, n) => start - (planned[n] ?? NaN));
          expect(Math.min(...late)).toBeGreaterThanOrEqual(0);
          expect(Math.max(...late)).toBeLessThanOrEqual(Math.max(...received.map((t, n) => t - (intended[n] ?? NaN))));
        },
      ),
    );
  });
});

describe('bands by simulation', () => {
  const experiment = {
    ratePerSecond: 250,
    serviceMs: 2,
    services: 'exponential',
    workers: 1,
    forS: 40,
    warmupS: 5,
  } as const;

  it('have the width the asymptotic variance of M/M/1 says', () => {
    const n = experiment.ratePerSecond * (experiment.forS - experiment.warmupS);
    const means = Array.from({ length: 400 }, (_, seed) => simulate(experiment, seed, []).meanMs);
    const mean = means.reduce((sum, x) => sum + x, 0) / means.length;
    const variance = means.reduce((sum, x) => sum + (x - mean) ** 2, 0) / (means.length - 1);
    expect(mean / mmc(0.25, 2).mean).toBeCloseTo(1, 1);
    // 400 replicas know a standard deviation to about 4 %.
    expect(Math.sqrt(variance / (mm1MeanVariance(0.25, 2) / n))).toBeGreaterThan(0.85);
    expect(Math.sqrt(variance / (mm1MeanVariance(0.25, 2) / n))).toBeLessThan(1.15);
  });

  it('enclose the theory, and fresh experiments as often as they say', () => {
    const short = { ...experiment, forS: 8, warmupS: 1 };
    const grid = [0, 5, 10];
    const bands = waitBands(short, 0.1, 399, grid);
    expect(bands.falseAlarm).toBeCloseTo(0.1, 12);
    const law = mmc(0.25, 2);
    for (const [i, q] of QUANTILES.entries()) {
      expect(bands.quantiles[i]?.low).toBeLessThanOrEqual(law.quantile(q));
      expect(bands.quantiles[i]?.high).toBeGreaterThan(law.quantile(q));
    }
    for (const [i, t] of grid.entries())
      expect([(bands.tail[i]?.low ?? 1) < law.tail(t), (bands.tail[i]?.high ?? 0) > law.tail(t)]).toEqual([true, true]);
    const fresh = Array.from({ length: 400 }, (_, seed) => simulate(short, 5_000_000 + seed, grid).meanMs);
    const outside = fresh.filter((mean) => mean < bands.mean.low || mean > bands.mean.high).length / fresh.length;
    expect(outside).toBeGreaterThan(0.04);
    expect(outside).toBeLessThan(0.18);
  });

  it('refuse a level that is too low for so few replicas', () => {
    expect(ranksOutside(9_999, 0.01 / 24)).toBe(2);
    expect(() => ranksOutside(1_000, 0.0004)).toThrow(RangeError);
  });
});

describe('a storm of retries', () => {
  it('without a stall is a queue like any other', () => {
    const calm = {
      ratePerSecond: 100,
      forNs: 1e9,
      serviceNs: 5e6,
      timeoutNs: 200e6,
      retries: 2,
      dropExpired: false,
      budget: null,
      stall: { atNs: 1e12, forNs: 0 },
    };
    expect(simulateStorm(calm).map(({ ok, final, doneNs, intendedNs }) => [ok, final, doneNs - intendedNs])).toEqual(
      Array.from({ length: 100 }, () => [true, true, 5e6]),
    );
    expect(hiddenCapacityPerSecond(5e6, 2)).toBeCloseTo(66.67, 2);
  });
});
