/**
 * mcp-hub (https://github.com/ravitemer/mcp-hub, npm): federates HTTP upstreams, and speaks HTTP+SSE with its clients.
 */
import type { GatewayAdapter } from './adapter.js';

export const mcpHub = {
  title: 'mcp-hub',
  install: { from: 'npm', packages: ['mcp-hub@4.2.1'] },
  programs: ['mcp-hub'],
  version: { by: 'npm', package: 'mcp-hub' },
  tried: '4.2.1',
  oldest: '4.0.0',
  eras: ['session'],
  transport: 'http-sse',
  federates: true,
  path: '/mcp',
  ready: { kind: 'line', pattern: 'servers started successfully' },
  readyWithinNs: 30e9,
  token: null,
  toolName: (upstream, tool) => `${upstream}__${tool}`,
  start({ port, upstreams, program, folder }) {
    const mcpServers = Object.fromEntries(upstreams.map(({ name, url }) => [name, { url }]));
    return {
      command: [program('mcp-hub'), '--port', String(port), '--config', `${folder}/servers.json`],
      // It keeps its state and its log below these.
      environment: { XDG_STATE_HOME: folder, XDG_DATA_HOME: folder, XDG_CONFIG_HOME: folder, XDG_CACHE_HOME: folder },
      files: { 'servers.json': JSON.stringify({ mcpServers }, null, 2) },
    };
  },
  tuning: 'one process, its default; one session with each upstream for all clients',
  lacks: [
    'It speaks HTTP+SSE with its clients, the transport of MCP 2024-11-05, and no other.',
    'One session with each upstream is shared by all clients.',
  ],
  licenceNote: null,
} as const satisfies GatewayAdapter;
