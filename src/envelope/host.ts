/** The machine: processor, memory, kernel, virtualisation. */
import { arch, cpus, release, totalmem, type } from 'node:os';
import { firstKnown, fromFile, known, knownOr, lineValue, number, word, type Fact, type System } from './facts.js';
import type { Envelope } from './types.js';

const CPU = '/sys/devices/system/cpu';

export async function captureHost(system: System): Promise<Envelope['host']> {
  const cpuinfo = (key: string): Promise<Fact<string>> =>
    fromFile(system, '/proc/cpuinfo', (text) => lineValue(text, key));
  const minKhz = await fromFile(system, `${CPU}/cpu0/cpufreq/cpuinfo_min_freq`, number);
  const maxKhz = await fromFile(system, `${CPU}/cpu0/cpufreq/cpuinfo_max_freq`, number);
  return {
    cpuModel: await firstKnown(
      () => cpuinfo('model name'),
      async () => knownOr(word(cpus()[0]?.model ?? ''), `not reported by this system (${arch()})`),
    ),
    cpuSockets: await fromFile(system, '/proc/cpuinfo', (text) => distinct(text, (cpu) => cpu.get('physical id'))),
    cpuCores: await fromFile(system, '/proc/cpuinfo', (text) =>
      distinct(text, (cpu) =>
        cpu.has('core id') ? `${cpu.get('physical id') ?? ''}/${cpu.get('core id') ?? ''}` : undefined,
      ),
    ),
    cpuThreads: await firstKnown(
      () => fromFile(system, '/proc/cpuinfo', (text) => distinct(text, (cpu) => cpu.get('processor'))),
      async () => known(cpus().length),
    ),
    affinity: await fromFile(system, '/proc/self/status', (text) => lineValue(text, 'Cpus_allowed_list')),
    numaNodes: await fromFile(system, '/sys/devices/system/node/online', word),
    governor: await fromFile(system, `${CPU}/cpu0/cpufreq/scaling_governor`, word),
    turbo: await firstKnown(
      () =>
        fromFile(system, `${CPU}/intel_pstate/no_turbo`, (text) => (number(text) === null ? null : number(text) === 0)),
      () => fromFile(system, `${CPU}/cpufreq/boost`, (text) => (number(text) === null ? null : number(text) === 1)),
    ),
    frequencyRangeKhz:
      minKhz.value === null ? minKhz : maxKhz.value === null ? maxKhz : known([minKhz.value, maxKhz.value] as const),
    microcode: await cpuinfo('microcode'),
    virtualised: await fromFile(
      system,
      '/proc/cpuinfo',
      (text) => lineValue(text, 'flags')?.split(' ').includes('hypervisor') ?? null,
    ),
    product: await fromFile(system, '/sys/class/dmi/id/product_name', word),
    container: await containerHint(system),
    bootId: await fromFile(system, '/proc/sys/kernel/random/boot_id', word),
    memoryBytes: known(totalmem()),
    kernel: known(`${type()} ${release()}`),
    distribution: await fromFile(
      system,
      '/etc/os-release',
      (text) => lineValue(text, 'PRETTY_NAME', '=')?.replace(/^"|"$/g, '') ?? null,
    ),
    clocksource: await fromFile(system, '/sys/devices/system/clocksource/clocksource0/current_clocksource', word),
  };
}

/** How many different values `of` gives over the processors of /proc/cpuinfo; null when none has one. */
function distinct(cpuinfo: string, of: (cpu: ReadonlyMap<string, string>) => string | undefined): number | null {
  const values = new Set<string>();
  for (const block of cpuinfo.split(/\n\s*\n/)) {
    const cpu = new Map<string, string>();
    for (const line of block.split('\n')) {
      const at = line.indexOf(':');
      if (at > 0) cpu.set(line.slice(0, at).trim(), line.slice(at + 1).trim());
    }
    const value = of(cpu);
    if (value !== undefined) values.add(value);
  }
  return values.size === 0 ? null : values.size;
}

/** The kind of container this seems to be, or `none`. A hint: a container may hide itself. */
async function containerHint(system: System): Promise<Fact<string>> {
  for (const [path, name] of [
    ['/.dockerenv', 'docker'],
    ['/run/.containerenv', 'podman'],
  ] as const) {
    const there = await fromFile(system, path, () => name);
    if (there.value !== null) return there;
  }
  return fromFile(
    system,
    '/proc/self/cgroup',
    (text) => /docker|kubepods|containerd|libpod|lxc/.exec(text)?.[0] ?? 'none',
  );
}
