/** mcp-remote, which makes an HTTP upstream a stdio server, behind mcp-proxy, which serves that over HTTP. Both npm. */
import { sameName, type GatewayAdapter } from './adapter.js';

export const mcpRemote = {
  title: 'mcp-proxy + mcp-remote',
  install: { from: 'npm', packages: ['mcp-proxy@6.7.19', 'mcp-remote@0.15.1'] },
  programs: ['mcp-proxy', 'mcp-remote'],
  version: { by: 'npm', package: 'mcp-remote' },
  tried: '0.15.1',
  oldest: '0.1.0',
  eras: ['session', 'stateless'],
  federates: false,
  path: '/mcp',
  ready: { kind: 'tcp' },
  readyWithinNs: 30e9,
  token: null,
  toolName: sameName,
  start: ({ port, upstreams: [upstream], program, folder }) => ({
    command: [
      ...([program('mcp-proxy'), '--host', '127.0.0.1', '--port', String(port), '--server', 'stream', '--'] as const),
      ...[program('mcp-remote'), upstream.url, '--allow-http', '--transport', 'http-only'],
    ],
    environment: { MCP_REMOTE_CONFIG_DIR: folder },
    files: {},
  }),
  tuning: 'two processes, their defaults; one session with the upstream for all clients',
  lacks: ['One session with the upstream is shared by all clients.'],
  licenceNote: null,
} as const satisfies GatewayAdapter;
