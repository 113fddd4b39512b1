import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Bytes, Cursor } from '../../src/record/parquet/bytes.js';
import { DELTA_LIMIT, putDeltas, takeDeltas } from '../../src/record/parquet/delta.js';
import { putRuns, takeRuns } from '../../src/record/parquet/runs.js';

/** Whole numbers of all magnitudes that the coding takes, of either sign. */
const anyNumber = fc
  .tuple(fc.integer({ min: 0, max: 49 }), fc.double({ min: -1, max: 1, noNaN: true }))
  .map(([bits, share]) => Math.trunc(share * 2 ** bits) + 0);

describe('differences, packed', () => {
  it('give back every number, however many and however far apart', () => {
    fc.assert(
      fc.property(fc.array(anyNumber, { maxLength: 400 }), fc.nat(3), (numbers, before) => {
        const out = new Bytes();
        for (let i = 0; i < before; i++) out.byte(0xff);
        putDeltas(out, Float64Array.from(numbers), numbers.length, false);
        const from = new Cursor(out.written(), before);
        const back = new Float64Array(numbers.length);
        expect(takeDeltas(from, back, numbers.length, false)).toBe(true);
        expect([...back]).toEqual(numbers);
        expect(from.at).toBe(out.at);
      }),
    );
  });

  it('are exact at the limit, from one end to the other', () => {
    const ends = [DELTA_LIMIT - 1, -DELTA_LIMIT + 1, 0, 1, DELTA_LIMIT - 1, DELTA_LIMIT - 2, -DELTA_LIMIT + 1];
    const out = new Bytes();
    putDeltas(out, Float64Array.from(ends), ends.length, false);
    const back = new Float64Array(ends.length);
    expect(takeDeltas(new Cursor(out.written()), back, ends.length, false)).toBe(true);
    expect([...back]).toEqual(ends);
  });

  it('wrap around at 32 bits where they are to, as INT32 does', () => {
    fc.assert(
      fc.property(fc.array(fc.integer(), { minLength: 1, maxLength: 200 }), (numbers) => {
        const out = new Bytes();
        putDeltas(out, Float64Array.from(numbers), numbers.length, true);
        const back = new Float64Array(numbers.length);
        expect(takeDeltas(new Cursor(out.written()), back, numbers.length, true)).toBe(true);
        expect([...back]).toEqual(numbers);
      }),
    );
  });

  it('take no bits for numbers one step apart', () => {
    const out = new Bytes();
    putDeltas(
      out,
      Float64Array.from({ length: 129 }, (_, i) => 1000 + i),
      129,
      false,
    );
    // Block, parts, count and first number: 2 + 1 + 2 + 2 bytes; smallest difference 1, four widths 4.
    expect(out.at).toBe(12);
  });

  it('are refused when they are cut off', () => {
    const numbers = Float64Array.from({ length: 300 }, (_, i) => (i * i * 7919) % 10_007);
    const out = new Bytes();
    putDeltas(out, numbers, 300, false);
    const back = new Float64Array(300);
    expect(takeDeltas(new Cursor(out.written().subarray(0, out.at - 40)), back, 300, false)).toBe(false);
    expect(takeDeltas(new Cursor(out.written()), back, 299, false)).toBe(false);
  });
});

describe('codes, in runs or packed', () => {
  const anyCodes = fc
    .tuple(
      fc.integer({ min: 0, max: 16 }),
      fc.array(fc.tuple(fc.nat(0xffff), fc.oneof(fc.constant(1), fc.nat(40))), { maxLength: 60 }),
    )
    .map(([width, runs]) => ({
      width,
      codes: runs.flatMap(([code, times]) => Array.from({ length: times }, () => code % 2 ** width)),
    }));

  it('give back every code at any width', () => {
    fc.assert(
      fc.property(anyCodes, ({ width, codes }) => {
        const out = new Bytes();
        putRuns(out, Uint16Array.from(codes), codes.length, width);
        const from = new Cursor(out.written());
        const back = new Uint16Array(codes.length);
        expect(takeRuns(from, back, codes.length, width)).toBe(true);
        expect([...back]).toEqual(codes);
        expect(from.at).toBe(out.at);
      }),
    );
  });

  it('take three bytes for a thousand of the same', () => {
    const out = new Bytes();
    putRuns(out, new Uint16Array(1000).fill(5), 1000, 3);
    expect([...out.written()]).toEqual([0xd0, 0x0f, 5]);
  });

  it('are refused when they are cut off', () => {
    const out = new Bytes();
    putRuns(
      out,
      Uint16Array.from({ length: 64 }, (_, i) => i % 4),
      64,
      2,
    );
    expect(takeRuns(new Cursor(out.written().subarray(0, out.at - 1)), new Uint16Array(64), 64, 2)).toBe(false);
    expect(takeRuns(new Cursor(out.written()), new Uint16Array(72), 72, 2)).toBe(false);
  });
});
