import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readRecorded, recordedText, replayOf } from '../../../src/catalog/regimes/recorded-arrivals.js';

describe('a recording', () => {
  it('that was written out reads back exactly, and at 1x is replayed exactly', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 8.64e13 }), { minLength: 1 }), (unsorted) => {
        const offsetsNs = unsorted.sort((a, b) => a - b);
        expect(readRecorded(recordedText(offsetsNs))).toEqual({ ok: true, offsetsNs });
        expect(replayOf(offsetsNs, 1, undefined)).toEqual({ offsetsNs, forNs: (offsetsNs.at(-1) ?? 0) + 1 });
      }),
    );
  });

  it('is refused or read, and never throws, whatever it holds', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc
            .array(
              fc.oneof(
                fc.constantFrom('offset_ms', 'offset_ns', '', '#', '1', '2.5', '__proto__', 'constructor'),
                fc.string(),
              ),
            )
            .map((all) => all.join('\n')),
        ),
        (text) => {
          const reading = readRecorded(text);
          if (reading.ok) expect(reading.offsetsNs.length).toBeGreaterThan(0);
          else for (const { where } of reading.problems) expect(where.at).toBeLessThanOrEqual(text.length);
        },
      ),
    );
  });
});
