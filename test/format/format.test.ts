import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as format from '../../src/format/index.js';
import type { Unit } from '../../src/format/index.js';

const UNITS: readonly Unit[] = [
  'ns',
  'per-second',
  'ratio',
  'multiple',
  'count',
  'ns-per-second',
  'bytes-per-hour',
  'per-hour',
];
const UNIT_NS: Readonly<Record<string, number>> = { ns: 1, µs: 1e3, ms: 1e6, s: 1e9, min: 60e9, h: 3600e9 };

/** The nanoseconds that a printed duration stands for. */
function durationBack(text: string): number {
  const [value = '', unit = ''] = text.split(' ');
  return Number(value.replaceAll(',', '').replace('−', '-')) * (UNIT_NS[unit] ?? NaN);
}

describe('numbers as text', () => {
  it.each([
    [0, '0 ms'],
    [1, '1 ns'],
    [12_000, '12 µs'],
    [845e6, '845 ms'],
    [12_345_678, '12.3 ms'],
    [10.2e6, '10.2 ms'],
    [999_960, '1 ms'],
    [999.4e6, '999 ms'],
    [999.6e6, '1 s'],
    [2.5e9, '2.5 s'],
    [75e9, '75 s'],
    [599.4e9, '599 s'],
    [599.6e9, '10 min'],
    [750e9, '12.5 min'],
    [35_930e9, '599 min'],
    [36_000e9, '10 h'],
    [-3e6, '−3 ms'],
    [NaN, 'unknown'],
    [Infinity, 'unknown'],
  ])('print %d ns as %s', (ns, text) => {
    expect(format.duration(ns)).toBe(text);
  });

  it.each([
    [0, '0 %'],
    [1, '100 %'],
    [0.05, '5 %'],
    [0.021, '2.1 %'],
    [0.1234, '12.3 %'],
    [0.99996, '99.996 %'],
    [0.9993, '99.93 %'],
    [0.9999999, '> 99.999 %'],
    [0.000001, '< 0.001 %'],
    [0.00041, '0.041 %'],
    [1.5, '150 %'],
  ])('print a share of %d as %s', (ratio, text) => {
    expect(format.percent(ratio)).toBe(text);
  });

  it.each([
    [400, '400/s'],
    [12.345, '12.3/s'],
    [0, '0/s'],
    [20_000, '20,000/s'],
    [1_234.5, '1,235/s'],
  ])('print a rate of %d as %s', (perSecond, text) => {
    expect(format.rate(perSecond)).toBe(text);
  });

  it.each([
    [0, '0 B'],
    [512, '512 B'],
    [1_023, '1,023 B'],
    [1_048_576, '1 MiB'],
    [1_048_570, '1 MiB'],
    [1_500, '1.46 KiB'],
    [1.5 * 1024 ** 3, '1.5 GiB'],
    [5_000 * 1024 ** 3, '5,000 GiB'],
  ])('print %d bytes as %s', (n, text) => {
    expect(format.bytes(n)).toBe(text);
  });

  it.each([
    [0, '0'],
    [23_110, '23,110'],
    [12.345, '12.3'],
    [123.4, '123'],
    [-3, '−3'],
  ])('print an amount of %d as %s', (n, text) => {
    expect(format.amount(n)).toBe(text);
  });

  it('print growths and slopes with their sign, and none for zero', () => {
    expect(format.slope(12.34e6)).toBe('+12.3 ms/s');
    expect(format.slope(-1e5)).toBe('−0.1 ms/s');
    expect(format.slope(0)).toBe('0 ms/s');
    expect(format.bytesPerHour(1.5 * 1024 ** 2)).toBe('+1.5 MiB/h');
    expect(format.bytesPerHour(0)).toBe('0 B/h');
    expect(format.perHour(-12)).toBe('−12/h');
  });

  it('print moments to a tenth of a second, and fault edges to the millisecond', () => {
    expect(format.moment(0)).toBe('+0 s');
    expect(format.moment(12.44e9)).toBe('+12.4 s');
    expect(format.moment(-2e9)).toBe('−2 s');
    expect(format.moment(3_754.2e9)).toBe('+3,754.2 s');
    expect(format.exactMoment(35.9013e9)).toBe('+35.901 s');
    expect(format.exactMoment(0)).toBe('+0.000 s');
  });

  it('name quantiles, and say what is known of each', () => {
    expect(format.quantileName(0.999)).toBe('p99.9');
    expect(format.quantileName(0.5)).toBe('p50');
    expect(format.quantile({ kind: 'not-estimable', n: 312, needed: 662 })).toBe('too few samples (312 of 662 needed)');
    expect(format.quantile({ kind: 'censored', ns: 316e6 })).toBe('> 316 ms');
    expect(format.quantile({ kind: 'value', ns: 250e6, lowNs: null, highNs: null })).toBe('250 ms');
    expect(format.quantile(undefined)).toBe('unknown');
  });

  it('read as a time that had not ended, where a time until something had not: it is not a time of over 28 s', () => {
    expect(format.timeUntil(2.5e9, 28e9)).toBe('2.5 s');
    expect(format.timeUntil(null, 28e9)).toBe('not within 28 s');
    expect(format.lowerBound('28 s', 'time-until')).toBe('not within 28 s');
    expect(format.lowerBound('316 ms')).toBe('> 316 ms');
  });

  it('print an interval with one unit where both ends have the same, and an open end as open', () => {
    const value = { kind: 'value', ns: 10e6 } as const;
    expect(format.interval({ ...value, lowNs: 9.22e6, highNs: 10.1e6 })).toBe('9.22–10.1 ms');
    expect(format.interval({ ...value, lowNs: 900e6, highNs: 1.2e9 })).toBe('900 ms – 1.2 s');
    expect(format.interval({ ...value, lowNs: 9e6, highNs: null })).toBe('from 9 ms');
    expect(format.interval({ ...value, lowNs: null, highNs: 9e6 })).toBe('up to 9 ms');
    expect(format.interval({ ...value, lowNs: null, highNs: null })).toBeNull();
    expect(format.interval({ kind: 'censored', ns: 9e6 })).toBeNull();
  });

  it('count things with the noun that fits', () => {
    expect(format.counted(1, 'call')).toBe('1 call');
    expect(format.counted(1_200, 'call')).toBe('1,200 calls');
    expect(format.counted(0, 'process', 'processes')).toBe('0 processes');
  });

  it('keep the measured value within half a percent, for any duration', () => {
    fc.assert(
      fc.property(fc.double({ min: 1, max: 1e17, noNaN: true }), (ns) => {
        expect(Math.abs(durationBack(format.duration(ns)) - ns) / ns).toBeLessThanOrEqual(0.00501);
      }),
    );
  });

  it('never let a longer duration read as a shorter one, at unit boundaries either', () => {
    const near = fc
      .tuple(
        fc.constantFrom(...Object.values(UNIT_NS), 600e9, 36_000e9),
        fc.double({ min: 0.98, max: 1.02, noNaN: true }),
      )
      .map(([ns, by]) => ns * by);
    const anywhere = fc.double({ min: 1, max: 1e15, noNaN: true });
    fc.assert(
      fc.property(fc.oneof(near, anywhere), fc.oneof(near, anywhere), (one, two) => {
        const [shorter, longer] = [Math.min(one, two), Math.max(one, two)].map((ns) =>
          durationBack(format.duration(ns)),
        );
        expect(shorter).toBeLessThanOrEqual((longer ?? NaN) * (1 + 1e-12));
      }),
    );
  });

  it('never round a share up to all or down to none', () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-300, max: 1 - 1e-12, noNaN: true }), (ratio) => {
        expect(['0 %', '100 %']).not.toContain(format.percent(ratio));
      }),
    );
  });

  it('never print what is not a number, an exponent, or a minus before zero', () => {
    const printers = [
      format.duration,
      format.rate,
      format.count,
      format.amount,
      format.percent,
      format.factor,
      format.slope,
      format.bytes,
      format.bytesPerHour,
      format.perHour,
      format.moment,
      format.exactMoment,
      ...UNITS.map((unit) => (value: number) => format.inUnit(value, unit)),
      ...UNITS.map((unit) => (value: number) => format.measuredText(value, unit, { min: null, max: 1 })),
    ];
    fc.assert(
      fc.property(fc.double(), fc.constantFrom(...printers), (value, print) => {
        expect(print(value)).not.toMatch(/NaN|Infinity|undefined|e[+-]\d|[−-]0(\D|$)(?!\d)/);
      }),
      { numRuns: 1_000 },
    );
  });
});

describe('a bound', () => {
  it.each([
    [5e9, 'ns', '5 s'],
    [1_234e6, 'ns', '1.234 s'],
    [400, 'per-second', '400/s'],
    [12_345, 'per-second', '12,345/s'],
    [0.999, 'ratio', '99.9 %'],
    [0.9995, 'ratio', '99.95 %'],
    [1.2, 'multiple', '1.2x'],
    [0, 'count', '0'],
    [1e6, 'ns-per-second', '1 ms/s'],
    [1.5 * 1024 ** 2, 'bytes-per-hour', '1.5 MiB/h'],
    [60, 'per-hour', '60/h'],
  ] as const)('of %d %s is printed as it was written: %s', (bound, unit, text) => {
    expect(format.boundInUnit(bound, unit)).toBe(text);
  });

  it('is printed with its side', () => {
    expect(format.boundsInUnit({ min: null, max: 8e9 }, 'ns')).toBe('<= 8 s');
    expect(format.boundsInUnit({ min: 0.99, max: 1 }, 'ratio')).toBe('>= 99 % and <= 100 %');
  });

  it('is never printed the same as a measured value that differs from it by a millionth', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...UNITS),
        fc.double({ min: 0.01, max: 0.98, noNaN: true }),
        fc.double({ min: 1e-6, max: 0.5, noNaN: true }),
        (unit, size, by) => {
          // Slopes are written in ms per second: a bound of a hundredth of a nanosecond has no digits there.
          const bound = unit === 'ns-per-second' ? size * 1e6 : size;
          const value = bound * (1 + by);
          const text = format.measuredText(value, unit, { min: null, max: bound });
          expect(text.replace(/^\+/, '')).not.toBe(format.boundInUnit(bound, unit));
        },
      ),
    );
    expect(format.measuredText(100.04e6, 'ns', { min: null, max: 100e6 })).toBe('100.04 ms');
    expect(format.measuredText(123.456e6, 'ns', { min: null, max: 100e6 })).toBe('123 ms');
  });

  it('measured in steps: nothing at all reads as less than one step', () => {
    expect(format.measuredText(0, 'ns', { min: null, max: 1e9 }, 500e6)).toBe('under 500 ms');
    expect(format.measuredText(0, 'ns', { min: null, max: 1e9 })).toBe('0 ms');
    expect(format.measuredText(1.5e9, 'ns', { min: null, max: 1e9 }, 500e6)).toBe('1.5 s');
  });
});

describe('quantities as a scenario writes them', () => {
  it.each([
    [0, '0s'],
    [90e9, '90s'],
    [60e9, '1m'],
    [7200e9, '2h'],
    [1.25e6, '1.25ms'],
    [1_234_567_891, '1.234567891s'],
    [999, '999ns'],
  ])('write %d ns as %s', (ns, text) => expect(format.scenarioDuration(ns)).toBe(text));

  it('write rates and shares without exponent', () => {
    expect(format.scenarioRate(425.4698)).toBe('425.47/s');
    expect(format.scenarioRate(1e-7)).toBe('0.0000001/s');
    expect(format.scenarioShare(0.05)).toBe('5%');
    expect(format.scenarioShare(1 / 3)).toBe('33.3333%');
  });
});
