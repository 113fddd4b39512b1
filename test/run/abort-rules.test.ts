/** When a run is hopeless: the rules of \`abort-on\`, held against loads that are imagined. */
import { describe, expect, it } from 'vitest';
import { AbortWatch, type LoadReading } from '../../src/run/abort-rules.js';
import type { AbortRules } from '../../src/scenario/index.js';

const S = 1e9;
const RULES: AbortRules = { windowNs: 2 * S, errorShare: null, noGoodput: false, scheduleLagNs: null };

/**
 * Reads the load every quarter of a second, 100 calls a second; says when the run is
 * ended, in seconds, and by what.
 */
function endedAt(
  rules: Partial<AbortRules>,
  load: (atS: number) => { readonly okShare?: number; readonly lagMs?: number; readonly perSecond?: number },
  restartsS: readonly number[] = [],
): readonly [number, string] | null {
  const watch = new AbortWatch({ ...RULES, ...rules });
  const total = { offered: 0, completed: 0, ok: 0 };
  for (let quarter = 1; quarter <= 80; quarter++) {
    const atS = quarter / 4;
    const { okShare = 1, lagMs = 0, perSecond = 100 } = load(atS);
    total.offered += perSecond / 4;
    total.completed += perSecond / 4;
    total.ok += (okShare * perSecond) / 4;
    if (restartsS.includes(atS)) watch.restart();
    const reading: LoadReading = { atNs: atS * S, ...total, inFlight: 0, lagP99Ns: lagMs * 1e6 };
    const end = watch.read(reading);
    if (end !== null) return [atS, end.what];
  }
  return null;
}

describe('a run is ended early', () => {
  it('when more calls fail within the window than may, and as soon as that is so', () => {
    const failing = (atS: number) => ({ okShare: atS > 5 ? 0.2 : 1 });
    const end = endedAt({ errorShare: 0.5 }, failing);
    // Of the two seconds before, five eighths are bad by then.
    expect(end).toEqual([6.5, '120 of 200 calls were not ok over 2 s (60 %, limit 50 %)']);
    expect(endedAt({ errorShare: 0.9 }, failing)).toBeNull();
    expect(endedAt({}, failing)).toBeNull();
  });

  it('when no call is good, and not when there are none at all', () => {
    expect(endedAt({ noGoodput: true }, (atS) => ({ okShare: atS > 5 ? 0 : 1 }))).toEqual([
      7,
      'no call was ok over 2 s',
    ]);
    expect(endedAt({ noGoodput: true }, () => ({ okShare: 0.01 }))).toBeNull();
    expect(endedAt({ noGoodput: true }, () => ({ perSecond: 0 }))).toBeNull();
  });

  it('when the generator is late all through the window, and not for a moment', () => {
    const late = (atS: number) => ({ lagMs: atS > 5 ? 150 : 1 });
    expect(endedAt({ scheduleLagNs: 1e8 }, late)).toEqual([
      7,
      'the generator sent its calls late over 2 s: schedule lag p99 was never below 150 ms (limit 100 ms)',
    ]);
    expect(endedAt({ scheduleLagNs: 1e8 }, (atS) => ({ lagMs: atS % 2 === 0 ? 1 : 900 }))).toBeNull();
  });

  it('by nothing that lies before a restart, and by few calls never', () => {
    const failing = (atS: number) => ({ okShare: atS > 5 ? 0 : 1 });
    expect(endedAt({ noGoodput: true }, failing, [6.5])?.[0]).toBe(8.5);
    expect(endedAt({ errorShare: 0.5 }, () => ({ okShare: 0, perSecond: 8 }))).toBeNull();
  });
});
