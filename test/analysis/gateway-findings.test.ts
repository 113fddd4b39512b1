/** What is said of a gateway, from numbers that are known: each defect has its sentence, and a good gateway none. */
import { describe, expect, it } from 'vitest';
import { gatewayFindings, type ChangedTool, type GatewaySummary } from '../../src/analysis/index.js';
import { fixtureGateway, noGateway } from '../report/gateway-fixture.js';

const idsOf = (gateway: GatewaySummary): readonly string[] => gatewayFindings(gateway).map(({ id }) => id);
const textOf = (gateway: GatewaySummary, id: string): string =>
  gatewayFindings(gateway).find((each) => each.id === id)?.what ?? `nothing of ${id}`;
const bad = fixtureGateway('alpha');
const returned = (more: Partial<GatewaySummary['returns'][number]>): GatewaySummary => ({
  ...noGateway(),
  returns: [
    {
      ...{ fault: 'restart', type: 'restart', phase: 'restart', kind: 'never', failedBeforeOk: 30, failed: 30 },
      ...{ attempts: 30, lastFailureNs: 8e9, recoveredSessions: 0, sessions: 2, seen: [] },
      ...more,
    },
  ],
});

/** Does nothing wrong; everything about it is known. */
const good: GatewaySummary = {
  ...bad,
  joins: { upstreamCalls: 100, joined: 100, rate: 1, by: { meta: 100, traceparent: 0, argument: 0 } },
  messages: {
    ...{ calls: 100, lists: 0, messages: 100, perCall: 1, complete: true, bystanderPerCall: 0 },
    byMethod: [{ method: 'tools/call', count: 100, perCall: 1 }],
    byService: [
      { service: 'alpha', messages: 100, executions: 100 },
      { service: 'beta', messages: 0, executions: 0 },
    ],
  },
  sessions: { mapping: 'one-to-one', clientSessions: 2, upstreamSessions: 2, calls: 100, opened: 0, leftOpen: 0 },
  arrival: { calls: 100, customMeta: 1, metaTrace: 1, headerTrace: 1, otherTrace: 0, clientToken: 0 },
  deliveries: {
    ...{ hiddenRetries: 0, repeatedCalls: 0, repeatedEffects: 0 },
    ...{ answeredWithoutUpstream: 0, addressed: 100, misrouted: 0 },
  },
  errors: [],
  linkCosts: bad.linkCosts.map((each) => ({ ...each, roundTrips: 1.02, longestNs: 0.21e9 })),
  availabilities: bad.availabilities.map((each) => ({ ...each, whole: { ...each.whole, excess: 0 } })),
  returns: [],
  breakers: [],
  toolLists: bad.toolLists && {
    ...{ ...bad.toolLists, otherOrders: 0, changed: [], missing: [], added: [], collisions: [] },
    views: bad.toolLists.views.map((view) => ({ ...view, tokens: 256 })),
  },
};

describe('what is found of a gateway', () => {
  it('is nothing where all is as it should be, and nothing where nothing was measured', () => {
    expect(idsOf(good)).toEqual([]);
    expect(idsOf(noGateway())).toEqual([]);
  });

  it('is each thing that it does wrong', () => {
    expect(idsOf(bad)).toEqual([
      ...['token-passed', 'added-tools', 'missing-tools', 'changed-tools', 'unstable-order', 'hidden-tools'],
      ...['misroutes', 'meta-dropped', 'session-per-call', 'bystanders', 'link-latency alpha', 'sessions-left-open'],
      ...['hidden-retries', 'excess-loss alpha', 'breaker alpha', 'masked alpha', 'return alpha', 'context-cost'],
    ]);
  });

  it.each([
    ['token-passed', "It passes the client's Authorization on to upstreams (100 % of the calls)."],
    ['changed-tools', 'It changes the definition of alpha; alpha is {} upstream and shown as null.'],
    ['meta-dropped', 'It drops keys of _meta that it does not know; the trace context in it gets through.'],
    ['session-per-call', 'It opens a session at the upstream for each call: 5 messages a call.'],
    ['bystanders', 'For each call it sends 4 messages to upstreams that the call is not for: other.'],
    [
      'link-latency alpha',
      '200 ms of latency behind it make a call longer by 5x that, the longest took 1.2 s: messages of one call wait ' +
        'for each other; a call costs 5 messages upstream.',
    ],
  ])('has a sentence: %s', (id, text) => {
    expect(textOf(bad, id)).toBe(text);
  });

  it('drops _meta as a whole', () => {
    const arrival = { calls: 10, customMeta: 0, metaTrace: 0, headerTrace: 0, otherTrace: 0, clientToken: null };
    expect(textOf({ ...noGateway(), arrival }, 'meta-dropped')).toBe(
      'It drops _meta, the trace context in it included.',
    );
  });

  it('hands on the trace context of another call', () => {
    const arrival = { calls: 10, customMeta: 1, metaTrace: 0.6, headerTrace: 0, otherTrace: 0.4, clientToken: null };
    expect(textOf({ ...noGateway(), arrival }, 'other-trace')).toBe(
      'It hands on the trace context of another call in 40 % of the calls.',
    );
  });

  it('asks for the list of tools on every call', () => {
    const byMethod = [
      { method: 'tools/call', count: 100, perCall: 1 },
      { method: 'tools/list', count: 200, perCall: 2 },
    ];
    expect(textOf({ ...good, messages: good.messages && { ...good.messages, byMethod } }, 'list-per-call')).toBe(
      'It asks upstreams for their tools on every call (2 a call).',
    );
    const loaded = { ...good, messages: good.messages && { ...good.messages, byMethod, lists: 100 } };
    expect(idsOf(loaded), 'the load asks for lists itself').toEqual([]);
  });

  it('adds to definitions what clients may ignore', () => {
    const tool = { service: 'alpha', tool: 'search', shownAs: 'alpha_search' };
    const places = [
      { path: '_meta', upstream: 'undefined', shown: '{}' },
      { path: 'title', upstream: 'undefined', shown: '"Search"' },
    ];
    const changed = [{ ...tool, places }];
    const lists = (more: readonly ChangedTool[]): GatewaySummary => ({
      ...good,
      toolLists: good.toolLists && { ...good.toolLists, changed: [...changed, ...more] },
    });
    expect(idsOf(lists([]))).toEqual(['extended-tools']);
    expect(textOf(lists([]), 'extended-tools')).toBe('It adds _meta, title to the definition of 1 tool.');
    const other = { ...tool, shownAs: 'alpha_book', places: [...places, { path: 'x', upstream: '{}', shown: 'null' }] };
    expect(idsOf(lists([other]))).toEqual(['changed-tools', 'extended-tools']);
    expect(textOf(lists([other]), 'changed-tools')).toBe(
      'It changes the definition of alpha_book; x is {} upstream and shown as null.',
    );
  });

  it('never recovers, with what clients see of it; or recovers at once', () => {
    const seen = [{ errorClass: 'tool-error', status: 200, code: 0, count: 30 }];
    expect(textOf(returned({ seen }), 'return restart')).toBe(
      'An upstream lost its sessions (restart): it never recovers, all 30 calls until the phase ended failed; ' +
        'clients see tool-error on HTTP 200.',
    );
    expect(textOf(returned({ kind: 'at-once', failed: 0 }), 'return restart')).toBe(
      'An upstream lost its sessions (restart): it recovers at once, none of 30 calls failed.',
    );
    expect(textOf(returned({ kind: 'after-failures', failed: 2, lastFailureNs: 0.4e9 }), 'return restart')).toBe(
      'An upstream lost its sessions (restart): 2 of 30 calls failed, the last of them 400 ms afterwards.',
    );
    expect(idsOf(returned({ kind: 'unknown' }))).toEqual([]);
  });
});
