/** A gateway of others as the command that its adapter makes of it. */
import { eraOf, gatewayAdapter, type GatewayRequest, type GatewayUpstream } from '../catalog/index.js';
import { ProblemError } from '../problem/index.js';
import { upstreamName, type AfterReadyStep, type Protocol, type Service, type Stack } from '../scenario/index.js';
import type { ClientTokens } from './client-tokens.js';
import { findGateway } from './installed.js';
import type { Address } from './late-text.js';

type Adapted = Extract<Service, { kind: 'adapted' }>;

export interface AdaptedSetup {
  readonly stack: Stack;
  readonly revision: Protocol['revision'];
  /** Of the services and links that are up. */
  readonly addressOf: (name: string) => Address;
  /** It will listen there. */
  readonly port: number;
  /** Absolute path of the folder for its files. */
  readonly folder: string;
  readonly tokens: ClientTokens;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

export interface AdaptedCommand {
  readonly service: Extract<Service, { kind: 'command' }>;
  readonly version: string;
  /** What its clients send as a bearer token; null where they need none. */
  readonly token: string | null;
}

/** @throws ProblemError (`preflight`) when it is not installed, too old, or does not speak the scenario's protocol. */
export async function commandOf(service: Adapted, setup: AdaptedSetup): Promise<AdaptedCommand> {
  const { name, gateway, readyWithinNs } = service;
  const adapter = gatewayAdapter(gateway);
  if (!adapter.eras.includes(eraOf(setup.revision)))
    throw new ProblemError('preflight', {
      code: 'gateway-era',
      what: `gateway ${name} (${adapter.title}) does not speak MCP ${setup.revision}`,
      remedy: 'ask for another protocol.revision in this arm, or leave the gateway out',
    });
  const { programs, version } = await findGateway(gateway, adapter, setup.environment);
  const [first, ...others] = service.to.map((to): GatewayUpstream => ({
    name: upstreamName(setup.stack, to),
    url: setup.addressOf(to).url,
  }));
  if (first === undefined) throw new Error(`gateway "${name}" passed the scenario's checks without an upstream`);
  const { secret, token } = setup.tokens.of(gateway) ?? { secret: '', token: null };
  const { command, environment, files, requests } = adapter.start({
    ...{ port: setup.port, folder: setup.folder, upstreams: [first, ...others] },
    ...{ secret, token: token ?? '' },
    program: (program) => programs.get(program) ?? program,
  });
  const [program, ...parameters] = command;
  return {
    version,
    token,
    service: {
      ...{ kind: 'command', name, readyWithinNs, host: '127.0.0.1', port: setup.port, ready: adapter.ready },
      command: [plain(program), ...parameters.map(plain)],
      environment: { ...mapped(environment), ...service.environment },
      files: mapped(files),
      afterReady: (requests ?? []).map((request) => stepOf(request, setup.port, readyWithinNs)),
      workingFolder: setup.folder,
      ...(service.cpus === undefined ? {} : { cpus: service.cpus }),
      path: adapter.path ?? new URL(first.url).pathname,
    },
  };
}

/** A text that is as it will be: nothing in it is a place to be filled in. */
const plain = (text: string): string => text.replaceAll('${', () => '$${');

const mapped = (texts: Readonly<Record<string, string>>): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(texts).map(([key, text]) => [key, plain(text)]));

const stepOf = ({ path, headers, body }: GatewayRequest, port: number, withinNs: number): AfterReadyStep => ({
  kind: 'request',
  method: 'POST',
  url: plain(`http://127.0.0.1:${port}${path}`),
  headers: mapped({ 'content-type': 'application/json', ...headers }),
  body: plain(JSON.stringify(body)),
  withinNs,
});
