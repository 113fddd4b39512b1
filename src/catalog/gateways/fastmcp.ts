/** FastMCP's proxy (https://gofastmcp.com, `fastmcp run` with a configuration of MCP servers). */
import type { GatewayAdapter } from './adapter.js';

export const fastmcp = {
  title: 'FastMCP proxy',
  install: { from: 'pypi', packages: ['fastmcp==4.2.3'] },
  programs: ['fastmcp'],
  version: { by: 'pypi', distribution: 'fastmcp' },
  tried: '4.2.3',
  oldest: '4.0.0',
  eras: ['session', 'stateless'],
  federates: true,
  path: '/mcp',
  ready: { kind: 'tcp' },
  readyWithinNs: 60e9,
  token: null,
  toolName: (upstream, tool, upstreams) => (upstreams === 1 ? tool : `${upstream}_${tool}`),
  start({ port, upstreams, program, folder }) {
    const mcpServers = Object.fromEntries(upstreams.map(({ name, url }) => [name, { url, transport: 'http' }]));
    const [only, ...others] = upstreams;
    const served = others.length === 0 ? only.url : `${folder}/servers.json`;
    const listen = ['--transport', 'http', '--host', '127.0.0.1', '--port', String(port), '--no-banner'];
    return {
      command: [program('fastmcp'), 'run', served, ...listen],
      environment: { FASTMCP_CHECK_FOR_UPDATES: 'off' },
      files: { 'servers.json': JSON.stringify({ mcpServers }, null, 2) },
    };
  },
  tuning: 'one process, its default',
  lacks: [],
  licenceNote: null,
} as const satisfies GatewayAdapter;
