import { describe, expect, it } from 'vitest';
import { measureYardstick } from '../../src/load/index.js';
import { spreadOf } from '../../src/load/yardstick/spread.js';

describe('the yardstick', () => {
  it('measures all three probes against its own server and leaves no process behind', async () => {
    const { tcpEchoNs, httpNoopNs, harnessNs } = await measureYardstick({ forNs: 250e6, pacing: 'sleep' });
    for (const spread of [tcpEchoNs, httpNoopNs, harnessNs]) {
      expect(spread.n).toBeGreaterThan(50);
      expect(spread.p50).toBeGreaterThan(1_000);
      expect(spread.p90 ?? NaN).toBeGreaterThanOrEqual(spread.p50 ?? NaN);
    }
    // Nothing that speaks HTTP is faster than four bytes going to and fro; medians apart by far more than noise.
    expect(tcpEchoNs.p50 ?? NaN).toBeLessThan(httpNoopNs.p50 ?? NaN);
  });

  it('has nearest-rank quantiles, and none that its sample cannot carry', () => {
    expect(spreadOf([])).toEqual({ n: 0, p50: null, p90: null, p99: null });
    expect(spreadOf([4, 1, 3, 2])).toEqual({ n: 4, p50: 2, p90: 4, p99: null });
    expect(spreadOf(Array.from({ length: 1_000 }, (_, i) => i + 1))).toEqual({ n: 1_000, p50: 500, p90: 900, p99: 990 });
  });
});
