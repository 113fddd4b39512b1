import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { NoiseProbe, noiseVerdict, spinProbe } from '../../src/calibration/index.js';
import { SERVER_FILES, machine } from '../envelope/machines.js';

/** A clock that steps by the given nanoseconds, then by 10 us for ever. */
function steps(...gapsNs: readonly number[]): () => bigint {
  let now = 0n;
  let i = -1;
  return () => {
    if (i >= 0) now += BigInt(gapsNs[i] ?? 10_000);
    i++;
    return now;
  };
}

const REPOSITORY = fileURLToPath(new URL('../..', import.meta.url));
/** How much longer the first reading of a spin took than half of the others. */
const FIRST_READINGS = `
import { spinProbe } from './dist/src/calibration/index.js';
const readings = [];
spinProbe(20, () => {
  const now = process.hrtime.bigint();
  readings.push(now);
  return now;
});
const took = readings.slice(1).map((reading, i) => Number(reading - readings[i]));
const [first, ...later] = took;
console.log(first / later.sort((a, b) => a - b)[later.length >> 1]);
`;

describe('the spin probe', () => {
  it('counts gaps over 0.2 ms, and the share of time lost in them', () => {
    const result = spinProbe(10, steps(200_000, 200_001, 799_999, 10_000));
    expect(result.gaps).toBe(2);
    expect(result.longestGapNs).toBe(799_999);
    expect(result.probedNs).toBe(10_000_000);
    expect(result.lostShare).toBeCloseTo(0.1, 10);
  });

  it('loses nothing on a machine of its own', () => {
    expect(spinProbe(5, steps())).toEqual({ probedNs: 5_000_000, gaps: 0, longestGapNs: 0, lostShare: 0 });
  });

  it('ends after its time even when one gap swallows all of it', () => {
    expect(spinProbe(5, steps(60_000_000))).toEqual({
      probedNs: 60_000_000,
      gaps: 1,
      longestGapNs: 60_000_000,
      lostShare: 1,
    });
  });

  it.each([
    [0, 'quiet'],
    [0.019, 'quiet'],
    [0.02, 'noisy'],
    [0.099, 'noisy'],
    [0.1, 'contended'],
    [1, 'contended'],
  ])('calls a lost share of %f %s', (share, verdict) => {
    expect(noiseVerdict(share)).toBe(verdict);
  });
});

describe('the noise probe', () => {
  it('reads the averages and reports what the counters gained between begin and end', async () => {
    const files = { ...SERVER_FILES };
    const probe = new NoiseProbe({ system: machine(files), spinMs: 1, now: steps() });
    const before = await probe.begin();
    expect(before.loadAverage1m).toEqual({ value: 1.25 });
    expect(before.pressure.cpu).toEqual({ value: 0.125 });
    expect(before.pressure.io.value).toBeNull();
    // 1 000 ticks more, 100 of them stolen and 50 waiting for a disk.
    files['/proc/stat'] = 'cpu  500 0 250 1050 90 0 10 100 0 0\n';
    files['/proc/net/snmp'] = 'Tcp: RtoMin RetransSegs OutRsts\nTcp: 200 20 45\n';
    files['/sys/fs/cgroup/system.slice/ci.service/cpu.stat'] = 'nr_periods 10\nnr_throttled 12\n';
    const report = await probe.end();
    expect(report?.during).toEqual({
      stealShare: { value: 0.1 },
      iowaitShare: { value: 0.05 },
      throttledPeriods: { value: 9 },
    });
    expect(report?.network).toEqual({
      tcpRetransmits: { value: 3 },
      tcpListenDrops: { value: 0 },
      tcpResetsSent: { value: 5 },
    });
    expect(report?.verdict).toBe('quiet');
  });

  it('judges by the worse of its two probes', async () => {
    let disturbed = false;
    let now = 0n;
    const clock = (): bigint => (now += disturbed ? 250_000n : 10_000n);
    const probe = new NoiseProbe({ system: machine(SERVER_FILES), spinMs: 1, now: clock });
    await probe.begin();
    disturbed = true;
    const report = await probe.end();
    expect(report?.before.spin.lostShare).toBe(0);
    expect(report?.after.spin.lostShare).toBe(1);
    expect(report?.verdict).toBe('contended');
  });

  it.each([
    ['nothing', [], 25],
    ['half a millisecond', [490_000], 50],
    ['a millisecond and a quarter', [1_250_000], 150],
    ['a time slice of another process', [6_000_000], 500],
  ] as const)(
    'spins 25 ms, and on while %s lost is 1 % of it or more, for half a second',
    async (_, gapsNs, probedMs) => {
      const probe = new NoiseProbe({ system: machine(SERVER_FILES), now: steps(...gapsNs) });
      const { spin } = await probe.begin();
      expect(Math.round(spin.probedNs / 1e6)).toBe(probedMs);
    },
  );

  it('has reasons instead of counters where the system keeps none, and nothing without a beginning', async () => {
    const probe = new NoiseProbe({ system: machine({}), spinMs: 1, now: steps() });
    expect(await probe.end()).toBeNull();
    await probe.begin();
    const report = await probe.end();
    expect(report?.during.stealShare).toEqual({ value: null, reason: 'there is no /proc/stat' });
  });

  it('does not take the compiling of its own loop for the work of others', () => {
    // In a fresh process nothing is compiled yet. The best of five: what disturbs one of them is not the loop's own.
    const ratios = Array.from({ length: 5 }, () => {
      const { stdout } = spawnSync(process.execPath, ['--input-type=module', '--eval', FIRST_READINGS], {
        cwd: REPOSITORY,
        encoding: 'utf8',
      });
      return Number(stdout);
    });
    expect(Math.min(...ratios)).toBeLessThan(8);
  });

  it('works on this very machine', async () => {
    const probe = new NoiseProbe({ spinMs: 5 });
    await probe.begin();
    const report = await probe.end();
    expect(report?.after.spin.probedNs).toBeGreaterThanOrEqual(5_000_000);
    expect(report?.after.spin.lostShare).toBeLessThanOrEqual(1);
  });
});
