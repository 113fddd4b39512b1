import { describe, expect, it } from 'vitest';
import { measuredMachine } from '../../src/calibration/index.js';
import type { NoiseSnapshot } from '../../src/envelope/index.js';

/** A judge of a machine that is quiet, on imagined time; `probes` says what was probed, in order. */
function judged() {
  const probes: ('begin' | 'end')[] = [];
  const unknown = { value: null, reason: 'not asked' };
  const quiet: NoiseSnapshot = {
    loadAverage1m: unknown,
    pressure: { cpu: unknown, memory: unknown, io: unknown },
    spin: { probedNs: 1, gaps: 0, longestGapNs: 0, lostShare: 0 },
  };
  const time = { nowMs: 0 };
  const probe = {
    begin: () => {
      probes.push('begin');
      return Promise.resolve(quiet);
    },
    end: () => {
      probes.push('end');
      return Promise.resolve(null);
    },
  };
  return { probes, time, judge: measuredMachine(probe, () => time.nowMs) };
}

describe('the noise probe before a run', () => {
  it('is made once where the command has probed just before', async () => {
    const { judge, probes, time } = judged();
    await judge.begin();
    time.nowMs = 1_500;
    await judge.begin();
    expect(probes).toEqual(['begin']);
  });

  it('is made again where the one of the command is seconds old', async () => {
    const { judge, probes, time } = judged();
    await judge.begin();
    time.nowMs = 2_500;
    await judge.begin();
    expect(probes).toEqual(['begin', 'begin']);
  });

  it('is made for each run, however soon one follows another', async () => {
    const { judge, probes } = judged();
    await judge.begin();
    await judge.end();
    await judge.begin();
    expect(probes).toEqual(['begin', 'end', 'begin']);
  });
});
