/** A program that makes an HTTP upstream a stdio server, behind mcp-proxy, which serves that over HTTP. Both npm. */
import { sameName, type GatewayAdapter, type GatewaySetup } from './adapter.js';

/** What the program does not change. */
export const BEHIND_MCP_PROXY = {
  eras: ['session', 'stateless'],
  federates: false,
  path: '/mcp',
  ready: { kind: 'tcp' },
  readyWithinNs: 30e9,
  token: null,
  toolName: sameName,
  tuning: 'two processes, their defaults; one session with the upstream for all clients',
  lacks: ['One session with the upstream is shared by all clients.'],
  licenceNote: null,
} as const satisfies Partial<GatewayAdapter>;

/** As npm installs it. */
export const MCP_PROXY = 'mcp-proxy@6.7.19';

/** The command of mcp-proxy: the words that start the program follow. */
export const servedByMcpProxy = ({ port, program }: GatewaySetup) =>
  [program('mcp-proxy'), '--host', '127.0.0.1', '--port', String(port), '--server', 'stream', '--'] as const;
