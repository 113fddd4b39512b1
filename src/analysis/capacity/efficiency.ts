/** Scaling efficiency: what each replica sustains, as a share of what it does where fewer of them are left. */
import { counted } from '../../format/index.js';
import { gatewaysOnTheWay, reachedBy, targetName, type Service, type Stack } from '../../scenario/index.js';
import type { CapacitySummary, ScalingEfficiency } from './types.js';

type Search = Pick<CapacitySummary, 'phase' | 'ended' | 'passedPerSecond' | 'failedPerSecond'>;

/** What a search of the whole stack and one without some of its replicas say together. */
export interface TwoSearches {
  readonly whole: Search;
  readonly fewer: Search;
  /** Names of the services that were gone in the latter. */
  readonly lost: readonly string[];
  readonly stack: Stack;
  /** Cores that the run could use; null: not known. */
  readonly cores: number | null;
}

/** Null where the services that were gone are none of those that a balancer shares the calls among. */
export function efficiencyOf({ whole, fewer, lost, stack, cores }: TwoSearches): ScalingEfficiency | null {
  const replicas = sharing(stack, lost);
  if (replicas === null) return null;
  const of = { replicas: replicas.length, left: replicas.length - lost.length };
  const [all, rest] = [boundsOf(whole), boundsOf(fewer)];
  const reason =
    tooFewCores(replicas, cores) ??
    (all === null ? unknownOf(whole) : null) ??
    (rest === null ? unknownOf(fewer) : null);
  if (reason !== null || all === null || rest === null) return { ...of, value: null, low: null, high: null, reason };
  const share = of.left / of.replicas;
  return {
    ...of,
    value: (share * all.passed) / rest.passed,
    low: (share * all.passed) / rest.failed,
    high: (share * all.failed) / rest.passed,
    reason: null,
  };
}

/** The services among which a balancer on the way of the calls shares them, where these are some of them. */
function sharing(stack: Stack, lost: readonly string[]): readonly Service[] | null {
  const target = targetName(stack);
  const balancers = target === null ? [] : gatewaysOnTheWay(stack, target);
  for (const { to, options } of balancers) {
    if (options.federation !== null) continue;
    const services = to.flatMap((name) => reachedBy(stack, name) ?? []);
    const names = services.map(({ name }) => name);
    if (services.length > lost.length && lost.every((name) => names.includes(name))) return services;
  }
  return null;
}

/** Both ends of what a search found; null where it was cut short or found one alone. */
function boundsOf({ ended, passedPerSecond: passed, failedPerSecond: failed }: Search) {
  const isCut = ended === null || ended === 'generator' || ended === 'interrupted';
  return isCut || passed === null || failed === null ? null : { passed, failed };
}

const unknownOf = ({ phase }: Search): string => `the search "${phase}" did not find both ends of the load line`;

/**
 * Why the machine would be what is measured; null where it is not. A mock needs no core of its own: its service time
 * passes without work.
 */
function tooFewCores(replicas: readonly Service[], cores: number | null): string | null {
  const working = replicas.filter(({ kind }) => kind !== 'mock' && kind !== 'url').length;
  if (working === 0) return null;
  const pins = replicas.map((service) => ('cpus' in service ? (service.cpus ?? null) : null));
  if (pins.every((pin) => pin !== null)) {
    const room = new Set(pins.flat()).size;
    return room >= working ? null : `not measurable here: ${working} replicas are held to ${counted(room, 'core')}`;
  }
  if (cores === null) return 'not measurable here: how many cores there are is not known';
  return cores > working
    ? null
    : `not measurable here: ${working} replicas and the load need ${working + 1} cores, there are ${cores}`;
}
