import { expect, it } from 'vitest';
import { takeEpoch } from '../../src/clock/index.js';
import { startGenerator } from '../../src/load/index.js';
import { explain, planOf } from '../../src/plan/index.js';
import { scenarioFromText } from '../../src/scenario/index.js';
import { http, rawServer, textResult } from '../mcp/support.js';

it('--explain prints the first request of each call as the run sends it, byte for byte', async () => {
  const server = await rawServer((_, { id }) => [http(200, textResult(id, 'ok'))], { sessionId: 'session-7' });
  const { scenario } = scenarioFromText(
    `version: 1
name: first
seed: 11
stack: { target: { url: "${server.url}?tenant=a" } }
protocol: { headers: { X-Team: "\${secret.TEAM}" }, propagate-deadline: true }
calls:
  - { tool: search, weight: 3, arguments: { query: { pick: [hull, draught, "größe"] }, n: { unique: counter } } }
  - { tool: book, label: rare, arguments: { berth: { unique: uuid } }, effect: exactly-once, timeout: 2s }
phases:
  - { name: floor, regime: floor, for: 300ms }
`,
    '/srv/x.yaml',
    { environment: { TEAM: 'blue' } },
  );
  const lines = explain(planOf(scenario, null)).split('\n');
  const from = lines.indexOf('first request of each call') + 1;
  const printed = lines
    .slice(from, lines.indexOf('phases') - 1)
    .map((line) => line.slice('  search  '.length))
    .join('\r\n')
    .split('POST ')
    .slice(1)
    .map((request) => `POST ${request}`.trim());

  const generator = await startGenerator({
    target: { kind: 'http', url: `${server.url}?tenant=a`, headers: { 'X-Team': 'blue' } },
    protocol: scenario.protocol,
    calls: scenario.calls,
    settings: { ...scenario.generator, pacing: 'sleep' },
    seed: scenario.seed,
    epoch: takeEpoch(),
    phases: ['floor'],
    onSpool: () => undefined,
    onEvent: () => undefined,
    onHealth: () => undefined,
  });
  await generator.run({ loop: 'closed', phase: 0, concurrency: 1, thinkNs: 0, forNs: 3e8 }, 0);
  await generator.close();

  const firstOf = (tool: string): string => {
    const found = server.seen.find(({ body }) => body.includes(`"name":"${tool}"`));
    return found === undefined ? '' : `${found.head}\r\n\r\n${found.body}`;
  };
  const asPrinted = (request: string): string =>
    request.replace('blue', '${secret.TEAM}').replace('session-7', '<session id of the server, if any>');
  expect(printed).toEqual(['search', 'book'].map((tool) => asPrinted(firstOf(tool))));
});
