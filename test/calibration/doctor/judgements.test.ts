import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { captureMachine } from '../../../src/envelope/index.js';
import { NoiseProbe, type SelfLoad } from '../../../src/calibration/index.js';
import { reportOf, type Check } from '../../../src/calibration/doctor/check.js';
import { enginesToTry, judgeEngine } from '../../../src/calibration/doctor/engines.js';
import {
  cpusIn,
  judgeClock,
  judgeCpus,
  judgeGovernor,
  judgeNode,
  judgeOpenFiles,
  judgePortRange,
  judgeQuota,
  USUAL_NEEDS,
} from '../../../src/calibration/doctor/machine.js';
import { judgePressure, judgeSpin, judgeSteal, judgeTimers } from '../../../src/calibration/doctor/noise.js';
import { judgePreflight, judgePreflightFailure, judgeSelfLoad } from '../../../src/calibration/doctor/parts.js';
import { SERVER_FILES, V1_FILES, machine } from '../../envelope/machines.js';

const none = { value: null, reason: 'there is no such file' } as const;

describe('the version of Node.js', () => {
  it.each([
    ['18.20.8', 'fail'],
    ['20.18.3', 'fail'],
    ['20.19.0', 'warn'],
    ['20.20.2', 'warn'],
    ['21.7.3', 'warn'],
    ['22.21.0', 'ok'],
    ['23.11.1', 'warn'],
    ['24.11.0', 'ok'],
    ['26.0.0', 'ok'],
  ])('%s: %s', (version, status) => {
    expect(judgeNode(version).status).toBe(status);
  });
});

describe('limits', () => {
  it.each([
    [1_087, 'fail'],
    [1_088, 'warn'],
    [2_175, 'warn'],
    [2_176, 'ok'],
    ['unlimited', 'ok'],
  ] as const)('%s open files for 1024 connections: %s', (limit, status) => {
    expect(judgeOpenFiles({ value: limit }, USUAL_NEEDS).status).toBe(status);
  });

  it.each([
    ['32768-60999', 'ok'],
    ['32768-40000', 'warn'],
    ['32768-33790', 'fail'],
    ['1024-65535', 'ok'],
    ['none', 'unknown'],
  ] as const)('ports %s: %s', (range, status) => {
    expect(judgePortRange({ value: range }, USUAL_NEEDS).status).toBe(status);
  });

  it('a quota below two CPUs is shared, below one too little, and being throttled is the end of it', () => {
    expect(judgeQuota({ value: 'unlimited' }, { value: 0 }).status).toBe('ok');
    expect(judgeQuota({ value: 2 }, none).status).toBe('ok');
    expect(judgeQuota({ value: 1.5 }, { value: 0 })).toMatchObject({
      status: 'warn',
      saw: expect.stringContaining('1.5 CPUs') as string,
    });
    expect(judgeQuota({ value: 0.5 }, { value: 0 }).status).toBe('fail');
    expect(judgeQuota({ value: 'unlimited' }, { value: 3 }).status).toBe('fail');
    expect(judgeQuota(none, none).status).toBe('unknown');
  });

  it('counts the CPUs of a list', () => {
    expect(cpusIn('0-3')).toBe(4);
    expect(cpusIn('0-1,4,8-9')).toBe(5);
    expect(cpusIn('7')).toBe(1);
    expect(cpusIn('3-1')).toBeNull();
    expect(cpusIn('all')).toBeNull();
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat(200), { minLength: 1 }), (cpus) => {
        expect(cpusIn(cpus.join(','))).toBe(cpus.length);
      }),
    );
  });

  it('one CPU is a warning, and a binding to some CPUs is reported', () => {
    expect(judgeCpus({ cpuThreads: { value: 1 }, affinity: { value: '0' } }, 1).status).toBe('warn');
    expect(judgeCpus({ cpuThreads: { value: 8 }, affinity: { value: '4-7' } }, 4)).toMatchObject({
      status: 'ok',
      saw: '4 of 8 CPUs (bound to 4-7)',
    });
    expect(judgeCpus({ cpuThreads: none, affinity: none }, 16)).toMatchObject({ status: 'ok', saw: '16 CPUs' });
  });

  it('judges a server by its files', async () => {
    const { host, limits, network } = await captureMachine(machine(SERVER_FILES));
    expect(
      [
        judgeCpus(host, 8),
        judgeQuota(limits.cpuQuota, { value: 0 }),
        judgeGovernor(host.governor),
        judgeClock(host.clocksource, 60),
        judgeOpenFiles(limits.openFiles, USUAL_NEEDS),
        judgePortRange(network.localPortRange, USUAL_NEEDS),
      ].map(({ id, status }) => `${id} ${status}`),
    ).toEqual(['cpus ok', 'cpu-quota warn', 'cpu-governor ok', 'clock ok', 'open-files fail', 'port-range ok']);
    expect(judgeQuota((await captureMachine(machine(V1_FILES))).limits.cpuQuota, { value: 0 }).status).toBe('ok');
  });

  it('says what it does not know where there is no /proc, and holds nothing against the machine', async () => {
    const { host, limits, network } = await captureMachine(machine({}, 'darwin'));
    for (const check of [
      judgeQuota(limits.cpuQuota, none),
      judgeGovernor(host.governor),
      judgeClock(host.clocksource, 60),
      judgeOpenFiles(limits.openFiles, USUAL_NEEDS),
      judgePortRange(network.localPortRange, USUAL_NEEDS),
      judgeSteal(none),
    ]) {
      expect(check).toMatchObject({ status: 'unknown', saw: expect.stringMatching(/./) as string });
    }
  });
});

describe('the clock', () => {
  it.each([
    ['tsc', 60, 'ok'],
    ['arch_sys_counter', 60, 'ok'],
    ['hpet', 60, 'warn'],
    ['acpi_pm', 1_200, 'warn'],
    ['tsc', 1_000, 'warn'],
  ] as const)('%s at %d ns a reading: %s', (source, readingNs, status) => {
    expect(judgeClock({ value: source }, readingNs).status).toBe(status);
  });

  it('a governor that follows the load is a warning', () => {
    expect(judgeGovernor({ value: 'performance' }).status).toBe('ok');
    expect(judgeGovernor({ value: 'schedutil' }).status).toBe('warn');
  });
});

describe('noise', () => {
  const spin = (lostShare: number) => ({ probedNs: 6e8, gaps: 3, longestGapNs: 4e6, lostShare });

  it.each([
    [0, 'ok'],
    [0.0199, 'ok'],
    [0.02, 'warn'],
    [0.0999, 'warn'],
    [0.1, 'fail'],
  ] as const)('a spin that lost %d of its time: %s', (lostShare, status) => {
    expect(judgeSpin([spin(lostShare)]).status).toBe(status);
  });

  it('the worse of two spins counts', () => {
    expect(judgeSpin([spin(0.15), spin(0)])).toMatchObject({
      status: 'fail',
      saw: expect.stringContaining('15 %') as string,
    });
    expect(judgeSpin([spin(0), spin(0.15)]).status).toBe('fail');
  });

  it.each([
    [0, 'ok'],
    [0.009, 'ok'],
    [0.01, 'warn'],
    [0.1, 'fail'],
  ] as const)('steal of %d: %s', (share, status) => {
    expect(judgeSteal({ value: share }).status).toBe(status);
  });

  it('timers are judged by their 99th percentile', () => {
    const late = (ns: number, times: number): number[] => [
      ...new Array<number>(200 - times).fill(3e5),
      ...new Array<number>(times).fill(ns),
    ];
    expect(judgeTimers(late(5e6, 2)).status).toBe('ok');
    expect(judgeTimers(late(5e6, 3))).toMatchObject({ status: 'warn', saw: '200 timers, late by 5 ms at p99' });
    expect(judgeTimers(late(20e6, 3)).status).toBe('fail');
    expect(judgeTimers([]).status).toBe('unknown');
  });

  it('pressure on any resource is a warning, read from the kernel file', async () => {
    const pressed = await new NoiseProbe({ system: machine(SERVER_FILES), spinMs: 0 }).begin();
    expect(judgePressure(pressed.pressure)).toMatchObject({
      status: 'warn',
      saw: expect.stringContaining('cpu 12.5 %') as string,
    });
    const some = (share: number) => ({ value: share });
    expect(judgePressure({ cpu: some(0.09), memory: some(0.009), io: some(0.09) }).status).toBe('ok');
    expect(judgePressure({ cpu: some(0), memory: some(0.01), io: some(0) }).status).toBe('warn');
    expect(judgePressure({ cpu: some(0), memory: none, io: none }).status).toBe('ok');
    expect(judgePressure({ cpu: none, memory: none, io: none }).status).toBe('unknown');
  });
});

describe('the self-capacity', () => {
  const step = (ratePerSecond: number, lagP99Ns: number) => ({
    ratePerSecond,
    calls: 10,
    ok: 10,
    lagP99Ns,
    startDelayP99Ns: lagP99Ns,
  });
  const climbed: SelfLoad = {
    pacing: 'sleep',
    capacityPerSecond: 5_000,
    stoppedBy: 'late',
    steps: [step(5_000, 210_000), step(10_000, 3_400_000), step(10_000, 3_300_000)],
  };
  const asking = (ratePerSecond: number | null) => ({ ...USUAL_NEEDS, ratePerSecond });

  it('reports the rate in one sentence', () => {
    expect(judgeSelfLoad(climbed, USUAL_NEEDS)).toEqual({
      id: 'self-capacity',
      status: 'ok',
      saw:
        'this machine can offer 5,000/s with a schedule lag p99 under 1 ms (210 µs); ' +
        'at 10,000/s the schedule lag p99 was 3.3 ms',
    });
  });

  it('warns of a scenario that asks for more, and not of one that asks for as much', () => {
    expect(judgeSelfLoad(climbed, asking(5_000)).status).toBe('ok');
    expect(judgeSelfLoad(climbed, asking(5_001))).toMatchObject({
      status: 'warn',
      saw: expect.stringContaining('asks for 5,001/s') as string,
    });
  });

  it('says "at least" when the ladder or the server ended first', () => {
    expect(judgeSelfLoad({ ...climbed, steps: [step(5_000, 1)], stoppedBy: null }, USUAL_NEEDS).saw).toContain(
      'at least 5,000/s',
    );
    expect(judgeSelfLoad({ ...climbed, stoppedBy: 'target' }, USUAL_NEEDS).saw).toContain('at least 5,000/s');
  });

  it('fails a machine that can not offer the lowest rate', () => {
    expect(judgeSelfLoad({ ...climbed, capacityPerSecond: null }, USUAL_NEEDS).status).toBe('fail');
    // What was kept matters to later runs in either case, so it is reported in either.
    expect(
      judgeSelfLoad({ ...climbed, capacityPerSecond: null }, asking(200), 'kept a week for runs to look at').saw,
    ).toMatch(/; kept a week for runs to look at; the scenario asks for 200\/s$/);
  });
});

describe('fault engines', () => {
  const missing = {
    problems: [{ code: 'fault-engine-not-found', what: 'toxiproxy-server is not on PATH', remedy: 'install it' }],
  };
  const broken = { problems: [{ code: 'fault-engine-unusable', what: 'it did not come up', remedy: 'see its log' }] };

  it('a real server is missed only by who chose it', () => {
    expect(judgeEngine({ kind: 'real-on-path' }, missing, false)).toEqual([
      { id: 'toxiproxy-server', status: 'ok', saw: 'not found on PATH: not needed' },
    ]);
    expect(judgeEngine({ kind: 'real-on-path' }, missing, true)).toEqual([
      { id: 'toxiproxy-server', status: 'fail', saw: 'toxiproxy-server is not on PATH', remedy: 'install it' },
    ]);
  });

  it('an engine that does not come up fails when it is chosen and is a warning otherwise', () => {
    expect(judgeEngine({ kind: 'embedded' }, broken, true)[0]?.status).toBe('fail');
    expect(judgeEngine({ kind: 'embedded' }, broken, false)[0]?.status).toBe('warn');
  });

  it('an address is tried beside the others, and reported without its user', () => {
    const url = { kind: 'url', url: 'http://me:secret@127.0.0.1:8474' } as const;
    expect(enginesToTry(url).map(({ kind }) => kind)).toEqual(['embedded', 'real-on-path', 'url']);
    expect(enginesToTry({ kind: 'embedded' }).map(({ kind }) => kind)).toEqual(['embedded', 'real-on-path']);
    expect(judgeEngine(url, { version: '2.12.0' }, true)).toEqual([
      { id: 'fault-engine', status: 'ok', saw: 'the engine at 127.0.0.1:8474 answers (2.12.0)' },
    ]);
  });
});

describe('target and tools', () => {
  it('keeps apart what is wrong with the target and with what is called', () => {
    const problem = (code: string) => ({ code, what: `it is ${code}`, remedy: 'mend it' });
    expect(
      judgePreflightFailure([problem('connection-refused'), problem('unknown-tool'), problem('bad-arguments')]).map(
        ({ id, status }) => `${id} ${status}`,
      ),
    ).toEqual(['target fail', 'tools fail', 'tools fail']);
    const report = {
      serverInfo: null,
      protocolVersion: '2025-11-25',
      capabilities: {},
      introducedNs: 1,
      tools: [],
      toolListDigest: '',
      executed: [{ label: 'search', outcome: 'ok', errorClass: 'none', tookNs: 1 }],
      revision: '2025-11-25',
      outputSchemas: [],
      headerParameters: [],
      executedByOwnClient: [],
      warnings: [problem('older-revision'), problem('expectation-failed')],
    } as const;
    expect(judgePreflight(report).map(({ id, status }) => `${id} ${status}`)).toEqual([
      'target ok',
      'tools ok',
      'target warn',
      'tools warn',
    ]);
  });
});

describe('the report', () => {
  it('is fit as long as nothing failed', () => {
    const check = (status: 'warn' | 'fail'): Check => ({ id: 'node', status, saw: 'a', remedy: 'b' });
    expect(reportOf([], 500)).toEqual({
      schema: 'plimsoll/doctor-v2',
      fit: true,
      selfCapacityPerSecond: 500,
      checks: [],
    });
    expect(reportOf([check('warn')], null).fit).toBe(true);
    expect(reportOf([check('warn'), check('fail')], null).fit).toBe(false);
  });
});
