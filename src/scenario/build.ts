/** From a document that passed grammar and checks to the scenario: defaults filled in, names in place. */
import { resolve } from 'node:path';
import {
  DEFAULT_ABORT_WINDOW_NS,
  DEFAULT_GENERATOR,
  DEFAULT_IN_FLIGHT_PER_SESSION,
  DEFAULT_RECOVERY,
  DEFAULT_SEED,
  DEFAULT_SESSIONS,
  DEFAULT_TOOL_LISTS,
} from './defaults.js';
import {
  DEFAULT_REVISION,
  callSpecOf,
  literalFrom,
  phaseOf,
  traceIdsOf,
  unescaped,
  type HypothesisText,
  type JsonValue,
} from '../catalog/index.js';
import { withAskedName } from './asked-names.js';
import { buildGates, hypothesis } from './build-gates.js';
import { buildStack } from './build-stack.js';
import { buildFaults } from './build-faults.js';
import type { ProtocolText } from './grammar/protocol.js';
import type { DocumentText } from './grammar/document.js';
import type { AbortRules, ClientAnswers, Hypothesis, Protocol, Scenario, Stack } from './types.js';

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
    protocol: protocol(text.protocol ?? {}, stack, seed),
    calls: text.calls.map((each) =>
      withAskedName({ ...callSpecOf(each), ...(affectsCalls ? { named: true } : {}) }, stack),
    ),
    phases: text.phases.map(phaseOf),
    faults,
    ...buildGates(text.gates ?? []),
    defaultGates: text['default-gates'] ?? true,
    hypotheses: hypotheses(text),
    abortOn: abortRules(text['abort-on']),
    contract: text.contract === undefined ? null : { everyNs: text.contract.every },
    toolLists:
      text['tool-lists'] === undefined ? null : { sessions: text['tool-lists'].sessions ?? DEFAULT_TOOL_LISTS },
    generator: {
      pacing: text.generator?.pacing ?? DEFAULT_GENERATOR.pacing,
      maxInFlight: text.generator?.['max-in-flight'] ?? DEFAULT_GENERATOR.maxInFlight,
      maxQueued: text.generator?.['max-queued'] ?? DEFAULT_GENERATOR.maxQueued,
      workers: text.generator?.workers ?? DEFAULT_GENERATOR.workers,
      ...(text.generator?.cpus === undefined ? {} : { cpus: text.generator.cpus }),
    },
    recovery: {
      latencyFactor: text.recovery?.['latency-factor'] ?? DEFAULT_RECOVERY.latencyFactor,
      goodputShare: text.recovery?.['goodput-share'] ?? DEFAULT_RECOVERY.goodputShare,
      holdNs: text.recovery?.hold ?? DEFAULT_RECOVERY.holdNs,
      windowNs: text.recovery?.window ?? DEFAULT_RECOVERY.windowNs,
    },
  };
}

function abortRules(text: DocumentText['abort-on']): AbortRules | null {
  if (text === undefined) return null;
  return {
    windowNs: text.window ?? DEFAULT_ABORT_WINDOW_NS,
    errorShare: text['error-share'] ?? null,
    noGoodput: text['no-goodput'] ?? false,
    scheduleLagNs: text['schedule-lag'] ?? null,
  };
}

function protocol(text: ProtocolText, { target, spans }: Stack, seed: number): Protocol {
  return {
    revision: text.revision === undefined || text.revision === 'auto' ? DEFAULT_REVISION : text.revision,
    ...(text.revision === 'auto' ? { detectsRevision: true } : {}),
    transport: target.kind === 'stdio' ? 'stdio' : text.transport === 'http-sse' ? 'http-sse' : 'streamable-http',
    ...(text.driver === 'sdk' ? { driver: 'sdk' as const } : {}),
    sessions: text.sessions ?? DEFAULT_SESSIONS,
    headers: text.headers ?? {},
    inFlightPerSession: text['in-flight-per-session'] ?? DEFAULT_IN_FLIGHT_PER_SESSION,
    propagateDeadline: text['propagate-deadline'] ?? false,
    trace: text.trace === true || spans !== undefined ? traceIdsOf(seed) : null,
    serverStream: text['server-stream'] ?? true,
    outputSchemas: text['output-schemas'] ?? true,
    overloadCodes: text['overload-codes'] ?? [],
    ...sessionLife(text),
    ...(text.answers === undefined ? {} : { answers: clientAnswers(text.answers) }),
  };
}

function sessionLife(text: ProtocolText): Pick<Protocol, 'sessionLife'> {
  const { 'calls-per-session': calls, 'session-end': end = 'delete' } = text;
  return calls === undefined && end === 'delete' ? {} : { sessionLife: { calls: calls ?? null, end } };
}

function clientAnswers({ elicitation, sampling, roots }: NonNullable<ProtocolText['answers']>): ClientAnswers {
  const content = typeof elicitation === 'object' ? literalFrom(elicitation.accept) : null;
  return {
    ...(typeof elicitation === 'string' ? { elicitation: { action: elicitation } } : {}),
    ...(content === null
      ? {}
      : { elicitation: { action: 'accept', content: content as Readonly<Record<string, JsonValue>> } }),
    ...(sampling === undefined
      ? {}
      : { sampling: { text: unescaped(sampling.text), model: unescaped(sampling.model ?? 'none') } }),
    ...(roots === undefined
      ? {}
      : { roots: roots.map(({ uri, name }) => ({ uri, ...(name === undefined ? {} : { name }) })) }),
  };
}

function hypotheses(text: DocumentText): readonly Hypothesis[] {
  const placed: readonly (readonly [HypothesisText, string | undefined])[] = [
    ...(text.hypotheses ?? []).map((each) => [each, undefined] as const),
    ...text.phases.flatMap((phase) => phase.hypotheses.map((each) => [each, phase.name] as const)),
  ];
  return placed.map(([each, phase], index) => hypothesis(each, phase, index));
}
