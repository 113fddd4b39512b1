/** Checks of `protocol.transport` against what the target speaks. */
import { gatewayAdapter, type GatewayAdapter } from '../../catalog/index.js';
import type { ServiceText } from '../grammar/stack.js';
import type { CheckContext } from './context.js';

export function checkTransport(context: CheckContext): void {
  const { target, protocol, error } = context;
  if (target === null || protocol.transport === undefined) return checkSpokenTransport(context);
  const overStdio = typeof target === 'object' && 'command' in target;
  if ((protocol.transport === 'stdio') === overStdio) return checkSpokenTransport(context);
  error(
    ['protocol', 'transport'],
    'transport-mismatch',
    overStdio
      ? {
          what: 'a command as the target is spoken to over stdio',
          remedy: 'write "transport: stdio", or make the command a service and name it as the target',
        }
      : {
          what: 'stdio needs a command as the target',
          remedy: 'write "target: { command: [...] }" in the stack, or use streamable-http or http-sse',
        },
  );
}

/** A mock, and a gateway that we can start, speaks one of the transports over HTTP. */
function checkSpokenTransport(context: CheckContext): void {
  const asked = context.protocol.transport ?? 'streamable-http';
  const found = spokenTransport(context);
  if (found === null || found.transport === asked) return;
  const { who, transport, otherwise } = found;
  context.error(['protocol', 'transport'], 'transport-mismatch', {
    what: `${who} that is the target speaks ${transport}`,
    remedy: `write "transport: ${transport}" here, or ${otherwise(asked)}`,
  });
}

interface SpokenTransport {
  readonly who: string;
  readonly transport: 'streamable-http' | 'http-sse';
  /** What else to do where another one is asked for. */
  readonly otherwise: (asked: string) => string;
}

/** What the first on the way to the target that has a transport of its own speaks; null where that is not known. */
function spokenTransport({ target, services, links }: CheckContext): SpokenTransport | null {
  if (typeof target !== 'string') return null;
  let name: string | undefined = target;
  for (let steps = 0; name !== undefined && steps <= services.size + links.size; steps++) {
    const service: ServiceText | null | undefined = services.get(name);
    if (service === undefined) name = links.get(name)?.to;
    else if (service === null) return null;
    else if ('gateway' in service) {
      const { title, transport }: GatewayAdapter = gatewayAdapter(service.gateway);
      return {
        who: `the gateway (${title})`,
        transport: transport ?? 'streamable-http',
        otherwise: () => 'choose another gateway',
      };
    } else if ('to' in service) [name] = service.to;
    else if ('mock' in service) {
      const { transport = 'streamable-http' } = service;
      return { who: 'the mock', transport, otherwise: (asked) => `"transport: ${asked}" in the mock` };
    } else return null;
  }
  return null;
}
