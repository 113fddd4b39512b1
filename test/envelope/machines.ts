/** Machines made of files, and an input to capture an envelope with. */
import type { EnvelopeInput } from '../../src/envelope/index.js';
import type { System } from '../../src/platform/index.js';

/** A system whose only files are these. */
export function machine(files: Readonly<Record<string, string>>, platform = 'linux'): System {
  return {
    platform,
    read: (path) => {
      const text = files[path];
      return text === undefined
        ? Promise.reject(Object.assign(new Error(`no ${path}`), { code: 'ENOENT' }))
        : Promise.resolve(text);
    },
  };
}

const cpu = (processor: number, core: number, socket: number): string =>
  [
    `processor\t: ${processor}`,
    'model name\t: Example CPU @ 3.00GHz',
    'microcode\t: 0x2b',
    `physical id\t: ${socket}`,
    `core id\t\t: ${core}`,
    'flags\t\t: fpu vme hypervisor sse',
  ].join('\n');

/** Two sockets of two cores with two threads each; control groups of version 2, a quota of 1.5 CPUs one level up. */
export const SERVER_FILES: Readonly<Record<string, string>> = {
  '/proc/cpuinfo': [0, 1, 2, 3, 4, 5, 6, 7].map((n) => cpu(n, (n >> 1) % 2, n >> 2)).join('\n\n') + '\n\n',
  '/proc/self/status': 'Name:\tnode\nCpus_allowed:\tff\nCpus_allowed_list:\t0-7\n',
  '/sys/devices/system/node/online': '0-1\n',
  '/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor': 'performance\n',
  '/sys/devices/system/cpu/cpu0/cpufreq/cpuinfo_min_freq': '800000\n',
  '/sys/devices/system/cpu/cpu0/cpufreq/cpuinfo_max_freq': '3500000\n',
  '/sys/devices/system/cpu/intel_pstate/no_turbo': '0\n',
  '/sys/class/dmi/id/product_name': 'Example Server\n',
  '/sys/devices/system/clocksource/clocksource0/current_clocksource': 'tsc\n',
  '/proc/sys/kernel/random/boot_id': '11111111-2222-3333-4444-555555555555\n',
  '/etc/os-release': 'NAME="Debian"\nPRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\n',
  '/proc/self/cgroup': '0::/system.slice/ci.service\n',
  '/sys/fs/cgroup/system.slice/ci.service/cpu.max': 'max 100000\n',
  '/sys/fs/cgroup/system.slice/cpu.max': '150000 100000\n',
  '/sys/fs/cgroup/system.slice/ci.service/cpu.weight': '100\n',
  '/sys/fs/cgroup/system.slice/ci.service/cpuset.cpus.effective': '0-7\n',
  '/sys/fs/cgroup/system.slice/ci.service/memory.max': 'max\n',
  '/sys/fs/cgroup/system.slice/ci.service/pids.max': '4096\n',
  '/sys/fs/cgroup/system.slice/ci.service/cpu.stat': 'usage_usec 5\nnr_periods 10\nnr_throttled 3\nthrottled_usec 7\n',
  '/proc/self/limits':
    'Limit                     Soft Limit           Hard Limit           Units     \n' +
    'Max open files            1024                 1048576              files     \n',
  '/proc/sys/net/ipv4/tcp_congestion_control': 'cubic\n',
  '/proc/sys/net/core/somaxconn': '4096\n',
  '/proc/sys/net/ipv4/ip_local_port_range': '32768\t60999\n',
  '/proc/sys/net/ipv4/tcp_tw_reuse': '2\n',
  '/sys/class/net/lo/mtu': '65536\n',
  '/proc/net/snmp': 'Ip: Forwarding\nIp: 1\nTcp: RtoMin RetransSegs OutRsts\nTcp: 200 17 40\n',
  '/proc/net/netstat':
    'TcpExt: SyncookiesSent ListenOverflows ListenDrops\nTcpExt: 0 1 2\nIpExt: InNoRoutes\nIpExt: 0\n',
  '/proc/stat': 'cpu  100 0 50 800 40 0 10 0 0 0\ncpu0 50 0 25 400 20 0 5 0 0 0\n',
  '/proc/loadavg': '1.25 0.90 0.50 2/300 4242\n',
  '/proc/pressure/cpu':
    'some avg10=12.50 avg60=3.00 avg300=1.00 total=100\nfull avg10=0.00 avg60=0.00 avg300=0.00 total=0\n',
};

/** Control groups of version 1, as in a container whose own path is not mounted. */
export const V1_FILES: Readonly<Record<string, string>> = {
  ...SERVER_FILES,
  '/proc/self/cgroup': '4:memory:/docker/abc\n3:cpuset:/\n2:cpuacct:/\n1:cpu:/docker/abc\n0::/\n',
  '/sys/fs/cgroup/cpu/cpu.cfs_quota_us': '-1\n',
  '/sys/fs/cgroup/cpu/cpu.cfs_period_us': '100000\n',
  '/sys/fs/cgroup/cpu/cpu.shares': '1024\n',
  '/sys/fs/cgroup/cpuset/cpuset.effective_cpus': '0-1\n',
  '/sys/fs/cgroup/memory/memory.limit_in_bytes': '9223372036854771712\n',
  '/sys/fs/cgroup/cpu/cpu.stat': 'nr_periods 0\nnr_throttled 0\nthrottled_time 0\n',
};

export function input(overrides: Partial<EnvelopeInput> = {}): EnvelopeInput {
  return {
    identity: {
      runId: 'abc',
      startedUtc: '2026-11-20T19:00:00.000Z',
      monotonicEpochNs: '1',
      plimsollVersion: '0.1.0',
      scenarioDigest: 'd1',
      seed: 7,
      argv: ['run', 'quickstart.yaml'],
    },
    packageFolder: '/nowhere',
    workingFolder: '/',
    noise: null,
    machineSource: 'measured',
    generator: {
      pacing: 'spin',
      loopbackReference: { tcpEchoNs: { p50: 50_000 } },
      selfCapacityPerSecond: { value: null, reason: 'not measured on this machine' },
      selfCapacityMeasuredUtc: { value: null, reason: 'not measured on this machine' },
    },
    target: {
      transport: 'streamable-http',
      endpoint: 'http://127.0.0.1:4000/mcp',
      loopback: true,
      serverName: 'tools',
      serverVersion: '1',
      protocolVersion: '2025-11-25',
      capabilities: { tools: {} },
      toolListDigest: 't1',
      commit: null,
      sessions: 16,
    },
    faults: null,
    redact: (text) => text,
    ...overrides,
  };
}
