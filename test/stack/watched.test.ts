/** Watching a server that somebody else started. */
import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { sampleProcess } from '../../src/stack/index.js';
import { metricsIn, prometheusUsage } from '../../src/stack/prometheus.js';
import { metricPage, readMetrics } from '../../src/stack/server-metrics.js';
import { watchedElsewhere } from '../../src/stack/watched.js';

const VALUES = { port: null, files: null, services: new Map(), links: new Map(), spansUrl: null, environment: {} };

const PAGE = `# HELP process_cpu_seconds_total Total user and system CPU time spent in seconds.
# TYPE process_cpu_seconds_total counter
process_cpu_seconds_total 12.5
process_resident_memory_bytes{instance="a b",x="}"} 1.048576e+06 1700000000000
process_open_fds 17
go_threads 9
http_requests_total{code="200"} 5
process_start_time_seconds NaN
`;

async function endpoint(page: () => string | null): Promise<string> {
  const server = createServer((_, response) => {
    const text = page();
    if (text === null) response.writeHead(500).end();
    else response.end(text);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/metrics`;
}

describe('a page of metrics', () => {
  it('gives CPU time, memory, descriptors and threads of the process', () => {
    expect(prometheusUsage(PAGE)).toMatchObject({
      ...{ cpuUserS: 12.5, cpuSystemS: 0, rssBytes: 1_048_576, fileDescriptors: 17, threads: 9, sockets: null },
      reason: expect.stringContaining('as one') as string,
    });
  });

  it('keeps user and system time apart where it has both, and adds up the workers of one server', () => {
    const page = ['user', 'system', 'user', 'system']
      .map((kind, at) => `process_cpu_${kind}_seconds_total{worker="${at >> 1}"} ${at + 1}`)
      .join('\n');
    expect(prometheusUsage(`${page}\nprocess_cpu_seconds_total 10`)).toMatchObject({ cpuUserS: 4, cpuSystemS: 6 });
  });

  it('without a process is none', () => {
    expect(prometheusUsage('<html>process_cpu_seconds_total</html>')).toBe(null);
    expect(prometheusUsage('http_requests_total 5\n')).toBe(null);
  });
});

describe('metrics of a server itself', () => {
  const OWN = `# TYPE jobs gauge
jobs{state="waiting",queue="a"} 3
jobs{state="waiting",queue="b, \\"x\\"}"} 4
jobs{state="running",queue="a"} 1
# TYPE served counter
served_total{code="200"} 5 # {trace_id="4bf92f"} 1 1700000000
# TYPE took histogram
took_count 8
took_sum 1.5
queue_total 2
nothing NaN
`;

  it.each([
    ['jobs', 'gauge', 8],
    ['jobs{state="waiting"}', 'gauge', 7],
    ['jobs{queue="a",state="waiting"}', 'gauge', 3],
    ['jobs{queue="b, \\"x\\"}"}', 'gauge', 4],
    ['served_total', 'counter', 5],
    ['took_count', 'counter', 8],
    ['took_sum', 'counter', 1.5],
    ['queue_total', 'counter', 2],
  ])('%s is a %s of %d', (metric, kind, value) => {
    expect(metricsIn(OWN, [metric])).toEqual([{ metric, kind, value }]);
  });

  it('that are not there, or no numbers, are none', () => {
    expect(metricsIn(OWN, ['job', 'nothing', 'jobs{state="done"}'])).toEqual([]);
    expect(metricsIn('<html>', ['jobs'])).toEqual([]);
  });

  it('are read from a page, and a page that fails gives none', async () => {
    let page: string | null = OWN;
    const url = await endpoint(() => page);
    const polled = metricPage('server', { url, names: ['jobs', 'served_total'] }, VALUES);
    expect(await readMetrics(polled, 5)).toEqual([
      { atNs: 5, service: 'server', metric: 'jobs', kind: 'gauge', value: 8 },
      { atNs: 5, service: 'server', metric: 'served_total', kind: 'counter', value: 5 },
    ]);
    page = null;
    expect(await readMetrics(polled, 6)).toEqual([]);
  });
});

describe('a server that runs already', () => {
  it('is watched by its process id', async () => {
    const watched = await watchedElsewhere('server', { kind: 'pid', pid: process.pid }, VALUES);
    const row = await sampleProcess(watched, 5);
    expect(row).toMatchObject({ atNs: 5, process: 'server', pid: process.pid });
    expect(row.cpuUserS).toBeGreaterThan(0);
  });

  it('is watched by its endpoint, with nothing known of a moment at which that does not answer', async () => {
    let page: string | null = PAGE;
    const url = await endpoint(() => page);
    const watched = await watchedElsewhere('server', { kind: 'prometheus', url }, VALUES);
    expect(await sampleProcess(watched, 5)).toMatchObject({ process: 'server', pid: 0, cpuUserS: 12.5, threads: 9 });
    page = null;
    const row = await sampleProcess(watched, 6);
    expect(row).toMatchObject({ cpuUserS: null, rssBytes: null });
    expect(row.reason).toMatch(/^the Prometheus endpoint did not answer in time/);
  });

  it('has to be there, and its endpoint to be one of a process, before the run begins', async () => {
    const none = watchedElsewhere('server', { kind: 'pid', pid: 2_147_483_647 }, VALUES);
    await expect(none).rejects.toThrow(/no such process runs here/);
    const empty = await endpoint(() => 'http_requests_total 5\n');
    await expect(watchedElsewhere('server', { kind: 'prometheus', url: empty }, VALUES)).rejects.toThrow(/has neither/);
    const gone = watchedElsewhere('server', { kind: 'prometheus', url: 'http://127.0.0.1:1/metrics' }, VALUES);
    await expect(gone).rejects.toThrow(/no answer that can be read/);
  });
});
