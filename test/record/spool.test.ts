import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SpoolEncoder, type AttemptSample } from '../../src/record/index.js';
import { firstRows } from '../../src/record/samples.js';
import { decodeSpool } from '../../src/record/spool.js';
import { firstDifference, TABLES, anySample, columnsOf, concat, okSample } from './samples.js';

function encode(samples: readonly AttemptSample[], chunkBytes = 1024): Uint8Array[] {
  const chunks: Uint8Array[] = [];
  const encoder = new SpoolEncoder((chunk) => chunks.push(chunk), chunkBytes);
  for (const sample of samples) encoder.append(sample);
  encoder.flush();
  return chunks;
}

const TIMES = [
  'intendedNs',
  'admittedNs',
  'sentNs',
  'receivedNs',
  'startedNs',
  'finishedNs',
  'firstByteNs',
  'doneNs',
] as const;

/** As a spool keeps times: whole nanoseconds, or never. */
function inWholeNs(sample: AttemptSample): AttemptSample {
  const times = TIMES.map((name) => [name, Number.isFinite(sample[name]) ? Math.round(sample[name]) : NaN] as const);
  return Object.assign({ ...sample }, Object.fromEntries(times));
}

/**
 * A number so far from another; what is no time stays a whole number that is not below 0, and a time that never was
 * begins somewhere.
 */
function stepped(from: number, by: number, isTime: boolean): number {
  if (isTime) return (Number.isFinite(from) ? from : 5e9) + by;
  return Number.isInteger(by) ? Math.max(0, from + by) : from;
}

/** A plausible run: 1 000 calls a second, answers out of order, every 50th shed. */
function typicalRun(rows: number): AttemptSample[] {
  return Array.from({ length: rows }, (_, i) => {
    const intendedNs = 5e9 + i * 1_000_000 + ((i * 7919) % 9973);
    const shift = ((i * 104_729) % 15_485_863) % 8_000_000;
    return okSample({
      callId: i,
      intendedNs,
      spec: i % 2,
      session: i % 16,
      bytesIn: 600 + (i % 37),
      finishedNs: intendedNs + 95_000 + shift,
      firstByteNs: intendedNs + 190_000 + shift,
      doneNs: intendedNs + 195_000 + shift,
      ...(i % 50 === 0 ? { httpStatus: 429, outcome: 3, errorClass: 13, startedNs: NaN, finishedNs: NaN } : {}),
    });
  });
}

describe('the spool', () => {
  it('gives back every sample it was given, whatever its values', () => {
    fc.assert(
      fc.property(fc.array(anySample, { maxLength: 60 }), (samples) => {
        const decoded = decodeSpool(concat(encode(samples)), TABLES);
        expect(decoded.damagedTailBytes).toBe(0);
        expect(firstDifference(decoded.columns, columnsOf(samples))).toBeNull();
      }),
      { numRuns: 200 },
    );
  });

  it('keeps the exact times at the edges of what a difference can hold', () => {
    const edges = [0, 1, 2 ** 51 - 1, 2 ** 51, 2 ** 51 + 1, 2 ** 52, 2 ** 53 - 1, 2 ** 53];
    const samples = edges.flatMap((a) =>
      edges.map((b) => okSample({ intendedNs: a, doneNs: b, callId: a, bytesIn: b, sentNs: b })),
    );
    expect(firstDifference(decodeSpool(concat(encode(samples)), TABLES).columns, columnsOf(samples))).toBeNull();
  });

  it('keeps a row that is nearly like the one before it: any step of any number, any field changed', () => {
    const plain = okSample({
      callId: 7,
      intendedNs: 5e9,
      admittedNs: 5e9,
      sentNs: 5e9 + 900,
      firstByteNs: 5e9 + 80_000,
      doneNs: 5e9 + 80_100,
      receivedNs: NaN,
      startedNs: NaN,
      finishedNs: NaN,
    });
    const step = fc.constantFrom(
      0,
      -0,
      1,
      -1,
      63,
      64,
      100_000,
      0x3fffffff,
      0x40000000,
      0x7fffffff,
      0x80000000,
      -0x80000000,
      -0x80000001,
      2 ** 32,
      2 ** 51,
      NaN,
      Infinity,
      0.5,
    );
    const number = fc.constantFrom('callId', 'bytesOut', 'bytesIn', ...TIMES);
    const others = fc.record(
      {
        outcome: fc.nat(3),
        errorClass: fc.nat(3),
        httpStatus: fc.constantFrom(200, 503),
        phase: fc.nat(1),
        stage: fc.nat(1),
        flags: fc.nat(3),
        rpcCode: fc.constantFrom(0, -32_603),
        attempt: fc.nat(1),
        session: fc.nat(200),
      },
      { requiredKeys: [] },
    );
    const change = fc.oneof(
      fc.tuple(number, step).map(([name, by]) => ({
        [name]: stepped(
          plain[name],
          by,
          TIMES.some((time) => time === name),
        ),
      })),
      others,
    );
    fc.assert(
      fc.property(fc.array(fc.array(change, { maxLength: 2 }), { minLength: 1, maxLength: 12 }), (rows) => {
        const samples = [
          plain,
          ...rows.map((changes) => changes.reduce<AttemptSample>((sample, one) => ({ ...sample, ...one }), plain)),
        ];
        expect(
          firstDifference(decodeSpool(concat(encode(samples)), TABLES).columns, columnsOf(samples.map(inWholeNs))),
        ).toBeNull();
      }),
      { numRuns: 2_000 },
    );
  });

  it('rounds fractional times to whole nanoseconds and takes an infinite one for never', () => {
    const { columns } = decodeSpool(
      concat(encode([okSample({ sentNs: 12.6, startedNs: Infinity, firstByteNs: -0.4 })])),
      TABLES,
    );
    expect(columns.sentNs[0]).toBe(13);
    expect(columns.startedNs[0]).toBeNaN();
    expect(Math.abs(columns.firstByteNs[0] as number)).toBe(0);
  });

  it('keeps every whole chunk of a spool cut at any byte, and counts the rest', () => {
    const samples = typicalRun(300);
    const chunks = encode(samples);
    expect(chunks.length).toBeGreaterThan(5);
    const whole = concat(chunks);
    const expected = columnsOf(samples);
    const rowsUpTo = chunks.map((chunk) => new DataView(chunk.buffer).getUint32(8, true));
    fc.assert(
      fc.property(fc.nat(whole.length), (cut) => {
        let bytes = 0;
        let rows = 0;
        for (const [i, chunk] of chunks.entries()) {
          if (bytes + chunk.length > cut) break;
          bytes += chunk.length;
          rows += rowsUpTo[i] as number;
        }
        const decoded = decodeSpool(whole.subarray(0, cut), TABLES);
        expect(decoded.damagedTailBytes).toBe(cut - bytes);
        expect(firstDifference(decoded.columns, firstRows(expected, rows))).toBeNull();
      }),
      { numRuns: 300 },
    );
  });

  it('never gives wrong data after a bit flipped: reading stops before the chunk it lies in', () => {
    const samples = typicalRun(200);
    const chunks = encode(samples);
    const whole = concat(chunks);
    const expected = columnsOf(samples);
    fc.assert(
      fc.property(fc.nat(whole.length * 8 - 1), (bit) => {
        const damaged = Uint8Array.from(whole);
        damaged[bit >> 3] = (damaged[bit >> 3] as number) ^ (1 << (bit & 7));
        let start = 0;
        for (const chunk of chunks) {
          if (start + chunk.length > bit >> 3) break;
          start += chunk.length;
        }
        const decoded = decodeSpool(damaged, TABLES);
        expect(decoded.damagedTailBytes).toBe(whole.length - start);
        expect(firstDifference(decoded.columns, firstRows(expected, decoded.columns.length))).toBeNull();
      }),
      { numRuns: 300 },
    );
  });

  it('reads arbitrary bytes without throwing', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (noise) => {
        const decoded = decodeSpool(noise, TABLES);
        expect(decoded.damagedTailBytes).toBe(noise.length);
        expect(decoded.columns.length).toBe(0);
      }),
    );
  });

  it('needs at most 30 bytes for a typical row with every stamp', () => {
    const rows = 20_000;
    const bytes = concat(encode(typicalRun(rows), 65_536)).length;
    expect(bytes / rows).toBeLessThanOrEqual(30);
  });

  it('hands over chunks that own their memory', () => {
    const chunks = encode(typicalRun(200));
    for (const chunk of chunks) expect(chunk.buffer.byteLength).toBe(chunk.length);
  });

  it('hands over nothing when nothing was appended', () => {
    expect(encode([])).toEqual([]);
  });
});
