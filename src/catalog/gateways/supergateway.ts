/** supergateway, which makes an HTTP upstream a stdio server, behind mcp-proxy, which serves that over HTTP (npm). */
import { sameName, type GatewayAdapter } from './adapter.js';

export const supergateway = {
  title: 'mcp-proxy + supergateway',
  install: { from: 'npm', packages: ['mcp-proxy@6.7.19', 'supergateway@4.0.0'] },
  programs: ['mcp-proxy', 'supergateway'],
  version: { by: 'npm', package: 'supergateway' },
  tried: '4.0.0',
  oldest: '3.0.0',
  eras: ['session', 'stateless'],
  federates: false,
  path: '/mcp',
  ready: { kind: 'tcp' },
  readyWithinNs: 30e9,
  token: null,
  toolName: sameName,
  start: ({ port, upstreams: [upstream], program }) => ({
    command: [
      ...([program('mcp-proxy'), '--host', '127.0.0.1', '--port', String(port), '--server', 'stream', '--'] as const),
      ...[program('supergateway'), '--streamableHttp', upstream.url, '--logLevel', 'none'],
    ],
    environment: {},
    files: {},
  }),
  tuning: 'two processes, their defaults; one session with the upstream for all clients',
  lacks: ['One session with the upstream is shared by all clients.'],
  licenceNote: null,
} as const satisfies GatewayAdapter;
