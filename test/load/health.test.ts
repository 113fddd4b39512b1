import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HealthMeter, LagHistogram, ThreadCpuClock } from '../../src/load/health.js';
import { Counters, COUNTERS } from '../../src/load/engine/index.js';
import { NS_PER_S } from '../../src/clock/index.js';

describe('the lag histogram', () => {
  it('reads quantiles at most 1/32 above the nearest rank, never below it, and the maximum exactly', () => {
    const durations = fc.oneof(
      fc.integer({ min: 0, max: 100 }),
      fc.integer({ min: 0, max: 50_000 }),
      fc.integer({ min: 0, max: 60_000_000_000 }),
    );
    fc.assert(
      fc.property(
        fc.array(durations, { minLength: 1, maxLength: 400 }),
        fc.constantFrom(0.01, 0.5, 0.9, 0.99, 1),
        (values, share) => {
          const histogram = new LagHistogram();
          for (const ns of values) histogram.add(ns);
          const sorted = [...values].sort((a, b) => a - b);
          const exact = sorted[Math.ceil(share * sorted.length) - 1] ?? NaN;
          const read = histogram.quantileNs(share) ?? NaN;
          expect(read).toBeGreaterThanOrEqual(exact);
          expect(read).toBeLessThanOrEqual(exact * (1 + 1 / 32) + 1);
          expect(histogram.maxNs).toBe(sorted.at(-1));
          expect(histogram.count).toBe(values.length);
        },
      ),
    );
  });

  it('keeps what is too long in its last bucket, takes nothing from NaN, and is empty after clearing', () => {
    const histogram = new LagHistogram();
    histogram.add(NaN);
    expect(histogram.quantileNs(0.5)).toBeNull();
    histogram.add(2 ** 50);
    expect(histogram.quantileNs(1)).toBeGreaterThan(2 ** 41);
    expect(histogram.maxNs).toBe(2 ** 50);
    histogram.add(-5);
    expect(histogram.quantileNs(0.5)).toBe(0);
    histogram.clear();
    expect([histogram.count, histogram.maxNs, histogram.quantileNs(1)]).toEqual([0, 0, null]);
  });
});

describe('the health meter', () => {
  it('gives a row of what has passed since the last one, and says when a second is over', () => {
    const anyGc: unknown = expect.any(Number);
    let delayNs = 9;
    const meter = new HealthMeter({
      inFlight: () => 3,
      queued: () => 4,
      takeLoopDelayMaxNs: () => {
        const taken = delayNs;
        delayNs = 0;
        return taken;
      },
    });
    expect(meter.secondEndNs).toBe(Infinity);
    meter.start(100);
    expect(meter.secondEndNs).toBe(NS_PER_S + 100);
    delayNs = 70;
    meter.lag.add(10);
    meter.lag.add(20);
    const rows = [meter.take(NS_PER_S + 150)];
    expect(meter.secondEndNs).toBe(2 * NS_PER_S + 150);
    rows.push(meter.take(1.5 * NS_PER_S));
    meter.stop();
    expect(meter.secondEndNs).toBe(Infinity);
    expect(rows).toEqual([
      { gcNs: anyGc, atNs: NS_PER_S + 150, lagP99Ns: 20, lagMaxNs: 20, loopDelayMaxNs: 70, inFlight: 3, queued: 4 },
      { gcNs: anyGc, atNs: 1.5 * NS_PER_S, lagP99Ns: null, lagMaxNs: null, loopDelayMaxNs: 0, inFlight: 3, queued: 4 },
    ]);
    expect(rows.every(({ gcNs }) => gcNs >= 0)).toBe(true);
  });
});

describe("the clock of a thread's CPU time", () => {
  it('goes on with the thread, and not with the time it sleeps', async () => {
    const clock = new ThreadCpuClock();
    const usedNs = (): number => clock.usedNs() ?? NaN;
    if (process.platform !== 'linux') {
      expect(clock.usedNs()).toBeNull();
      return;
    }
    const before = usedNs();
    await sleep(200);
    const slept = usedNs() - before;
    const untilMs = performance.now() + 200;
    while (performance.now() < untilMs);
    const worked = usedNs() - before - slept;
    clock.close();
    expect(slept).toBeLessThan(worked);
  });
});

describe('the running totals', () => {
  it('are seen by every thread that shares their memory', () => {
    const memory = new SharedArrayBuffer(Counters.bytes);
    const writer = new Counters(memory);
    const reader = new Counters(memory);
    writer.addOffered();
    writer.addOffered();
    writer.addSent();
    writer.addCompleted(true);
    writer.addCompleted(false);
    writer.addShed();
    writer.setInFlight(7);
    writer.setQueued(8);
    writer.setThreadCpuNs(9);
    expect(COUNTERS.map((name) => [name, reader.read(name)])).toEqual([
      ['offered', 2],
      ['sent', 1],
      ['completed', 2],
      ['ok', 1],
      ['shed', 1],
      ['inFlight', 7],
      ['queued', 8],
      ['threadCpuNs', 9],
    ]);
  });
});
