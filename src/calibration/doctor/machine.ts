/** What the machine and its limits say. Pure judgements over facts that were read before. */
import { amount, counted } from '../../format/index.js';
import type { Fact, Machine } from '../../envelope/index.js';
import type { Needs } from '../../plan/index.js';
import { fail, ok, unknown, warn, type Check } from './check.js';

/** Needs without a scenario: the scenario language's default of 1 024 calls in flight, and 64 files besides. */
export const USUAL_NEEDS: Needs = { connections: 1_024, openFiles: 1_088, ports: 1_024, ratePerSecond: null };

/** Oldest Node.js that works, as in package.json. */
const OLDEST_NODE = [20, 19] as const;
/** First major that still gets security fixes (Node.js Release Working Group: 20 ended in April 2026). */
const OLDEST_SUPPORTED_MAJOR = 22;

/** `version` as in `process.versions.node`. */
export function judgeNode(version: string): Check {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major < OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor < OLDEST_NODE[1]))
    return fail('node', `Node.js ${version} is older than ${OLDEST_NODE.join('.')}`, 'install Node.js 24');
  if (major < OLDEST_SUPPORTED_MAJOR) {
    return warn(
      'node',
      `Node.js ${version}: version ${major} is past its end of life`,
      'use Node.js 24, and compare only runs made on the same version',
    );
  }
  if (major === 23)
    return warn('node', `Node.js ${version}: version 23 never had long-term support and has ended`, 'use Node.js 24');
  return ok('node', `Node.js ${version}`);
}

/** Open files of one process against what is needed. Node.js raises its soft limit to the hard one when it starts. */
export function judgeOpenFiles(limit: Fact<number | 'unlimited'>, needs: Needs): Check {
  if (limit.value === null) return unknown('open-files', limit.reason);
  if (limit.value === 'unlimited') return ok('open-files', `unlimited, ${needs.openFiles} needed`);
  const users = `${needs.connections} ${needs.ports === 0 ? 'servers' : 'connections'}`;
  const saw = `${limit.value} open files, ${needs.openFiles} needed for ${users}`;
  const remedy =
    `raise the hard limit (ulimit -Hn ${Math.max(65_536, 2 * needs.openFiles)}, LimitNOFILE= of a service, ` +
    '--ulimit nofile= of a container), or ask for fewer sessions or less in flight';
  if (limit.value < needs.openFiles) return fail('open-files', saw, remedy);
  return limit.value < 2 * needs.openFiles
    ? warn('open-files', `${saw}: little is left over`, remedy)
    : ok('open-files', saw);
}

/** A closed connection's port is out of use for a minute: a target that closes after each call needs many more. */
const FEW_PORTS = 10_000;

/** `range` as `32768-60999`. */
export function judgePortRange(range: Fact<string>, needs: Needs): Check {
  if (range.value === null) return unknown('port-range', range.reason);
  const [first = NaN, last = NaN] = range.value.split('-').map(Number);
  const ports = last - first + 1;
  if (!Number.isFinite(ports)) return unknown('port-range', `the range reads "${range.value}"`);
  const saw = `${ports} local ports (${range.value}), ${needs.ports} needed`;
  const remedy = 'widen it: sysctl -w net.ipv4.ip_local_port_range="1024 65535"';
  if (ports < needs.ports) return fail('port-range', saw, remedy);
  if (ports < 2 * needs.ports || ports < FEW_PORTS)
    return warn('port-range', `${saw}: connections that are closed and opened again may run out of them`, remedy);
  return ok('port-range', saw);
}

/** Clock sources that are read in user space, in tens of nanoseconds. */
const FAST_SOURCES = ['tsc', 'kvm-clock', 'hyperv_clocksource_tsc_page', 'arch_sys_counter'];
/** A reading that costs more is a system call, or a device. Reading it through Node.js costs about 70 ns. */
const SLOW_READING_NS = 1_000;

/** The kernel's clock source, and what one reading costs in nanoseconds. */
export function judgeClock(source: Fact<string>, readingNs: number): Check {
  const cost = `a reading costs ${Math.round(readingNs)} ns`;
  const remedy = 'see why the kernel gave up tsc (dmesg | grep -i clocksource); every call is stamped several times';
  if (readingNs >= SLOW_READING_NS)
    return warn('clock', `${source.value ?? 'clock source not known'}: ${cost}`, remedy);
  if (source.value === null) return unknown('clock', `${source.reason}; ${cost}`);
  if (!FAST_SOURCES.includes(source.value)) return warn('clock', `${source.value} in place of tsc: ${cost}`, remedy);
  return ok('clock', `${source.value}: ${cost}`);
}

export function judgeGovernor(governor: Fact<string>): Check {
  if (governor.value === null)
    return unknown(
      'cpu-governor',
      `the frequency is not governed here, or this system does not report it (${governor.reason})`,
    );
  if (governor.value === 'performance') return ok('cpu-governor', 'performance');
  return warn(
    'cpu-governor',
    `${governor.value}: the clock frequency follows the load, so a quiet phase is measured on a slower machine`,
    'cpupower frequency-set -g performance, while measuring',
  );
}

/** CPUs in a list as `0-3,8`; null when it is none. */
export function cpusIn(list: string): number | null {
  let cpus = 0;
  for (const part of list.split(',')) {
    const [first = NaN, last = first] = part.split('-').map(Number);
    if (!(last >= first)) return null;
    cpus += last - first + 1;
  }
  return cpus;
}

/** CPUs from which the generator has one to itself beside a target and a fault engine: it spins then. */
const ROOMY = 4;

/** CPUs of the machine, those this process may use, and what `os.availableParallelism` made of it. */
export function judgeCpus(host: Pick<Machine['host'], 'cpuThreads' | 'affinity'>, available: number): Check {
  const usable = host.affinity.value === null ? available : (cpusIn(host.affinity.value) ?? available);
  const all = host.cpuThreads.value ?? usable;
  const saw =
    usable < all ? `${usable} of ${all} CPUs (bound to ${host.affinity.value ?? ''})` : `${counted(usable, 'CPU')}`;
  if (usable < 2)
    return warn(
      'cpus',
      `${saw}: generator, fault engine and target take turns`,
      'measure on two CPUs or more, or put the target on another machine',
    );
  return ok(
    'cpus',
    usable < ROOMY ? `${saw}: the generator sleeps between calls to leave room for what it measures` : saw,
  );
}

/** A quota in CPUs, and the periods in which it stopped us while the doctor probed. */
export function judgeQuota(quota: Fact<number | 'unlimited'>, throttledPeriods: Fact<number>): Check {
  const remedy =
    'measure outside of the limit, or raise it (cpu.max, docker --cpus, resources.limits.cpu): ' +
    'a stopped generator sends late';
  const throttled = throttledPeriods.value ?? 0;
  if (throttled > 0)
    return fail('cpu-quota', `this control group was throttled in ${throttled} periods of the probe`, remedy);
  if (quota.value === null) return unknown('cpu-quota', quota.reason);
  if (quota.value === 'unlimited') return ok('cpu-quota', 'none');
  const saw = `${amount(quota.value)} CPUs`;
  if (quota.value < 1) return fail('cpu-quota', `${saw}: less than the generator alone can use`, remedy);
  return quota.value < 2
    ? warn('cpu-quota', `${saw}: the generator shares them with what it measures`, remedy)
    : ok('cpu-quota', saw);
}
