/** What this process may use: control groups of either version, and its own limits. */
import { dirname } from 'node:path/posix';
import { LINUX, type System } from '../platform/index.js';
import { firstKnown, fromFile, known, lineValue, number, unknown, word, type Fact } from './facts.js';
import type { Envelope } from './types.js';

type Bound = number | 'unlimited';

/** Version 1 writes "no limit" as the largest page-aligned number. */
const V1_UNLIMITED_BYTES = 2 ** 62;

export async function captureLimits(system: System): Promise<Envelope['limits']> {
  const groups = await readGroups(system);
  const file = <T>(
    controller: string,
    v2Name: string,
    v1Name: string,
    parse: (text: string) => T | null,
  ): Promise<Fact<T>> => fromGroup(system, groups, controller, v2Name, v1Name, parse);
  return {
    cgroupVersion: groups.value === null ? groups : known(groups.value.version),
    cgroupPath: groups.value === null ? groups : known(groups.value.pathOf('cpu')),
    cpuQuota: await cpuQuota(system, groups),
    cpuWeight: await file('cpu', 'cpu.weight', 'cpu.shares', number),
    cpuset: await file('cpuset', 'cpuset.cpus.effective', 'cpuset.effective_cpus', word),
    memoryMaxBytes: await file('memory', 'memory.max', 'memory.limit_in_bytes', bound),
    processesMax: await file('pids', 'pids.max', 'pids.max', bound),
    openFiles: await fromFile(system, LINUX.limits, (text) => {
      const soft = /^Max open files\s+(\S+)/m.exec(text)?.[1];
      return soft === undefined ? null : bound(soft);
    }),
  };
}

/** Throttled periods so far, of this process's control group. */
export async function throttledPeriods(system: System): Promise<Fact<number>> {
  const parse = (text: string): number | null => {
    const value = lineValue(text, 'nr_throttled', ' ');
    return value === null ? null : number(value);
  };
  return fromGroup(system, await readGroups(system), 'cpu', 'cpu.stat', 'cpu.stat', parse);
}

interface Groups {
  readonly version: 1 | 2;
  pathOf(controller: string): string;
}

/** This process's groups: lines `number:controllers:path`; version 2 is the line with number 0 and no controllers. */
async function readGroups(system: System): Promise<Fact<Groups>> {
  return fromFile(system, LINUX.cgroup, (text) => {
    const paths = new Map<string, string>();
    for (const line of text.split('\n')) {
      const [, controllers, path] = /^\d+:([^:]*):(.*)$/.exec(line) ?? [];
      if (controllers === undefined || path === undefined) continue;
      for (const controller of controllers.split(',')) paths.set(controller, path);
    }
    if (paths.size === 0) return null;
    return { version: paths.has('cpu') ? 1 : 2, pathOf: (controller) => paths.get(controller) ?? paths.get('') ?? '/' };
  });
}

async function fromGroup<T>(
  system: System,
  groups: Fact<Groups>,
  controller: string,
  v2Name: string,
  v1Name: string,
  parse: (text: string) => T | null,
): Promise<Fact<T>> {
  if (groups.value === null) return groups;
  const { version } = groups.value;
  const root = version === 1 ? `${LINUX.cgroups}/${controller}` : LINUX.cgroups;
  const name = version === 1 ? v1Name : v2Name;
  const own = groups.value.pathOf(controller);
  // Inside a container the path may be the host's, and what is mounted at the root is the group itself.
  const folders = [...new Set([own === '/' ? root : `${root}${own}`, root])];
  return firstKnown(...folders.map((folder) => () => fromFile(system, `${folder}/${name}`, parse)));
}

/** In CPUs: the tightest of the group's own quota and those above it. */
async function cpuQuota(system: System, groups: Fact<Groups>): Promise<Fact<Bound>> {
  if (groups.value === null) return groups;
  if (groups.value.version === 1) {
    const periodUs = await fromGroup(system, groups, 'cpu', '', 'cpu.cfs_period_us', number);
    const quotaUs = await fromGroup(system, groups, 'cpu', '', 'cpu.cfs_quota_us', number);
    if (quotaUs.value === null) return quotaUs;
    if (quotaUs.value < 0) return known('unlimited');
    return periodUs.value === null ? periodUs : known(quotaUs.value / periodUs.value);
  }
  let tightest: Bound | null = null;
  for (let path = groups.value.pathOf('cpu'); ; path = dirname(path)) {
    const quota = await fromFile(system, `${LINUX.cgroups}${path === '/' ? '' : path}/cpu.max`, cpuMax);
    if (
      quota.value !== null &&
      (tightest === null || tightest === 'unlimited' || (quota.value !== 'unlimited' && quota.value < tightest))
    )
      tightest = quota.value;
    if (path === '/') break;
  }
  return tightest === null ? unknown('no group from here to the root has a cpu.max') : known(tightest);
}

/** `max 100000` or `200000 100000`. */
function cpuMax(text: string): Bound | null {
  const [quota, period] = text.trim().split(' ');
  if (quota === 'max') return 'unlimited';
  const cpus = Number(quota) / Number(period);
  return Number.isFinite(cpus) ? cpus : null;
}

function bound(text: string): Bound | null {
  const value = text.trim();
  if (value === 'max' || value === 'unlimited') return 'unlimited';
  const parsed = number(value);
  return parsed !== null && parsed >= V1_UNLIMITED_BYTES ? 'unlimited' : parsed;
}
