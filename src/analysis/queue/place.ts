/**
 * Which part of the stack a stage that grew belongs to, by what the run itself knows.
 *
 * The hop before an upstream holds its socket buffer too: a frozen or starved process leaves the stamps of a slow
 * network.
 * In this order it is decided by the faults of the run that were active meanwhile, by the gateways' own times, and by
 * how promptly the upstreams' processes answered a poll of their counters beside the calls.
 */
import type { PlannedFault } from '../../plan/index.js';
import { WORK_EVERY_NS, type WorkRow } from '../../record/index.js';
import { foreignOnTheWay, gatewaysOnTheWay, servicesBehind, targetName, type Stack } from '../../scenario/index.js';
import type { Attribution, QueuePlace } from './attribution-types.js';
import type { StageName } from './stage-split.js';

/** Share of a hop's growth that a gateway's own times, or the delay of a poll, must show to explain it. */
const EXPLAINING_SHARE = 0.5;

export interface Grown {
  readonly stage: StageName;
  /** By how much, in the mean. */
  readonly byNs: number;
  /** When it had grown, as spans of run time. */
  readonly spans: readonly { readonly fromNs: number; readonly toNs: number }[];
  readonly gateways: Attribution['gateways'];
}

/** What the run knows of its stack besides the stamps. */
export interface KnownOfStack {
  readonly stack: Stack;
  /** Confirmed edges of its faults. */
  readonly edges: readonly {
    readonly planned: Pick<PlannedFault, 'on' | 'place'>;
    readonly onNs: number;
    readonly offNs: number | null;
  }[];
  /** Polls of the upstreams' counters. */
  readonly work: readonly WorkRow[] | null;
}

export type Place = Pick<Attribution, 'gateway' | 'evidence'> & { readonly place: QueuePlace };

export function placeOf(grown: Grown, known: KnownOfStack): Place {
  const at = (place: QueuePlace, evidence: Place['evidence'] = null, gateway: string | null = null): Place => ({
    place,
    evidence,
    gateway,
  });
  switch (grown.stage) {
    case 'client-queue':
    case 'schedule-lag':
      return at('generator');
    case 'upstream-queue':
    case 'service':
      return at('upstream');
    case 'outbound-hop':
    case 'return-hop':
      return hopPlace(grown, known, at);
    case 'wait':
    case 'read':
    case 'unlocated':
      return ownFault(grown, known, at) ?? at('beyond-the-generator');
  }
}

type At = (place: QueuePlace, evidence?: Place['evidence'], gateway?: string | null) => Place;

function hopPlace(grown: Grown, known: KnownOfStack, at: At): Place {
  const fault = ownFault(grown, known, at);
  if (fault !== null) return fault;
  const { stack } = known;
  const name = targetName(stack);
  if (name === null) return at('network-gateway-or-upstream');
  const grew = (of: Attribution['gateways'][number]): number => (of.grownNs ?? 0) - (of.calmNs ?? 0);
  const [most] = [...grown.gateways].sort((a, b) => grew(b) - grew(a));
  const all = grown.gateways.reduce((sum, gateway) => sum + Math.max(0, grew(gateway)), 0);
  if (grown.stage === 'outbound-hop' && most !== undefined && all >= EXPLAINING_SHARE * grown.byNs)
    return at('gateway', null, most.gateway);
  const silent = gatewaysOnTheWay(stack, name).some(
    (gateway) =>
      !grown.gateways.some((one) => one.gateway === gateway.name && one.calmNs !== null && one.grownNs !== null),
  );
  const behind = servicesBehind(stack, name);
  if (silent || foreignOnTheWay(stack, name).length > 0 || behind.some(({ kind }) => kind !== 'mock'))
    return at('network-gateway-or-upstream');
  const delayNs = longestDelayNs(
    (known.work ?? []).filter(({ service }) => behind.some((one) => one.name === service)),
    grown.spans,
  );
  if (delayNs !== null && delayNs >= EXPLAINING_SHARE * grown.byNs) return at('upstream', 'polls');
  const isLinked = linksOnTheWay(stack, name).length > 0;
  if (delayNs !== null && isLinked) return at('network', 'polls');
  return !isLinked && grown.stage === 'outbound-hop' && delayNs === null
    ? at('upstream', 'loopback')
    : at('network-or-upstream');
}

/** The part that a fault of this run held meanwhile, when it was one alone. */
function ownFault({ spans }: Grown, { stack, edges }: KnownOfStack, at: At): Place | null {
  const name = targetName(stack);
  if (name === null) return null;
  const active = edges.filter(({ onNs, offNs }) =>
    spans.some(({ fromNs, toNs }) => onNs < toNs && (offNs ?? Infinity) > fromNs),
  );
  const gateways = gatewaysOnTheWay(stack, name);
  const places = active.flatMap(({ planned }): readonly Place[] => {
    const { on, place } = planned;
    if (place === 'link') return linksOnTheWay(stack, name).includes(on) ? [at('network', 'fault')] : [];
    if (gateways.some((gateway) => gateway.name === on)) return [at('gateway', 'fault', on)];
    return servicesBehind(stack, name).some((service) => service.name === on) ? [at('upstream', 'fault')] : [];
  });
  const [first, ...others] = places;
  return first !== undefined && others.every(({ place, gateway }) => place === first.place && gateway === first.gateway)
    ? first
    : null;
}

/** Names of the links that calls to `name` pass. */
function linksOnTheWay(stack: Stack, name: string): readonly string[] {
  const link = stack.links.find((one) => one.name === name);
  if (link !== undefined) return [name, ...linksOnTheWay(stack, link.to)];
  const service = stack.services.find((one) => one.name === name);
  return service?.kind === 'gateway' || service?.kind === 'adapted'
    ? service.to.flatMap((to) => linksOnTheWay(stack, to))
    : [];
}

/**
 * Longest time a process took to answer a poll that fell into the spans, unanswered polls counted by the gap that they
 * left; null without polls.
 */
function longestDelayNs(polls: readonly WorkRow[], spans: Grown['spans']): number | null {
  let longest: number | null = null;
  const before = new Map<string, number>();
  for (const { service, atNs, tookNs, when } of polls) {
    const askedNs = before.get(service) ?? atNs - tookNs;
    before.set(service, atNs);
    if (when !== 'sample' || !spans.some(({ fromNs, toNs }) => askedNs < toNs && atNs > fromNs)) continue;
    longest = Math.max(longest ?? 0, tookNs, atNs - askedNs - 2 * WORK_EVERY_NS);
  }
  return longest;
}
