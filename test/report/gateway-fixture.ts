/** What is known of a gateway, for reports made by hand. */
import type { GatewaySummary, RouteSuccess } from '../../src/analysis/index.js';

/** The run had neither traced calls nor tool lists. */
export const noGateway = (): GatewaySummary => ({
  ...{ joins: null, messages: null, sessions: null, arrival: null, deliveries: null, toolLists: null },
  ...{ errors: [], linkCosts: [], availabilities: [], returns: [], breakers: [], costs: [], coldStart: null },
});

/** A fifth of the calls was hit, one of them masked, and one failed without it. */
const route = (label: string | null, upstream: string | null, offered: number): RouteSuccess => ({
  ...{ label, upstream, offered, ok: offered * 0.8, success: { value: 0.8, low: 0.7, high: 0.9 } },
  ...{ hit: offered * 0.2, excess: 1, masked: 1 },
});

/** A gateway that does most things wrong. @param name stands in place of every foreign name. */
export const fixtureGateway = (name: string): GatewaySummary => ({
  joins: { upstreamCalls: 120, joined: 90, rate: 0.75, by: { meta: 0, traceparent: 30, argument: 60 } },
  messages: {
    ...{ calls: 100, lists: 0, messages: 500, perCall: 5, complete: false },
    byMethod: [{ method: name, count: 500, perCall: 5 }],
    byService: [
      { service: name, messages: 400, executions: 100 },
      { service: 'other', messages: 100, executions: 0 },
    ],
    bystanderPerCall: 4,
  },
  sessions: { mapping: 'per-call', clientSessions: 3, upstreamSessions: 100, calls: 100, opened: 100, leftOpen: 7 },
  arrival: { calls: 120, customMeta: 0, metaTrace: 0.25, headerTrace: 0.5, otherTrace: 0, clientToken: 1 },
  deliveries: {
    ...{ hiddenRetries: 20, repeatedCalls: 15, repeatedEffects: 4 },
    ...{ answeredWithoutUpstream: null, addressed: 40, misrouted: 13 },
  },
  errors: [
    {
      ...{ fault: name, type: 'down', place: 'link', phase: name, ended: 50, ok: 10 },
      seen: [{ errorClass: 'tool-error', status: 200, code: 0, count: 40 }],
    },
  ],
  linkCosts: [
    {
      ...{ fault: name, link: name, phase: name, latencyNs: 0.2e9, calls: 12 },
      ...{ longestNs: 1.2e9, roundTrips: 5 },
    },
  ],
  availabilities: [
    {
      ...{ fault: name, type: 'error', on: name, phase: name },
      routes: [route(name, name, 50), route('other', 'other', 50)],
      whole: route(null, null, 100),
    },
  ],
  returns: [
    {
      ...{ fault: name, type: 'restart', phase: name, kind: 'after-failures', failedBeforeOk: 2, failed: 5 },
      ...{ attempts: 50, lastFailureNs: 1.5e9, recoveredSessions: 2, sessions: 3 },
      seen: [{ errorClass: 'tool-error', status: 200, code: 0, count: 5 }],
    },
  ],
  breakers: [{ fault: name, label: name, failures: 5, openLowNs: 1.9e9, openHighNs: 2.1e9, openings: 3 }],
  costs: [
    {
      ...{ process: name, phase: name, calls: 100, cpuPerCallNs: 2.5e6 },
      ...{ maxRssBytes: 64 * 1024 * 1024, rssPerSessionBytes: null },
    },
  ],
  coldStart: { readyNs: 2e9, introducedNs: 0.3e9, firstCallNs: 0.2e9, firstAnswerNs: 2.5e9, tenthCallNs: 0.1e9 },
  toolLists: {
    ...{ tokenizer: 'o200k_base', listings: 3, otherOrders: 2, otherContents: 0, naming: 'UPSTREAM__*' },
    views: [
      { service: null, tools: 7, bytes: 2048, tokens: 512 },
      { service: name, tools: 3, bytes: 1024, tokens: 256 },
    ],
    changed: [
      {
        ...{ service: name, tool: name, shownAs: name },
        places: [{ path: name, upstream: '{}', shown: 'null' }],
      },
    ],
    missing: [{ service: name, tool: name }],
    added: [name],
    collisions: [{ name, services: [name, 'other'] }],
  },
});
