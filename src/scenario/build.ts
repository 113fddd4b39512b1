/**
 * From a document that passed grammar and checks to the scenario the house works with: defaults filled in, names in
 * place.
 */
import { resolve } from 'node:path';
import {
  DEFAULT_DEADLINE_NS,
  DEFAULT_GENERATOR,
  DEFAULT_IN_FLIGHT_PER_SESSION,
  DEFAULT_RECOVERY,
  DEFAULT_RETRY,
  DEFAULT_RETRY_BURST,
  DEFAULT_SEED,
  DEFAULT_SESSIONS,
} from './defaults.js';
import { buildStack } from './build-stack.js';
import { buildFaults } from './build-faults.js';
import { readBound, statOf, type GateText, type HypothesisText, phaseOf } from '../catalog/index.js';
import type { CallText, ProtocolText } from './grammar/calls.js';
import type { DocumentText } from './grammar/document.js';
import { unescaped } from './placeholders.js';
import type {
  CallSpec,
  Expectation,
  Gate,
  Hypothesis,
  Protocol,
  Retry,
  RetryBudget,
  Scenario,
  Target,
} from './types.js';

/** @param folder absolute; relative working folders count from it. */
export function buildScenario(text: DocumentText, folder: string): Scenario {
  const seed = text.seed ?? DEFAULT_SEED;
  const stack = buildStack(text.stack, resolve(folder), seed);
  const faults = buildFaults(text.faults ?? [], seed);
  const affectsCalls = faults.some(({ place }) => place === 'mock');
  return {
    version: 1,
    name: text.name,
    description: text.description === undefined ? null : unescaped(text.description),
    seed,
    allowRemote: text['allow-remote'] ?? false,
    loadLinePerSecond: text['load-line'] ?? null,
    stack,
    protocol: protocol(text.protocol ?? {}, stack.target),
    calls: text.calls.map((each) => (affectsCalls ? { ...call(each), named: true } : call(each))),
    phases: text.phases.map(phaseOf),
    faults,
    gates: (text.gates ?? []).map(gate),
    hypotheses: hypotheses(text),
    contract: text.contract === undefined ? null : { everyNs: text.contract.every },
    generator: {
      pacing: text.generator?.pacing ?? DEFAULT_GENERATOR.pacing,
      maxInFlight: text.generator?.['max-in-flight'] ?? DEFAULT_GENERATOR.maxInFlight,
      maxQueued: text.generator?.['max-queued'] ?? DEFAULT_GENERATOR.maxQueued,
      workers: text.generator?.workers ?? DEFAULT_GENERATOR.workers,
    },
    recovery: {
      latencyFactor: text.recovery?.['latency-factor'] ?? DEFAULT_RECOVERY.latencyFactor,
      goodputShare: text.recovery?.['goodput-share'] ?? DEFAULT_RECOVERY.goodputShare,
      holdNs: text.recovery?.hold ?? DEFAULT_RECOVERY.holdNs,
      windowNs: text.recovery?.window ?? DEFAULT_RECOVERY.windowNs,
    },
  };
}

function protocol(text: ProtocolText, target: Target): Protocol {
  return {
    revision: text.revision ?? '2025-11-25',
    transport: target.kind === 'stdio' ? 'stdio' : 'streamable-http',
    sessions: text.sessions ?? DEFAULT_SESSIONS,
    headers: text.headers ?? {},
    inFlightPerSession: text['in-flight-per-session'] ?? DEFAULT_IN_FLIGHT_PER_SESSION,
    propagateDeadline: text['propagate-deadline'] ?? false,
  };
}

function call(text: CallText): CallSpec {
  return {
    tool: text.tool,
    label: text.label ?? text.tool,
    weight: text.weight ?? 1,
    arguments: text.arguments ?? {},
    expect: expectation(text.expect),
    effect: text.effect ?? 'none',
    deadlineNs: text.deadline ?? DEFAULT_DEADLINE_NS,
    deadlineIsExplicit: text.deadline !== undefined,
    attemptTimeoutNs: text.timeout ?? null,
    retry: retry(text.retry),
    cancel: text.cancel ?? true,
  };
}

function expectation(text: CallText['expect']): Expectation {
  if (text === undefined || text === 'success') return { kind: 'success' };
  if (text === 'derived') return { kind: 'derived' };
  return 'text' in text
    ? { kind: 'text', equals: unescaped(text.text) }
    : { kind: 'contains', part: unescaped(text.contains) };
}

function retry(text: CallText['retry']): Retry | null {
  if (text === undefined || text === 'never') return null;
  const backoffNs = text.backoff ?? DEFAULT_RETRY.backoffNs;
  return {
    attempts: text.attempts,
    backoffNs,
    maxBackoffNs: text['max-backoff'] ?? Math.max(DEFAULT_RETRY.maxBackoffNs, backoffNs),
    jitter: text.jitter ?? DEFAULT_RETRY.jitter,
    on: text.on ?? DEFAULT_RETRY.on,
    obeyRetryAfter: text['obey-retry-after'] ?? DEFAULT_RETRY.obeyRetryAfter,
    budget: retryBudget(text.budget),
  };
}

function retryBudget(text: Exclude<NonNullable<CallText['retry']>, string>['budget']): RetryBudget | null {
  if (text === undefined) return null;
  return typeof text === 'number'
    ? { share: text, burst: DEFAULT_RETRY_BURST }
    : { share: text.share, burst: text.burst ?? DEFAULT_RETRY_BURST };
}

function gate(text: GateText, index: number): Gate {
  const chosen = statOf(text.metric, text.stat);
  if (chosen === null) throw new Error(`gate ${index} passed the checks without a stat`);
  const bound = (raw: string | number | undefined): number | null => {
    const read = raw === undefined ? null : readBound(text.metric, chosen.unit, raw);
    return read?.ok === true ? read.value : null;
  };
  return {
    index,
    metric: text.metric,
    stat: chosen.stat,
    phase: text.phase ?? null,
    tool: text.tool ?? null,
    fault: text.fault ?? null,
    process: text.process ?? null,
    min: bound(text.min),
    max: bound(text.max),
    unit: chosen.unit,
  };
}

function hypotheses(text: DocumentText): readonly Hypothesis[] {
  const placed: readonly (readonly [HypothesisText, string | undefined])[] = [
    ...(text.hypotheses ?? []).map((each) => [each, undefined] as const),
    ...text.phases.flatMap((phase) => phase.hypotheses.map((each) => [each, phase.name] as const)),
  ];
  return placed.map(([each, phase], index) => ({
    ...gate({ ...each, ...(phase === undefined ? {} : { phase }) }, index),
    metric: each.metric,
    fault: null,
    process: null,
  }));
}
