/** Parts of a scenario in words, one line each. */
import {
  formatDuration,
  formatRate,
  formatSize,
  type CallSpec,
  type Gate,
  type Protocol,
  type Rate,
  type Service,
  type Target,
} from '../scenario/index.js';

type MockOptions = Extract<Service, { kind: 'mock' }>['options'];

export function serviceWords(service: Service): string {
  switch (service.kind) {
    case 'mock':
      return `mock ${service.mock}: ${mockWords(service.options)}`;
    case 'gateway':
      return service.front
        ? `a front that sends each call to the next of ${service.to.join(', ')}`
        : `mock gateway to ${service.to.join(', ')}: ${gatewayWords(service.options)}`;
    case 'command':
      return `${service.command.join(' ')} (in ${service.workingFolder}; ${service.port === null ? 'a free port' : `port ${service.port}`}; MCP at ${service.path}; ready by ${readyWords(service.ready)} within ${formatDuration(service.readyWithinNs)})`;
    case 'url':
      return `${service.url} (not started here)`;
  }
}

function gatewayWords({
  balance,
  sessions,
  eject,
  workers,
  serviceTime,
  queueCapacity,
}: Extract<Service, { kind: 'gateway' }>['options']): string {
  const turn = balance === 'sticky' ? 'sticky sessions' : `${balance}, sessions kept by the ${sessions}`;
  const queue = queueCapacity === null ? 'unbounded queue' : `queue ${queueCapacity}, then 503`;
  return `${counted(workers, 'worker')}, service time ${serviceTimeWords(serviceTime)}, ${queue}, ${turn}, dead upstreams ${eject ? 'leave the rotation' : 'stay in rotation'}`;
}

function mockWords(options: MockOptions): string {
  const queue =
    options.queueCapacity === null ? 'unbounded queue' : `queue ${options.queueCapacity}, then ${options.whenFull}`;
  return `${counted(options.workers, 'worker')}, service time ${serviceTimeWords(options.serviceTime)}, ${queue}, ${options.drops === 'none' ? '' : `drops what is ${options.drops}, `}${options.answers} answers, tools ${options.tools.map(({ name }) => name).join(', ')}`;
}

function serviceTimeWords(time: MockOptions['serviceTime']): string {
  switch (time.kind) {
    case 'constant':
      return formatDuration(time.ns);
    case 'exponential':
      return `exponential, mean ${formatDuration(time.meanNs)}`;
    case 'lognormal':
      return `log-normal, median ${formatDuration(time.medianNs)}, p99 ${formatDuration(time.p99Ns)}`;
    case 'two-point':
      return `${formatDuration(time.commonNs)}, or ${formatDuration(time.rareNs)} for ${percent(time.rareShare)}`;
  }
}

function readyWords(ready: Extract<Service, { kind: 'command' }>['ready']): string {
  switch (ready.kind) {
    case 'tcp':
      return 'TCP';
    case 'http':
      return `HTTP ${ready.path}`;
    case 'line':
      return `a line like /${ready.pattern}/`;
  }
}

export function targetWords(target: Target): string {
  switch (target.kind) {
    case 'service':
      return `service ${target.service}`;
    case 'link':
      return `link ${target.link}`;
    case 'url':
      return target.url;
    case 'stdio':
      return `${target.command.join(' ')} over stdio (in ${target.workingFolder})`;
  }
}

export function protocolWords(protocol: Protocol): string {
  const headers = Object.keys(protocol.headers);
  const many =
    protocol.transport === 'stdio'
      ? counted(protocol.sessions, 'process', 'processes')
      : counted(protocol.sessions, 'session');
  return `${protocol.revision} over ${protocol.transport}, ${many}, at most ${counted(protocol.inFlightPerSession, 'call')} in flight in each${protocol.propagateDeadline ? ', telling its time limit' : ''}${headers.length === 0 ? '' : `, extra headers ${headers.join(', ')}`}`;
}

export function callWords(call: CallSpec, totalWeight: number): readonly string[] {
  const retry =
    call.retry === null
      ? 'no retries'
      : `${counted(call.retry.attempts, 'retry', 'retries')} on ${call.retry.on.join(', ')}${budgetWords(call.retry)}`;
  const timeout = call.attemptTimeoutNs === null ? '' : `, ${formatDuration(call.attemptTimeoutNs)} an attempt`;
  const silent = call.cancel ? '' : ', given up in silence';
  const effect = call.effect === 'none' ? '' : `, ${call.effect}`;
  const name = call.label === call.tool ? call.tool : `${call.label} (${call.tool})`;
  return [
    name,
    percent(call.weight / totalWeight),
    `deadline ${formatDuration(call.deadlineNs)}${call.deadlineIsExplicit ? '' : ' (default)'}${timeout}${silent}`,
    `expects ${expectationWords(call)}${effect}`,
    retry,
  ];
}

function budgetWords({ budget }: NonNullable<CallSpec['retry']>): string {
  return budget === null ? '' : `, budget ${percent(budget.share)} of the calls (${budget.burst} saved at most)`;
}

function expectationWords({ expect }: CallSpec): string {
  switch (expect.kind) {
    case 'success':
      return 'success';
    case 'derived':
      return 'the derived answer';
    case 'text':
      return `the text ${JSON.stringify(expect.equals)}`;
    case 'contains':
      return `a text with ${JSON.stringify(expect.part)}`;
  }
}

export function rateWords(rate: Rate, perSecond: number | null): string {
  if (rate.kind === 'absolute') return formatRate(rate.perSecond, 6);
  return perSecond === null
    ? `${rate.timesLoadLine}x the load line`
    : `${formatRate(perSecond, 6)} (${rate.timesLoadLine}x)`;
}

export function gateWords(gate: Gate): string {
  const scope = [
    gate.phase === null ? '' : ` of ${gate.phase}`,
    gate.tool === null ? '' : ` for ${gate.tool}`,
    gate.fault === null ? '' : ` after ${gate.fault}`,
    gate.process === null ? '' : ` in ${gate.process}`,
  ].join('');
  const bounds = [
    gate.min === null ? '' : `>= ${boundWords(gate, gate.min)}`,
    gate.max === null ? '' : `<= ${boundWords(gate, gate.max)}`,
  ].filter((text) => text !== '');
  return `${gate.metric} ${gate.stat}${scope} ${bounds.join(' and ')}`;
}

function boundWords(gate: Gate, value: number): string {
  switch (gate.unit) {
    case 'ns':
      return formatDuration(value);
    case 'per-second':
      return formatRate(value, 6);
    case 'ratio':
      return gate.metric === 'retry-amplification' ? `${value}x` : percent(value);
    case 'count':
      return String(value);
    case 'ns-per-second':
      return `${formatDuration(value)}/s`;
    case 'bytes-per-hour':
      return `${formatSize(value)}/h`;
    case 'per-hour':
      return `${Number(value.toPrecision(6))}/h`;
  }
}

export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}

function percent(share: number): string {
  return `${Number((share * 100).toPrecision(6))}%`;
}
