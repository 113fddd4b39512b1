/**
 * A gateway that is added by one file and its line in the list: it is found, started with a token of the run in front
 * of a mock, twice behind a front, and calls reach it by its names.
 */
import { chmodSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import type { GatewayAdapter } from '../../src/catalog/index.js';
import { startReaper } from '../../src/processes/index.js';
import { derivedAnswer } from '../../src/protocol/index.js';
import type { RunEvent } from '../../src/record/index.js';
import { scenarioFromText } from '../../src/scenario/index.js';
import { startStack } from '../../src/stack/index.js';
import { callBody, initialize, post, rpcOf, USUAL_HEADERS } from '../mock-servers/client.js';

/** All that the file of the seventh gateway holds. */
const harbour = vi.hoisted((): GatewayAdapter => ({
  title: 'Harbour',
  install: { from: 'npm', packages: ['harbour-gateway@1.2.3'] },
  programs: ['harbour'],
  version: { by: 'output', parameters: ['--version'], pattern: /^harbour (\d+\.\d+\.\d+)$/m },
  tried: '1.2.3',
  oldest: '1.0.0',
  eras: ['session'],
  federates: false,
  path: '/mcp',
  ready: { kind: 'tcp' },
  readyWithinNs: 20e9,
  token: { kind: 'random' },
  toolName: (_upstream, tool) => tool,
  start: ({ port, upstreams: [upstream], program, secret }) => ({
    command: [program('harbour'), String(port), upstream.url],
    environment: { HARBOUR_KEY: secret },
    files: {},
  }),
  tuning: 'one process',
  lacks: [],
  licenceNote: null,
}));

vi.mock('../../src/catalog/gateways/list.js', async (original) => {
  const list = await original<Pick<typeof import('../../src/catalog/index.js'), 'GATEWAYS' | 'gatewayAdapter'>>();
  return {
    ...list,
    GATEWAYS: [...list.GATEWAYS, 'harbour'],
    gatewayAdapter: (name: string) =>
      name === 'harbour' ? harbour : list.gatewayAdapter(name as (typeof list.GATEWAYS)[number]),
  };
});

/** Passes on what shows its key, and refuses everything else. */
const PROGRAM = `#!${process.execPath}
const http = require('node:http');
const [port, upstream] = process.argv.slice(2);
if (port === '--version') console.log('harbour 1.2.3');
else
  http.createServer((request, response) => {
    if (request.headers.authorization !== 'Bearer ' + process.env.HARBOUR_KEY) return response.writeHead(401).end();
    const { host, ...headers } = request.headers;
    request.pipe(http.request(upstream, { method: request.method, headers }, (answer) => {
      response.writeHead(answer.statusCode, answer.headers);
      answer.pipe(response);
    }));
  }).listen(Number(port), '127.0.0.1');
`;

it('a gateway added by one file runs, and its replicas take the token that a front hands on', async () => {
  const root = mkdtempSync(join(tmpdir(), 'plimsoll-harbour-'));
  mkdirSync(join(root, 'harbour/bin'), { recursive: true });
  writeFileSync(join(root, 'harbour/bin/harbour'), PROGRAM);
  chmodSync(join(root, 'harbour/bin/harbour'), 0o755);
  const { scenario } = scenarioFromText(
    `version: 1
name: added
stack:
  services:
    up: { mock: tools }
    gate: { gateway: harbour, to: [up], replicas: 2 }
  target: gate
calls: [{ tool: search, upstream: up, arguments: { query: hull }, expect: derived }]
phases: [{ name: one, regime: floor, for: 1s }]
`,
    join(root, 'added.yaml'),
    { environment: {} },
  );
  const reaper = startReaper();
  const events: RunEvent[] = [];
  const stack = await startStack({
    ...{ scenario, engine: null, spansUrl: null, keeper: reaper, abort: new AbortController().signal },
    environment: { PLIMSOLL_GATEWAYS: root },
    nowNs: () => 0,
    event: (event) => events.push(event),
    log: () => undefined,
    wrote: () => undefined,
    left: ({ what }) => expect.unreachable(what),
    died: (service, how) => expect.unreachable(`${service}: ${how}`),
  });
  try {
    const started = events.flatMap((event) => (event.type === 'gateway' ? [[event.service, event.version]] : []));
    expect(started).toEqual([
      ['gate-1', '1.2.3'],
      ['gate-2', '1.2.3'],
    ]);
    const { target } = stack;
    if (target.kind !== 'http') throw new Error(target.kind);
    expect(target.headers['authorization']).toMatch(/^Bearer sk-[0-9a-f]{32}$/);
    expect((await post(target.url, initialize(), USUAL_HEADERS)).status).toBe(401);
    const headers = { ...USUAL_HEADERS, ...target.headers };
    const opened = await post(target.url, initialize(), headers);
    const session = { ...headers, 'mcp-session-id': opened.headers.get('mcp-session-id') ?? '' };
    for (const query of ['a', 'b', 'c', 'd']) {
      const answer = rpcOf(await post(target.url, callBody('search', { query }), session));
      expect(answer.result?.content?.[0]?.text).toBe(derivedAnswer('search', `{"query":"${query}"}`));
    }
  } finally {
    await stack.stop();
    await reaper.stop();
  }
}, 60_000);
