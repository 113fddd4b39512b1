import { readFileSync, readdirSync } from 'node:fs';

/** USER_HZ: the unit of CPU times in /proc; 100 on every Linux that Node.js runs on. */
export const TICKS_PER_SECOND = 100;

const CPU = '/sys/devices/system/cpu';

/** Files and folders of Linux (proc(5), sysfs(5), cgroups(7)). */
export const LINUX = {
  processes: '/proc',
  ofProcess: (pid: number | string, name: string) => `/proc/${pid}/${name}`,
  threads: '/proc/self/task',
  threadName: (thread: number) => `/proc/self/task/${thread}/comm`,
  thisThread: '/proc/thread-self',
  threadCpu: '/proc/thread-self/schedstat',
  timerSlack: (thread: string) => `/proc/${thread}/timerslack_ns`,
  processNumbers: '/proc/self/ns/pid',
  network: '/proc/self/ns/net',
  status: '/proc/self/status',
  limits: '/proc/self/limits',
  cgroup: '/proc/self/cgroup',
  cgroups: '/sys/fs/cgroup',
  cpuInfo: '/proc/cpuinfo',
  cpuTimes: '/proc/stat',
  loadAverage: '/proc/loadavg',
  pressure: (resource: string) => `/proc/pressure/${resource}`,
  bootId: '/proc/sys/kernel/random/boot_id',
  cpuFrequency: (name: string) => `${CPU}/cpu0/cpufreq/${name}`,
  noTurbo: `${CPU}/intel_pstate/no_turbo`,
  boost: `${CPU}/cpufreq/boost`,
  numaNodes: '/sys/devices/system/node/online',
  product: '/sys/class/dmi/id/product_name',
  clocksource: '/sys/devices/system/clocksource/clocksource0/current_clocksource',
  tcpTable: (name: 'tcp' | 'tcp6') => `/proc/net/${name}`,
  snmp: '/proc/net/snmp',
  netstat: '/proc/net/netstat',
  congestionControl: '/proc/sys/net/ipv4/tcp_congestion_control',
  acceptBacklogMax: '/proc/sys/net/core/somaxconn',
  localPortRange: '/proc/sys/net/ipv4/ip_local_port_range',
  timeWaitReuse: '/proc/sys/net/ipv4/tcp_tw_reuse',
  loopbackMtu: '/sys/class/net/lo/mtu',
} as const;

/**
 * Text of a file of the kernel; '' when there is none. Read at once: that takes some 7 us, and through the thread pool
 * of Node.js ten to twenty times that of CPU time, for hundreds of files a run.
 */
export function kernelText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

/** Names in a folder of the kernel; null when it can't be read. */
export function kernelNames(path: string): readonly string[] | null {
  try {
    return readdirSync(path);
  } catch {
    return null;
  }
}
