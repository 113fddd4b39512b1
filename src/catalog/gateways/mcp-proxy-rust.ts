/** The crate mcp-proxy (https://docs.rs/crate/mcp-proxy): federates HTTP upstreams, configured in TOML. */
import type { GatewayAdapter } from './adapter.js';

export const mcpProxyRust = {
  title: 'mcp-proxy (Rust crate)',
  install: { from: 'cargo', crate: 'mcp-proxy', version: '0.6.0', flags: ['--no-default-features'] },
  programs: ['mcp-proxy'],
  // It has no --version.
  version: { by: 'cargo', crate: 'mcp-proxy' },
  tried: '0.6.0',
  oldest: '0.6.0',
  eras: ['session'],
  federates: true,
  path: '/',
  ready: { kind: 'line', pattern: 'Proxy ready' },
  readyWithinNs: 20e9,
  token: null,
  toolName: (upstream, tool) => `${upstream}/${tool}`,
  start({ port, upstreams, program, folder }) {
    // A JSON string is a TOML string too.
    const backends = upstreams.map(
      ({ name, url }) =>
        `[[backends]]\nname = ${JSON.stringify(name)}\ntransport = "http"\nurl = ${JSON.stringify(url)}\n`,
    );
    return {
      command: [program('mcp-proxy'), '--config', `${folder}/proxy.toml`],
      environment: {},
      files: {
        'proxy.toml': `[proxy]
name = "plimsoll"

[proxy.listen]
host = "127.0.0.1"
port = ${port}

${backends.join('\n')}`,
      },
    };
  },
  tuning: 'as many threads as the machine has cores, its default',
  lacks: ['It shows tools to administer it to every client.'],
  licenceNote: null,
} as const satisfies GatewayAdapter;
