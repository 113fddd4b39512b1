/** Checks of `stack:` and `protocol:` that one part alone can't make. */
import type { MockServiceText, ServiceText, ServiceTimeText } from '../grammar/stack.js';
import type { Path } from '../source-tree.js';
import { suggestion } from '../suggest.js';
import type { CheckContext } from './context.js';
import { checkUrl } from './url.js';

export function checkStack(context: CheckContext): void {
  const { services, links, target } = context;
  for (const [name, service] of services) if (service !== null) checkService(context, name, service);
  for (const [name, link] of links) {
    const path = ['stack', 'links', name];
    if (services.has(name)) context.error(path, 'key', 'duplicate-name', `"${name}" is also the name of a service`, 'rename one of them: a target or fault could mean either');
    if (link === null) continue;
    const to = services.get(link.to);
    if (!services.has(link.to)) context.error([...path, 'to'], 'value', 'unknown-service', `there is no service "${link.to}"`, suggestion(link.to, [...services.keys()], 'services'));
    if (to !== undefined && to !== null && 'url' in to && to.url.startsWith('https:')) {
      context.error([...path, 'to'], 'value', 'link-to-https', `a link can't stand in front of https (${link.to})`, 'TLS names the host it was made for: use http on this machine, or make the service the target without a link');
    }
    if (target !== null && target !== name) context.warn(path, 'key', 'unused-link', 'no call passes this link', `make it the target: "target: ${name}"`);
  }
  if (typeof target === 'string' && !services.has(target) && !links.has(target)) {
    context.error(['stack', 'target'], 'value', 'unknown-target', `there is no service or link "${target}"`, suggestion(target, [...links.keys(), ...services.keys()], 'services and links'));
  }
  if (typeof target === 'object' && target !== null && 'url' in target) checkUrl(context, ['stack', 'target', 'url'], target.url);
  checkTransport(context);
}

function checkTransport(context: CheckContext): void {
  const { target, protocol } = context;
  if (target === null || protocol.transport === undefined) return;
  const overStdio = typeof target === 'object' && 'command' in target;
  if (protocol.transport === 'stdio' && !overStdio) {
    context.error(['protocol', 'transport'], 'value', 'transport-mismatch', 'stdio needs a command as the target', 'write "target: { command: [...] }" in the stack, or use streamable-http');
  } else if (protocol.transport !== 'stdio' && overStdio) {
    context.error(['protocol', 'transport'], 'value', 'transport-mismatch', 'a command as the target is spoken to over stdio', 'write "transport: stdio", or make the command a service and name it as the target');
  }
}

function checkService(context: CheckContext, name: string, service: ServiceText): void {
  const path: Path = ['stack', 'services', name];
  if ('url' in service) checkUrl(context, [...path, 'url'], service.url);
  if ('mock' in service) checkMock(context, path, service);
  if ('command' in service && typeof service.ready === 'object' && 'line' in service.ready) {
    try {
      new RegExp(service.ready.line, 'u');
    } catch {
      context.error([...path, 'ready', 'line'], 'value', 'bad-pattern', 'this is not a regular expression', 'escape special characters with "\\", or quote the line in single quotes');
    }
  }
}

function checkMock(context: CheckContext, path: Path, service: MockServiceText): void {
  if (service.path?.startsWith('/plimsoll/') === true) {
    context.error([...path, 'path'], 'value', 'reserved-path', 'a mock tells its own truth below /plimsoll/', 'use another path, like /mcp');
  }
  checkServiceTime(context, [...path, 'service-time'], service['service-time']);
  const retryAfter = typeof service.queue === 'object' ? service.queue['retry-after'] : undefined;
  if (retryAfter !== undefined && retryAfter % 1e9 !== 0) {
    context.error([...path, 'queue', 'retry-after'], 'value', 'bad-quantity', 'Retry-After counts whole seconds', `write ${Math.ceil(retryAfter / 1e9)}s`);
  }
  if (service.tools === undefined) return;
  if (Object.keys(service.tools).length === 0) context.error([...path, 'tools'], 'key', 'empty', 'a mock without tools answers nothing', 'define a tool, or delete this line to get search, book and fail');
  for (const [tool, text] of Object.entries(service.tools)) {
    checkServiceTime(context, [...path, 'tools', tool, 'service-time'], text['service-time']);
    const schema = text['input-schema'];
    if (schema !== undefined && schema['type'] !== 'object') {
      context.error([...path, 'tools', tool, 'input-schema'], 'key', 'bad-schema', 'the schema of a tool\'s arguments has "type: object"', 'add "type: object"');
    }
  }
}

function checkServiceTime(context: CheckContext, path: Path, time: ServiceTimeText | undefined): void {
  if (time !== undefined && 'lognormal' in time && time.lognormal.p99 < time.lognormal.median) {
    context.error([...path, 'lognormal', 'p99'], 'value', 'contradiction', 'the 99th percentile is below the median', 'swap them');
  }
}
