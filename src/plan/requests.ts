/** The first request of each call, from the same code that the run sends it with. */
import { firstRequests, fixedFields, gatewayAdapter, postHead, sessionFields, unescaped } from '../catalog/index.js';
import { upstreamName, type Scenario, type Service, type Stack } from '../scenario/index.js';

/** Longer requests are cut: the text of a call may be 16 MiB. */
const MOST_CHARACTERS = 2_000;

/** One row for each line of a request, the call's label before the first. */
export function requestRows(scenario: Scenario): readonly (readonly string[])[] {
  const { calls, protocol, seed } = scenario;
  const requests = firstRequests(calls, protocol, seed);
  return calls.flatMap(({ label }, spec) => {
    const json = requests[spec] ?? null;
    const lines = json === null ? ['not among the first 100000 calls'] : linesOf(scenario, json);
    return lines.map((line, index) => [index === 0 ? label : '', line]);
  });
}

function linesOf({ stack, protocol }: Scenario, json: string): readonly string[] {
  const body =
    json.length > MOST_CHARACTERS ? `${json.slice(0, MOST_CHARACTERS)}... (${json.length} characters)` : json;
  if (protocol.transport === 'stdio') return [body];
  const { authority, path: written, authorization } = addressOf(stack);
  const path = protocol.transport === 'http-sse' ? '<path that the server names on its stream>' : written;
  const headers = Object.entries(protocol.headers).map(([name, value]) => [name, unescaped(value)] as const);
  const fixed = fixedFields({ authority, authorization }, Object.fromEntries(headers));
  const fields = sessionFields({ revision: protocol.revision, sessionId: '<session id of the server, if any>' });
  const head = postHead(path, fixed, fields) + Buffer.byteLength(json);
  const [, trace] = /"traceparent":"([^"]+)"/.exec(json) ?? [];
  return [...head.split('\r\n'), ...(trace === undefined ? [] : [`traceparent: ${trace}`]), '', body];
}

interface ShownAddress {
  readonly authority: string;
  readonly path: string;
  readonly authorization: string | null;
}

/** Where the run will send it; a port that is not known yet is shown as `<port>`. */
function addressOf(stack: Stack): ShownAddress {
  const { target, services, links } = stack;
  switch (target.kind) {
    case 'url':
      return addressIn(target.url);
    case 'service':
      return addressOfService(
        services.find(({ name }) => name === target.service),
        stack,
      );
    case 'link': {
      const to = links.find(({ name }) => name === target.link)?.to;
      const service = services.find(({ name }) => name === to);
      return { ...addressOfService(service, stack), authority: '127.0.0.1:<port>' };
    }
    case 'stdio':
      throw new Error('a stdio target has no address');
  }
}

function addressOfService(service: Service | undefined, stack: Stack): ShownAddress {
  if (service === undefined) throw new Error('the target is no service of the stack');
  if (service.kind === 'url') return addressIn(service.url);
  if (service.kind === 'adapted') {
    const { path } = gatewayAdapter(service.gateway);
    const [to = ''] = service.to;
    const upstream = stack.services.find(({ name }) => name === upstreamName(stack, to));
    return { authority: '127.0.0.1:<port>', path: path ?? addressOfService(upstream, stack).path, authorization: null };
  }
  const path = service.kind === 'command' ? service.path : service.options.path;
  const port = service.kind === 'command' && service.port !== null ? String(service.port) : '<port>';
  return { authority: `127.0.0.1:${port}`, path, authorization: null };
}

function addressIn(url: string): ShownAddress {
  if (url.includes('${') || !URL.canParse(url))
    return { authority: `<host of ${url}>`, path: '<its path>', authorization: null };
  const { host, pathname, search, username, password } = new URL(url);
  const authorization = username + password === '' ? null : 'Basic <user and password of the URL>';
  return { authority: host, path: pathname + search, authorization };
}
