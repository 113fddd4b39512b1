/** sparfenyuk's mcp-proxy (PyPI): a stdio server of itself that reaches the upstream, behind itself as HTTP server. */
import { sameName, type GatewayAdapter } from './adapter.js';

export const mcpProxyPython = {
  title: "sparfenyuk's mcp-proxy (Python)",
  install: { from: 'pypi', packages: ['mcp-proxy==0.13.0'] },
  programs: ['mcp-proxy'],
  version: { by: 'pypi', distribution: 'mcp-proxy' },
  tried: '0.13.0',
  oldest: '0.9.0',
  eras: ['session'],
  federates: false,
  path: '/mcp',
  ready: { kind: 'tcp' },
  readyWithinNs: 60e9,
  token: null,
  toolName: sameName,
  start({ port, upstreams: [upstream], program }) {
    const proxy = program('mcp-proxy');
    return {
      command: [
        ...([proxy, '--host', '127.0.0.1', '--port', String(port), '--'] as const),
        ...[proxy, '--transport', 'streamablehttp', upstream.url],
      ],
      environment: {},
      files: {},
    };
  },
  tuning: 'two processes, their defaults; one session with the upstream for all clients',
  lacks: ['One session with the upstream is shared by all clients.', 'It gives several upstreams a path each.'],
  licenceNote: null,
} as const satisfies GatewayAdapter;
