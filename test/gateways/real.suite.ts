/**
 * Gateways of others, as they are installed here: each really started in front of two mocks, behind a fault link. They
 * need more than Node.js, so that they are a suite of their own: `npm run test:gateways`, after
 * `node test/gateways/install.mjs`. PLIMSOLL_GATEWAYS_WANTED names those that may not be missing.
 */
import { describe, expect, it } from 'vitest';
import { gatewayFindings, type Summary } from '../../src/analysis/index.js';
import { GATEWAYS, gatewayAdapter, type GatewayAdapter, type GatewayName } from '../../src/catalog/index.js';
import type { RunEvent } from '../../src/record/index.js';
import { scenarioFile } from '../e2e/plimsoll.js';
import { FULL } from '../whole-runs.js';
import { installed, runOf } from './installed.js';

/** Envoy's order is a race of two upstreams: three of four lists are alike, and eight of them one time in ten. */
const LISTINGS: Partial<Readonly<Record<GatewayName, number>>> = { envoy: 64 };

const scenarioOf = (name: GatewayName): string => `version: 1
name: real
stack:
  services:
    alpha: { mock: tools, workers: 8, service-time: { constant: 2ms } }
    beta: { mock: tools, workers: 8, service-time: { constant: 2ms } }
    gate: { gateway: ${name}, to: [${gatewayAdapter(name).federates ? 'to-alpha, beta' : 'to-alpha'}] }
  links: { to-alpha: { to: alpha } }
  target: gate
protocol: { sessions: 2, trace: true${transportOf(name)}${headersOf(name)} }
calls: [{ tool: search, upstream: alpha, arguments: { query: { unique: call } }, expect: derived, deadline: 10s }]
tool-lists: { sessions: ${LISTINGS[name] ?? 8} }
phases:
  - { name: floor, regime: floor, for: 3s }
  - { name: restart, regime: steady, rate: 3/s, for: 8s }
  - { name: forgets, regime: steady, rate: 3/s, for: 7s }
faults:
  - { id: restart, phase: restart, at: 2s, for: 500ms, on: alpha, type: restart }
  - { id: forgets, phase: forgets, at: 2s, for: 500ms, on: alpha, type: session-loss }
default-gates: false
`;

const transportOf = (name: GatewayName): string => {
  const { transport }: GatewayAdapter = gatewayAdapter(name);
  return transport === undefined ? '' : `, transport: ${transport}`;
};

/** A token of the client's own, where the gateway wants none. */
const headersOf = (name: GatewayName): string =>
  gatewayAdapter(name).token === null ? ', headers: { Authorization: Bearer of-the-client }' : '';

/** Defects that were found by hand in the version that the adapter was made with: the run finds them by itself. */
const FOUND: Partial<Readonly<Record<GatewayName, readonly RegExp[]>>> = {
  nginx: [/^token-passed: /],
  envoy: [
    /^changed-tools: .*inputSchema\.properties is \{\} upstream and shown as null/,
    /^unstable-order: /,
    /^return restart: .*never recovers.*http-5xx on HTTP 500/,
  ],
  fastmcp: [/^token-passed: /, /^session-per-call: /, /^bystanders: .*beta/, /^list-per-call: /],
  'mcp-remote': [/^return restart: .*recovers at once/, /^return forgets: .*recovers at once/],
  'mcp-proxy-rust': [/^meta-dropped: It drops _meta, /, /^added-tools: .*proxy__?\w*add_backend|proxy\/add_backend/],
  'mcp-hub': [
    /^meta-dropped: It drops _meta, /,
    /^return restart: .*never recovers.*tool-error on HTTP 200/,
    /^return forgets: .*never recovers.*tool-error on HTTP 200/,
  ],
  litellm: [/^meta-dropped: It drops keys/, /^return forgets: .*never recovers.*tool-error on HTTP 200/],
  contextforge: [/^list-per-call: /],
};
const NOT_FOUND: Partial<Readonly<Record<GatewayName, readonly RegExp[]>>> = {
  'mcp-remote': [/^token-passed/, /^changed-tools/, /^bystanders/],
  nginx: [/^changed-tools/, /^meta-dropped/, /^bystanders/],
  'mcp-hub': [/^token-passed/, /^changed-tools/, /^session-per-call/],
};

function started(events: readonly RunEvent[]): Extract<RunEvent, { type: 'gateway' }> {
  const found = events.find((event) => event.type === 'gateway');
  if (found === undefined) throw new Error('no gateway was started');
  return found;
}

const findingsOf = ({ gateway }: Summary): readonly string[] =>
  gatewayFindings(gateway).map(({ id, what }) => `${id}: ${what}`);

describe.concurrent('a gateway that is installed', () => {
  for (const name of GATEWAYS) {
    const { skip, title, required } = installed(name);
    it.skipIf(skip)(title, { timeout: 240_000 }, async () => {
      required();
      const { summary, events, leftBehind } = await runOf(scenarioFile(scenarioOf(name)));
      // Every call asked the gateway for its name of the tool, and got the answer that alpha derives from its own.
      const found = findingsOf(summary);
      const { version } = started(events);
      // Another version may behave otherwise; what it does then stands in its report.
      if (version === gatewayAdapter(name).tried) {
        for (const wanted of FOUND[name] ?? []) expect(found).toContainEqual(expect.stringMatching(wanted));
        for (const other of NOT_FOUND[name] ?? []) expect(found).not.toContainEqual(expect.stringMatching(other));
      }
      const [phase] = summary.phases;
      expect(phase?.offered).toBeGreaterThan(2);
      expect(phase?.outcomes.ok).toBe(phase?.offered);
      expect(leftBehind).toEqual([]);
      expect(started(events)).toMatchObject({ service: 'gate', gateway: name });
      expect(version).toMatch(/^\d+\.\d+/);
      if (name === 'envoy')
        expect(
          events
            .filter((event) => event.type === 'warning')
            .map(({ what }) => what)
            .join('\n'),
        ).toContain('the tool "alpha__fail" does not follow the protocol (inputSchema.properties');
    });
  }
});

/** Envoy's router drops the headers of the revision: behind it is a server that reads none. */
const checks = (name: GatewayName): string => (name === 'envoy' ? ', checks-headers: false' : '');

const statelessOf = (name: GatewayName): string => `version: 1
name: without sessions
stack:
  services:
    alpha: { mock: tools, workers: 8, service-time: { constant: 2ms }${checks(name)} }
    gate: { gateway: ${name}, to: [alpha] }
  target: gate
protocol: { revision: 2026-07-28, trace: true }
calls: [{ tool: search, upstream: alpha, arguments: { query: { unique: call } }, expect: derived, deadline: 10s }]
tool-lists: {}
phases: [{ name: floor, regime: floor, for: 3s }]
default-gates: false
`;

const WITHOUT_SESSIONS = GATEWAYS.filter((each) => gatewayAdapter(each).eras.includes('stateless'));

describe('a gateway that speaks the revision without sessions answers every call of it:', () => {
  for (const name of FULL ? WITHOUT_SESSIONS : (['envoy'] as const)) {
    const { skip, title, required } = installed(name);
    it.skipIf(skip)(title, { timeout: 240_000 }, async () => {
      required();
      const { summary, leftBehind } = await runOf(scenarioFile(statelessOf(name)));
      const [phase] = summary.phases;
      expect(phase?.offered).toBeGreaterThan(2);
      expect(phase?.outcomes.ok).toBe(phase?.offered);
      expect(summary.gateway.messages?.byMethod.map(({ method }) => method)).toEqual(['tools/call']);
      expect(summary.gateway.messages?.perCall).toBe(1);
      expect(leftBehind).toEqual([]);
    });
  }
});
