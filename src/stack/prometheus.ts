/**
 * What a process takes, and metrics of a server's own, out of a page in the Prometheus text format (version 0.0.4, and
 * OpenMetrics 1.0). Pure.
 */
import type { ResourceRow, ServerMetricRow } from '../record/index.js';

type Usage = Omit<ResourceRow, 'atNs' | 'process' | 'pid' | 'sessions'>;

/** `name{labels} value`; a sample may end with a time, and with an exemplar that has labels of its own. */
const SAMPLE = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{((?:[^"}]|"(?:[^"\\]|\\.)*")*)\})?[ \t]+(\S+)/;
const LABEL = /([a-zA-Z_]\w*)="((?:[^"\\]|\\.)*)"/g;
const TYPE = /^# TYPE ([a-zA-Z_:][a-zA-Z0-9_:]*) (\w+)/;

/**
 * The standard metrics of a process, as the official clients export them; null where a page has none at all. Several
 * series of one name, as of the workers of one server, are added up.
 */
export function prometheusUsage(page: string): Usage | null {
  const sums = new Map<string, number>();
  for (const line of page.split('\n')) {
    const [, name, , text] = SAMPLE.exec(line) ?? [];
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

type MetricValue = Pick<ServerMetricRow, 'metric' | 'kind' | 'value'>;

/** The metrics of a page that are asked for, by name or by name and labels: the sum of the series that each fits. */
export function metricsIn(page: string, names: readonly string[]): readonly MetricValue[] {
  const wanted = names.map((metric) => {
    const [, name = '', labels = ''] = /^([^{]*)(?:\{(.*)\})?$/.exec(metric) ?? [];
    return { metric, name, labels: labelsIn(labels), value: null as number | null };
  });
  const types = new Map<string, string>();
  for (const line of page.split('\n')) {
    const [, typed, type = ''] = TYPE.exec(line) ?? [];
    if (typed !== undefined) types.set(typed, type);
    const [, name, labels = '', text] = SAMPLE.exec(line) ?? [];
    const value = Number(text);
    if (name === undefined || !Number.isFinite(value)) continue;
    for (const each of wanted) {
      if (each.name !== name) continue;
      const has = labelsIn(labels);
      if ([...each.labels].every(([label, of]) => has.get(label) === of)) each.value = (each.value ?? 0) + value;
    }
  }
  return wanted.flatMap(({ metric, name, value }) =>
    value === null ? [] : [{ metric, value, kind: isCounter(name, types) ? 'counter' : 'gauge' }],
  );
}

const labelsIn = (text: string): ReadonlyMap<string, string> =>
  new Map([...text.matchAll(LABEL)].map(([, label = '', value = '']) => [label, value]));

/** By its type; the parts of a histogram or summary count, too, and OpenMetrics types a counter without its ending. */
function isCounter(name: string, types: ReadonlyMap<string, string>): boolean {
  const own = types.get(name);
  if (own !== undefined && own !== 'untyped' && own !== 'unknown') return own === 'counter';
  const ending = /_(?:total|count|sum|bucket)$/.exec(name);
  const type = ending === null ? undefined : types.get(name.slice(0, ending.index));
  return ending !== null && type !== 'gauge';
}
