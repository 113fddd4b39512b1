/** HAProxy as a reverse proxy (https://docs.haproxy.org/2.6/configuration.html). */
import { REVERSE_PROXY, placeOfUpstream, type GatewayAdapter } from './adapter.js';

export const haproxy = {
  ...REVERSE_PROXY,
  title: 'HAProxy',
  install: { from: 'apt', packages: ['haproxy'] },
  programs: ['haproxy'],
  version: { by: 'output', parameters: ['-v'], pattern: /version (\d+(?:\.\d+)+)/ },
  tried: '2.6.12',
  oldest: '2.4.0',
  start({ port, upstreams: [upstream], program, folder }) {
    const { host, port: upstreamPort } = placeOfUpstream(upstream);
    return {
      command: [program('haproxy'), '-db', '-f', `${folder}/haproxy.cfg`],
      environment: {},
      files: {
        'haproxy.cfg': `global
  nbthread 1
  maxconn 4000
defaults
  mode http
  timeout connect 5s
  timeout client 1h
  timeout server 1h
frontend front
  bind 127.0.0.1:${port}
  default_backend mcp
backend mcp
  http-reuse always
  server upstream ${host}:${upstreamPort}
`,
      },
    };
  },
  tuning: 'one thread, connections to the upstream reused by all clients',
} as const satisfies GatewayAdapter;
