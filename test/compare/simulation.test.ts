/**
 * False alarms and power of the rule that ships, beside the published rates of the same rule on the same kind of noise.
 * The full table, with 6, 10 and 16 pairs, is `npm run nightly`.
 */
import { describe, expect, it } from 'vitest';
import { proportionInterval } from '../../src/analysis/index.js';
import { simulatedRates } from './simulated.js';

/** Repeats behind a published rate, and behind ours. */
const PUBLISHED_REPEATS = 100;
const REPEATS = 100;

/** Whether two rates of so many repeats can be the same one: their 99 % intervals meet. */
function agree(count: number, published: number): boolean {
  const ours = proportionInterval(count, REPEATS, 0.99);
  const theirs = proportionInterval(published, PUBLISHED_REPEATS, 0.99);
  return ours.low <= theirs.high && theirs.low <= ours.high;
}

describe('ten interleaved pairs, margin 10 % on p99', () => {
  const [same, small, large, huge] = simulatedRates({
    pairs: 10,
    requests: 4_000,
    repeats: REPEATS,
    truths: [1, 1.05, 1.2, 1.35],
    seed: 16,
  });

  it('raise no alarm where nothing changed, and hardly any at half the margin', () => {
    expect(agree(same?.counts.regress ?? NaN, 0), JSON.stringify(same)).toBe(true);
    expect(same?.counts.regress).toBeLessThanOrEqual(5);
    expect(agree(small?.counts.regress ?? NaN, 8), JSON.stringify(small)).toBe(true);
  });

  it('pass what is equal as often as so noisy trials allow', () => {
    expect(agree(same?.counts.pass ?? NaN, 34), JSON.stringify(same)).toBe(true);
  });

  it('find a candidate that is slower by 20 % in most cases, and by 35 % nearly always', () => {
    expect(agree(large?.counts.regress ?? NaN, 81), JSON.stringify(large)).toBe(true);
    expect(agree(huge?.counts.regress ?? NaN, 100), JSON.stringify(huge)).toBe(true);
    expect(large?.counts.pass).toBeLessThanOrEqual(1);
  });
});
