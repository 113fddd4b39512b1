/** The stack of a scenario out of its text form. */
import {
  federationOf,
  gatewayShape,
  MOST_ANSWER_BYTES,
  withDefaults,
  type AnswerSize,
  type Federation,
  type MockPrompt,
  type MockResource,
  type MockTool,
  type ServiceTime,
} from '../protocol/index.js';
import { resolve } from 'node:path';
import { DEFAULT_READY_WITHIN_NS, DEFAULT_SERVICE_HOST, DEFAULT_STEP_WITHIN_NS } from './defaults.js';
import type { AfterReadyText } from './grammar/process.js';
import type { MetricsText, ResourcesText } from './grammar/resources.js';
import type { AnswerSizeText, GatewayMockText, ServiceTimeText, ToolsMockText } from './grammar/mocks.js';
import type { ServiceText, StackText } from './grammar/stack.js';
import { gatewayAdapter, literalFrom, unescaped } from '../catalog/index.js';
import { withMoreTools } from './more-tools.js';
import { replicaNames } from './replicas.js';
import type {
  AfterReadyStep,
  LateText,
  Readiness,
  ServerMetrics,
  Service,
  Stack,
  Target,
  WatchedElsewhere,
} from './types.js';

const DEFAULT_PATH = '/mcp';

export function buildStack(text: StackText, folder: string, seed: number): Stack {
  const texts = text.services ?? {};
  const services = Object.entries(texts).flatMap(([name, service]) => servicesOf(name, service, folder, seed));
  return {
    services: withMoreTools(services, texts, seed),
    links: Object.entries(text.links ?? {}).map(([name, link]) => ({ name, to: link.to })),
    target: targetOf(text, folder),
    ...(text.spans === undefined ? {} : { spans: { port: text.spans.port ?? null, work: text.spans.work ?? null } }),
  };
}

function targetOf(text: StackText, folder: string): Target {
  const { target } = text;
  if (typeof target === 'string')
    return Object.hasOwn(text.links ?? {}, target)
      ? { kind: 'link', link: target }
      : { kind: 'service', service: target };
  if ('url' in target) return { kind: 'url', url: target.url };
  return {
    kind: 'stdio',
    command: words(target.command),
    environment: environmentOf(target.environment),
    workingFolder: resolve(folder, target['working-folder'] ?? '.'),
  };
}

/** A service, or its replicas and the front that stands for them. */
function servicesOf(name: string, text: ServiceText, folder: string, seed: number): readonly Service[] {
  const names = replicaNames(name, text);
  if (names.length === 0) return [serviceOf(name, text, folder, seed)];
  const replicas = names.map((replica, index) => {
    const service = serviceOf(replica, text, folder, seed);
    // Service times of their own: replicas that are slow at the same calls would not be independent.
    return service.kind === 'mock'
      ? { ...service, options: { ...service.options, seed: service.options.seed + index } }
      : service;
  });
  const path = 'path' in text && text.path !== undefined ? text.path : DEFAULT_PATH;
  const options = gatewayShape({ path, seed, balance: 'round-robin', workers: 1 });
  return [
    ...replicas,
    { kind: 'gateway', name, to: names, options, front: true, readyWithinNs: DEFAULT_READY_WITHIN_NS },
  ];
}

function serviceOf(name: string, text: ServiceText, folder: string, seed: number): Service {
  if ('url' in text)
    return {
      kind: 'url',
      name,
      url: text.url,
      ...(text.resources === undefined ? {} : { resources: watched(text.resources) }),
      ...metricsOf(text.metrics),
    };
  const readyWithinNs = text.within ?? DEFAULT_READY_WITHIN_NS;
  const pinned = text.cpus === undefined ? {} : { cpus: text.cpus };
  if ('gateway' in text)
    return {
      ...{ kind: 'adapted', name, gateway: text.gateway, to: text.to },
      environment: environmentOf(text.environment),
      readyWithinNs: text.within ?? gatewayAdapter(text.gateway).readyWithinNs,
      ...pinned,
    };
  if ('to' in text)
    return {
      kind: 'gateway',
      ...{ name, to: text.to, options: gatewayOptions(text, seed), front: false, readyWithinNs, ...pinned },
    };
  if ('mock' in text)
    return { kind: 'mock', name, mock: 'tools', options: mockOptions(text, seed), readyWithinNs, ...pinned };
  return {
    kind: 'command',
    name,
    command: words(text.command),
    environment: environmentOf(text.environment),
    workingFolder: resolve(folder, text['working-folder'] ?? '.'),
    host: text.host ?? DEFAULT_SERVICE_HOST,
    port: text.port ?? null,
    path: text.path ?? DEFAULT_PATH,
    ready: readiness(text.ready),
    files: text.files ?? {},
    afterReady: (text['after-ready'] ?? []).map(stepOf),
    ...metricsOf(text.metrics),
    readyWithinNs,
    ...pinned,
  };
}

function stepOf(text: AfterReadyText[number]): AfterReadyStep {
  const withinNs = text.within ?? DEFAULT_STEP_WITHIN_NS;
  if ('command' in text)
    return { kind: 'command', command: words(text.command), environment: environmentOf(text.environment), withinNs };
  const { method, url, headers, body = null } = text.request;
  return {
    kind: 'request',
    method: method ?? (body === null ? 'GET' : 'POST'),
    url,
    headers: { ...(body === null ? {} : { 'content-type': 'application/json' }), ...headers },
    body,
    withinNs,
  };
}

function watched(text: ResourcesText): WatchedElsewhere {
  return 'pid' in text ? { kind: 'pid', pid: text.pid } : { kind: 'prometheus', url: text.prometheus };
}

function metricsOf(text: MetricsText | undefined): { readonly metrics?: ServerMetrics } {
  return text === undefined ? {} : { metrics: { url: text.prometheus, names: [...new Set(text.names)] } };
}

function words(command: readonly LateText[]): readonly [LateText, ...LateText[]] {
  const [program, ...rest] = command;
  if (program === undefined) throw new Error('a command passed the grammar without a word');
  return [program, ...rest];
}

function environmentOf(
  text: Readonly<Record<string, string | number | boolean>> | undefined,
): Readonly<Record<string, LateText>> {
  return Object.fromEntries(Object.entries(text ?? {}).map(([name, value]) => [name, String(value)]));
}

function readiness(text: Extract<ServiceText, { command: unknown }>['ready']): Readiness {
  if (text === undefined || text === 'tcp') return { kind: 'tcp' };
  return 'http' in text ? { kind: 'http', path: text.http } : { kind: 'line', pattern: text.line };
}

function gatewayOptions(text: GatewayMockText, seed: number): Extract<Service, { kind: 'gateway' }>['options'] {
  const { path, workers, queue: queueCapacity, balance, sessions, eject } = text;
  const serviceTime = serviceTimeOf(text['service-time']);
  const federation = federationFrom(text.federate);
  const written = defined({ path, workers, serviceTime, queueCapacity, balance, sessions, eject, federation });
  return gatewayShape({ seed: text.seed ?? seed, ...written });
}

function federationFrom(text: GatewayMockText['federate']): Federation | undefined {
  if (text === undefined) return undefined;
  const { retries, cache: cacheNs, breaker } = text;
  return federationOf(
    defined({
      toolNames: text['tool-names'],
      upstreamSessions: text['upstream-sessions'],
      upstreamEra: text['upstream-era'],
      listBeforeCall: text['list-before-call'],
      keepMeta: text['keep-meta'],
      passToken: text['pass-token'],
      changeSchemas: text['change-schemas'],
      shuffleTools: text['shuffle-tools'],
      retries,
      breaker: breaker === undefined ? undefined : { failures: breaker.failures, openNs: breaker.open },
      cacheNs,
    }),
  );
}

const ERAS = { both: ['session', 'stateless'], session: ['session'], stateless: ['stateless'] } as const;

function mockOptions(text: ToolsMockText, seed: number): Extract<Service, { kind: 'mock' }>['options'] {
  const {
    workers,
    answers,
    eras,
    drops,
    path,
    transport,
    'added-queue': addedQueueNs,
    'checks-headers': checksHeaders,
  } = text;
  const queue = typeof text.queue === 'number' ? { capacity: text.queue } : text.queue;
  const { capacity: queueCapacity, 'when-full': whenFull, 'retry-after': retryAfterNs } = queue ?? {};
  const retryAfterS = retryAfterNs === undefined ? undefined : retryAfterNs / 1e9;
  const serviceTime = serviceTimeOf(text['service-time']);
  const answerSize = answerSizeOf(text['answer-size']);
  const written = {
    workers,
    serviceTime,
    answerSize,
    queueCapacity,
    whenFull,
    retryAfterS,
    addedQueueNs,
    answers,
    eras: eras === undefined ? undefined : ERAS[eras],
    checksHeaders,
    drops,
    transport,
    path,
  };
  const { host, port, ...options } = withDefaults({
    seed: text.seed ?? seed,
    ...defined(written),
    ...(text.tools === undefined ? {} : { tools: mockTools(text) }),
    ...(text.resources === undefined ? {} : { resources: mockResources(text) }),
    ...(text.prompts === undefined ? {} : { prompts: mockPrompts(text) }),
  });
  void [host, port];
  return options;
}

type Defined<T> = { readonly [K in keyof T]?: Exclude<T[K], undefined> };

/** What of an object is not undefined. */
function defined<T extends object>(object: T): Defined<T> {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as Defined<T>;
}

/** The tools a mock will have. */
export function mockTools(text: ToolsMockText): readonly MockTool[] {
  return text.tools === undefined
    ? withDefaults({}).tools
    : Object.entries(text.tools).map(([name, tool]) => toolOf(name, tool));
}

/** The resources and templates a mock will have. */
export function mockResources({ resources }: ToolsMockText): readonly MockResource[] {
  if (resources === undefined) return withDefaults({}).resources;
  return Object.entries(resources).map(([uri, { description = '', 'mime-type': mimeType = 'text/plain' }]) => ({
    uri,
    description: unescaped(description),
    mimeType,
  }));
}

/** The prompts a mock will have. */
export function mockPrompts({ prompts }: ToolsMockText): readonly MockPrompt[] {
  if (prompts === undefined) return withDefaults({}).prompts;
  return Object.entries(prompts).map(([name, { description = '', arguments: names = [] }]) => ({
    name,
    description: unescaped(description),
    arguments: names,
  }));
}

type MockToolText = NonNullable<ToolsMockText['tools']>[string];

function toolOf(name: string, text: MockToolText): MockTool {
  const schema = literalFrom(text['input-schema'] ?? { type: 'object' });
  return {
    name,
    description: unescaped(text.description ?? ''),
    inputSchema: schema as Readonly<Record<string, unknown>>,
    effect: text.effect ?? false,
    alwaysFails: text['always-fails'] ?? false,
    ...defined({
      annotations: hintsOf(text.annotations),
      serviceTime: serviceTimeOf(text['service-time']),
      answerSize: answerSizeOf(text['answer-size']),
    }),
  };
}

function hintsOf(text: MockToolText['annotations']): MockTool['annotations'] {
  if (text === undefined) return undefined;
  const { 'read-only': readOnlyHint, idempotent: idempotentHint, destructive: destructiveHint } = text;
  return defined({ readOnlyHint, idempotentHint, destructiveHint });
}

function answerSizeOf(text: AnswerSizeText | undefined): AnswerSize | undefined {
  if (text === undefined) return undefined;
  if (typeof text === 'number') return { kind: 'constant', bytes: text };
  if ('pick' in text) return { kind: 'pick', bytes: text.pick };
  const { median, p99 } = text.lognormal;
  return { kind: 'lognormal', medianBytes: median, p99Bytes: p99, mostBytes: MOST_ANSWER_BYTES };
}

function serviceTimeOf(text: ServiceTimeText | undefined): ServiceTime | undefined {
  if (text === undefined) return undefined;
  if ('constant' in text) return { kind: 'constant', ns: text.constant };
  if ('exponential' in text) return { kind: 'exponential', meanNs: text.exponential.mean };
  if ('lognormal' in text) return { kind: 'lognormal', medianNs: text.lognormal.median, p99Ns: text.lognormal.p99 };
  const { common, rare, 'rare-share': rareShare } = text['two-point'];
  return { kind: 'two-point', commonNs: common, rareNs: rare, rareShare };
}
