/** What a process takes, out of a page in the Prometheus text format (version 0.0.4, and OpenMetrics 1.0). Pure. */
import type { ResourceRow } from '../record/index.js';

type Usage = Omit<ResourceRow, 'atNs' | 'process' | 'pid' | 'sessions'>;

/** `name{labels} value`; a sample may end with a time. */
const SAMPLE = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{.*\})?[ \t]+(\S+)/;

/**
 * The standard metrics of a process, as the official clients export them; null where a page has none at all. Several
 * series of one name, as of the workers of one server, are added up.
 */
export function prometheusUsage(page: string): Usage | null {
  const sums = new Map<string, number>();
  for (const line of page.split('\n')) {
    const [, name, text] = SAMPLE.exec(line) ?? [];
    if (name === undefined || !/^(?:process|go|nodejs)_/.test(name)) continue;
    const value = Number(text);
    if (Number.isFinite(value)) sums.set(name, (sums.get(name) ?? 0) + value);
  }
  if (sums.size === 0) return null;
  const of = (name: string): number | null => sums.get(name) ?? null;
  const user = of('process_cpu_user_seconds_total');
  const system = of('process_cpu_system_seconds_total');
  const total = of('process_cpu_seconds_total');
  const isParted = user !== null && system !== null;
  return {
    cpuUserS: isParted ? user : total,
    cpuSystemS: isParted ? system : total === null ? null : 0,
    rssBytes: of('process_resident_memory_bytes'),
    fileDescriptors: of('process_open_fds'),
    sockets: null,
    threads: of('process_threads') ?? of('go_threads'),
    reason: isParted
      ? 'from a Prometheus endpoint, which does not count sockets'
      : 'from a Prometheus endpoint, which gives CPU time in user mode and in the kernel as one, and no sockets',
  };
}
