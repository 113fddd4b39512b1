/** Checks of `stack:` and `protocol:` that one part alone can't make. */
import { CONTROL_PREFIX } from '../../protocol/index.js';
import {
  GATEWAYS,
  checkRetryAfter,
  gatewayAdapter,
  reportBelow,
  unknownName,
  type CheckReport,
} from '../../catalog/index.js';
import type { AnswerSizeText, GatewayMockText, ServiceTimeText, ToolsMockText } from '../grammar/mocks.js';
import type { GatewayServiceText, ServiceText } from '../grammar/stack.js';
import type { CheckContext } from './context.js';
import { serviceOfAll } from '../every-replica.js';
import { linksNamed, namesSpans, notUpYet } from './placeholders.js';
import { checkTransport } from './transport.js';
import { nodeAt } from '../tree.js';
import { checkUrl } from './url.js';

export function checkStack(context: CheckContext): void {
  const { services, links, target, error } = context;
  checkNamesInOrder(context);
  for (const [name, service] of services)
    if (service !== null && !context.replicas.has(name)) checkService(context, name, service);
  for (const [replica, name] of context.replicas) {
    const taken = (by: string, remedy: string): void =>
      error({ key: ['stack', 'services', name, 'replicas'] }, 'duplicate-name', {
        what: `"${replica}" would be the name of a replica, and is the name of a ${by}`,
        remedy,
      });
    if (services.get(replica) !== services.get(name)) taken('service', 'rename that service');
    if (links.has(replica)) taken('link', 'rename the link');
  }
  for (const name of links.keys()) checkLink(context, name);
  if (typeof target === 'string' && !services.has(target) && !links.has(target)) {
    const known = [...links.keys(), ...services.keys()];
    error(['stack', 'target'], 'unknown-target', unknownName('service or link', target, known, 'services and links'));
  }
  if (typeof target === 'object' && target !== null && 'url' in target)
    checkUrl(context, ['stack', 'target', 'url'], target.url);
  checkTransport(context);
  checkSessionLife(context);
  checkServerStream(context);
  checkDriver(context);
  checkSpans(context);
}

/** Services start in the order in which they are written; as keys of an object, names that are numbers come first. */
function checkNamesInOrder({ tree, error }: CheckContext): void {
  const services = nodeAt(tree, ['stack', 'services']);
  if (services?.kind !== 'map') return;
  const written = [...services.entries.keys()];
  const read = Object.keys(Object.fromEntries(written.map((name) => [name, null])));
  const moved = read.find((name, at) => name !== written[at]);
  if (moved === undefined) return;
  error({ key: ['stack', 'services', moved] }, 'number-as-name', {
    what: `the name "${moved}" is a number, so that this service would be started before those above it`,
    remedy: `begin the name with a letter: s${moved}`,
  });
}

/** Spans come only from who knows where to send them, and belong to calls by the trace context of these. */
function checkSpans({ tree, protocol, error }: CheckContext): void {
  const path = ['stack', 'spans'];
  if (nodeAt(tree, path) === null) return;
  if (protocol.trace === false)
    error(['protocol', 'trace'], 'contradiction', {
      what: 'spans belong to calls by their trace context, and these are to have none',
      remedy: 'delete this line, or "spans" in the stack',
    });
  if (nodeAt(tree, [...path, 'port']) === null && !namesSpans(tree))
    error({ key: path }, 'spans-without-address', {
      what: 'no server learns where to send its spans',
      remedy: 'write OTEL_EXPORTER_OTLP_ENDPOINT: "${spans.url}" into its environment, or a "port" here that it knows',
    });
}

function checkLink(context: CheckContext, name: string): void {
  const { services, links, target } = context;
  const { error, warn } = reportBelow(context, ['stack', 'links', name]);
  if (services.has(name))
    error({ key: [] }, 'duplicate-name', {
      what: `"${name}" is also the name of a service`,
      remedy: 'rename one of them: a target or fault could mean either',
    });
  const link = links.get(name);
  if (link === null || link === undefined) return;
  if (!services.has(link.to)) error(['to'], 'unknown-service', unknownName('service', link.to, services.keys()));
  if (isHttps(services.get(link.to)))
    error(['to'], 'link-to-https', {
      what: `a link can't stand in front of https (${link.to})`,
      remedy:
        'TLS names the host it was made for: use http on this machine, or make the service the target without a link',
    });
  const passed = [...services.values()].some(
    (service) => service !== null && 'to' in service && service.to.includes(name),
  );
  if (target !== null && target !== name && !passed && !linksNamed(context.tree).has(name))
    warn({ key: [] }, 'unused-link', {
      what: 'no call passes this link',
      remedy: `make it the target: "target: ${name}", name it in the "to" of a gateway, or use \${link.${name}.url}`,
    });
}

function isHttps(service: ServiceText | null | undefined): boolean {
  return service !== undefined && service !== null && 'url' in service && service.url.startsWith('https:');
}

/** What only sessions over HTTP have. */
function checkSessionLife({ target, protocol, error }: CheckContext): void {
  const overStdio = typeof target === 'object' && target !== null && 'command' in target;
  for (const key of ['calls-per-session', 'session-end'] as const)
    if (protocol[key] !== undefined && overStdio)
      error(['protocol', key], 'no-http', {
        what: 'a session over stdio is a process, which lasts for the run',
        remedy: 'delete this line',
      });
  if (protocol['session-end'] === 'abandon' && protocol.transport === 'http-sse')
    error(['protocol', 'session-end'], 'contradiction', {
      what: 'a session over HTTP+SSE ends with its stream',
      remedy: 'delete this line',
    });
}

/** A session without the stream may be ended by its server, which would count as the server's failure. */
function checkServerStream({ protocol, warn }: CheckContext): void {
  if (protocol['server-stream'] !== false) return;
  warn(['protocol', 'server-stream'], 'no-server-stream', {
    what: 'no session holds the stream on which a server pings its clients: a server that does may end the sessions',
    remedy: 'delete this line, unless the server offers no such stream',
  });
}

/** Calls a second that one thread of ours makes with the client of the official SDK, on a slow machine. */
const MOST_BY_SDK = 500;

function checkDriver({ protocol, phases, workers, error, warn }: CheckContext): void {
  if (protocol.driver !== 'sdk') return;
  for (const key of ['calls-per-session', 'session-end'] as const)
    if (protocol[key] !== undefined)
      error(['protocol', key], 'contradiction', {
        what: 'a session of the client of the official SDK lasts for the run, and is ended',
        remedy: 'delete this line, or "driver: sdk"',
      });
  const most = MOST_BY_SDK * workers;
  phases.forEach((phase, index) => {
    for (const [key, rate] of phase?.rates ?? []) {
      if (rate.kind !== 'absolute' || rate.perSecond <= most) continue;
      warn(['phases', index, ...key], 'beyond-the-sdk', {
        what: `the client of the official SDK makes about ${most} calls a second, so calls would leave late`,
        remedy: `stay below ${most}/s, raise generator.workers, or write "driver: wire"`,
      });
      return;
    }
  });
}

function checkService(context: CheckContext, name: string, service: ServiceText): void {
  const path = ['stack', 'services', name];
  const report = reportBelow(context, path);
  if ('url' in service) {
    checkUrl(context, [...path, 'url'], service.url);
    if (service.resources !== undefined && 'prometheus' in service.resources)
      checkUrl(context, [...path, 'resources', 'prometheus'], service.resources.prometheus);
  }
  if ('metrics' in service && service.metrics !== undefined)
    checkUrl(context, [...path, 'metrics', 'prometheus'], service.metrics.prometheus);
  if ('gateway' in service) checkForeignGateway(context, name, service, report);
  else if ('to' in service) checkGateway(context, name, service, report);
  else if ('mock' in service) checkMock(service, report);
  if (!('command' in service)) return;
  if (service.replicas !== undefined && service.port !== undefined)
    report.error(['port'], 'contradiction', {
      what: "replicas can't share one port",
      remedy: 'delete "port" and use ${port}: each replica gets its own',
    });
  service['after-ready']?.forEach((step, index) => {
    if ('request' in step) checkUrl(context, [...path, 'after-ready', index, 'request', 'url'], step.request.url);
  });
  if (typeof service.ready === 'object' && 'line' in service.ready && !isPattern(service.ready.line))
    report.error(['ready', 'line'], 'bad-pattern', {
      what: 'this is not a regular expression',
      remedy: 'escape special characters with "\\", or quote the line in single quotes',
    });
}

function isPattern(text: string): boolean {
  try {
    return new RegExp(text, 'u').source !== '';
  } catch {
    return false;
  }
}

function checkGateway(context: CheckContext, name: string, gateway: GatewayMockText, report: CheckReport): void {
  checkServiceTime(gateway['service-time'], reportBelow(report, ['service-time']));
  checkPath(gateway.path, report);
  for (const key of gateway.federate === undefined ? [] : (['balance', 'sessions', 'eject'] as const))
    if (gateway[key] !== undefined)
      report.error({ key: [key] }, 'contradiction', {
        what: `a gateway that federates chooses the upstream by the tool, so "${key}" has no effect`,
        remedy: 'delete this line, or delete "federate"',
      });
  if ((gateway.balance ?? 'sticky') === 'sticky' && gateway.federate === undefined && gateway.sessions !== undefined)
    report.error({ key: ['sessions'] }, 'contradiction', {
      what: 'with sticky balance only the upstream that opened a session knows it, so "sessions" has no effect',
      remedy: 'delete this line, or choose round-robin or random',
    });
  checkUpstreams(context, name, gateway.to, report);
}

/** A gateway of others: one upstream, unless it federates. */
function checkForeignGateway(context: CheckContext, name: string, text: GatewayServiceText, report: CheckReport): void {
  checkUpstreams(context, name, text.to, report);
  const { title, federates } = gatewayAdapter(text.gateway);
  if (federates || text.to.length === 1) return;
  const federating = GATEWAYS.filter((gateway) => gatewayAdapter(gateway).federates).join(', ');
  report.error(['to'], 'one-upstream', {
    what: `${title} passes calls to one upstream, found ${text.to.length}`,
    remedy: `name one, or choose a gateway that federates: ${federating}`,
  });
}

/** What a gateway sends calls on to: services and links above it, each once, and plain http. */
function checkUpstreams(context: CheckContext, name: string, upstreams: readonly string[], report: CheckReport): void {
  const { services, links } = context;
  const names = [...services.keys()];
  const above = names.slice(0, names.indexOf(name));
  upstreams.forEach((to, index) => {
    const at = ['to', index];
    const behind = services.has(to) ? to : links.get(to)?.to;
    const of = serviceOfAll(to);
    if (of !== null && services.has(of)) {
      const what = `"${to}" stands for the replicas of "${of}", which has none`;
      report.error(at, 'no-replicas', { what, remedy: `write "replicas: 6" for ${of}, or name it without "-*"` });
    } else if (!services.has(to) && !links.has(to)) {
      const unknown = unknownName('service or link', to, [...above, ...links.keys()], 'services and links');
      report.error(at, 'unknown-service', unknown);
    } else if (upstreams.indexOf(to) < index)
      report.error(at, 'duplicate-name', { what: `"${to}" is there twice`, remedy: 'name each once' });
    else if (behind !== undefined && services.has(behind) && !above.includes(behind))
      report.error(at, 'service-order', notUpYet(behind, 'this gateway starts'));
    if (wantsToken(behind === undefined ? undefined : services.get(behind)))
      report.error(at, 'gateway-token', {
        what: `"${to}" wants a token of its clients, which a gateway in front of it does not have`,
        remedy: 'make it the target, or choose a gateway that wants none',
      });
    if (isHttps(services.get(to)))
      report.error(at, 'link-to-https', {
        what: `this gateway speaks plain http, and "${to}" is https`,
        remedy: 'use http on this machine, or make the service the target',
      });
  });
}

/** The token is made for the run and shown by its load generator alone. */
const wantsToken = (service: ServiceText | null | undefined): boolean =>
  service !== undefined && service !== null && 'gateway' in service && gatewayAdapter(service.gateway).token !== null;

function checkPath(mcpPath: string | undefined, { error }: CheckReport): void {
  if (mcpPath?.startsWith(CONTROL_PREFIX) !== true) return;
  error(['path'], 'reserved-path', {
    what: `a mock serves its control API below ${CONTROL_PREFIX}`,
    remedy: 'use another path, like /mcp',
  });
}

function checkMock(service: ToolsMockText, report: CheckReport): void {
  checkPath(service.path, report);
  checkServiceTime(service['service-time'], reportBelow(report, ['service-time']));
  checkAnswerSize(service['answer-size'], reportBelow(report, ['answer-size']));
  if (typeof service.queue === 'object')
    checkRetryAfter(report, ['queue', 'retry-after'], service.queue['retry-after']);
  const { tools } = service;
  if (tools !== undefined && Object.keys(tools).length === 0)
    report.error({ key: ['tools'] }, 'empty', {
      what: 'a mock without tools answers nothing',
      remedy: 'define a tool, or delete this line to get search, book and fail',
    });
  for (const [tool, text] of Object.entries(tools ?? {})) {
    checkServiceTime(text['service-time'], reportBelow(report, ['tools', tool, 'service-time']));
    checkAnswerSize(text['answer-size'], reportBelow(report, ['tools', tool, 'answer-size']));
    const schema = text['input-schema'];
    if (schema !== undefined && schema['type'] !== 'object')
      report.error({ key: ['tools', tool, 'input-schema'] }, 'bad-schema', {
        what: 'the schema of a tool\'s arguments has "type: object"',
        remedy: 'add "type: object"',
      });
  }
}

function checkServiceTime(time: ServiceTimeText | undefined, report: CheckReport): void {
  if (time !== undefined && 'lognormal' in time) checkOrder(time.lognormal, reportBelow(report, ['lognormal']));
}

function checkAnswerSize(size: AnswerSizeText | undefined, report: CheckReport): void {
  if (typeof size === 'object' && 'lognormal' in size) checkOrder(size.lognormal, reportBelow(report, ['lognormal']));
}

interface Quantiles {
  readonly median: number;
  readonly p99: number;
}

function checkOrder({ median, p99 }: Quantiles, { error }: CheckReport): void {
  if (p99 < median)
    error(['p99'], 'contradiction', {
      what: 'the 99th percentile is below the median',
      remedy: 'swap them',
    });
}
