/** supergateway, which makes an HTTP upstream a stdio server, behind mcp-proxy, which serves that over HTTP (npm). */
import type { GatewayAdapter } from './adapter.js';
import { BEHIND_MCP_PROXY, MCP_PROXY, servedByMcpProxy } from './behind-mcp-proxy.js';

export const supergateway = {
  ...BEHIND_MCP_PROXY,
  title: 'mcp-proxy + supergateway',
  install: { from: 'npm', packages: [MCP_PROXY, 'supergateway@4.0.0'] },
  programs: ['mcp-proxy', 'supergateway'],
  version: { by: 'npm', package: 'supergateway' },
  tried: '4.0.0',
  oldest: '3.0.0',
  start: (setup) => ({
    command: [
      ...servedByMcpProxy(setup),
      ...[setup.program('supergateway'), '--streamableHttp', setup.upstreams[0].url, '--logLevel', 'none'],
    ],
    environment: {},
    files: {},
  }),
} as const satisfies GatewayAdapter;
