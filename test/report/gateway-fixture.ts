/** What is known of a gateway, for reports made by hand. */
import type { GatewaySummary } from '../../src/analysis/index.js';

/** The run had neither traced calls nor tool lists. */
export const noGateway = (): GatewaySummary => ({
  ...{ joins: null, messages: null, sessions: null, arrival: null, deliveries: null, toolLists: null },
  ...{ errors: [], returns: [], breakers: [], costs: [] },
});

/** A gateway that does most things wrong. @param name stands in place of every foreign name. */
export const fixtureGateway = (name: string): GatewaySummary => ({
  joins: { upstreamCalls: 120, joined: 90, rate: 0.75, by: { meta: 0, traceparent: 30, argument: 60 } },
  messages: {
    ...{ calls: 100, messages: 500, perCall: 5, complete: false },
    byMethod: [{ method: name, count: 500, perCall: 5 }],
  },
  sessions: { mapping: 'per-call', clientSessions: 3, upstreamSessions: 100, calls: 100, opened: 100, leftOpen: 7 },
  arrival: { calls: 120, customMeta: 0, metaTrace: 0.25, headerTrace: 0.5, clientToken: 1 },
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
  returns: [
    {
      ...{ fault: name, type: 'restart', phase: name, kind: 'after-failures', failedBeforeOk: 2, failed: 5 },
      ...{ attempts: 50, lastFailureNs: 1.5e9, recoveredSessions: 2, sessions: 3 },
    },
  ],
  breakers: [{ fault: name, label: name, failures: 5, openLowNs: 1.9e9, openHighNs: 2.1e9, openings: 3 }],
  costs: [
    {
      ...{ process: name, phase: name, calls: 100, cpuPerCallNs: 2.5e6 },
      ...{ maxRssBytes: 64 * 1024 * 1024, rssPerSessionBytes: null },
    },
  ],
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
