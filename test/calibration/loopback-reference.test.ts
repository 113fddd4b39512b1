import { describe, expect, it } from 'vitest';
import { measureLoopbackReference } from '../../src/calibration/index.js';
import { spreadOf } from '../../src/calibration/loopback-reference/spread.js';

describe('the loopback reference', () => {
  it('measures all three probes against its own server and leaves no process behind', async () => {
    const children = (): number => process.getActiveResourcesInfo().filter((name) => name === 'ProcessWrap').length;
    const before = children();
    const { tcpEchoNs, httpNoopNs, harnessNs } = await measureLoopbackReference({ forNs: 250e6, pacing: 'sleep' });
    for (const spread of [tcpEchoNs, httpNoopNs, harnessNs]) {
      expect(spread.n).toBeGreaterThan(3);
      expect(spread.p50).toBeGreaterThan(1_000);
      expect(spread.p90 ?? NaN).toBeGreaterThanOrEqual(spread.p50 ?? NaN);
    }
    await expect.poll(children).toBe(before);
  });

  it('has nearest-rank quantiles, and none that its sample cannot carry', () => {
    expect(spreadOf([])).toEqual({ n: 0, p50: null, p90: null, p99: null });
    expect(spreadOf([4, 1, 3, 2])).toEqual({ n: 4, p50: 2, p90: 4, p99: null });
    expect(spreadOf(Array.from({ length: 1_000 }, (_, i) => i + 1))).toEqual({
      n: 1_000,
      p50: 500,
      p90: 900,
      p99: 990,
    });
  });
});
