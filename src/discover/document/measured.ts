/** What a first look measured, for the scenario that is made from it. */
import type { Summary } from '../../analysis/index.js';
import { FIRST_LOOK_PHASES } from '../../scenario/index.js';

/** A quantile as it was measured once. */
export interface MeasuredQuantile {
  readonly ns: number;
  /** Upper end of its 95 % interval: as high it may really be. */
  readonly highNs: number;
}

/** What a first look measured; null for what it did not find. */
export interface Measured {
  readonly idleP50: MeasuredQuantile | null;
  readonly passedPerSecond: number | null;
  readonly failedPerSecond: number | null;
  /** Response time at half of the load line: the highest quantile with enough samples. */
  readonly half: (MeasuredQuantile & { readonly stat: 'p50' | 'p95' | 'p99'; readonly perSecond: number }) | null;
  /** Calls at half of the load line, and those of them that were not answered rightly within their deadline. */
  readonly halfCalls: { readonly offered: number; readonly missed: number } | null;
  /** For people: where the numbers come from. */
  readonly from: string;
}

/** The numbers of a first look; nothing of a run that is invalid. */
export function measuredBy(summary: Summary, from: string): Measured {
  const isValid = summary.validity.verdict !== 'invalid';
  const phase = (name: string): Summary['phases'][number] | undefined =>
    isValid ? summary.phases.find((each) => each.name === name) : undefined;
  const search = isValid ? summary.capacities.find((each) => each.phase === FIRST_LOOK_PHASES.search) : undefined;
  const half = phase(FIRST_LOOK_PHASES.half);
  const idle = phase(FIRST_LOOK_PHASES.floor)?.responseTime.ok.quantiles ?? [];
  const best = half === undefined ? null : highest(half.responseTime.all.quantiles);
  return {
    idleP50: quantileOf(idle, 0.5),
    passedPerSecond: search?.passedPerSecond ?? null,
    failedPerSecond: search?.failedPerSecond ?? null,
    half:
      best === null || half === undefined
        ? null
        : { ...best, perSecond: half.scheduledPerSecond ?? half.offeredPerSecond },
    halfCalls:
      half === undefined || half.offered === 0 ? null : { offered: half.offered, missed: half.offered - half.good },
    from,
  };
}

/** Whether there is anything to set gates and rates by. */
export const hasNumbers = ({ idleP50, passedPerSecond }: Measured): boolean =>
  idleP50 !== null || passedPerSecond !== null;

type Quantiles = Summary['phases'][number]['responseTime']['all']['quantiles'];

const STATS = [
  ['p99', 0.99],
  ['p95', 0.95],
  ['p50', 0.5],
] as const;

function highest(quantiles: Quantiles): (MeasuredQuantile & { readonly stat: 'p50' | 'p95' | 'p99' }) | null {
  for (const [stat, q] of STATS) {
    const found = quantileOf(quantiles, q);
    if (found !== null) return { stat, ...found };
  }
  return null;
}

function quantileOf(quantiles: Quantiles, q: number): MeasuredQuantile | null {
  const found = quantiles.find((each) => each.q === q);
  return found?.kind === 'value' ? { ns: found.ns, highNs: Math.max(found.ns, found.highNs ?? 0) } : null;
}
