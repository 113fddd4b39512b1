import { describe, expect, it } from 'vitest';
import { warmUpJit } from '../../src/load/jit-warmup.js';

describe('the rehearsal', () => {
  it('goes through success, failure, retries, time limits, a full queue and both loops, and comes to its end', () => {
    const { calls, outcomes } = warmUpJit();
    expect(calls).toBeGreaterThan(1_000);
    for (const outcome of ['ok', 'transport', 'deadline', 'shed'] as const)
      expect(outcomes[outcome], outcome).toBeGreaterThan(50);
    expect(outcomes.retried).toBeGreaterThan(50);
    // Every call ends exactly once.
    expect(outcomes.final).toBe(calls);
  });

  it('is the same each time', () => {
    expect(warmUpJit()).toEqual(warmUpJit());
  });
});
