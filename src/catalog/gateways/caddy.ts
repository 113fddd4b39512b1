/** Caddy as a reverse proxy (https://caddyserver.com/docs/caddyfile/directives/reverse_proxy). */
import { REVERSE_PROXY, placeOfUpstream, type GatewayAdapter } from './adapter.js';

export const caddy = {
  ...REVERSE_PROXY,
  title: 'Caddy',
  install: { from: 'apt', packages: ['caddy'] },
  programs: ['caddy'],
  version: { by: 'output', parameters: ['version'], pattern: /^v?(\d+(?:\.\d+)+)/m },
  tried: '2.6.2',
  oldest: '2.4.0',
  start({ port, upstreams: [upstream], program, folder }) {
    const { host, port: upstreamPort } = placeOfUpstream(upstream);
    return {
      command: [program('caddy'), 'run', '--config', `${folder}/Caddyfile`, '--adapter', 'caddyfile'],
      // Caddy keeps its last configuration, which belongs to the run and not to the user.
      environment: { XDG_CONFIG_HOME: folder, XDG_DATA_HOME: folder },
      files: {
        Caddyfile: `{
	admin off
	auto_https off
}
http://127.0.0.1:${port} {
	bind 127.0.0.1
	reverse_proxy ${host}:${upstreamPort} {
		flush_interval -1
	}
}
`,
      },
    };
  },
  tuning: 'as many threads as the machine has cores, its default',
} as const satisfies GatewayAdapter;
