/** The first request of each call, from the same code that the run sends it with. */
import {
  eraOf,
  firstRequests,
  fixedFields,
  gatewayAdapter,
  operationOf,
  postHead,
  sessionFields,
  statelessFields,
  unescaped,
  type CallSpec,
} from '../catalog/index.js';
import { upstreamName, type Scenario, type Service, type Stack } from '../scenario/index.js';

/** Longer requests are cut: the text of a call may be 16 MiB. */
const MOST_CHARACTERS = 2_000;

/** One row for each line of a request, the call's label before the first. */
export function requestRows(scenario: Scenario): readonly (readonly string[])[] {
  const { calls, protocol, seed } = scenario;
  const requests = firstRequests(calls, protocol, seed);
  return calls.flatMap((call, spec) => {
    const json = requests[spec] ?? null;
    const lines = json === null ? ['not among the first 100000 calls'] : linesOf(scenario, call, json);
    return lines.map((line, index) => [index === 0 ? call.label : '', line]);
  });
}

function linesOf({ stack, protocol }: Scenario, call: CallSpec, json: string): readonly string[] {
  const body =
    json.length > MOST_CHARACTERS ? `${json.slice(0, MOST_CHARACTERS)}... (${json.length} characters)` : json;
  if (protocol.transport === 'stdio') return [body];
  const { authority, path: written, authorization } = addressOf(stack);
  const path = protocol.transport === 'http-sse' ? '<path that the server names on its stream>' : written;
  const headers = Object.entries(protocol.headers).map(([name, value]) => [name, unescaped(value)] as const);
  const fixed = fixedFields({ authority, authorization }, Object.fromEntries(headers));
  const fields = eraFields(protocol.revision, call, json);
  const head = postHead(path, fixed, fields) + Buffer.byteLength(json);
  const [, trace] = /"traceparent":"([^"]+)"/.exec(json) ?? [];
  return [...head.split('\r\n'), ...(trace === undefined ? [] : [`traceparent: ${trace}`]), '', body];
}

/** Fields that only the server knows are left out: its `Mcp-Param` fields. */
function eraFields(revision: Scenario['protocol']['revision'], call: CallSpec, json: string): string {
  if (eraOf(revision) === 'session')
    return sessionFields({ revision, sessionId: '<session id of the server, if any>' });
  const operation = operationOf(call);
  const { params } = JSON.parse(json) as { readonly params: Readonly<Record<string, unknown>> };
  const sole = operation.namedBySole === true ? String(params[operation.subjectKey]) : null;
  return statelessFields(revision, operation.method, sole ?? operation.headerName(call));
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
