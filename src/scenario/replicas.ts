/** Replicas: what the members of a replicated service are called, and which services stand behind a name. */
import { MOST_REPLICAS } from './grammar/service-keys.js';
import type { ServiceText } from './grammar/stack.js';
import type { Service, Stack } from './types.js';

export type Routes = Pick<Stack, 'services' | 'links'>;

/** Names of so many replicas of a service; none where there can't be so many. */
export const replicasNamed = (name: string, count: number): readonly string[] =>
  Number.isInteger(count) && count >= 1 && count <= MOST_REPLICAS
    ? Array.from({ length: count }, (_, index) => `${name}-${index + 1}`)
    : [];

/** Names of the replicas of a service; none when it is not replicated. */
export function replicaNames(name: string, text: ServiceText | null): readonly string[] {
  const count = text !== null && 'replicas' in text ? text.replicas : undefined;
  return count === undefined ? [] : replicasNamed(name, count);
}

/** The services that do the work when calls go to `name`, a service or link: those behind links, gateways, fronts. */
export function servicesBehind(
  stack: Routes,
  name: string,
): readonly Exclude<Service, { kind: 'gateway' | 'adapted' }>[] {
  const service = reachedBy(stack, name);
  if (service === undefined) return [];
  return passesOn(service) ? service.to.flatMap((to) => servicesBehind(stack, to)) : [service];
}

/** Whether every service that does the work is a mock of ours: each of those keeps a ledger and a log of its calls. */
export function keepsLedger(stack: Pick<Stack, 'services' | 'links' | 'target'>): boolean {
  const name = targetName(stack);
  const behind = name === null ? [] : servicesBehind(stack, name);
  return behind.length > 0 && behind.every(({ kind }) => kind === 'mock');
}

/** The gateways of ours that calls to `name` pass, the outermost first. */
export function gatewaysOnTheWay(stack: Routes, name: string): readonly Extract<Service, { kind: 'gateway' }>[] {
  return passedOnTheWay(stack, name).filter((service) => service.kind === 'gateway');
}

/** The gateways of others that calls to `name` pass, the outermost first. */
export function foreignOnTheWay(stack: Routes, name: string): readonly Extract<Service, { kind: 'adapted' }>[] {
  return passedOnTheWay(stack, name).filter((service) => service.kind === 'adapted');
}

type PassingOn = Extract<Service, { kind: 'gateway' | 'adapted' }>;

const passesOn = (service: Service): service is PassingOn => service.kind === 'gateway' || service.kind === 'adapted';

function passedOnTheWay(stack: Routes, name: string): readonly PassingOn[] {
  const service = reachedBy(stack, name);
  if (service === undefined || !passesOn(service)) return [];
  const inner = service.to.flatMap((to) => passedOnTheWay(stack, to));
  return [service, ...inner.filter((gateway, index) => inner.indexOf(gateway) === index)];
}

/** Whether a gateway stands before the servers: ours, one of others, or a command that is given another's address. */
export function hasGateway(stack: Stack): boolean {
  const name = targetName(stack);
  const isGiven = (part: object): boolean => /\$\{(?:service|link)\./.test(JSON.stringify(part));
  if (name === null) return stack.target.kind === 'stdio' && isGiven(stack.target);
  return (
    passedOnTheWay(stack, name).some((service) => service.kind === 'adapted' || !service.front) ||
    servicesBehind(stack, name).some((service) => service.kind === 'command' && isGiven(service))
  );
}

/** A service by its name, or by that of a link in front of it. */
export function reachedBy({ links, services }: Routes, name: string): Service | undefined {
  const to = links.find((link) => link.name === name)?.to ?? name;
  return services.find((service) => service.name === to);
}

/** The name calls go to; null for targets that are no part of the stack. */
export function targetName({ target }: Pick<Stack, 'target'>): string | null {
  return target.kind === 'service' ? target.service : target.kind === 'link' ? target.link : null;
}

/** Name, in events, logs and resources, of the server that is started for a session over stdio; sessions from 0. */
export const stdioServerName = (session: number): string => `stdio-server-${session + 1}`;
