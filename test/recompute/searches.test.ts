/** Capacity searches against their recomputation; and that the comparison can fail. */
import { rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compareLeaves, leaves } from './compare.js';
import { recompute, type Recomputed } from './recompute.js';
import { readRunFiles } from './run-files.js';
import type { SyntheticRun } from './synthetic-record.js';
import { syntheticSearches } from './synthetic-search.js';

let run: SyntheticRun;
let again: Recomputed;
let told: unknown;
beforeAll(async () => {
  run = await syntheticSearches();
  again = recompute(await readRunFiles(run.dir));
  told = JSON.parse(JSON.stringify(run.summary));
}, 60_000);
afterAll(() => {
  rmSync(dirname(run.dir), { recursive: true, force: true });
});

describe('capacity searches and the scaling law', () => {
  it('are in summary.json as their definitions say, by an independent recomputation', () => {
    expect(compareLeaves(told, again)).toEqual([]);
  });

  it('end in every way but two: found, at either end of the range, and at the generator', () => {
    expect(run.summary.capacities.map(({ phase, ended }) => `${phase}: ${ended}`)).toEqual([
      'whole: found',
      'one lost: found',
      'too low: high-passed',
      'too high: low-failed',
      'spoilt: generator',
    ]);
    const probes = run.summary.capacities.flatMap((each) => each.probes);
    expect(new Set(probes.map(({ verdict }) => verdict))).toEqual(
      new Set(['passed', 'failed', 'undecided', 'invalid']),
    );
    expect(new Set(probes.map(({ purpose }) => purpose))).toEqual(new Set(['bracket', 'bisect', 'confirm']));
    expect(new Set(probes.map(({ evidence }) => evidence.queueAge.source))).toEqual(new Set(['upstream', 'answers']));
    expect(new Set(probes.map(({ evidence }) => evidence.responseP99Ns === null))).toEqual(new Set([true, false]));
    for (const count of ['generatorFailures', 'unaccounted', 'abandoned'] as const)
      expect(Math.max(...probes.map(({ evidence }) => evidence[count])), count).toBeGreaterThan(0);
  });

  it('find the 400 calls a second of four workers of 10 ms, a knee, and what is left of three of them above the operating rate', () => {
    const [whole, lost, low] = run.summary.capacities;
    expect(whole?.passedPerSecond).toBeLessThan(400);
    expect(whole?.failedPerSecond).toBeGreaterThan(400);
    expect(whole?.knee).toMatchObject({ kind: 'found', rates: 6 });
    expect(low?.knee).toMatchObject({ kind: 'none', reason: 'too-few-rates' });
    expect(lost).toMatchObject({
      without: 'backend-2',
      recovery: { operatingPerSecond: 200, lowPerSecond: (lost?.passedPerSecond ?? NaN) - 200 },
    });
    // The last search of the whole stack says what 1x is.
    expect(run.summary.loadLine).toEqual({ perSecond: 20, from: 'measured' });
  });

  it('fit the law to seven levels of concurrency: one caller makes 100 calls a second, and the peak is not far from four workers', () => {
    const { scaling } = run.summary;
    if (scaling?.kind !== 'fitted') throw new Error('no law');
    expect(scaling.points).toHaveLength(7);
    expect(scaling.lambdaPerSecond.value).toBeGreaterThan(85);
    expect(scaling.lambdaPerSecond.value).toBeLessThan(120);
    expect(scaling.peakConcurrency).toBeGreaterThan(4);
    expect(scaling.peakConcurrency).toBeLessThan(16);
  });

  const off = (value: unknown): unknown => {
    if (typeof value === 'number') return value + 1e-6 * Math.max(1, Math.abs(value));
    if (Array.isArray(value)) return value.map(off);
    return typeof value === 'object' && value !== null
      ? Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, off(inner)]))
      : value;
  };

  it('show every number that is a millionth off', () => {
    const searched = { capacities: run.summary.capacities, scaling: run.summary.scaling };
    const numbers = [...leaves(searched)].filter(([, value]) => typeof value === 'number').map(([path]) => path);
    expect(numbers.length).toBeGreaterThan(500);
    expect(
      compareLeaves(off(searched), { capacities: again.capacities, scaling: again.scaling }).map(({ path }) => path),
    ).toEqual(numbers);
  });

  it('show a verdict, an ending and a purpose that are not what the samples say', () => {
    const forged = run.summary.capacities.map((search, n) =>
      n > 0
        ? search
        : {
            ...search,
            ended: 'probes-used-up',
            probes: search.probes.map((probe) =>
              probe.verdict === 'failed' ? { ...probe, verdict: 'passed', purpose: 'bisect' } : probe,
            ),
          },
    );
    const paths = compareLeaves({ capacities: forged }, { capacities: again.capacities }).map(({ path }) => path);
    const failed = (run.summary.capacities[0]?.probes ?? [])
      .filter(({ verdict }) => verdict === 'failed')
      .map(({ probe }) => `capacities.0.probes.${probe}.verdict`);
    expect(failed.length).toBeGreaterThan(1);
    expect(paths).toEqual(expect.arrayContaining(['capacities.0.ended', 'capacities.0.probes.3.purpose', ...failed]));
  });
});
