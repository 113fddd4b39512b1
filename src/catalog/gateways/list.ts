/** The gateways there are. Another one is a file of its own and a line here. */
import type { GatewayAdapter } from './adapter.js';
import { caddy } from './caddy.js';
import { contextforge } from './contextforge.js';
import { envoy } from './envoy.js';
import { fastmcp } from './fastmcp.js';
import { haproxy } from './haproxy.js';
import { litellm } from './litellm.js';
import { mcpHub } from './mcp-hub.js';
import { mcpProxyPython } from './mcp-proxy-python.js';
import { mcpProxyRust } from './mcp-proxy-rust.js';
import { mcpRemote } from './mcp-remote.js';
import { nginx } from './nginx.js';
import { supergateway } from './supergateway.js';

const ADAPTERS = {
  nginx,
  haproxy,
  caddy,
  envoy,
  fastmcp,
  'mcp-remote': mcpRemote,
  supergateway,
  'mcp-proxy-python': mcpProxyPython,
  'mcp-proxy-rust': mcpProxyRust,
  'mcp-hub': mcpHub,
  litellm,
  contextforge,
} as const satisfies Readonly<Record<string, GatewayAdapter>>;

export type GatewayName = keyof typeof ADAPTERS;

/** Names of all gateways, in the order in which they are listed. */
export const GATEWAYS = Object.keys(ADAPTERS) as [GatewayName, ...GatewayName[]];

export function gatewayAdapter(name: GatewayName): GatewayAdapter {
  return ADAPTERS[name];
}

/**
 * How a gateway gets on this machine, as words of one or more commands.
 * @param folder of this gateway alone; nothing is written elsewhere but by apt-get.
 */
export function installCommands({ install }: GatewayAdapter, folder: string): readonly (readonly string[])[] {
  switch (install.from) {
    case 'apt':
      return [['apt-get', 'install', '-y', '--no-install-recommends', ...install.packages]];
    case 'npm':
      return [
        ['npm', 'install', '--ignore-scripts', '--no-audit', '--no-fund', '--prefix', folder, ...install.packages],
      ];
    case 'pypi':
      return [
        ['python3', '-m', 'venv', folder],
        [`${folder}/bin/pip`, 'install', ...install.packages],
      ];
    case 'cargo': {
      const { crate, version, flags } = install;
      return [['cargo', 'install', crate, '--version', version, ...flags, '--root', folder]];
    }
  }
}
