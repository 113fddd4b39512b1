/**
 * The reference gateway with each of its switches on, read by whole runs: what the summary says of a gateway is what
 * the gateway is known to do. Two of the thirteen, delay and queue, are differences between arms.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Summary } from '../../src/analysis/index.js';
import type { Comparison } from '../../src/compare/index.js';
import { finished, onlyRun, plimsoll, scenarioFile, scratchFolder, start } from '../e2e/plimsoll.js';
import { FULL, LEAVES_OUT, asWholeRuns } from '../whole-runs.js';

type Gateway = Summary['gateway'];

async function gatewayOf(scenario: string): Promise<Gateway> {
  const folder = scratchFolder();
  const result = await finished(
    start(['run', scenarioFile(scenario), '--out', folder, '--quiet'], { TOKEN: 'of-the-client' }),
  );
  expect(result.exitCode, result.stderr).toBe(0);
  expect(result.leftBehind).toEqual([]);
  const summary = JSON.parse(readFileSync(join(onlyRun(folder), 'summary.json'), 'utf8')) as Summary;
  return summary.gateway;
}

/** A run of 60 calls in each of the calls given, through a gateway before two mocks. */
const scenario = (parts: {
  readonly federate: string;
  readonly calls: string;
  readonly more?: string;
  readonly phases?: string;
  readonly links?: string;
}): string => `version: 1
name: gateway switches
default-gates: false
stack:
  services:
    alpha: { mock: tools, workers: 8, service-time: { constant: 1ms } }
    beta: { mock: tools, workers: 8, service-time: { constant: 1ms } }
    gate: { mock: gateway, to: ${parts.links ?? '[alpha, beta]'}, federate: ${parts.federate} }
${parts.links === undefined ? '' : '  links: { wire: { to: alpha } }\n'}  target: gate
protocol: { trace: true, sessions: 3, headers: { Authorization: "Bearer \${secret.TOKEN}" } }
calls:
${parts.calls}
phases: ${parts.phases ?? '[{ name: load, regime: steady, rate: 60/s, for: 2s, warmup: 0s }]'}
${parts.more ?? ''}`;

const NONCE = '{ query: { unique: call } }';

describe('a gateway that does nothing wrong', () => {
  it('is read as one message and one own session for each call, and everything arrives but the token', async () => {
    const { joins, messages, sessions, arrival, deliveries, toolLists } = await gatewayOf(
      scenario({
        federate: '{ tool-names: prefixed }',
        calls: `  - { tool: search, upstream: alpha, arguments: ${NONCE}, expect: derived, label: of alpha }
  - { tool: search, upstream: beta, arguments: ${NONCE}, expect: derived, label: of beta }`,
        more: 'tool-lists: { sessions: 3 }\n',
      }),
    );
    expect(joins).toMatchObject({ upstreamCalls: 120, joined: 120, rate: 1, by: { meta: 120 } });
    expect(messages?.byMethod.find(({ method }) => method === 'tools/call')).toMatchObject({ count: 120, perCall: 1 });
    expect(sessions).toMatchObject({ mapping: 'one-to-one', clientSessions: 3, upstreamSessions: 6 });
    expect(arrival).toEqual({ calls: 120, customMeta: 1, metaTrace: 1, headerTrace: 1, otherTrace: 0, clientToken: 0 });
    expect(deliveries).toMatchObject({ hiddenRetries: 0, answeredWithoutUpstream: 0, addressed: 120, misrouted: 0 });
    expect(toolLists).toMatchObject({ naming: 'UPSTREAM__*', otherOrders: 0, otherContents: 0 });
    expect(toolLists).toMatchObject({ changed: [], missing: [], added: [], collisions: [] });
    expect(toolLists?.views.map(({ service, tools }) => [service, tools])).toEqual([
      [null, 6],
      ['alpha', 3],
      ['beta', 3],
    ]);
  }, 60_000);
});

describe.skipIf(LEAVES_OUT)(asWholeRuns('the switches of the reference gateway are read rightly'), () => {
  it('handshake and list per call, dropped _meta, token passthrough, changed schema, unstable order', async () => {
    const { joins, messages, sessions, arrival, toolLists } = await gatewayOf(
      scenario({
        federate:
          '{ upstream-sessions: per-call, list-before-call: true, keep-meta: false, pass-token: true, ' +
          'change-schemas: true, shuffle-tools: true }',
        calls: `  - { tool: search, upstream: alpha, arguments: ${NONCE} }`,
        more: 'tool-lists: { sessions: 3 }\n',
      }),
    );
    const once = ['DELETE', 'initialize', 'notifications/initialized', 'tools/call', 'tools/list'];
    expect(messages).toMatchObject({ calls: 120, messages: 600, perCall: 5, complete: true });
    expect(messages?.byMethod.map(({ method, perCall }) => [method, perCall])).toEqual(once.map((each) => [each, 1]));
    expect(sessions).toMatchObject({ mapping: 'per-call', upstreamSessions: 120, opened: 120, leftOpen: 0 });
    expect(arrival).toEqual({ calls: 120, customMeta: 0, metaTrace: 0, headerTrace: 0, otherTrace: 0, clientToken: 1 });
    expect(joins).toMatchObject({ rate: 1, by: { meta: 0, traceparent: 0, argument: 120 } });
    expect(toolLists?.otherOrders).toBe(2);
    expect(toolLists?.changed).toEqual(
      ['alpha', 'beta'].map((service) => ({
        ...{ service, tool: 'fail', shownAs: `${service}__fail` },
        places: [{ path: 'inputSchema.properties', upstream: '{}', shown: 'null' }],
      })),
    );
  }, 60_000);

  it('shared pool, name collision, cache', async () => {
    const { sessions, deliveries, toolLists, messages } = await gatewayOf(
      scenario({
        federate: '{ tool-names: bare, upstream-sessions: shared, cache: 1m }',
        calls: `  - { tool: search, arguments: ${NONCE}, upstream: alpha, label: meant for alpha }
  - { tool: book, arguments: { berth: same }, label: cached }`,
        more: 'tool-lists: {}\n',
      }),
    );
    expect(sessions?.mapping).toBe('shared');
    expect(sessions?.upstreamSessions).toBe(1);
    // Every call for alpha goes to beta; every other call is answered from the answer of the preflight.
    const addressed = deliveries?.addressed ?? 0;
    expect(addressed).toBeGreaterThan(30);
    expect(deliveries?.misrouted).toBe(addressed);
    expect(deliveries?.answeredWithoutUpstream).toBe(120 - addressed);
    expect(messages?.messages).toBe(addressed);
    expect(toolLists?.collisions).toEqual(
      ['search', 'book', 'fail'].map((name) => ({ name, services: ['alpha', 'beta'] })),
    );
    expect(toolLists?.changed).toEqual([]);
  }, 60_000);

  it('retries: executions beyond the attempts of the client, on calls that must not be repeated too', async () => {
    const { deliveries } = await gatewayOf(
      scenario({
        federate: '{ retries: 1 }',
        calls: '  - { tool: book, upstream: alpha, arguments: { berth: { unique: uuid } }, effect: exactly-once }',
        more: 'faults: [{ id: errors, phase: load, at: 0.5s, for: 1s, on: alpha, type: error, every: 4 }]\n',
      }),
    );
    // Of 60 calls in a second every fourth fails; each is sent again, and what is sent again counts as well.
    expect(deliveries?.hiddenRetries).toBeGreaterThanOrEqual(15);
    expect(deliveries?.hiddenRetries).toBeLessThanOrEqual(22);
    expect(deliveries?.repeatedCalls).toBe(deliveries?.hiddenRetries);
    expect(deliveries?.repeatedEffects).toBe(deliveries?.repeatedCalls);
  }, 60_000);

  it.each([
    ['a gateway that passes calls on', '{}', 1],
    ['handshake, list and farewell for each call', '{ upstream-sessions: per-call, list-before-call: true }', 5],
  ])(
    'latency of a link is paid once by each message in turn: %s',
    async (_what, federate, messages) => {
      const { linkCosts } = await gatewayOf(
        scenario({
          federate,
          links: '[wire]',
          calls: `  - { tool: search, upstream: alpha, arguments: ${NONCE} }`,
          phases: '[{ name: load, regime: steady, rate: 20/s, arrivals: constant, for: 2s, warmup: 0s }]',
          more: 'faults: [{ id: slow, phase: load, at: 0.5s, for: 1s, on: wire, type: latency, latency: 60ms }]\n',
        }),
      );
      const [found] = linkCosts;
      expect(Math.round(found?.roundTrips ?? NaN)).toBe(messages);
      expect(found?.longestNs ?? NaN).toBeGreaterThanOrEqual(messages * 60e6);
    },
    60_000,
  );

  it('breaker: failures in a row that open it, and how long it stays open', async () => {
    const { breakers } = await gatewayOf(
      scenario({
        federate: '{ breaker: { failures: 5, open: 500ms } }',
        links: '[wire]',
        calls: `  - { tool: search, upstream: alpha, arguments: ${NONCE} }`,
        phases: '[{ name: load, regime: steady, rate: 25/s, arrivals: constant, for: 2.5s, warmup: 0s }]',
        more: 'faults: [{ id: outage, phase: load, at: 0.5s, for: 1s, on: wire, type: down }]\n',
      }),
    );
    expect(breakers).toMatchObject([{ fault: 'outage', failures: 5 }]);
    expect(breakers[0]?.openings).toBeGreaterThanOrEqual(2);
    expect(breakers[0]?.openLowNs).toBeLessThan(500e6);
    expect(breakers[0]?.openHighNs).toBeGreaterThanOrEqual(500e6);
    expect((breakers[0]?.openHighNs ?? 0) - (breakers[0]?.openLowNs ?? 0)).toBeLessThan(60e6);
  }, 60_000);
});

const LATENCY = `version: 1
name: gateway latency
default-gates: false
stack:
  services:
    alpha: { mock: tools, workers: 8, service-time: { constant: 1ms } }
    gate: { mock: gateway, to: [alpha], workers: 64, federate: { tool-names: bare } }
  target: gate
protocol: { sessions: 4 }
calls: [{ tool: search, arguments: { query: hull }, expect: derived }]
phases: [{ name: load, regime: steady, rate: 200/s, arrivals: poisson, for: 5s, warmup: 500ms }]
arms:
  plain: {}
  delay: { stack: { services: { gate: { service-time: { constant: 3ms } } } } }
  queue: { stack: { services: { gate: { service-time: { constant: 3ms }, workers: 1 } } } }
reference: plain
trials: { pairs: 6, cool-down: 500ms }
`;

// Real time on a quiet machine, and more than a minute of it: `npm run nightly`.
if (FULL)
  describe('latency that the reference gateway adds', () => {
    it('is 3 ms at each quantile for a delay of 3 ms, and the wait of M/D/1 besides for one worker', async () => {
      const result = await plimsoll(['compare', scenarioFile(LATENCY), '--out', scratchFolder(), '--json', '--quiet']);
      const { effects } = JSON.parse(result.stdout) as Comparison;
      const added = (arm: string, stat: string): { readonly low: number; readonly high: number } => {
        const effect = effects.find(
          (each) => each.arm === arm && each.metric === 'response-time' && each.stat === stat,
        );
        if (effect?.result.kind !== 'estimate') throw new Error(`${arm} has no ${stat}: ${result.stderr}`);
        const { low, high } = effect.result.difference;
        return { low: low ?? NaN, high: high ?? NaN };
      };
      for (const stat of ['p50', 'p90', 'p95']) {
        const { low, high } = added('delay', stat);
        expect([stat, low <= 3e6 && high >= 3e6], `${low} to ${high}`).toEqual([stat, true]);
      }
      // rho = 0.6: a mean wait of rho D / (2 (1 - rho)) = 2.25 ms before 3 ms of work.
      const { low, high } = added('queue', 'mean');
      expect(low, `${low} to ${high}`).toBeLessThanOrEqual(5.25e6);
      expect(high, `${low} to ${high}`).toBeGreaterThanOrEqual(5.25e6);
    }, 300_000);
  });

/** Two replicas of one worker of 12.5 ms, 80 calls/s each, behind a gateway that shares the calls among them. */
const scaled = (gateway: string): string => `version: 1
name: scaled
default-gates: false
stack:
  services:
    up: { mock: tools, replicas: 2, workers: 1, service-time: { constant: 12.5ms } }
    gate: { mock: gateway, to: ["up-*"], balance: round-robin, ${gateway} }
  target: gate
protocol: { sessions: 8, in-flight-per-session: 64 }
calls: [{ tool: search, arguments: { query: hull }, expect: derived, deadline: 500ms }]
phases:
  - { name: both, regime: capacity, between: [40/s, 320/s], step: 2s }
  - { name: one, regime: capacity, between: [20/s, 160/s], step: 2s, without: up-2 }
`;

if (FULL)
  describe('the scaling efficiency of replicas behind the reference gateway', () => {
    it.each([
      ['1 where the gateway takes no time: both do 160/s', 'workers: 64', 1, 0.8],
      ['0.625 where the gateway itself does 100/s', 'workers: 1, service-time: { constant: 10ms }', 0.625, 0.5],
    ])(
      'is %s',
      async (_what, gateway, truth, least) => {
        const folder = scratchFolder();
        const result = await plimsoll(['run', scenarioFile(scaled(gateway)), '--out', folder, '--quiet']);
        expect(result.exitCode, result.stderr).toBe(0);
        const summary = JSON.parse(readFileSync(join(onlyRun(folder), 'summary.json'), 'utf8')) as Summary;
        const [both, one] = summary.capacities;
        expect(both?.efficiency).toBeNull();
        const { low, high, ...rest } = one?.efficiency ?? {};
        expect(rest).toMatchObject({ replicas: 2, left: 1, reason: null });
        expect(low ?? NaN, JSON.stringify(one?.efficiency)).toBeLessThanOrEqual(truth);
        expect(high ?? NaN, JSON.stringify(one?.efficiency)).toBeGreaterThanOrEqual(truth);
        // Narrow enough to tell the two from each other.
        expect(low ?? NaN).toBeGreaterThan(least);
        expect(high ?? NaN).toBeLessThan(truth + 0.25);
      },
      300_000,
    );
  });
