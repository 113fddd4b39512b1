/** How the target calls the tools of the servers behind it: gateways give them names of their own. */
import { gatewayAdapter, toolOf, type CallSpec } from '../catalog/index.js';
import { reachedBy, servicesBehind, targetName, type Routes } from './replicas.js';
import type { Stack } from './types.js';

/** The name by which a service, or what a link leads to, knows a tool of the servers behind it. */
export function askedName(routes: Routes, at: string, tool: string, upstream: string | null): string {
  const service = reachedBy(routes, at);
  if (service?.kind !== 'gateway' && service?.kind !== 'adapted') return tool;
  const leads = (to: string): boolean =>
    reachedBy(routes, to)?.name === upstream || servicesBehind(routes, to).some(({ name }) => name === upstream);
  const next = service.to.find(leads) ?? service.to[0];
  if (next === undefined) return tool;
  const inner = askedName(routes, next, tool, upstream);
  if (service.kind === 'gateway') {
    const isPrefixed = service.options.federation?.toolNames === 'prefixed';
    return isPrefixed ? `${next}__${inner}` : inner;
  }
  return gatewayAdapter(service.gateway).toolName(upstreamName(routes, next), inner, service.to.length);
}

/** The name that a gateway is given for what it sends calls on to: that of the service, also behind a link. */
export function upstreamName(routes: Routes, to: string): string {
  return reachedBy(routes, to)?.name ?? to;
}

/** The call with the name by which the target knows its tool, where that is another. */
export function withAskedName(call: CallSpec, stack: Stack): CallSpec {
  const target = targetName(stack);
  const tool = toolOf(call);
  if (target === null || tool === null || call.operation !== 'tools/call') return call;
  const asked = askedName(stack, target, tool, call.upstream ?? null);
  return asked === tool ? call : { ...call, asked };
}
