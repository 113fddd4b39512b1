/** Checks of `stack:` and `protocol:` that one part alone can't make. */
import { CONTROL_PREFIX } from '../../protocol/index.js';
import type { Path } from '../../catalog/index.js';
import type { GatewayMockText, ServiceText, ServiceTimeText, ToolsMockText } from '../grammar/stack.js';
import { suggestion } from '../../problem/index.js';
import type { CheckContext } from './context.js';
import { checkUrl } from './url.js';

export function checkStack(context: CheckContext): void {
  const { services, links, target } = context;
  for (const [name, service] of services)
    if (service !== null && !context.replicas.has(name)) checkService(context, name, service);
  for (const [replica, name] of context.replicas) {
    const path = ['stack', 'services', name, 'replicas'];
    if (services.get(replica) !== services.get(name))
      context.error(
        path,
        'key',
        'duplicate-name',
        `"${replica}" would be the name of a replica, and is the name of a service`,
        'rename that service',
      );
    if (links.has(replica))
      context.error(
        path,
        'key',
        'duplicate-name',
        `"${replica}" would be the name of a replica, and is the name of a link`,
        'rename the link',
      );
  }
  for (const [name, link] of links) {
    const path = ['stack', 'links', name];
    if (services.has(name))
      context.error(
        path,
        'key',
        'duplicate-name',
        `"${name}" is also the name of a service`,
        'rename one of them: a target or fault could mean either',
      );
    if (link === null) continue;
    const to = services.get(link.to);
    if (!services.has(link.to))
      context.error(
        [...path, 'to'],
        'value',
        'unknown-service',
        `there is no service "${link.to}"`,
        suggestion(link.to, [...services.keys()], 'services'),
      );
    if (to !== undefined && to !== null && 'url' in to && to.url.startsWith('https:')) {
      context.error(
        [...path, 'to'],
        'value',
        'link-to-https',
        `a link can't stand in front of https (${link.to})`,
        'TLS names the host it was made for: use http on this machine, or make the service the target without a link',
      );
    }
    const passed = [...services.values()].some(
      (service) => service !== null && 'to' in service && service.to.includes(name),
    );
    if (target !== null && target !== name && !passed)
      context.warn(
        path,
        'key',
        'unused-link',
        'no call passes this link',
        `make it the target: "target: ${name}", or name it in the "to" of a gateway`,
      );
  }
  if (typeof target === 'string' && !services.has(target) && !links.has(target)) {
    context.error(
      ['stack', 'target'],
      'value',
      'unknown-target',
      `there is no service or link "${target}"`,
      suggestion(target, [...links.keys(), ...services.keys()], 'services and links'),
    );
  }
  if (typeof target === 'object' && target !== null && 'url' in target)
    checkUrl(context, ['stack', 'target', 'url'], target.url);
  checkTransport(context);
}

function checkTransport(context: CheckContext): void {
  const { target, protocol } = context;
  if (target === null || protocol.transport === undefined) return;
  const overStdio = typeof target === 'object' && 'command' in target;
  if (protocol.transport === 'stdio' && !overStdio) {
    context.error(
      ['protocol', 'transport'],
      'value',
      'transport-mismatch',
      'stdio needs a command as the target',
      'write "target: { command: [...] }" in the stack, or use streamable-http',
    );
  } else if (protocol.transport !== 'stdio' && overStdio) {
    context.error(
      ['protocol', 'transport'],
      'value',
      'transport-mismatch',
      'a command as the target is spoken to over stdio',
      'write "transport: stdio", or make the command a service and name it as the target',
    );
  }
}

function checkService(context: CheckContext, name: string, service: ServiceText): void {
  const path: Path = ['stack', 'services', name];
  if ('url' in service) checkUrl(context, [...path, 'url'], service.url);
  if ('to' in service) checkGateway(context, name, service);
  else if ('mock' in service) checkMock(context, path, service);
  if ('command' in service && service.replicas !== undefined && service.port !== undefined) {
    context.error(
      [...path, 'port'],
      'value',
      'contradiction',
      "replicas can't share one port",
      'delete "port" and use ${port}: each replica gets its own',
    );
  }
  if ('command' in service && typeof service.ready === 'object' && 'line' in service.ready) {
    try {
      new RegExp(service.ready.line, 'u');
    } catch {
      context.error(
        [...path, 'ready', 'line'],
        'value',
        'bad-pattern',
        'this is not a regular expression',
        'escape special characters with "\\", or quote the line in single quotes',
      );
    }
  }
}

function checkGateway(context: CheckContext, name: string, gateway: GatewayMockText): void {
  const path: Path = ['stack', 'services', name];
  checkServiceTime(context, [...path, 'service-time'], gateway['service-time']);
  checkPath(context, path, gateway.path);
  if ((gateway.balance ?? 'sticky') === 'sticky' && gateway.sessions !== undefined) {
    context.error(
      [...path, 'sessions'],
      'key',
      'contradiction',
      'with sticky balance only the upstream that opened a session knows it, so "sessions" has no effect',
      'delete this line, or choose round-robin or random',
    );
  }
  const names = [...context.services.keys()];
  const above = names.slice(0, names.indexOf(name));
  gateway.to.forEach((to, index) => {
    const at = [...path, 'to', index];
    const behind = context.services.has(to) ? to : context.links.get(to)?.to;
    if (!context.services.has(to) && !context.links.has(to)) {
      context.error(
        at,
        'value',
        'unknown-service',
        `there is no service or link "${to}"`,
        suggestion(to, [...above, ...context.links.keys()], 'services and links'),
      );
    } else if (gateway.to.indexOf(to) < index) {
      context.error(at, 'value', 'duplicate-name', `"${to}" is there twice`, 'name each once');
    } else if (behind !== undefined && context.services.has(behind) && !above.includes(behind)) {
      context.error(
        at,
        'value',
        'service-order',
        `service "${behind}" is not up yet when this gateway starts`,
        'services start in the order they are written: write it above',
      );
    }
    const service = context.services.get(to);
    if (service !== undefined && service !== null && 'url' in service && service.url.startsWith('https:')) {
      context.error(
        at,
        'value',
        'link-to-https',
        `this gateway speaks plain http, and "${to}" is https`,
        'use http on this machine, or make the service the target',
      );
    }
  });
}

function checkPath(context: CheckContext, path: Path, mcpPath: string | undefined): void {
  if (mcpPath?.startsWith(CONTROL_PREFIX) !== true) return;
  context.error(
    [...path, 'path'],
    'value',
    'reserved-path',
    `a mock serves its control API below ${CONTROL_PREFIX}`,
    'use another path, like /mcp',
  );
}

function checkMock(context: CheckContext, path: Path, service: ToolsMockText): void {
  checkPath(context, path, service.path);
  checkServiceTime(context, [...path, 'service-time'], service['service-time']);
  const retryAfter = typeof service.queue === 'object' ? service.queue['retry-after'] : undefined;
  if (retryAfter !== undefined && retryAfter % 1e9 !== 0) {
    context.error(
      [...path, 'queue', 'retry-after'],
      'value',
      'bad-quantity',
      'Retry-After counts whole seconds',
      `write ${Math.ceil(retryAfter / 1e9)}s`,
    );
  }
  if (service.tools === undefined) return;
  if (Object.keys(service.tools).length === 0)
    context.error(
      [...path, 'tools'],
      'key',
      'empty',
      'a mock without tools answers nothing',
      'define a tool, or delete this line to get search, book and fail',
    );
  for (const [tool, text] of Object.entries(service.tools)) {
    checkServiceTime(context, [...path, 'tools', tool, 'service-time'], text['service-time']);
    const schema = text['input-schema'];
    if (schema !== undefined && schema['type'] !== 'object') {
      context.error(
        [...path, 'tools', tool, 'input-schema'],
        'key',
        'bad-schema',
        'the schema of a tool\'s arguments has "type: object"',
        'add "type: object"',
      );
    }
  }
}

function checkServiceTime(context: CheckContext, path: Path, time: ServiceTimeText | undefined): void {
  if (time !== undefined && 'lognormal' in time && time.lognormal.p99 < time.lognormal.median) {
    context.error(
      [...path, 'lognormal', 'p99'],
      'value',
      'contradiction',
      'the 99th percentile is below the median',
      'swap them',
    );
  }
}
