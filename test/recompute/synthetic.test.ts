import { describe, expect, it } from 'vitest';
import { compareSummary } from './compare.js';
import { syntheticRun } from './synthetic-run.js';

describe('x', () => {
  it.each([{ seed: 1, loadLinePerSecond: 380 }, { seed: 2, loadLinePerSecond: null }])('seed $seed', async (options) => {
    const t0 = performance.now();
    const run = await syntheticRun(options);
    const t1 = performance.now();
    const bad = await compareSummary(run.dir);
    console.log(run.dir, t1 - t0, performance.now() - t1, bad.length);
    const seen = new Map<string, number>();
    for (const b of bad) { const key = b.path.replace(/\d+/g, 'N'); const c = (seen.get(key) ?? 0) + 1; seen.set(key, c); if (c < 3) console.log(b.path, b.summary, b.recomputed); }
    expect(bad.length).toBe(0);
  });
});
