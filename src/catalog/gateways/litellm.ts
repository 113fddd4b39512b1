/** LiteLLM's proxy, which serves MCP servers at /mcp (https://docs.litellm.ai/docs/mcp). */
import type { GatewayAdapter } from './adapter.js';

/** Its separator may not stand in the name of a server. */
const serverName = (upstream: string): string => upstream.replaceAll('-', '_');

export const litellm = {
  title: 'LiteLLM proxy',
  install: { from: 'pypi', packages: ['litellm[proxy]==1.108.7'] },
  programs: ['litellm'],
  version: { by: 'pypi', distribution: 'litellm' },
  tried: '1.108.7',
  oldest: '1.70.0',
  eras: ['session'],
  federates: true,
  path: '/mcp',
  ready: { kind: 'http', path: '/health/liveliness' },
  readyWithinNs: 120e9,
  token: { kind: 'random' },
  toolName: (upstream, tool) => `${serverName(upstream)}-${tool}`,
  start({ port, upstreams, program, folder, token }) {
    const servers = upstreams.map(({ name, url }) => [serverName(name), { url, transport: 'http' }] as const);
    const config = {
      model_list: [],
      general_settings: { master_key: token },
      mcp_servers: Object.fromEntries(servers),
    };
    const listen = ['--host', '127.0.0.1', '--port', String(port), '--telemetry', 'False'];
    return {
      command: [program('litellm'), '--config', `${folder}/config.yaml`, ...listen],
      environment: { LITELLM_LOCAL_MODEL_COST_MAP: 'True' },
      // JSON is YAML too.
      files: { 'config.yaml': JSON.stringify(config, null, 2) },
    };
  },
  tuning: 'one process, its default',
  lacks: [],
  licenceNote: null,
} as const satisfies GatewayAdapter;
