/** IBM ContextForge (https://ibm.github.io/mcp-context-forge/): upstreams are registered once it is up. */
import type { GatewayAdapter } from './adapter.js';

const ADMIN = 'admin@example.com';

export const contextforge = {
  title: 'ContextForge',
  install: { from: 'pypi', packages: ['mcp-contextforge-gateway==1.0.7.post20260921'] },
  programs: ['mcpgateway'],
  version: { by: 'pypi', distribution: 'mcp-contextforge-gateway' },
  tried: '1.0.7.post20260921',
  oldest: '1.0.0',
  eras: ['session'],
  federates: true,
  path: '/mcp/',
  ready: { kind: 'http', path: '/health' },
  readyWithinNs: 180e9,
  token: {
    kind: 'jwt',
    claims: {
      ...{ sub: ADMIN, iss: 'mcpgateway', aud: 'mcpgateway-api', teams: null },
      user: { email: ADMIN, full_name: 'load test', is_admin: true, auth_provider: 'cli' },
    },
  },
  toolName: (upstream, tool) => `${upstream}-${tool.replaceAll('_', '-')}`,
  start({ port, upstreams, program, folder, secret, token }) {
    // It wants small and large letters, digits and signs in passwords.
    const password = `Aa1!${secret}`;
    return {
      command: [program('mcpgateway'), 'mcpgateway.main:app', '--host', '127.0.0.1', '--port', String(port)],
      environment: {
        DATABASE_URL: `sqlite:///${folder}/gateway.db`,
        AUTH_REQUIRED: 'true',
        JWT_SECRET_KEY: secret,
        AUTH_ENCRYPTION_SECRET: `${secret}-of-storage`,
        BASIC_AUTH_PASSWORD: password,
        PLATFORM_ADMIN_EMAIL: ADMIN,
        PLATFORM_ADMIN_PASSWORD: password,
        CACHE_TYPE: 'memory',
        LOG_LEVEL: 'ERROR',
        // By itself it refuses the 121st call of a minute with 429.
        RATE_LIMITING_ENABLED: 'false',
        SSRF_ALLOW_LOCALHOST: 'true',
        SSRF_ALLOW_PRIVATE_NETWORKS: 'true',
      },
      files: {},
      requests: upstreams.map(({ name, url }) => ({
        path: '/gateways',
        headers: { authorization: `Bearer ${token}` },
        body: { name, url, transport: 'STREAMABLEHTTP' },
      })),
    };
  },
  tuning: 'one process with SQLite, its caches in memory, its rate limits (100 calls a minute) switched off',
  lacks: ['It has no session with its clients.', 'It stores its upstreams: they are registered anew at each start.'],
  licenceNote: null,
} as const satisfies GatewayAdapter;
