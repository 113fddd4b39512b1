/** The faults of a scenario out of their text form, in the words of whoever makes them happen. */
import type { MockFault, Which } from '../protocol/index.js';
import { createHash } from 'node:crypto';
import { faultIds } from './fault-ids.js';
import {
  isLinkFault,
  isProcessFault,
  type FaultText,
  type LinkFaultText,
  type MockFaultText,
} from './grammar/faults.js';
import type { Fault } from './types.js';

export function buildFaults(texts: readonly FaultText[], seed: number): readonly Fault[] {
  const ids = faultIds(texts);
  return texts.map((text, index) => faultOf(text, ids[index] ?? `fault-${index}`, seed));
}

function faultOf(text: FaultText, id: string, seed: number): Fault {
  const common = {
    id,
    phase: text.phase,
    type: text.type,
    on: text.on,
    atNs: text.at,
    forNs: text.for ?? null,
  } as const;
  if (isLinkFault(text)) return { ...common, place: 'link', fault: linkFault(text) };
  if (isProcessFault(text)) return { ...common, place: 'process', fault: { type: text.type } };
  return { ...common, place: 'mock', fault: mockFault(text, faultSeed(seed, id)) };
}

const MS = 1e6;

function linkFault(text: LinkFaultText): Extract<Fault, { place: 'link' }>['fault'] {
  if (text.type === 'down') return { type: 'down' };
  const traffic = { direction: text.direction ?? 'downstream', toxicity: text.toxicity ?? 1 } as const;
  switch (text.type) {
    case 'latency':
      return { type: 'latency', latencyMs: text.latency / MS, jitterMs: (text.jitter ?? 0) / MS, ...traffic };
    case 'bandwidth':
      return { type: 'bandwidth', rateKBps: text.rate / 1000, ...traffic };
    case 'slow-close':
      return { type: 'slow-close', delayMs: text.delay / MS, ...traffic };
    case 'timeout':
      return { type: 'timeout', timeoutMs: text.timeout / MS, ...traffic };
    case 'reset':
      return { type: 'reset', afterMs: (text.after ?? 0) / MS, ...traffic };
    case 'slicer':
      return {
        type: 'slicer',
        averageSizeBytes: text['average-size'],
        sizeVariationBytes: text['size-variation'] ?? 0,
        delayUs: (text.delay ?? 0) / 1000,
        ...traffic,
      };
    case 'limit-data':
      return { type: 'limit-data', bytes: text.bytes, ...traffic };
  }
}

/** The fault as the mock takes it, without its times: those are the timeline's. */
export function mockFault(text: MockFaultText, seed: number): MockFault {
  const which = whichOf(text, seed);
  const scope = { ...(text.tool === undefined ? {} : { tool: text.tool }), ...(which === null ? {} : { which }) };
  switch (text.type) {
    case 'error':
    case 'is-error':
      return { kind: text.type, ...scope, ...failing(text) };
    case 'rpc-error':
      return { kind: 'rpc-error', ...scope, ...failing(text), ...(text.code === undefined ? {} : { code: text.code }) };
    case 'shed':
      return {
        kind: 'shed',
        ...scope,
        status: text.status ?? 503,
        ...(text['retry-after'] === undefined ? {} : { retryAfterS: text['retry-after'] / 1e9 }),
      };
    case 'stall':
      return { kind: 'stall', ...scope, ...(text.lasting === undefined ? {} : { forNs: text.lasting }) };
    case 'slow-first-byte':
      return { kind: 'slow-first-byte', ...scope, delayNs: text.delay };
    case 'malformed-sse':
      return { kind: 'malformed-sse', ...scope, ...(text.form === undefined ? {} : { form: text.form }) };
    case 'sse-cut':
      return { kind: 'sse-cut', ...scope, ...(text.end === undefined ? {} : { end: text.end }) };
    case 'schema-drift':
      return { kind: 'schema-drift', ...scope, ...(text.field === undefined ? {} : { field: text.field }) };
    case 'duplicate-effect':
      return {
        kind: 'duplicate-effect',
        ...scope,
        ...(text.executions === undefined ? {} : { executions: text.executions }),
      };
    case 'memory-leak':
      return { kind: 'memory-leak', ...scope, bytesPerCall: text['per-call'] };
    case 'wrong-result':
    case 'misdelivered':
    case 'stale':
    case 'truncated-json':
    case 'session-loss':
    case 'lost-effect':
    case 'session-leak':
      return { kind: text.type, ...scope };
  }
}

function failing(text: { readonly 'after-effect'?: boolean | undefined }): { readonly afterEffect?: boolean } {
  return text['after-effect'] === undefined ? {} : { afterEffect: text['after-effect'] };
}

function whichOf({ every, calls, probability }: MockFaultText, seed: number): Which | null {
  if (every !== undefined) return { kind: 'every', n: every };
  // People count calls from 1, the mock from 0.
  if (calls !== undefined) return { kind: 'listed', numbers: calls.map((number) => number - 1) };
  return probability === undefined ? null : { kind: 'probability', probability, seed };
}

/**
 * A seed of its own for each fault: the same for the same scenario seed and fault id, in every run and on every
 * machine. 48 bits of a SHA-256, so that neighbouring seeds and ids share nothing.
 */
export function faultSeed(seed: number, id: string): number {
  return createHash('sha256').update(`${seed}/fault/${id}`).digest().readUIntBE(0, 6);
}
