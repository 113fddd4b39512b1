/** Descriptions of parts of a scenario, one line each. */
import { expectationWords, gatewayAdapter, subjectOf } from '../catalog/index.js';
import { bytes, counted, scenarioShare, scenarioDuration, scenarioRate } from '../format/index.js';
import type { CallSpec, Protocol, Rate, Service, Target } from '../scenario/index.js';

type MockOptions = Extract<Service, { kind: 'mock' }>['options'];
type GatewayOptions = Extract<Service, { kind: 'gateway' }>['options'];

export const serviceWords = (service: Service): string => `${kindWords(service)}${cpusWords(service)}`;

const cpusWords = (service: Service): string =>
  'cpus' in service && service.cpus !== undefined ? `; on CPU ${service.cpus.join(', ')} alone` : '';

function kindWords(service: Service): string {
  switch (service.kind) {
    case 'mock':
      return `mock ${service.mock}: ${mockWords(service.options)}`;
    case 'gateway':
      return service.front
        ? `a front that sends each call to the next of ${service.to.join(', ')}`
        : `mock gateway to ${service.to.join(', ')}: ${gatewayWords(service.options)}`;
    case 'command':
      return (
        `${service.command.join(' ')} (in ${service.workingFolder}; ` +
        `${service.port === null ? 'a free port' : `port ${service.port}`}; MCP at ${service.path}; ` +
        `ready by ${readyWords(service.ready)}${stepWords(service)} within ${scenarioDuration(service.readyWithinNs)}` +
        `${filesWords(service)})`
      );
    case 'adapted': {
      const { title, tuning } = gatewayAdapter(service.gateway);
      const within = scenarioDuration(service.readyWithinNs);
      return `gateway ${title} to ${service.to.join(', ')}: ${tuning}; ready within ${within}`;
    }
    case 'url':
      return `${service.url} (not started here)`;
  }
}

type CommandService = Extract<Service, { kind: 'command' }>;

const stepWords = ({ afterReady }: CommandService): string =>
  afterReady.length === 0 ? '' : ` and ${counted(afterReady.length, 'step')} after it`;

function filesWords({ files }: CommandService): string {
  const names = Object.keys(files);
  return names.length === 0 ? '' : `; files ${names.join(', ')}`;
}

function gatewayWords(options: GatewayOptions): string {
  const { balance, sessions, eject } = options;
  const turn = balance === 'sticky' ? 'sticky sessions' : `${balance}, sessions kept by the ${sessions}`;
  return `${workerWords(options, '503')}, ${turn}, dead upstreams ${eject ? 'leave the rotation' : 'stay in rotation'}`;
}

function mockWords(options: MockOptions): string {
  const drops = options.drops === 'none' ? '' : `drops what is ${options.drops}, `;
  return `${workerWords(options, options.whenFull)}, ${drops}${options.answers} answers, tools ${toolWords(options)}`;
}

const MOST_TOOL_NAMES = 8;

/** Their names; of a long list the first, and how large all definitions are. */
function toolWords({ tools }: MockOptions): string {
  const names = tools.slice(0, MOST_TOOL_NAMES).map(({ name }) => name);
  const left = tools.length - names.length;
  if (left === 0) return names.join(', ');
  const definitions = tools.map(({ name, description, inputSchema }) => ({ name, description, inputSchema }));
  return `${names.join(', ')} and ${left} more (${bytes(JSON.stringify(definitions).length)} in all)`;
}

function workerWords({ workers, serviceTime, queueCapacity }: MockOptions | GatewayOptions, whenFull: string): string {
  const queue = queueCapacity === null ? 'unbounded queue' : `queue ${queueCapacity}, then ${whenFull}`;
  return `${counted(workers, 'worker')}, service time ${serviceTimeWords(serviceTime)}, ${queue}`;
}

function serviceTimeWords(time: MockOptions['serviceTime']): string {
  switch (time.kind) {
    case 'constant':
      return scenarioDuration(time.ns);
    case 'exponential':
      return `exponential, mean ${scenarioDuration(time.meanNs)}`;
    case 'lognormal':
      return `log-normal, median ${scenarioDuration(time.medianNs)}, p99 ${scenarioDuration(time.p99Ns)}`;
    case 'two-point': {
      const rare = `${scenarioDuration(time.rareNs)} for ${scenarioShare(time.rareShare)}`;
      return `${scenarioDuration(time.commonNs)}, or ${rare}`;
    }
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
  const revision = protocol.detectsRevision === true ? 'the revision that the server speaks,' : protocol.revision;
  const many =
    protocol.transport === 'stdio'
      ? counted(protocol.sessions, 'process', 'processes')
      : counted(protocol.sessions, 'session');
  return (
    `${revision} over ${protocol.transport}, ${many}, at most ` +
    `${counted(protocol.inFlightPerSession, 'call')} in flight in each` +
    (protocol.driver === 'sdk' ? ', made by the client of the official SDK' : '') +
    (protocol.propagateDeadline ? ', each request with its time limit' : '') +
    (protocol.trace === null ? '' : ', each request with a trace context') +
    (protocol.serverStream ? '' : ', without the stream of the server') +
    (protocol.overloadCodes.length === 0 ? '' : `, overload as error ${protocol.overloadCodes.join(', ')}`) +
    (headers.length === 0 ? '' : `, extra headers ${headers.join(', ')}`)
  );
}

export function callWords(call: CallSpec, totalWeight: number): readonly string[] {
  const retry =
    call.retry === null
      ? 'no retries'
      : `${counted(call.retry.attempts, 'retry', 'retries')} on ${call.retry.on.join(', ')}${budgetWords(call.retry)}`;
  const timeout = call.attemptTimeoutNs === null ? '' : `, ${scenarioDuration(call.attemptTimeoutNs)} an attempt`;
  const silent = call.cancel ? '' : ', given up without a cancellation';
  const effect = call.effect === 'none' ? '' : `, ${call.effect}`;
  const subject = subjectOf(call);
  const name = call.label === subject ? subject : `${call.label} (${subject})`;
  return [
    name,
    scenarioShare(call.weight / totalWeight),
    `deadline ${scenarioDuration(call.deadlineNs)}${call.deadlineIsExplicit ? '' : ' (default)'}${timeout}${silent}`,
    `expects ${expectationWords(call.expect)}${effect}`,
    retry,
  ];
}

function budgetWords({ budget }: NonNullable<CallSpec['retry']>): string {
  return budget === null ? '' : `, budget ${scenarioShare(budget.share)} of the calls (${budget.burst} saved at most)`;
}

export function rateWords(rate: Rate, perSecond: number | null): string {
  if (rate.kind === 'absolute') return scenarioRate(rate.perSecond);
  return perSecond === null
    ? `${rate.timesLoadLine}x the load line`
    : `${scenarioRate(perSecond)} (${rate.timesLoadLine}x)`;
}
