import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as format from '../../src/report/format.js';

describe('numbers for people', () => {
  it.each([
    [0, '0 ms'],
    [1, '1.00 ns'],
    [845e6, '845 ms'],
    [12_345_678, '12.3 ms'],
    [999_960, '1.00 ms'],
    [999.4e6, '999 ms'],
    [999.6e6, '1.00 s'],
    [2.5e9, '2.50 s'],
    [75e9, '75.0 s'],
    [750e9, '12.5 min'],
    [-3e6, '-3.00 ms'],
    [NaN, 'unknown'],
    [Infinity, 'unknown'],
  ])('tell %d ns as %s', (ns, told) => {
    expect(format.duration(ns)).toBe(told);
  });

  it.each([
    [250e6, '250 ms'],
    [5e9, '5 s'],
    [1.5e9, '1.5 s'],
    [100e6, '100 ms'],
  ])('write a chosen %d ns as %s', (ns, told) => {
    expect(format.setDuration(ns)).toBe(told);
  });

  it.each([
    [0, '0 %'],
    [1, '100 %'],
    [0.05, '5 %'],
    [0.1234, '12.3 %'],
    [0.99996, '99.996 %'],
    [0.9999999, '> 99.999 %'],
    [0.000001, '< 0.001 %'],
    [0.00041, '0.041 %'],
  ])('tell a share of %d as %s', (ratio, told) => {
    expect(format.share(ratio)).toBe(told);
  });

  it.each([
    [150, '150/s'],
    [12.345, '12.3/s'],
    [0, '0/s'],
    [20_000, '20,000/s'],
    [1_234.5, '1,235/s'],
  ])('tell a rate of %d as %s', (perSecond, told) => {
    expect(format.rate(perSecond)).toBe(told);
  });

  it.each([
    [512, '512 B'],
    [1_048_576, '1.00 MiB'],
    [1_500, '1.46 KiB'],
  ])('tell %d bytes as %s', (n, told) => {
    expect(format.bytes(n)).toBe(told);
  });

  it('tell moments to a tenth of a second, and edges to the millisecond', () => {
    expect(format.moment(0)).toBe('+0 s');
    expect(format.moment(12.44e9)).toBe('+12.4 s');
    expect(format.moment(-2e9)).toBe('−2 s');
    expect(format.moment(3_754.2e9)).toBe('+3,754.2 s');
    expect(format.exactMoment(35.9013e9)).toBe('+35.901 s');
  });

  it('name quantiles, and say of each what it is', () => {
    expect(format.quantileName(0.999)).toBe('p99.9');
    expect(format.quantileName(0.5)).toBe('p50');
    expect(format.quantile({ kind: 'not-estimable', q: 0.99, n: 120, needed: 662 })).toBe('not estimable (120 of 662)');
    expect(format.quantile({ kind: 'censored', q: 0.99, ns: 250e6 })).toBe('≥ 250 ms (censored)');
    expect(format.quantile({ kind: 'value', q: 0.99, ns: 250e6, lowNs: null, highNs: null })).toBe('250 ms');
  });

  it('tell an interval with one unit where it has one, and an open end as open', () => {
    const value = { kind: 'value', q: 0.5, ns: 10e6 } as const;
    expect(format.interval({ ...value, lowNs: 9.22e6, highNs: 10.1e6 })).toBe('9.22–10.1 ms');
    expect(format.interval({ ...value, lowNs: 900e6, highNs: 1.2e9 })).toBe('900 ms – 1.20 s');
    expect(format.interval({ ...value, lowNs: 9e6, highNs: null })).toBe('from 9.00 ms');
    expect(format.interval({ ...value, lowNs: null, highNs: 9e6 })).toBe('up to 9.00 ms');
    expect(format.interval({ ...value, lowNs: null, highNs: null })).toBeNull();
  });

  it('keep the measured value within half a percent, for any duration', () => {
    const unitNs: Readonly<Record<string, number>> = { ns: 1, µs: 1e3, ms: 1e6, s: 1e9, min: 60e9 };
    fc.assert(
      fc.property(fc.double({ min: 1, max: 1e15, noNaN: true }), (ns) => {
        const [value = '', unit = ''] = format.duration(ns).split(' ');
        const back = Number(value.replaceAll(',', '')) * (unitNs[unit] ?? NaN);
        expect(Math.abs(back - ns) / ns).toBeLessThanOrEqual(0.00501);
      }),
    );
  });

  it('never round a share up to all or down to none', () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-300, max: 1 - 1e-12, noNaN: true }), (ratio) => {
        expect(['0 %', '100 %']).not.toContain(format.share(ratio));
      }),
    );
  });

  it('never print what is not a number', () => {
    const tellers = [
      format.duration,
      format.setDuration,
      format.rate,
      format.count,
      format.amount,
      format.share,
      format.factor,
      format.slope,
      format.bytes,
      format.moment,
      format.exactMoment,
    ];
    fc.assert(
      fc.property(fc.double(), fc.constantFrom(...tellers), (value, tell) => {
        expect(tell(value)).not.toMatch(/NaN|Infinity|undefined|e[+-]\d/);
      }),
    );
  });
});
