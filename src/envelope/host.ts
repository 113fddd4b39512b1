/** The machine: processor, memory, kernel, virtualisation. */
import { arch, cpus as processors, release, totalmem, type } from 'node:os';
import { LINUX, type System } from '../platform/index.js';
import { firstKnown, fromFile, known, knownOr, lineValue, number, word, type Fact } from './facts.js';
import type { Envelope } from './types.js';

export async function captureHost(system: System): Promise<Envelope['host']> {
  const file = <T>(path: string, parse: (text: string) => T | null): Promise<Fact<T>> => fromFile(system, path, parse);
  const cpus = <T>(parse: (text: string) => T | null): Promise<Fact<T>> => file(LINUX.cpuInfo, parse);
  const isOn = (path: string, on: number) => (): Promise<Fact<boolean>> =>
    file(path, (text) => (number(text) === null ? null : number(text) === on));
  const core = (cpu: ReadonlyMap<string, string>): string | undefined =>
    cpu.has('core id') ? `${cpu.get('physical id') ?? ''}/${cpu.get('core id') ?? ''}` : undefined;
  const minKhz = await file(LINUX.cpuFrequency('cpuinfo_min_freq'), number);
  const maxKhz = await file(LINUX.cpuFrequency('cpuinfo_max_freq'), number);
  return {
    cpuModel: await firstKnown(
      () => cpus((text) => lineValue(text, 'model name')),
      async () => knownOr(word(processors()[0]?.model ?? ''), `not reported by this system (${arch()})`),
    ),
    cpuSockets: await cpus((text) => distinct(text, (cpu) => cpu.get('physical id'))),
    cpuCores: await cpus((text) => distinct(text, core)),
    cpuThreads: await firstKnown(
      () => cpus((text) => distinct(text, (cpu) => cpu.get('processor'))),
      async () => known(processors().length),
    ),
    affinity: await file(LINUX.status, (text) => lineValue(text, 'Cpus_allowed_list')),
    numaNodes: await file(LINUX.numaNodes, word),
    governor: await file(LINUX.cpuFrequency('scaling_governor'), word),
    turbo: await firstKnown(isOn(LINUX.noTurbo, 0), isOn(LINUX.boost, 1)),
    frequencyRangeKhz:
      minKhz.value === null ? minKhz : maxKhz.value === null ? maxKhz : known([minKhz.value, maxKhz.value] as const),
    microcode: await cpus((text) => lineValue(text, 'microcode')),
    virtualised: await cpus((text) => lineValue(text, 'flags')?.split(' ').includes('hypervisor') ?? null),
    product: await file(LINUX.product, word),
    container: await containerHint(system),
    bootId: await file(LINUX.bootId, word),
    memoryBytes: known(totalmem()),
    kernel: known(`${type()} ${release()}`),
    distribution: await file(
      '/etc/os-release',
      (text) => lineValue(text, 'PRETTY_NAME', '=')?.replace(/^"|"$/g, '') ?? null,
    ),
    clocksource: await file(LINUX.clocksource, word),
  };
}

/** How many different values `of` gives over the processors of Linux's list; null when none has one. */
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
  const kind = /docker|kubepods|containerd|libpod|lxc/;
  return fromFile(system, LINUX.cgroup, (text) => kind.exec(text)?.[0] ?? 'none');
}
