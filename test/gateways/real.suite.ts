/**
 * Gateways of others, as they are installed here: each really started in front of two mocks, behind a fault link. They
 * need more than Node.js, so that they are a suite of their own: `npm run test:gateways`, after
 * `node test/gateways/install.mjs`. PLIMSOLL_GATEWAYS_WANTED names those that may not be missing.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Summary } from '../../src/analysis/index.js';
import { GATEWAYS, gatewayAdapter, type GatewayName } from '../../src/catalog/index.js';
import type { RunEvent } from '../../src/record/index.js';
import { findGateway, gatewaysFolder } from '../../src/stack/index.js';
import { plimsoll, scenarioFile, scratchFolder } from '../e2e/plimsoll.js';

const WANTED = (process.env['PLIMSOLL_GATEWAYS_WANTED'] ?? '').split(',').filter((name) => name !== '');

/** Why a gateway can't be started here; null when it can. */
const missing = new Map<GatewayName, string | null>();
for (const name of GATEWAYS)
  missing.set(
    name,
    await findGateway(name, gatewayAdapter(name), process.env).then(
      () => null,
      (thrown: unknown) => (thrown instanceof Error ? thrown.message : String(thrown)),
    ),
  );

const scenarioOf = (name: GatewayName): string => `version: 1
name: real
stack:
  services:
    alpha: { mock: tools, workers: 8, service-time: { constant: 2ms } }
    beta: { mock: tools, workers: 8, service-time: { constant: 2ms } }
    gate: { gateway: ${name}, to: [${gatewayAdapter(name).federates ? 'to-alpha, beta' : 'to-alpha'}] }
  links: { to-alpha: { to: alpha } }
  target: gate
protocol: { sessions: 2 }
calls: [{ tool: search, arguments: { query: { pick: [hull, keel] } }, expect: derived, deadline: 10s }]
phases: [{ name: floor, regime: floor, for: 3s }]
default-gates: false
`;

describe('a gateway that is installed', () => {
  for (const name of GATEWAYS) {
    const why = missing.get(name) ?? null;
    const skip = why !== null && !WANTED.includes(name);
    const title = skip ? `${name} (skipped: ${why.replace(/[()]/g, '')})` : name;
    it.skipIf(skip)(title, { timeout: 240_000 }, async () => {
      if (why !== null) throw new Error(why);
      const out = scratchFolder();
      const file = scenarioFile(scenarioOf(name));
      const result = await plimsoll(['run', file, '--out', out, '--quiet', '--json'], {
        PLIMSOLL_GATEWAYS: gatewaysFolder(process.env),
      });
      if (result.stdout === '') throw new Error(result.stderr);
      const { summary, dir } = JSON.parse(result.stdout) as { summary: Summary; dir: string };
      // Every call asked the gateway for its name of the tool, and got the answer that alpha derives from its own.
      const [phase] = summary.phases;
      expect(phase?.offered).toBeGreaterThan(2);
      expect(phase?.outcomes.ok).toBe(phase?.offered);
      expect(result.leftBehind).toEqual([]);
      const record = readFileSync(join(dir, 'events.ndjson'), 'utf8');
      const events = record.split('\n').flatMap((row) => (row === '' ? [] : [JSON.parse(row) as RunEvent]));
      const started = events.find((event) => event.type === 'gateway');
      expect(started).toMatchObject({ service: 'gate', gateway: name });
      expect(started?.version).toMatch(/^\d+\.\d+/);
      if (name === 'envoy')
        expect(
          events
            .filter((event) => event.type === 'warning')
            .map(({ what }) => what)
            .join('\n'),
        ).toContain('The tool "alpha__fail" does not follow the protocol (inputSchema.properties');
    });
  }
});
