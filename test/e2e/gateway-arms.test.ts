/**
 * Gateways that can't be compared: not installed, too old, never ready, without the token it wants, dead in a trial, of
 * another era of the protocol, or in front of a server that is. Each is one arm with its reason, and the arms that can
 * be run are compared. The programs are stand-ins.
 */
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import type { Comparison } from '../../src/compare/index.js';
import { plimsoll, scenarioFile, scratchFolder } from './plimsoll.js';
import { LEAVES_OUT, asWholeRuns } from '../whole-runs.js';

const NODE = process.execPath;
const START = `#!${NODE}
const given = process.argv.slice(2);
const net = require('node:net');
const fs = require('node:fs');
`;
/** Passes bytes on, as a proxy that knows no MCP does. */
const FORWARD = `
function forward(port, host, to, seen = () => {}) {
  net.createServer((client) => {
    const upstream = net.connect(to, host);
    client.on('data', seen);
    for (const [from, into] of [[client, upstream], [upstream, client]]) {
      from.on('error', () => into.destroy());
      from.pipe(into);
    }
  }).listen(port, '127.0.0.1');
}
`;

const PROGRAMS: Readonly<Record<string, string>> = {
  'haproxy/bin/haproxy': `${START}${FORWARD}
if (given.includes('-v')) console.log('HAProxy version 2.6.12');
else {
  const text = fs.readFileSync(given.at(-1), 'utf8');
  const [, to] = /server upstream 127.0.0.1:(\\d+)/.exec(text);
  forward(Number(/bind 127.0.0.1:(\\d+)/.exec(text)[1]), '127.0.0.1', Number(to));
}`,
  'nginx/bin/nginx': `${START}console.log('nginx version: nginx/1.9.15');`,
  'envoy/bin/envoy': `${START}
if (given.includes('--version')) console.log('envoy  version: 0/1.40.0/Clean/RELEASE/none');
else setInterval(() => {}, 1000);`,
  'mcp-remote/bin/mcp-remote': START,
  'mcp-remote/bin/mcp-proxy': `${START}${FORWARD}
let calls = 0;
const upstream = new URL(given[given.indexOf('--') + 2]);
forward(Number(given[given.indexOf('--port') + 1]), upstream.hostname, Number(upstream.port), (bytes) => {
  // In the middle of the load: the preflight makes two.
  if (bytes.includes('"tools/call"') && ++calls === 40) process.exit(7);
});`,
  'litellm/bin/python': `#!/bin/sh\nif [ "$1" = -c ]; then echo "version 1.108.7"; else exec ${NODE} "$@"; fi\n`,
};

/** What wants a token, for a Python that is none. */
const LITELLM = (folder: string): string => `#!${join(folder, 'litellm/bin/python')}
const http = require('node:http');
const port = Number(process.argv[process.argv.indexOf('--port') + 1]);
http.createServer((request, response) => {
  response.statusCode = request.url.startsWith('/health') ? 200 : 401;
  const shown = request.headers.authorization || '';
  response.setHeader('content-type', 'application/json');
  const detail = shown.startsWith('Bearer sk-') ? 'not even this token' : 'not that of the run';
  response.end(JSON.stringify({ detail }));
}).listen(port, '127.0.0.1');
`;

function installed(): string {
  const root = scratchFolder();
  for (const [path, text] of Object.entries({ ...PROGRAMS, 'litellm/bin/litellm': LITELLM(root) })) {
    const full = join(root, path);
    mkdirSync(dirname(full), { recursive: true });
    writeFileSync(full, text);
    chmodSync(full, 0o755);
  }
  writeFileSync(join(root, 'mcp-remote/bin/package.json'), JSON.stringify({ name: 'mcp-remote', version: '0.15.1' }));
  return root;
}

const arm = (gateway: string, more = ''): string =>
  `{ stack: { services: { gate: { gateway: ${gateway}, to: [alpha]${more} } }, target: gate } }`;

const STATELESS = 'protocol: { revision: 2026-07-28 }';

const SCENARIO = `version: 1
name: arms that fail
stack:
  services: { alpha: { mock: tools, workers: 8, service-time: { constant: 1ms } } }
  target: alpha
protocol: { server-stream: false, headers: { Authorization: Bearer of-the-client } }
calls: [{ tool: search, arguments: { query: hull }, expect: derived, deadline: 2s }]
phases: [{ name: load, regime: steady, rate: 50/s, for: 3s, warmup: 0s }]
gates: [{ metric: goodput, stat: rate, versus: reference, max-decrease: 50% }]
arms:
  direct: {}
  works: ${arm('haproxy')}
  missing: ${arm('caddy')}
  old: ${arm('nginx')}
  silent: ${arm('envoy', ', within: 300ms')}
  dies: ${arm('mcp-remote')}
  locked: ${arm('litellm')}
  earlier: { ${STATELESS}, ${arm('contextforge').slice(2)}
  of-two-eras:
    ${STATELESS}
    stack: { services: { alpha: { eras: session }, gate: { mock: gateway, to: [alpha] } }, target: gate }
reference: direct
trials: { pairs: 1, cool-down: 0s }
`;

it.skipIf(LEAVES_OUT)(
  asWholeRuns('a gateway that can not be run is one arm with its reason'),
  async () => {
    const { stdout, stderr, leftBehind } = await plimsoll(
      ['compare', scenarioFile(SCENARIO), '--out', scratchFolder(), '--json', '--quiet'],
      // Nothing that this machine has installed.
      { PLIMSOLL_GATEWAYS: installed(), PATH: scratchFolder() },
    );
    if (stdout === '') throw new Error(stderr);
    const { arms, gates } = JSON.parse(stdout) as Comparison;
    const findingOf = (name: string): string => arms.find((each) => each.name === name)?.finding ?? 'no such arm';
    expect(findingOf('missing')).toContain('gateway caddy (Caddy) is not installed');
    expect(findingOf('missing')).toContain('install it: apt-get install');
    expect(findingOf('old')).toContain('nginx 1.9.15 is installed, and its adapter needs 1.18.0 or later');
    expect(findingOf('silent')).toContain('did not accept connections');
    expect(findingOf('dies')).toContain('service "gate" ended by itself (exit code 7)');
    // It was shown the token that was made for it, and not the client's.
    expect(findingOf('locked')).toContain('HTTP 401: "not even this token"');
    expect(findingOf('earlier')).toContain('gateway gate (ContextForge) does not speak MCP 2026-07-28');
    expect(findingOf('of-two-eras')).toMatch(
      /:\d+\/mcp does not speak MCP 2026-07-28: it answers server\/discover with /,
    );
    const verdicts = arms.map(({ name, verdict, trials }) => `${name} ${verdict ?? 'reference'} ${trials.length}`);
    expect(verdicts.slice(0, 2)).toEqual([
      'direct reference 1',
      expect.stringMatching(/^works (inconclusive|pass) 1$/),
    ]);
    expect(verdicts.slice(2).sort()).toEqual(
      ['missing', 'old', 'silent', 'dies', 'locked', 'earlier', 'of-two-eras']
        .map((name) => `${name} invalid 0`)
        .sort(),
    );
    expect(gates.flatMap(({ outcomes }) => outcomes.map((each) => each.arm))).toEqual(['works']);
    expect(arms.find(({ name }) => name === 'works')?.gateways).toMatchObject([
      { service: 'gate', title: 'HAProxy', version: '2.6.12' },
    ]);
    expect(leftBehind).toEqual([]);
  },
  60_000,
);
