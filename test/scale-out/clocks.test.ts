/** Offsets of clocks are found within the bound that is stated with them, however uneven the ways were. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { driftOf, exchangeFrom, offsetAt, readingOf, type Exchange } from '../../src/shards/index.js';

/** An exchange with a clock that is ahead by `offsetNs`, over ways of the given lengths. */
function exchange(atNs: number, offsetNs: number, thereNs: number, keptNs: number, backNs: number): Exchange {
  const askedNs = BigInt(atNs);
  const receivedNs = askedNs + BigInt(thereNs) + BigInt(offsetNs);
  return {
    askedNs,
    receivedNs,
    answeredNs: receivedNs + BigInt(keptNs),
    hadNs: askedNs + BigInt(thereNs + keptNs + backNs),
  };
}

describe('a reading of another clock', () => {
  it('is exact where both ways took as long', () => {
    const reading = readingOf([exchange(1_000, 3_600_000_000_000, 250, 40, 250)]);
    expect(reading).toMatchObject({ offsetNs: 3_600_000_000_000n, roundTripNs: 500, uncertaintyNs: 251 });
  });

  it('is off by no more than it says, whatever the ways were', () => {
    const ways = fc.record({
      atNs: fc.nat(1e9),
      thereNs: fc.nat(5e6),
      keptNs: fc.nat(5e6),
      backNs: fc.nat(5e6),
    });
    fc.assert(
      fc.property(
        fc.integer({ min: -4e12, max: 4e12 }),
        fc.array(ways, { minLength: 1, maxLength: 20 }),
        (offset, all) => {
          const [first, ...rest] = all.map((way) => exchange(way.atNs, offset, way.thereNs, way.keptNs, way.backNs));
          if (first === undefined) return;
          const reading = readingOf([first, ...rest]);
          if (reading === null) throw new Error('every exchange bounds the offset');
          expect(Math.abs(Number(reading.offsetNs) - offset)).toBeLessThanOrEqual(reading.uncertaintyNs);
          expect(reading.roundTripNs).toBe(Math.min(...all.map(({ thereNs, backNs }) => thereNs + backNs)));
        },
      ),
    );
  });
});

describe('an exchange during which a clock stood still', () => {
  // The own clock stood still for 40 us of 50 us that shard 0 kept the question: the ways took -30 us.
  const odd = { ...exchange(1_000, 500, 5_000, 50_000, 5_000), hadNs: 21_000n };

  it('is left out, however short it seems to be', () => {
    const good = exchange(2_000_000, 500, 80_000, 10, 80_000);
    expect(readingOf([odd, good])).toEqual(readingOf([good]));
    expect(readingOf([good, odd])).toMatchObject({ offsetNs: 500n, roundTripNs: 160_000 });
  });

  it('bounds nothing by itself, as one of a clock that goes back', () => {
    expect(readingOf([odd])).toBeNull();
    expect(readingOf([{ ...exchange(1_000, 0, 5, 5, 5), hadNs: 0n }])).toBeNull();
    const back = exchange(1_000, 0, 500, 50, 500);
    expect(readingOf([{ ...back, answeredNs: back.receivedNs - 1n }])).toBeNull();
  });
});

describe('what answers for a clock', () => {
  it('is shard 0 where it says two numbers, and else is refused', () => {
    expect(exchangeFrom(1n, '20 30', 4n)).toEqual({ askedNs: 1n, receivedNs: 20n, answeredNs: 30n, hadNs: 4n });
    for (const text of ['', '20', '20 ', ' 20 30', '20 30 40', '-1 2', '1e3 2e3', '<html>', '0x1 0x2'])
      expect(() => exchangeFrom(1n, text, 4n), text).toThrow('is not shard 0');
  });
});

describe('a drift', () => {
  const readings = (ppm: number, uncertaintyNs: number, noise: readonly number[]) =>
    noise.map((share, k) => ({
      atNs: k * 60e9,
      offsetNs: 1e6 + k * 60e9 * ppm * 1e-6 + share * uncertaintyNs,
      uncertaintyNs,
    }));

  it('is that of a clock that goes on evenly', () => {
    const drift = driftOf(readings(50, 1_000, [0, 0, 0]));
    expect(drift.driftPpm).toBeCloseTo(50, 9);
    expect(offsetAt(drift, 120e9)).toBeCloseTo(7e6, 3);
    expect(drift.misfitNs).toBe(0);
  });

  it('is found within what readings leave open, and what does not fit is told', () => {
    const drift = driftOf(readings(50, 100_000, [1, -1, 0.5, -0.5]));
    expect(Math.abs(drift.driftPpm - 50)).toBeLessThan(2);
    expect(driftOf(readings(0, 1_000, [0, 0, 900, 0])).misfitNs).toBeGreaterThan(300_000);
  });

  it('is none of readings of one moment, or of none', () => {
    expect(driftOf([{ atNs: 5, offsetNs: 7, uncertaintyNs: 1 }])).toMatchObject({ driftPpm: 0, offsetNs: 7 });
    expect(driftOf([])).toEqual({ driftPpm: 0, offsetNs: 0, misfitNs: 0 });
  });
});
