import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { captureEnvelope } from '../../src/envelope/index.js';
import { SERVER_FILES, V1_FILES, input, machine } from './machines.js';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'plimsoll-envelope-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('the envelope', () => {
  it('reads the processor, its limits and the network of a Linux host', async () => {
    const { host, limits, network } = await captureEnvelope(input(), machine(SERVER_FILES));
    expect(host).toMatchObject({
      cpuModel: { value: 'Example CPU @ 3.00GHz' },
      cpuSockets: { value: 2 },
      cpuCores: { value: 4 },
      cpuThreads: { value: 8 },
      affinity: { value: '0-7' },
      numaNodes: { value: '0-1' },
      governor: { value: 'performance' },
      turbo: { value: true },
      frequencyRangeKhz: { value: [800_000, 3_500_000] },
      microcode: { value: '0x2b' },
      virtualised: { value: true },
      product: { value: 'Example Server' },
      container: { value: 'none' },
      clocksource: { value: 'tsc' },
      distribution: { value: 'Debian GNU/Linux 12 (bookworm)' },
    });
    expect(limits).toEqual({
      cgroupVersion: { value: 2 },
      cgroupPath: { value: '/system.slice/ci.service' },
      cpuQuota: { value: 1.5 },
      cpuWeight: { value: 100 },
      cpuset: { value: '0-7' },
      memoryMaxBytes: { value: 'unlimited' },
      processesMax: { value: 4096 },
      openFiles: { value: 1024 },
    });
    expect(network).toMatchObject({
      loopback: { value: true },
      congestionControl: { value: 'cubic' },
      acceptBacklogMax: { value: 4096 },
      localPortRange: { value: '32768-60999' },
      timeWaitReuse: { value: 2 },
      loopbackMtuBytes: { value: 65_536 },
    });
  });

  it('reads control groups of version 1, also where the own path is not mounted', async () => {
    const { host, limits } = await captureEnvelope(input(), machine(V1_FILES));
    expect(limits).toMatchObject({
      cgroupVersion: { value: 1 },
      cgroupPath: { value: '/docker/abc' },
      cpuQuota: { value: 'unlimited' },
      cpuWeight: { value: 1024 },
      cpuset: { value: '0-1' },
      memoryMaxBytes: { value: 'unlimited' },
      processesMax: { value: null },
    });
    expect(host.container).toEqual({ value: 'docker' });
    const halved = {
      ...V1_FILES,
      '/sys/fs/cgroup/cpu/docker/abc/cpu.cfs_quota_us': '50000\n',
      '/sys/fs/cgroup/cpu/docker/abc/cpu.cfs_period_us': '100000\n',
    };
    expect((await captureEnvelope(input(), machine(halved))).limits.cpuQuota).toEqual({ value: 0.5 });
  });

  it('names a reason for every fact that is not to be had, and leaves no field out', async () => {
    const bare = await captureEnvelope(
      input({ noise: null, generator: null, target: null, faults: null }),
      machine({}),
    );
    const full = await captureEnvelope(input(), machine(SERVER_FILES));
    const other = await captureEnvelope(input(), machine({}, 'darwin'));
    for (const [group, facts] of Object.entries<object | string>({ ...bare })) {
      if (typeof facts === 'string') continue;
      expect(Object.keys(facts)).toEqual(Object.keys(full[group as keyof typeof full] as object));
      for (const [name, fact] of Object.entries(facts as Record<string, { value: unknown; reason?: string }>)) {
        if (fact.value === null) expect(`${group}.${name}: ${fact.reason ?? ''}`).toMatch(/: .{10,}/);
      }
    }
    expect(bare.host.governor).toEqual({
      value: null,
      reason: 'there is no /sys/devices/system/cpu/cpu0/cpufreq/scaling_governor',
    });
    expect(other.host.governor.value).toBeNull();
    expect(JSON.stringify(other.host.governor)).toContain('this is darwin');
  });

  it('tells the runtime it runs in', async () => {
    const { runtime } = await captureEnvelope(input(), machine({}));
    expect(runtime.node).toEqual({ value: process.versions.node });
    expect(runtime.threadPoolSize.value).toBeGreaterThan(0);
  });

  it('passes on what other rooms know, digesting capabilities by value and not by key order', async () => {
    const target = input().target;
    if (target === null) throw new Error('the fixture has a target');
    const one = await captureEnvelope(
      input({ target: { ...target, capabilities: { a: 1, b: [{ c: 2, d: 3 }] } } }),
      machine({}),
    );
    const two = await captureEnvelope(
      input({ target: { ...target, capabilities: { b: [{ d: 3, c: 2 }], a: 1 } } }),
      machine({}),
    );
    expect(one.target.capabilitiesDigest).toEqual(two.target.capabilitiesDigest);
    expect(one.generator).toEqual({
      pacing: { value: 'spin' },
      loopbackReference: { value: { tcpEchoNs: { p50: 50_000 } } },
      selfCapacityPerSecond: { value: null, reason: 'not measured on this machine' },
      selfCapacityMeasuredUtc: { value: null, reason: 'not measured on this machine' },
    });
    expect(one.target).toMatchObject({
      serverName: { value: 'tools' },
      toolListDigest: { value: 't1' },
      sessions: { value: 16 },
    });
  });

  it('digests the lock file next to the package', async () => {
    await writeFile(join(folder, 'package-lock.json'), '{"lockfileVersion":3}');
    const { identity } = await captureEnvelope(input({ packageFolder: folder }), machine({}));
    expect(identity.lockfileDigest).toEqual({
      value: createHash('sha256').update('{"lockfileVersion":3}').digest('hex'),
    });
  });

  it('tells commit and changes of the repository it is called in, and has no such facts outside of one', async () => {
    const repository = await mkdtemp(join(folder, 'repository-'));
    const git = (...words: string[]): string =>
      execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.org', ...words], {
        cwd: repository,
        encoding: 'utf8',
      }).trim();
    git('init', '--quiet');
    const empty = (await captureEnvelope(input({ workingFolder: repository }), machine({}))).identity;
    expect(empty.gitCommit).toEqual({ value: null, reason: 'not called in a git repository with a commit' });
    await writeFile(join(repository, 'file'), 'one');
    git('add', '.');
    git('commit', '--quiet', '-m', 'first');
    const clean = (await captureEnvelope(input({ workingFolder: repository }), machine({}))).identity;
    expect(clean.gitCommit).toEqual({ value: git('rev-parse', 'HEAD') });
    expect(clean.gitDirty).toEqual({ value: false });
    await writeFile(join(repository, 'untracked'), 'new');
    const untracked = (await captureEnvelope(input({ workingFolder: repository }), machine({}))).identity;
    expect(untracked.gitDirty).toEqual({ value: true });
    expect(untracked.gitDiffDigest).toEqual(clean.gitDiffDigest);
    expect(clean.gitDiffDigest).toEqual({ value: createHash('sha256').update('').digest('hex') });
    await writeFile(join(repository, 'file'), 'two');
    const dirty = (await captureEnvelope(input({ workingFolder: repository }), machine({}))).identity;
    expect(dirty.gitDirty).toEqual({ value: true });
    expect(dirty.gitDiffDigest.value).not.toBe(clean.gitDiffDigest.value);
    const outside = (await captureEnvelope(input({ workingFolder: '/' }), machine({}))).identity;
    expect(outside.gitCommit).toEqual({ value: null, reason: 'not called in a git repository with a commit' });
  });

  it('keeps no secret, neither those it is told of nor those it can recognise', async () => {
    const target = input().target;
    if (target === null) throw new Error('the fixture has a target');
    const envelope = await captureEnvelope(
      input({
        identity: {
          ...input().identity,
          argv: [
            'run',
            '--set',
            'protocol.token=hush1',
            '--api-key',
            'hush2',
            'http://me:hush3@host/?access_token=hush4&page=2',
            '-H',
            'Authorization: Bearer hush5',
            '--rate=400/s',
            '--header=x-api-key: hush6',
          ],
        },
        target: {
          ...target,
          endpoint: 'https://user:hush7@example.org/mcp?key=1&signature=hush8',
          serverName: 'server of hush9',
        },
        redact: (text) => text.replaceAll('hush9', '[secret NAME]'),
      }),
      machine({}),
    );
    expect(JSON.stringify(envelope)).not.toContain('hush');
    expect(envelope.identity.argv).toEqual({
      value: [
        'run',
        '--set',
        'protocol.token=[redacted]',
        '--api-key',
        '[redacted]',
        'http://[redacted]@host/?access_token=[redacted]&page=2',
        '-H',
        'Authorization: Bearer [redacted]',
        '--rate=400/s',
        '--header=x-api-key: [redacted]',
      ],
    });
    expect(envelope.target.endpoint).toEqual({
      value: 'https://[redacted]@example.org/mcp?key=1&signature=[redacted]',
    });
    expect(envelope.target.serverName).toEqual({ value: 'server of [secret NAME]' });
  });

  it('can be captured on this very machine', async () => {
    const envelope = await captureEnvelope(input({ packageFolder: process.cwd(), workingFolder: process.cwd() }));
    expect(envelope.schema).toBe('plimsoll/envelope-v2');
    expect(envelope.host.cpuThreads.value).toBeGreaterThan(0);
    expect(envelope.identity.lockfileDigest.value).toMatch(/^[0-9a-f]{64}$/);
  });
});
