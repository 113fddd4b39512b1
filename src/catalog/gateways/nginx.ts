/** nginx as a reverse proxy (https://nginx.org/en/docs/http/ngx_http_proxy_module.html). */
import { REVERSE_PROXY, placeOfUpstream, type GatewayAdapter } from './adapter.js';

export const nginx = {
  ...REVERSE_PROXY,
  title: 'nginx',
  install: { from: 'apt', packages: ['nginx-light'] },
  programs: ['nginx'],
  version: { by: 'output', parameters: ['-v'], pattern: /nginx\/(\d+(?:\.\d+)+)/ },
  tried: '1.22.1',
  oldest: '1.18.0',
  start({ port, upstreams: [upstream], program, folder }) {
    const { host, port: upstreamPort } = placeOfUpstream(upstream);
    const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
    return {
      command: [program('nginx'), '-e', 'stderr', '-p', folder, '-c', `${folder}/nginx.conf`],
      environment: {},
      files: {
        // Without buffers a stream passes at once, and nothing needs a file: its workers may run as another user.
        'nginx.conf': `daemon off;
worker_processes 1;
pid ${folder}/nginx.pid;
error_log stderr;
events { worker_connections 4096; }
http {
  access_log off;
${temporary.map((name) => `  ${name}_temp_path ${folder}/${name};`).join('\n')}
  client_max_body_size 0;
  upstream mcp {
    server ${host}:${upstreamPort};
    keepalive 64;
  }
  server {
    listen 127.0.0.1:${port};
    location / {
      proxy_pass http://mcp;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      proxy_set_header Host ${host}:${upstreamPort};
      proxy_buffering off;
      proxy_request_buffering off;
      proxy_read_timeout 1h;
    }
  }
}
`,
      },
    };
  },
  tuning: 'one worker process, 64 idle connections kept to the upstream, no buffering',
} as const satisfies GatewayAdapter;
