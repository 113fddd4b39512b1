import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { scenarioDuration, scenarioRate } from '../../../src/format/index.js';
import { patternOf, readQuantity, unitsOf, type QuantityKind } from '../../../src/catalog/grammar/units.js';

const KINDS: readonly QuantityKind[] = ['duration', 'rate', 'multiple', 'share', 'size', 'byte rate', 'slope'];

describe('quantities', () => {
  it.each<[QuantityKind, string, number]>([
    ['duration', '250ms', 250e6],
    ['duration', '1.5s', 1.5e9],
    ['duration', '2m', 120e9],
    ['duration', '1h', 3600e9],
    ['duration', '7ns', 7],
    ['duration', '0.5us', 500],
    ['duration', '0s', 0],
    ['rate', '200/s', 200],
    ['rate', '2k/s', 2000],
    ['rate', '30/m', 0.5],
    ['rate', '0.5k/m', 500 / 60],
    ['rate', '36/h', 0.01],
    ['multiple', '1.5x', 1.5],
    ['share', '5%', 0.05],
    ['share', '99.9%', 0.9990000000000001],
    ['size', '16KiB', 16_384],
    ['size', '4MB', 4_000_000],
    ['size', '10B', 10],
    ['byte rate', '100KB/s', 100_000],
    ['slope', '1ms/s', 1e6],
  ])('reads %s %s', (kind, text, value) => {
    expect(readQuantity(kind, text, '')).toEqual({ ok: true, value });
  });

  it.each<[QuantityKind, string, string, string, string]>([
    ['duration', '30', 's', '"30" needs a unit', 'did you mean 30s?'],
    ['duration', '30 s', 's', '"30 s" is not a duration: unknown unit "s"', 'did you mean 30s?'],
    ['duration', ' 30s', 's', '" 30s" is not a duration', 'did you mean 30s?'],
    ['duration', '30sec', 's', '"30sec" is not a duration: unknown unit "sec"', 'did you mean 30s?'],
    ['duration', '5min', 's', '"5min" is not a duration: unknown unit "min"', 'did you mean 5m?'],
    ['duration', '10µs', 's', '"10µs" is not a duration: unknown unit "µs"', 'did you mean 10us?'],
    ['duration', '10MS', 's', '"10MS" is not a duration: unknown unit "MS"', 'did you mean 10ms?'],
    ['duration', '-5s', 's', '"-5s" is negative', 'write a duration as a number and one of ns, us, ms, s, m, h'],
    [
      'duration',
      '1e3s',
      's',
      '"1e3s" is not a duration: unknown unit "e3s"',
      'write a duration as a number and one of ns, us, ms, s, m, h',
    ],
    [
      'duration',
      '1_000ms',
      's',
      '"1_000ms" is not a duration: unknown unit "_000ms"',
      'write a duration as a number and one of ns, us, ms, s, m, h',
    ],
    [
      'duration',
      'fast',
      's',
      '"fast" is not a duration',
      'write a duration as a number and one of ns, us, ms, s, m, h',
    ],
    ['duration', `1${'0'.repeat(100)}s`, 's', `"1${'0'.repeat(39)}" is too large`, 'write a smaller quantity'],
    ['duration', '0.5ns', 's', '"0.5ns" is finer than 1 ns', 'round it'],
    ['duration', '99999999999h', 's', '"99999999999h" is too large', 'write a smaller quantity'],
    ['rate', '200rps', '/s', '"200rps" is not a rate: unknown unit "rps"', 'did you mean 200/s?'],
    ['rate', '200', '/s', '"200" needs a unit', 'did you mean 200/s?'],
    ['size', '16kb', 'KiB', '"16kb" is not a size: unknown unit "kb"', 'did you mean 16KB?'],
    ['share', '5', '%', '"5" needs a unit', 'did you mean 5%?'],
  ])('refuses %s %j and says what was meant', (kind, text, suggested, what, remedy) => {
    expect(readQuantity(kind, text, suggested)).toMatchObject({ ok: false, what, remedy });
  });

  it('reads every duration it writes, to the nanosecond', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.integer({ min: 0, max: 2 ** 40 }),
          fc.maxSafeInteger().map(Math.abs),
          fc.integer({ min: 0, max: 10_000 }).map((s) => s * 1e9),
        ),
        (ns) => {
          expect(readQuantity('duration', scenarioDuration(ns), 's')).toEqual({ ok: true, value: ns });
        },
      ),
    );
  });

  it('reads every rate it writes', () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-6, max: 1e6, noNaN: true }), (perSecond) => {
        const read = readQuantity('rate', scenarioRate(perSecond), '/s');
        expect(read.ok && Math.abs(read.value - perSecond) <= 1e-5 * perSecond).toBe(true);
      }),
    );
  });

  it('agrees with its published pattern on what is well-formed', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...KINDS),
        fc.tuple(fc.stringMatching(/^[0-9.]{1,5}$/), fc.constantFrom(...KINDS.flatMap(unitsOf), '', 'q', ' s')),
        (kind, [digits, unit]) => {
          const text = digits + unit;
          const read = readQuantity(kind, text, '');
          const formed = read.ok || /too large|finer/.test(read.what);
          expect(new RegExp(patternOf(kind)).test(text)).toBe(formed);
        },
      ),
      { numRuns: 500 },
    );
  });

  it('never throws, whatever the text', () => {
    fc.assert(
      fc.property(fc.constantFrom(...KINDS), fc.string({ unit: 'binary' }), (kind, text) => {
        expect(typeof readQuantity(kind, text, '').ok).toBe('boolean');
      }),
    );
  });
});
