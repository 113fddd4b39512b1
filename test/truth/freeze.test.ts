/** A standstill of the target is in its response times, and of the generator in the verdict on the run. */
import { beforeAll, describe, expect, it } from 'vitest';
import type { Quantile } from '../../src/analysis/index.js';
import type { LoadSegment } from '../../src/plan/index.js';
import { World, callSpec, closed, open } from '../load/simulation.js';
import {
  CALLERS,
  LONG_FREEZE,
  SHORT_FREEZE,
  freezeGenerator,
  freezeTarget,
  invalidReasons,
  numbersOf,
  replay,
  schedule,
  type FreezeNumbers,
  type FrozenPhase,
  type GeneratorFreeze,
  type TargetFreeze,
} from './freeze-case.js';

const MS = 1e6;
const nsOf = (quantile: Quantile | undefined): number => (quantile?.kind === 'value' ? quantile.ns : NaN);

describe('the replay', () => {
  it(
    'of 200 calls/s for 20 s at 1 ms, frozen for 1 s: 250 delayed, mean 32.4 ms, p95 201 ms, p99 841 ms, ' +
      'longest 1.001 s',
    () => {
      const { freezeAtNs, freezeForNs, serviceNs } = LONG_FREEZE;
      const due = schedule(LONG_FREEZE);
      const finishedNs = replay(due, serviceNs, { fromNs: freezeAtNs, toNs: freezeAtNs + freezeForNs });
      const reported = numbersOf(
        finishedNs.map((finished, n) => finished - (due[n] ?? NaN)),
        1.5 * MS,
      );
      expect(reported.delayed).toBe(250);
      expect(reported.meanNs / MS).toBeCloseTo(32.4, 1);
      expect([reported.p50Ns, reported.p95Ns, reported.p99Ns, reported.maxNs]).toEqual([
        1 * MS,
        201 * MS,
        841 * MS,
        1001 * MS,
      ]);
    },
  );
});

describe('the engine, in imagined time and to the nanosecond, of the same standstill', () => {
  const { ratePerSecond, serviceNs, forNs, thinkNs, freezeAtNs, freezeForNs } = LONG_FREEZE;
  const seenBy = (load: LoadSegment): FreezeNumbers => {
    const world = new World({
      sessions: CALLERS,
      inFlightPerSession: 256,
      workers: 1,
      calls: [callSpec({ deadlineNs: 10_000 * MS })],
      answer: () => ({ serviceNs }),
      stall: { atNs: freezeAtNs, forNs: freezeForNs },
    });
    world.run(load);
    return numbersOf(
      world.finals.map(({ doneNs, intendedNs }) => doneNs - intendedNs),
      1.5 * MS,
    );
  };

  it('an open loop sees all of it: 250 delayed, mean 32.4 ms, p95 201 ms, p99 841 ms, longest 1.001 s', () => {
    const seen = seenBy(open(ratePerSecond, forNs));
    expect(seen.meanNs / MS).toBeCloseTo(32.4, 1);
    expect(seen).toMatchObject({ delayed: 250, p50Ns: 1 * MS, p95Ns: 201 * MS, p99Ns: 841 * MS, maxNs: 1001 * MS });
  });

  it('a closed loop of ten callers nearly nothing: ten delayed, p99 1 ms', () => {
    const seen = seenBy(closed(CALLERS, forNs, thinkNs));
    expect(seen).toMatchObject({ delayed: CALLERS, p50Ns: 1 * MS, p95Ns: 1 * MS, p99Ns: 1 * MS });
    expect(seen.maxNs).toBeGreaterThan(990 * MS);
  });
});

/**
 * The run reports what the replay gives plus what the machine adds to any call. That is taken from the calls that the
 * standstill did not touch, because this machine may be busy.
 */
function agrees({ reported, truth, calls, noise }: FrozenPhase): void {
  expect(calls.filter(({ reportedNs, truthNs }) => !(reportedNs >= truthNs - 1000))).toEqual([]);
  expect(reported.delayed).toBeGreaterThanOrEqual(truth.delayed);
  expect(reported.delayed - truth.delayed).toBeLessThanOrEqual(0.1 * truth.delayed + noise.delayed);
  for (const [name, addedNs] of [
    ['meanNs', noise.meanNs],
    ['p95Ns', noise.p99Ns],
    ['p99Ns', noise.p99Ns],
    ['maxNs', noise.maxNs],
  ] as const) {
    expect(reported[name], name).toBeGreaterThan(0.99 * truth[name]);
    expect(reported[name], name).toBeLessThan(1.1 * truth[name] + 2 * addedNs);
  }
}

/** Both runs side by side: each mostly waits, and what the machine adds to calls is taken from the run itself. */
let runs: readonly [TargetFreeze, GeneratorFreeze];
beforeAll(async () => {
  runs = await Promise.all([freezeTarget(SHORT_FREEZE), freezeGenerator(SHORT_FREEZE)]);
}, 300_000);

describe('a frozen target', () => {
  let frozen: TargetFreeze;
  beforeAll(() => {
    [frozen] = runs;
  });

  it(
    'in an open loop: the delayed calls, mean, p95, p99 and longest are those of the replay, stalled on ' + 'command',
    () => {
      agrees(frozen.stalled);
      expect(frozen.stalled.phase).toMatchObject({ loop: 'open', offered: 720 });
      // The summary agrees with the samples.
      const { quantiles, maxNs } = frozen.stalled.phase.responseTime.ok;
      expect([nsOf(quantiles[2]), nsOf(quantiles[3]), maxNs]).toEqual([
        frozen.stalled.reported.p95Ns,
        frozen.stalled.reported.p99Ns,
        frozen.stalled.reported.maxNs,
      ]);
    },
  );

  it('and stopped with SIGSTOP', () => {
    agrees(frozen.stopped);
  });

  it('in a closed loop: at most one call of each caller sees it, and the phase is labelled closed', () => {
    const { phase, reported, truth, calls, noise } = frozen.closed;
    expect(phase).toMatchObject({ loop: 'closed', concurrency: CALLERS, scheduledPerSecond: null });
    const heldNs = calls.map((call) => call.heldNs).sort((a, b) => b - a);
    // How many calls a busy machine makes in the rest of the phase is not known: the share that sees it is not, either.
    expect(heldNs[0]).toBeGreaterThan(0.75 * SHORT_FREEZE.freezeForNs);
    expect(heldNs[CALLERS]).toBeLessThan(0.1 * SHORT_FREEZE.freezeForNs);
    expect(reported.maxNs).toBeGreaterThan(0.75 * SHORT_FREEZE.freezeForNs);
    expect(phase.responseTime.ok.maxNs).toBe(reported.maxNs);
    expect(reported.p95Ns).toBeLessThan(truth.p95Ns + 2 * noise.p99Ns);
  });

  it('is no fault of the generator: calls left when they were due, and the run is valid', () => {
    expect(frozen.exitCode).toBe(0);
    expect(frozen.summary.validity.verdict).toBe('valid');
    for (const name of ['stalled', 'stopped', 'closed']) expect(invalidReasons(frozen.summary, name), name).toEqual([]);
    for (const { phase } of [frozen.stalled, frozen.stopped])
      expect(nsOf(phase.scheduleLag.quantiles[3])).toBeLessThan(0.25 * SHORT_FREEZE.freezeForNs);
  });
});

describe('a frozen generator', () => {
  let frozen: GeneratorFreeze;
  beforeAll(() => {
    [, frozen] = runs;
  });

  for (const [name, how] of [
    ['process', 'its whole process stopped with SIGSTOP'],
    ['thread', 'its load thread blocked'],
  ] as const) {
    it(`${how}: the standstill is named and the run invalid, never a failed gate of the target`, () => {
      expect(frozen.exitCode).toBe(4);
      expect(invalidReasons(frozen.summary, name)).toContain('generator-standstill');
      const longestNs = frozen.summary.lateness
        .filter(({ phase, cause }) => phase === name && cause === 'standstill')
        .flatMap(({ standstills }) => standstills.map(({ fromNs, toNs }) => toNs - fromNs));
      expect(Math.max(...longestNs)).toBeGreaterThan(0.9 * SHORT_FREEZE.freezeForNs);
      const phase = frozen.summary.phases.find((each) => each.name === name);
      expect(phase?.scheduleLag.maxNs).toBeGreaterThan(0.9 * SHORT_FREEZE.freezeForNs);
    });
  }
});
