/** mcp-remote, which makes an HTTP upstream a stdio server, behind mcp-proxy, which serves that over HTTP. Both npm. */
import type { GatewayAdapter } from './adapter.js';
import { BEHIND_MCP_PROXY, MCP_PROXY, servedByMcpProxy } from './behind-mcp-proxy.js';

export const mcpRemote = {
  ...BEHIND_MCP_PROXY,
  title: 'mcp-proxy + mcp-remote',
  install: { from: 'npm', packages: [MCP_PROXY, 'mcp-remote@0.15.1'] },
  programs: ['mcp-proxy', 'mcp-remote'],
  version: { by: 'npm', package: 'mcp-remote' },
  tried: '0.15.1',
  oldest: '0.1.0',
  start: (setup) => ({
    command: [
      ...servedByMcpProxy(setup),
      ...[setup.program('mcp-remote'), setup.upstreams[0].url, '--allow-http', '--transport', 'http-only'],
    ],
    environment: { MCP_REMOTE_CONFIG_DIR: setup.folder },
    files: {},
  }),
} as const satisfies GatewayAdapter;
