import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { measureSelfLoad, type SelfLoadStep } from '../../src/calibration/index.js';
import { climb, rungVerdict } from '../../src/calibration/self-load/ladder.js';

const step = (ratePerSecond: number, overrides: Partial<SelfLoadStep> = {}): SelfLoadStep => ({
  ratePerSecond,
  calls: ratePerSecond,
  ok: ratePerSecond,
  lagP99Ns: 100_000,
  startDelayP99Ns: 150_000,
  ...overrides,
});

describe('a rung of the ladder', () => {
  it('is held when calls were sent within a millisecond at p99 and all were answered', () => {
    expect(rungVerdict(step(500))).toBe('held');
    expect(rungVerdict(step(500, { lagP99Ns: 999_999, startDelayP99Ns: 999_999 }))).toBe('held');
  });

  it('is late from a millisecond on, and when nothing was sent at all', () => {
    expect(rungVerdict(step(500, { lagP99Ns: 1_000_000, startDelayP99Ns: 1_000_000 }))).toBe('late');
    expect(rungVerdict(step(500, { lagP99Ns: null, startDelayP99Ns: null }))).toBe('late');
  });

  it('blames the server when the generator was on time, but calls waited for a connection or were not answered', () => {
    expect(rungVerdict(step(500, { startDelayP99Ns: 5_000_000 }))).toBe('target');
    expect(rungVerdict(step(500, { ok: 499 }))).toBe('target');
  });
});

describe('climbing the ladder', () => {
  const rates = [500, 1_000, 2_000];

  it('ends at the first rate that was not held twice, and names the one before', async () => {
    const { steps, ...rest } = await climb(rates, async (rate) => step(rate, rate < 1_000 ? {} : { lagP99Ns: 2e6 }));
    expect(rest).toEqual({ capacityPerSecond: 500, stoppedBy: 'late' });
    expect(steps.map(({ ratePerSecond }) => ratePerSecond)).toEqual([500, 1_000, 1_000]);
  });

  it('goes on when the second try holds', async () => {
    let first = true;
    const { steps, ...rest } = await climb(rates, async (rate) => {
      const lagP99Ns = rate === 1_000 && first ? 5e6 : 1e5;
      if (rate === 1_000) first = false;
      return step(rate, { lagP99Ns });
    });
    expect(rest).toEqual({ capacityPerSecond: 2_000, stoppedBy: null });
    expect(steps.map(({ ratePerSecond }) => ratePerSecond)).toEqual([500, 1_000, 1_000, 2_000]);
  });

  it('has no capacity when the lowest rate is too much', async () => {
    expect(await climb(rates, async (rate) => step(rate, { ok: 0 }))).toMatchObject({
      capacityPerSecond: null,
      stoppedBy: 'target',
    });
  });

  it('finds the highest rate below any threshold', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 30_000 }), async (threshold) => {
        const ladder = [500, 1_000, 2_000, 5_000, 10_000, 20_000];
        const { capacityPerSecond } = await climb(ladder, async (rate) =>
          step(rate, rate <= threshold ? {} : { lagP99Ns: 3e6 }),
        );
        expect(capacityPerSecond).toBe(ladder.filter((rate) => rate <= threshold).at(-1) ?? null);
      }),
    );
  });
});

describe('the self-capacity test', () => {
  it('offers the real load, counts every call after the warm-up, and leaves nothing behind', async () => {
    const left = (): number =>
      process.getActiveResourcesInfo().filter((name) => name === 'ProcessWrap' || name === 'Worker').length;
    const before = left();
    const tried: number[] = [];
    const { steps, pacing } = await measureSelfLoad({
      ratesPerSecond: [250],
      pacing: 'sleep',
      onRate: (rate) => tried.push(rate),
    });
    expect(pacing).toBe('sleep');
    expect(tried).toEqual(steps.map(() => 250));
    // A second at 250/s, of which the first 200 ms are warm-up.
    for (const { calls, ok, lagP99Ns, startDelayP99Ns } of steps) {
      expect(calls).toBe(200);
      expect(ok).toBe(200);
      expect(lagP99Ns).toBeGreaterThan(0);
      expect(startDelayP99Ns ?? 0).toBeGreaterThanOrEqual(lagP99Ns ?? Infinity);
    }
    await expect.poll(left).toBe(before);
  });

  it('stops with the reason it is given', async () => {
    const controller = new AbortController();
    const reason = new Error('enough');
    const measured = measureSelfLoad({ abort: controller.signal, onRate: () => controller.abort(reason) });
    await expect(measured).rejects.toBe(reason);
  });
});
