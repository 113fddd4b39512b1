/** Byte counts in the Prometheus text format (version 0.0.4), with the real server's names, counted as bytes pass. */
import type { Tally } from './link.js';
import type { Proxy } from './proxy.js';

const FAMILIES: readonly { readonly name: string; readonly help: string; readonly count: keyof Tally }[] = [
  { name: 'toxiproxy_proxy_received_bytes_total', help: 'Bytes read, by direction.', count: 'receivedBytes' },
  { name: 'toxiproxy_proxy_sent_bytes_total', help: 'Bytes passed on, by direction.', count: 'sentBytes' },
  {
    name: 'toxiproxy_proxy_buffer_bound_hits_total',
    help: 'How often reading stopped because toxics held as much as they may.',
    count: 'boundHits',
  },
];

export function metricsText(proxies: readonly Proxy[]): string {
  const lines: string[] = [];
  for (const { name, help, count } of FAMILIES) {
    lines.push(`# HELP ${name} ${help}`, `# TYPE ${name} counter`);
    for (const proxy of proxies) {
      for (const direction of ['upstream', 'downstream'] as const) {
        const labels = { direction, listener: proxy.listen, proxy: proxy.name, upstream: proxy.upstream };
        const written = Object.entries(labels).map(([key, value]) => `${key}="${escapeLabel(value)}"`);
        lines.push(`${name}{${written.join(',')}} ${proxy.tallies[direction][count]}`);
      }
    }
  }
  lines.push('# HELP toxiproxy_proxy_connections Connections open now.', '# TYPE toxiproxy_proxy_connections gauge');
  for (const proxy of proxies)
    lines.push(`toxiproxy_proxy_connections{proxy="${escapeLabel(proxy.name)}"} ${proxy.connections}`);
  return `${lines.join('\n')}\n`;
}

function escapeLabel(value: string): string {
  return value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}
